"""A person who was never asked who they are has left no question unanswered: their request does not expire.

The letter with the code was refused or came back, there is no contact to write to, a call was never made, or nobody has
looked yet. Then another contact on file is tried, staff see the request, and its time begins again (Art. 12(6)).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bailee.jobs.due_items import schedule_due
from bailee.requests import codes, copy_links
from bailee.requests.clocks import renew_due_day
from bailee.requests.letters import Template
from bailee.requests.letters.delivery import RETURNED
from bailee.requests.letters.outbox import QUEUED, TO_PRINT
from bailee.requests.request_content import name_proof_note, open_note, open_request, seal_asked
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.events import LetterFailed, make_subscription
from bailee.store.models import Due, Event, Outcome, Proof, Request, Status

NOT_ASKED = "identity.not_asked"
"""An event: the time of a request was over, and nobody had been asked who they are."""

_OF_ADDRESS = ("recipient-", "content-", RETURNED)
"""Problems of a letter that another letter to the same address would meet too; the others are ours."""

_ASKS_NOBODY = ("identity.letter_failed", NOT_ASKED)


def is_owed(context: Context, request: Request) -> bool:
    """Whether ``request`` is of somebody who may be known, and no letter that asks who they are has arrived.

    Of somebody who was looked for and not found it is not: there is nobody to ask.
    """
    if request.identity_asked_on is not None:
        return False
    if copy_links.is_owed(request) or not request.events.filter(kind="identity.nobody_found").exists():
        return True
    return bool(open_request(context, request)[1])


def ask_identity_again(context: Context, request: Request) -> None:
    """Look once more how the person of ``request``, which is locked, can be asked, with as much time as anybody has.

    Codes that have not left are taken out of the outbox: who was handed one now would find it over.
    """
    request.messages.filter(template=Template.IDENTITY, state__in=(QUEUED, TO_PRINT)).delete()
    mine = request.proofs.exclude(method__in=(codes.VISIT, codes.ON_FILE))
    mine.filter(proven_at=None, failed_at=None).update(failed_at=context.now, sealed=None)
    _restart_time(context, request)
    schedule_due("identify", request.id, at=context.now)


def note_code_failed(context: Context, failed: LetterFailed) -> None:
    """Try another contact on file where the letter with the code was given up, or came back.

    Its code counts no more, and an address that takes no letter is written to no more. Where nobody has been asked, the
    time for an answer begins again; also of a request that has expired over it. Nothing happens where the code was
    shown: then the letter has reached the person.
    """
    if failed.template != Template.IDENTITY:
        return
    request = Request.objects.select_for_update().get(id=failed.request_id)
    expired = (request.status, request.outcome) == (Status.CLOSED, Outcome.EXPIRED)
    if not request.sealed or not (request.status == Status.UNVERIFIED or (expired and is_owed(context, request))):
        return
    proofs = _list_proofs_by_letter(context, request, failed.message_id)
    refused = [contact for _, contact in proofs] if failed.problem.startswith(_OF_ADDRESS) else []
    request.proofs.filter(id__in=[id for id, _ in proofs]).update(failed_at=context.now, sealed=None)
    request.messages.filter(id=failed.message_id).update(sealed=None)  # its code is over: no use to send it once more
    asked, persons = open_request(context, request)
    seal_asked(context, request, replace(asked, refused=tuple(dict.fromkeys((*asked.refused, *refused)))), persons)
    request.save(update_fields=["sealed"])
    if expired:
        _reopen_request(context, request)
    if is_owed(context, request):
        _restart_time(context, request)
    schedule_due("identify", request.id, at=context.now)


def _list_proofs_by_letter(context: Context, request: Request, message_id: str) -> list[tuple[str, str]]:
    """Return the proofs whose code or link the letter ``message_id`` had, and to which contact it went."""
    found = []
    for proof in request.proofs.filter(proven_at=None, method__in=codes.BY_LETTER).exclude(sealed=None):
        note = open_note(context, request, name_proof_note(proof.id), bytes(proof.sealed or b""))
        if note.get("message") == message_id:
            found.append((proof.id, str(note["contact"])))
    return found


def _reopen_request(context: Context, request: Request) -> None:
    request.status, request.outcome, request.closed_at, request.forget_on = Status.UNVERIFIED, "", None, None
    request.save(update_fields=["status", "outcome", "closed_at", "forget_on"])
    Due.objects.filter(kind="forget", about=request.id, done_at=None).update(done_at=context.now)
    renew_due_day(context, request)
    note_event(context, request, "identity.open_again")


def _restart_time(context: Context, request: Request) -> None:
    """Let ``request`` expire when as much time has gone by, from now on, as anybody has to show who they are."""
    expires = context.now + timedelta(days=context.policy.firm.requests.unverified_days)
    schedule_due("expire", request.id, at=expires)
    Due.objects.filter(kind="expire", about=request.id, done_at=None).update(at=expires)


# --- what staff see ------------------------------------------------------------------------------------------


def list_requests_to_identify(now: datetime) -> QuerySet[Request]:
    """Return the requests whose person staff must call, or see, before anything is done, the oldest first.

    ``is_called`` of each: whether a call to a number on file is waited for.
    """
    calls = Proof.objects.filter(method=codes.CALL_BACK, proven_at=None, failed_at=None, expires_at__gt=now)
    must_see = Event.objects.filter(kind="identity.staff_must_see").values("request")
    nobody_asked = Event.objects.filter(kind__in=_ASKS_NOBODY).values("request")
    found = Q(id__in=calls.values("request")) | Q(id__in=must_see) | Q(identity_asked_on=None, id__in=nobody_asked)
    unverified = Request.objects.filter(found, status=Status.UNVERIFIED).order_by("received_at", "id")
    return unverified.annotate(is_called=Exists(calls.filter(request=OuterRef("pk"))))


HEARS = (make_subscription(LetterFailed, note_code_failed),)
