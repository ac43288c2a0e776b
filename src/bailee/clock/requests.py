"""By when a request must be answered, and a complaint acknowledged.

UK GDPR and GDPR Art. 12(3), DPA 2018 s. 54; of complaints DPA 2018 s. 164A.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from bailee.clock.days import Calendar, Regime, calendar_of, last_working, month_later, next_working, why_not_working
from bailee.errors import BaileeError, ErrorKind

NEW_RULES = date(2026, 2, 5)
"""From here on DPA 2018 s. 54 has the clarification pause (Data (Use and Access) Act 2025 s. 76)."""

_MONTHS, _EXTENDED = 1, 3
_FROM, _TO = date(1990, 1, 1), date(2199, 12, 31)
"""Dates beyond are slips, and no calendar knows their holidays."""


class LegalRight(StrEnum):
    """What is asked for (UK GDPR and GDPR Art. 15 to 21)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class ClockError(BaileeError, ValueError):
    """The dates contradict each other."""

    kind = ErrorKind.WRONG_DATES
    code = "wrong_dates"


@dataclass(frozen=True, slots=True, order=True)
class ClockPause:
    """The person was asked what the request is about on ``asked``, and said so on ``answered`` (``None``: not yet)."""

    asked: date
    answered: date | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A request, as far as dates go. ``identified``: the day on which ID that was asked for, or authority, came.

    ``fee_paid``: likewise for a fee (Art. 12(5)). ``division``: a key of `DIVISIONS`.
    """

    received: date
    right: LegalRight = LegalRight.ACCESS
    identified: date | None = None
    fee_paid: date | None = None
    pauses: tuple[ClockPause, ...] = ()
    extended: bool = False
    regime: Regime = "uk"
    division: str = "england-and-wales"


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One line of the sum: the day that it leads to (``None`` where it leads to none yet), why, and by which law."""

    day: date | None
    says: str
    law: str


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """``due``: the last day on which to answer, to its end; ``None`` while a pause lasts.

    ``raw``: the same before weekends and holidays. ``paused_days``: days left out. ``notice_by``: the last day on which
    to tell the person, with reasons, that the answer takes up to three months. ``rules``: the version of the law.
    """

    started: date
    raw: date | None
    due: date | None
    notice_by: date | None
    paused_days: int
    rules: str
    steps: tuple[ClockStep, ...]


@dataclass(frozen=True, slots=True)
class _Rules:
    """A version of the law. ``inclusive``: a pause counts the day of the answer too. ``stops``: there is a pause."""

    name: str
    stops: bool
    inclusive: bool
    pause_law: str
    month_law: str


_UK = _Rules("UK, requests from 5 February 2026", True, True, "DPA 2018 s. 54(3C)", "DPA 2018 s. 54(1)-(2)")
_UK_OLD = _Rules("UK, requests before 5 February 2026", True, False, "ICO guidance on Art. 12(3)", "UK GDPR Art. 12(3)")
_EU = _Rules("EU", False, False, "", "GDPR Art. 12(3), Regulation 1182/71 Art. 3")


def answer_by(request: Received) -> AnswerBy:
    """Return by when ``request`` must be answered, and each step that leads there.

    UK (DPA 2018 s. 54): a month from the latest of the request, ID that was asked for, and a fee; the days from a
    question about what is meant through its answer are left out, for access alone; a day that is no working day moves
    to the next one. An extension makes it three months from the same start (Art. 12(3)). Requests before 5 February
    2026 keep the rules of their time: a pause did not count the day of the answer. EU (Regulation 1182/71 Art. 3): the
    day of receipt is not counted, the month ends with the same date in the next one, and there is no pause.

    Raises `ClockError` where an answer comes before its question, pauses overlap, a question comes before the request
    or after the last day (of three months, if it is extended), or a date is before 1990 or after 2199.
    """
    _refuse_slips(request)
    rules = _rules(request)
    calendar = calendar_of(request.regime, request.division)
    started = max(day for day in (request.received, request.identified, request.fee_paid) if day is not None)
    pauses = _pauses(request, started) if rules.stops and request.right is LegalRight.ACCESS else []
    steps = [*_starting(request, started, rules)]
    months = _EXTENDED if request.extended else _MONTHS
    first, raw, paused = month_later(started, _MONTHS), month_later(started, months), 0
    for pause in pauses:
        if pause.asked > next_working(raw, calendar):
            raise ClockError(
                f"asked on {pause.asked}, after the last day", "a question then stops no clock: leave it out"
            )
        if pause.answered is None:
            says = f"waiting since {_day(pause.asked)} for what is meant: no last day yet"
            steps.append(ClockStep(None, says, rules.pause_law))
            return AnswerBy(started, None, None, None, paused, rules.name, tuple(steps))
        days = _length(pause, rules)
        if pause.asked <= next_working(first, calendar):
            first += timedelta(days=days)
        raw, paused = raw + timedelta(days=days), paused + days
        steps.append(_paused(pause, rules))
    if request.pauses and not pauses:
        steps.append(ClockStep(None, _no_pause(request), rules.pause_law or "GDPR Art. 12(3)"))
    notice_by = next_working(first, calendar)
    steps.extend(_summed(started, months, paused, raw, calendar, rules))
    if request.extended:
        steps.append(ClockStep(notice_by, "the person must have been told by then why it takes longer", "Art. 12(3)"))
    return AnswerBy(started, raw, next_working(raw, calendar), notice_by, paused, rules.name, tuple(steps))


