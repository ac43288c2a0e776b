"""Letters that are still in the outbox: on their way, to be printed, or failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bailee.requests.letters.facts import LetterWay
from bailee.requests.letters.outbox import QUEUED, SENDING, SENT, TOLD
from bailee.store.context import Context
from bailee.store.models import Message, Status


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter that has not gone. ``reference``: of its request. ``problem``: what went wrong."""

    id: str
    reference: str
    template: str
    channel: str
    state: str
    tries: int
    problem: str
    made_at: datetime
    next_try_at: datetime | None


def list_waiting_letters(*, unverified: bool = True) -> Iterator[WaitingLetter]:
    """Yield the letters that have not gone, or did not arrive, oldest first; not to whom they go, nor what they say.

    ``unverified``: also those about requests of which nobody has shown yet that they are theirs.
    """
    rows = Message.objects.exclude(state__in=(SENT, TOLD)).filter(sealed__isnull=False).order_by("made_at", "id")
    if not unverified:
        rows = rows.exclude(request__status=Status.UNVERIFIED)
    for row in rows.values_list(
        "id", "request__reference", "template", "channel", "state", "tries", "problem", "made_at", "next_try_at"
    ):
        yield WaitingLetter(*row)


def count_without_server(context: Context) -> int:
    """Return how many letters wait for a mail server, which the policy does not name."""
    if context.policy.firm.mail is not None:
        return 0
    there = Message.objects.filter(sealed__isnull=False)  # as `list_waiting_letters` has them
    return there.filter(channel=LetterWay.MAIL.value, state__in=(QUEUED, SENDING)).count()
