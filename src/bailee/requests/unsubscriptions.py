"""Unsubscribing by a link in a mailing: nobody signs in, the link itself says whose address it is (RFC 8058).

The address stands in the link sealed by the vault, so that a link cannot be made up, and tells nobody an address. It
does not expire: who keeps an old mail may still leave the list. What is done is an objection to marketing, which is
absolute (UK GDPR and GDPR Art. 21(3)): the address is suppressed at once, the systems follow.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bailee.engine.errors import NotAllowed
from bailee.jobs.due_items import schedule_due
from bailee.requests.clocks import renew_due_day
from bailee.requests.request_content import Asked, seal_asked, tag_identities
from bailee.requests.suppressions import suppress_contacts
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Channel, Proof, Request, RequestTag, Right, Status
from bailee.trace.normal import normalise
from bailee.vault import InvalidVaultSealError

LINK = "unsubscribe"
"""The method of a `Proof`: the link was in a mail to that address."""

LATELY = timedelta(days=30)
"""A press within this time of another makes no new objection: an address is not mailed by pressing a button."""

_KEY = "unsubscribe"
_LONGEST = 1_000  # characters; an address has 254


def make_unsubscribe_token(context: Context, email: str) -> str:
    """Return the token by which whoever has it takes ``email`` off our mailings. Raises `NotAllowed` of no address."""
    address = normalise("email", email, context.policy.firm.region)
    if address is None:
        raise NotAllowed("this is no email address", "give the address that the mailing goes to")
    return _encode_token(context.vault.seal(_KEY, address.encode(), about=_KEY))


def build_unsubscribe_link(context: Context, email: str) -> str:
    """Return the address of the page, for the headers of a mailing. Raises `NotAllowed` where the firm has no site."""
    mail = context.policy.firm.mail
    if mail is None or not mail.site:
        raise NotAllowed("the policy names no site", "write mail: {site: https://...} in bailee.yaml")
    return f"{mail.site.rstrip('/')}/unsubscribe/{make_unsubscribe_token(context, email)}"


def build_headers(link: str) -> dict[str, str]:
    """Return the headers of a mail that has ``link``: a mail program may press its button by itself (RFC 8058)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_address(context: Context, token: str) -> str | None:
    """Return the address that ``token`` is for, ``None`` where we did not make it."""
    if len(token) > _LONGEST:
        return None
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if _encode_token(sealed) != token:  # the last letter has bits that mean nothing: a link is written in one way
            return None
        return context.vault.open(_KEY, sealed, about=_KEY).decode()
    except (binascii.Error, ValueError, InvalidVaultSealError):
        return None


def _encode_token(sealed: bytes) -> str:
    """Return ``sealed`` as it stands in a link (RFC 4648 section 5, unpadded)."""
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unsubscribe_address(context: Context, token: str) -> bool:
    """Suppress the address of ``token``, and let the systems forget it for marketing. ``False`` where there is none.

    A second time nothing more happens, and the answer is the same.
    """
    address = read_address(context, token)
    if address is None:
        return False
    identity = ("email", address)
    (tag,) = tag_identities(context, [identity])
    with transaction.atomic():
        suppress_contacts(context, [identity])
        if not _list_objections(context, tag).exists():
            _make_objection(context, address, tag)
    return True


def _list_objections(context: Context, tag: str) -> QuerySet[Request]:
    """Return the objections of whoever has ``tag`` that are under way, or were made lately."""
    lately = Q(received_at__gt=context.now - LATELY) | ~Q(status=Status.CLOSED)
    return Request.objects.filter(lately, tags__tag=tag, right=Right.OBJECT)


def _make_objection(context: Context, address: str, tag: str) -> None:
    """Make the objection, identified by the link; what came of it is told to the address once."""
    firm = context.policy.firm
    request = Request(
        right=Right.OBJECT, status=Status.OPEN, channel=Channel.PORTAL, received_at=context.now,
        received_on=context.today, identified_on=context.today, regime=firm.regime, division=firm.requests.division,
    )  # fmt: skip
    seal_asked(context, request, Asked(identities=(address,), reply_to=address))
    request.save(force_insert=True)
    RequestTag.objects.create(request=request, tag=tag)
    Proof.objects.create(request=request, method=LINK, made_at=context.now, proven_at=context.now)
    renew_due_day(context, request)
    note_event(context, request, "received", right=str(Right.OBJECT), channel=str(Channel.PORTAL))
    note_event(context, request, "verified")
    schedule_due("plan", request.id, at=context.now)
