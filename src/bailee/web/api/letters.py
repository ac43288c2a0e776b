"""Letters that have not gone yet: printed for staff who post them, ticked off, sent again."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.http import HttpResponse
from ninja import Query, Router
from ninja.decorators import decorate_view
from pydantic import Field

from bailee.requests.fields import Day
from bailee.requests.letters.delivery import note_returned_letters
from bailee.requests.letters.outbox import resend_letter
from bailee.requests.letters.print_jobs import mark_posted, print_one_letter
from bailee.requests.letters.waiting_letters import WaitingLetter, list_waiting_letters
from bailee.store import access_log
from bailee.store.models import Message
from bailee.store.staff import Scope
from bailee.views.letters import by_id
from bailee.web.api.access import FRONT, READERS, Call, allow, sees_unverified
from bailee.web.api.cases import WhyShape
from bailee.web.api.fields import Id, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import NotFound

router = Router(tags=["letters"])

_SENDS = allow(Scope.WRITE, FRONT)


class Unsent(View):
    """A letter that has not gone: not to whom it goes, nor what it says. ``problem``: what prevented it."""

    id: Id
    reference: str | None = Field(description="Of its request")
    template: str = Field(examples=["identity"])
    channel: str
    state: str = Field(examples=["to_print"])
    tries: int
    problem: str
    made_at: datetime
    next_try_at: datetime | None


class _Unsents(Shape):
    limit: int = Field(100, ge=1, le=1000)


class _Posted(Shape):
    on: Day | None = Field(None, description="The day on which it was posted; today without one")


@router.get("/letters", auth=allow(Scope.READ, READERS), response=list[Unsent], operation_id="list_letters")
def list_letters(request: Call, asked: Query[_Unsents]) -> list[WaitingLetter]:
    """List the letters that have not gone, the oldest first: on their way, to be printed, or failed."""
    return list(islice(list_waiting_letters(unverified=sees_unverified(request)), asked.limit))


@router.post(
    "/letters/{letter_id}/print",
    auth=allow(Scope.PERSONAL, FRONT),
    response={200: None},
    operation_id="print_letter",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": {}}}}},
)
def print_letter(request: Call, letter_id: Id, body: WhyShape) -> HttpResponse:
    """Set a letter that goes on paper as PDF, for a window envelope. It is written down who did so and why.

    It waits until it is ticked off, and can be printed again.
    """
    letter = _find_letter(request, letter_id)
    assert letter.request is not None
    access_log.log_access(request.context, "letter", body.reason, letter.request)
    response = HttpResponse(print_one_letter(request.context, letter.id), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.id}.pdf"'
    return response


@router.post("/letters/{letter_id}/sent", auth=_SENDS, response={204: None}, operation_id="letter_sent")
@decorate_view(act_once)
def letter_sent(request: Call, letter_id: Id, asked: Query[_Posted]) -> None:
    """Say that a letter that was printed is in the post: a code in it is then destroyed here."""
    mark_posted(request.context, [_find_letter(request, letter_id).id], asked.on)


@router.post("/letters/{letter_id}/returned", auth=_SENDS, response={204: None}, operation_id="letter_returned")
@decorate_view(act_once)
def letter_returned(request: Call, letter_id: Id) -> None:
    """Say that a letter which had left reached nobody: a mail bounced, or the post brought paper back."""
    note_returned_letters(request.context, [_find_letter(request, letter_id, is_readable=False).id])


@router.post("/letters/{letter_id}/again", auth=_SENDS, response={204: None}, operation_id="send_letter_again")
@decorate_view(act_once)
def send_letter_again(request: Call, letter_id: Id) -> None:
    """Send mail that waits, or has failed, now: when what prevented it is fixed."""
    resend_letter(request.context, _find_letter(request, letter_id).id)


def _find_letter(request: Call, letter_id: str, *, is_readable: bool = True) -> Message:
    assert request.caller is not None
    found = by_id(letter_id, request.caller.role, is_readable=is_readable)
    if found is None:
        raise NotFound
    return found