def _refuse_slips(request: Received) -> None:
    days = [request.received, request.identified, request.fee_paid]
    for day in [*days, *(day for pause in request.pauses for day in (pause.asked, pause.answered))]:
        if day is not None and not _FROM <= day <= _TO:
            raise ClockError(f"{day} is not of these times", "write a date from 1990 to 2199")


def _rules(request: Received) -> _Rules:
    if request.regime == "eu":
        return _EU
    return _UK if request.received >= NEW_RULES else _UK_OLD


def _pauses(request: Received, started: date) -> Sequence[ClockPause]:
    pauses = sorted(request.pauses, key=lambda p: p.asked)
    for pause in pauses:
        if pause.answered is not None and pause.answered < pause.asked:
            raise ClockError(
                f"answered on {pause.answered}, before it was asked on {pause.asked}", "look at both dates"
            )
        if pause.asked < request.received:
            raise ClockError(
                f"asked on {pause.asked}, before the request came on {request.received}", "look at both dates"
            )
    for one, next_ in pairwise(pauses):
        if one.answered is None or next_.asked <= one.answered:
            raise ClockError(
                f"asked again on {next_.asked}, before the answer", "give one pause, from the first question"
            )
    return [p for p in (_after(pause, started) for pause in pauses) if p is not None]


def _after(pause: ClockPause, started: date) -> ClockPause | None:
    """Return the part of ``pause`` in which the clock runs; before the start there is nothing to stop."""
    if pause.answered is not None and pause.answered < started:
        return None
    return ClockPause(max(pause.asked, started), pause.answered)


def _length(pause: ClockPause, rules: _Rules) -> int:
    assert pause.answered is not None
    return (pause.answered - pause.asked).days + (1 if rules.inclusive else 0)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _starting(request: Received, started: date, rules: _Rules) -> Iterator[ClockStep]:
    yield ClockStep(request.received, "the request came", rules.month_law)
    for day, what in (
        (request.identified, "the ID or authority that was asked for came"),
        (request.fee_paid, "the fee was paid"),
    ):
        if day is not None and day > request.received:
            yield ClockStep(day, what, "Art. 12(5)" if day is request.fee_paid else "Art. 12(6)")
    if started != request.received:
        yield ClockStep(started, "so the clock starts", rules.month_law)


def _paused(pause: ClockPause, rules: _Rules) -> ClockStep:
    days = _length(pause, rules)
    through = "through" if rules.inclusive else "until"
    says = f"asked what is meant on {_day(pause.asked)}: left out {through} the answer, {days} day{'s'[: days != 1]}"
    return ClockStep(pause.answered, says, rules.pause_law)


def _no_pause(request: Received) -> str:
    if request.regime == "eu":
        return "the question what is meant stops no clock in the EU"
    return "the question what is meant stops the clock of access requests alone"


def _summed(
    started: date, months: int, paused: int, raw: date, calendar: Calendar, rules: _Rules
) -> Iterator[ClockStep]:
    period = "one month" if months == 1 else "three months"
    same = month_later(started, months)
    last = "" if same.day == started.day else ", whose last day it is"
    yield ClockStep(
        same, f"{period} from the start, the same date{last}", rules.month_law if months == 1 else "Art. 12(3)"
    )
    if paused:
        yield ClockStep(raw, f"and {paused} day{'s'[: paused != 1]} that were left out", rules.pause_law)
    reason = why_not_working(raw, calendar)
    if reason:
        moved = next_working(raw, calendar)
        law = "Regulation 1182/71 Art. 3(4)" if rules is _EU else "DPA 2018 s. 54(2)"
        yield ClockStep(moved, f"{_day(raw)} is no working day ({reason}): the next one", law)


# --- complaints ----------------------------------------------------------------------------------------------

COMPLAINTS_FROM = date(2026, 6, 19)
"""From here on complaints must be acknowledged (DPA 2018 s. 164A)."""

_COMPLAINT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The statute counts 30 days from the day of receipt (``strict``), guidance from the day after, to a working day.

    ``target``: the last working day that satisfies both. ``statutory``: whether the duty was in force.
    """

    strict: date
    guidance: date
    target: date
    statutory: bool

    @property
    def law(self) -> str:
        """The section that sets the day, where it was in force; else none: the firm keeps that time by itself."""
        return "DPA 2018 s. 164A" if self.statutory else ""


def acknowledge_by(received: date, division: str = "england-and-wales") -> Acknowledgement:
    """Return by when a complaint ``received`` in ``division`` of the UK must be acknowledged (DPA 2018 s. 164A(3))."""
    calendar = calendar_of("uk", division)
    strict = received + timedelta(days=_COMPLAINT_DAYS - 1)
    guidance = next_working(received + timedelta(days=_COMPLAINT_DAYS), calendar)
    return Acknowledgement(strict, guidance, last_working(strict, calendar), received >= COMPLAINTS_FROM)
