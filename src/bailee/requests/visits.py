"""A person comes back to a request that is theirs: by a code to the contact that has proven it, for an hour.

For a request that nobody has proven yet the code is that of `identity`. What is answered to one who asks for a code is
the same for every request, and the code itself is sent by a worker.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from bailee.engine.high_water import LINK, is_over_since_restored, note_on_commit
from bailee.engine.systems import Systems
from bailee.engine.time_check import APART
from bailee.jobs.due_items import schedule_due
from bailee.requests import codes, copy_links, identity, limits
from bailee.requests.copy_links import LinkResult
from bailee.requests.letters import LetterError, Template
from bailee.requests.request_content import open_asked
from bailee.requests.request_letters import send_letter_to
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.errors import TooMany
from bailee.store.models import Proof, Request, Status

VISIT = codes.VISIT

LASTS = timedelta(hours=1)
CODE_LASTS = timedelta(hours=24)

PREFIX = "bailee_me_"
"""What the token of a person begins with. It stands nowhere in the books: it is known again by its HMAC."""

_ID_CHARS = 16


def send_code(context: Context, request: Request) -> None:
    """Have a code sent for ``request``: to the contact that has proven it, else to one on file. Raises `TooMany`."""
    if request.status == Status.UNVERIFIED:
        identity.resend_code(context, request)
        return
    if not limits.is_left(context, limits.SENDS_OF_ONE, request.id):
        hint = "look where the letters of the firm usually come, or call"
        raise TooMany("enough codes were sent today", hint, context.now + limits.SENDS_OF_ONE.within)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        _list_open_proofs(context, request).update(failed_at=context.now, digest="")
        schedule_due(VISIT, request.id, at=context.now)
        note_event(context, request, "asked_again")


def send_visit_code(context: Context, request: Request) -> None:
    """Send the code, by a worker; a second time nothing happens while it can still be used."""
    if not request.sealed or _list_open_proofs(context, request).exists():
        return
    code = codes.make_code()
    with transaction.atomic():
        limits.note_attempt(context, limits.SENDS_OF_ONE, request.id)
        proof = Proof(request=request, method=VISIT, made_at=context.now, expires_at=context.now + CODE_LASTS)
        proof.digest = codes.calculate_digest(context, proof, code)
        proof.save(force_insert=True)
        _post_code(context, request, {"code": code, "expires": proof.expires_at})


def send_visit_code_on_file(context: Context, systems: Systems, request: Request) -> None:
    """Send the code as `send_visit_code` does, for a request whose copy went without one.

    The code opens what the link opens, and goes where that went: if that address has changed before the link was used,
    to nobody; if after, the copy is there no more. Raises what `copy_links.is_still_trusted` does.
    """
    if copy_links.is_kept(request):
        copy_links.end_unless_hers(context, systems, request)
    if copy_links.is_still_trusted(context, systems, request) or request.status != Status.UNVERIFIED:
        send_visit_code(context, request)


def _post_code(context: Context, request: Request, facts: Mapping[str, object]) -> None:
    """Post the code to the contact that has proven the request, and to no other."""
    try:
        if not send_letter_to(context, request, Template.VISIT, facts, open_asked(context, request)):
            note_event(context, request, "unreachable", letter="visit")
    except LetterError as error:
        note_event(context, request, "identity.not_sent", why=error.code)


def exchange_code(context: Context, request: Request, text: str, *, source: str) -> str | None:
    """Return a token for ``request`` where ``text`` is a code that was sent for it, or a link's; else ``None``.

    ``source``: the network address that it came from. A code of `identity` counts as shown by that; a link to a copy
    opens it without one, once. Raises `TooMany`.
    """
    if copy_links.use_link(context, request, text) is LinkResult.OPENED:
        return make_visit_token(context, request)
    if identity.prove_identity(context, request, text, source=source):
        return make_visit_token(context, request)
    with transaction.atomic():
        waiting = _list_open_proofs(context, request).select_for_update()
        found = next((proof for proof in waiting if codes.is_matching(context, proof, text)), None)
        if found is None or is_over_since_restored(context.store, found.made_at):
            return None
        found.proven_at = context.now
        found.save(update_fields=["proven_at"])
        if copy_links.find_waiting_proof(request) is not None:  # it opens what the link does
            note_on_commit(context.store, LINK, found.id, context.now)
    return make_visit_token(context, request)


def _list_open_proofs(context: Context, request: Request) -> QuerySet[Proof]:
    open_ = request.proofs.filter(method=VISIT, proven_at=None, failed_at=None, expires_at__gt=context.now)
    return open_.filter(made_at__lte=context.now + APART).exclude(digest="")  # else a clock that was ahead has made it


def make_visit_token(context: Context, request: Request) -> str:
    """Return a token by which ``request`` is its person's for `LASTS`."""
    until = int((context.now + LASTS).timestamp())
    body = bytes.fromhex(request.id) + until.to_bytes(8)
    return PREFIX + base64.urlsafe_b64encode(body + _calculate_mac(context, body)).decode().rstrip("=")


def find_request_by_token(context: Context, text: str) -> Request | None:
    """Return the request of which ``text`` is a token, ``None`` where it is none or its time is over."""
    body = text.removeprefix(PREFIX)
    try:
        content = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) if body != text else b""
    except ValueError:
        return None
    head, mac = content[:_ID_CHARS], content[_ID_CHARS:]
    if len(head) != _ID_CHARS or not hmac.compare_digest(mac, _calculate_mac(context, head)):
        return None
    until = datetime.fromtimestamp(int.from_bytes(head[8:]), UTC)
    lasts = context.now < until <= context.now + LASTS + APART  # what a clock ahead has given lasts no longer
    found = Request.objects.filter(id=head[:8].hex()).first() if lasts else None
    return None if found is None or copy_links.is_doubted_since(found, until - LASTS) else found


def _calculate_mac(context: Context, body: bytes) -> bytes:
    return hmac.digest(context.vault.secret("visits"), body, "sha256")
