"""Extensions of which the person was not told within the first month: they do not count (Art. 12(3)).

A letter that leaves too late takes the longer time back as it leaves (`clocks.letter_left`). One that waits still when
the month is over, since a mail server is silent or nobody has printed it, is given up here: the later day that it tells
is not so. Staff see it among the letters that have reached nobody, and the request is due when the first month ends.
"""

from __future__ import annotations

from bailee.requests.clocks import ClockError, tell_of_extension_by
from bailee.requests.letters.delivery import give_up
from bailee.requests.letters.facts import Template
from bailee.requests.letters.outbox import QUEUED, TO_PRINT
from bailee.store.context import Context
from bailee.store.models import Message, Request

TOO_LATE = "too-late"
"""The problem of such a letter."""


def take_back(context: Context) -> None:
    """Give up each letter of an extension that waits though the first month is over; by a clock that is right."""
    waiting = Message.objects.filter(template=Template.EXTEND, state__in=(QUEUED, TO_PRINT), request__isnull=False)
    for letter in waiting.defer("sealed"):
        one = Request.objects.get(id=letter.request_id)
        about = one if one.merged_into_id is None else Request.objects.get(id=one.merged_into_id)
        try:
            by = tell_of_extension_by(about)
        except ClockError:
            continue  # its day cannot be counted at all: the doctor goes on naming it
        if by is not None and context.today > by:
            give_up(context, letter, TOO_LATE)
