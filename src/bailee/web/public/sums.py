"""The clock of a request to its person: a sum, line by line, each with its article, and a calendar.

`bailee.clock` knows the law and gives the days; here they are told in the words of the pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bailee.clock import Acknowledgement, AnswerBy
from bailee.clock.days import Calendar, calendar_of, month_later, why_not_working
from bailee.requests.clocks import calculate_answer
from bailee.store.context import Context
from bailee.store.models import Request, Right

_DAY = timedelta(days=1)
_LONGEST = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class SumLine:
    """One line of the sum: what is counted (a day, or days), in words, and by which law."""

    counted: str
    says: str
    law: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """``due``: the last day, ``None`` while there is none yet. ``still``: days on which the clock stood, and why."""

    received: date
    due: date | None
    lines: tuple[SumLine, ...]
    still: frozenset[date]
    holidays: Calendar

    def days_left(self, today: date) -> int:
        """Return how many days there are after ``today`` until the last one."""
        return max(0, (self.due - today).days) if self.due else 0


def sums_of(context: Context, request: Request) -> Sums | None:
    """Return how the last day came about; ``None`` where the law sets none."""
    answer = calculate_answer(request)
    division = request.division or {"uk": "england-and-wales", "eu": "eu"}[request.regime]
    holidays = calendar_of("uk" if request.regime == "uk" else "eu", division)
    if isinstance(answer, Acknowledgement):
        if request.acknowledged_on is not None:
            return None
        must = _("The last working day on which we must tell you that we have it, 30 days after it came.")
        will = _("The last working day on which we will tell you that we have it, 30 days after it came.")
        line = SumLine(_format_short(answer.target), must if answer.statutory else will, answer.law)
        return Sums(request.received_on, answer.target, (_describe_receipt(request, ""), line), frozenset(), holidays)
    if answer is None:
        return None
    return Sums(
        request.received_on, answer.due, tuple(_list_lines(request, answer, holidays)),
        frozenset(_list_paused_days(context, request, answer)), holidays,
    )  # fmt: skip


def _describe_receipt(request: Request, law: str) -> SumLine:
    return SumLine(_format_short(request.received_on), _("You asked."), law)


def _list_lines(request: Request, answer: AnswerBy, holidays: Calendar) -> Iterator[SumLine]:
    is_uk = request.regime == "uk"
    month = "DPA 2018 s. 54(1)-(2)" if is_uk else "GDPR Art. 12(3), Regulation 1182/71 Art. 3"
    yield _describe_receipt(request, month)
    if answer.started != request.received_on:
        says = _("The clock started: from then on we knew that it was you.")
        if request.fee_paid_on == answer.started:
            says = _("The clock started: the fee was paid.")
        yield SumLine(_format_short(answer.started), says, "UK GDPR Art. 12(6)" if is_uk else "GDPR Art. 12(6)")
    months = 3 if request.extended_on else 1
    same = month_later(answer.started, months)
    if months == 1:
        says = _("The law gives us one month, to %(day)s.") % {"day": _format_long(same)}
        yield SumLine(_("+ 1 month"), says, month)
    else:
        says = _("We have told you why it takes longer, and may take three months, to %(day)s.") % {
            "day": _format_long(same)
        }
        yield SumLine(_("+ 3 months"), says, "UK GDPR Art. 12(3)" if is_uk else "GDPR Art. 12(3)")
    if answer.paused_days:
        says = _("The clock stood still while we waited to know what you meant.")
        yield SumLine(_format_days(answer.paused_days), says, "DPA 2018 s. 54(3C)")
    if answer.due is None or answer.raw is None:
        yield SumLine(_("no day yet"), _("The clock is paused until you answer our question."), "DPA 2018 s. 54(3C)")
        return
    if answer.due != answer.raw:
        reason = _describe_day_off(answer.raw, holidays)
        says = _("%(day)s is no working day (%(reason)s), so the last day moves to the next one.") % {
            "day": _format_long(answer.raw),
            "reason": reason,
        }
        moved = (answer.due - answer.raw).days
        yield SumLine(_format_days(moved), says, "DPA 2018 s. 54(2)" if is_uk else "Regulation 1182/71 Art. 3(4)")
    last = _("The last day. If a request is complex we may need up to two months more, and tell you before this day.")
    yield SumLine(_format_short(answer.due), _("The last day.") if request.extended_on else last)


def _format_days(days: int) -> str:
    return ngettext("+ %(days)d day", "+ %(days)d days", days) % {"days": days}


def _describe_day_off(day: date, holidays: Calendar) -> str:
    holiday = holidays.get(day)
    weekday = {5: _("Saturday"), 6: _("Sunday")}.get(day.weekday())
    return weekday or holiday or ""


def _list_paused_days(context: Context, request: Request, answer: AnswerBy) -> Iterator[date]:
    """Yield the days that do not count: before we knew who asks, and while a question of ours was open (a copy)."""
    day = request.received_on
    while day < answer.started:
        yield day
        day += _DAY
    if request.regime != "uk" or request.right != Right.COPY:
        return
    for pause in request.pauses.all():
        day, last = max(pause.asked_on, answer.started), pause.answered_on or context.today
        while day <= last:
            yield day
            day += _DAY


def _format_long(day: date) -> str:
    return formats.date_format(day, "j F Y")


def _format_short(day: date) -> str:
    return formats.date_format(day, "j F")


# --- the calendar ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Square:
    """A day of the calendar: the ``classes`` that it is drawn by, and what they mean in words."""

    day: date
    classes: str
    says: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """The calendar: ``weeks`` of seven days, how many days are ``gone``, of which so many ``stood`` still."""

    weeks: tuple[tuple[Square, ...], ...]
    gone: int
    stood: int


def draw_calendar(context: Context, request: Request, sums: Sums) -> CalendarMonth:
    """Return the weeks from the day of receipt to the last day."""
    today = context.today
    last = min(max(sums.due or today, today), request.received_on + _LONGEST)
    first = request.received_on - _DAY * request.received_on.weekday()
    weeks: list[tuple[Square, ...]] = []
    while first <= last:
        days = [first + _DAY * n for n in range(7)]
        weeks.append(tuple(_make_square(day, request, sums, today, is_top=not weeks) for day in days))
        first += _DAY * 7
    gone = max(0, (today - request.received_on).days)
    return CalendarMonth(tuple(weeks), gone, sum(day < today for day in sums.still))


def _make_square(day: date, request: Request, sums: Sums, today: date, *, is_top: bool) -> Square:
    inside = request.received_on <= day and (sums.due is None or day <= max(sums.due, today))
    told = {
        "off": (bool(why_not_working(day, sums.holidays)), ""),
        "out-of": (not inside, ""),
        "past": (request.received_on <= day < today and inside, ""),
        "pause": (day in sums.still and day <= today, _("the clock stood still")),
        "today": (day == today, _("today")),
        "due": (day == sums.due, _("last day")),
    }
    classes = " ".join(name for name, (is_so, _says) in told.items() if is_so)
    says = ", ".join(says for is_so, says in told.values() if is_so and says)
    return Square(day, classes, says, is_first=day.day == 1 or (is_top and day.weekday() == 0))
