"""Extensions of which the person was not told within the first month: they do not count (Art. 12(3)).

All is decided here, at each look at a clock that is right: by a clock ahead a letter that leaves in time would be late.
A letter that left too late takes the longer time back. One that waits still when the month is over, since a mail server
is silent or nobody has printed it, is given up: the later day that it tells is not so. Staff see it among the letters
that have reached nobody, and the request is due when the first month ends. One that was printed may be in the post:
it is left to staff, who say on which day it was posted.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Q, QuerySet

from bailee.engine.time_check import APART
from bailee.requests.clocks import EXTENSION_TOO_LATE, ClockError, find_extension_notice_day, take_back_extension
from bailee.requests.letters.delivery import give_up_letter
from bailee.requests.letters.facts import Template
from bailee.requests.letters.outbox import QUEUED, SENT, TO_PRINT, TOO_LATE
from bailee.requests.owed_letters import BY_HAND
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Event, Message, Request, Status


def take_back_untold_extensions(context: Context) -> None:
    """Take back each extension that the person was not told of in time; by a clock that is right."""
    _give_up_waiting_letters(context)
    _correct_sent_times(context)
    extended = Request.objects.filter(extended_on__isnull=False, merged_into=None).exclude(status=Status.CLOSED)
    for request_id in list(extended.values_list("id", flat=True)):
        try:
            _take_back_late_extension(context, request_id)
        except ClockError:
            continue  # its day cannot be counted at all: the doctor goes on naming it


def _give_up_waiting_letters(context: Context) -> None:
    waits = Q(state=QUEUED) | Q(state=TO_PRINT, tries=0)
    waiting = Message.objects.filter(waits, template=Template.EXTEND, request__isnull=False)
    for letter in waiting.defer("sealed"):
        one = Request.objects.get(id=letter.request_id)
        about = one if one.merged_into_id is None else Request.objects.get(id=one.merged_into_id)
        if about.status == Status.CLOSED:
            continue
        try:
            by = find_extension_notice_day(about)
        except ClockError:
            continue  # as above
        if by is not None and context.today > by:
            give_up_letter(context, letter, TOO_LATE)


def _correct_sent_times(context: Context) -> None:
    """Let letters that left by a wrong clock have left now: that is the latest that can be.

    It was wrong where that moment has not come yet, or is before the letter was written.
    """
    ahead = Q(sent_at__gt=context.now + APART)
    behind = Q(made_at__lte=context.now, sent_at__lt=F("made_at") - APART)
    Message.objects.filter(ahead | behind, template=Template.EXTEND, state=SENT).update(sent_at=context.now)


def _take_back_late_extension(context: Context, request_id: str) -> None:
    """Take the longer time back where the letter that says so has left when the first month was over.

    Not where another letter that says so left in time, or staff have told the person in time. It stays on the timeline
    that the time was to be longer.
    """
    with transaction.atomic():
        about = Request.objects.select_for_update().get(id=request_id)
        by = find_extension_notice_day(about)
        if about.extended_on is None or by is None or context.today <= by:
            return
        days = [
            context.day_of(at)
            for at in _list_extension_letters(about).values_list("sent_at", flat=True)
            if at is not None
        ]
        if not days or min(days) <= by or _is_told_by_hand(context, about, by):
            return
        take_back_extension(context, about)
        note_event(context, about, EXTENSION_TOO_LATE, until=by.isoformat(), due=str(about.due_on or ""))


def _list_extension_letters(about: Request) -> QuerySet[Message]:
    """Return the letters that have left and say that ``about``, or a request that was merged into it, takes longer."""
    ours = Q(request=about) | Q(request__merged_into=about)
    return Message.objects.filter(ours, template=Template.EXTEND, state=SENT).order_by()


def _is_told_by_hand(context: Context, about: Request, by: date) -> bool:
    ours = Q(request=about) | Q(request__merged_into=about)
    told = Event.objects.filter(ours, kind=BY_HAND).values_list("at", "facts")
    return any(context.day_of(at) <= by and Template.EXTEND in facts["letters"].split(", ") for at, facts in told)
