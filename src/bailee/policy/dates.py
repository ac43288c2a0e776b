"""Calendar arithmetic of retention and holds: pure, monotone, never past the last day of the calendar."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, TypeAlias

from bailee.policy.kinds import DAY
from bailee.policy.words import WordError
from bailee.policy.written import Parsed


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period, ISO 8601 (``P6Y``, ``P18M``, ``P30D``): months and days, added in that order."""

    months: int = 0
    days: int = 0


class RoundTo(StrEnum):
    """What a date is carried forward to before a period is added."""

    DAY = "day"
    MONTH_END = "month end"
    YEAR_END = "year end"  # the firm's financial year


@dataclass(frozen=True, slots=True)
class Until:
    """The last day of a hold: ``round_to(column) + period``, or the fixed ``day``; an empty cell holds.

    ``round_to`` comes first: *year end of issued_on + P6Y* is six years after the end of the year of issue.
    """

    column: str | None = None
    period: Period = Period()
    round_to: RoundTo = RoundTo.DAY
    day: str | None = None  # ISO date


_ALL_DAYS = range(1, date.max.toordinal() + 1)


def add(day: date, period: Period) -> date:
    """Return ``day`` plus the months, then the days of ``period``.

    A day that the month does not have becomes its last (31 January + 1 month is 28 or 29 February). What would pass
    31 December 9999 is that day.
    """
    months = day.year * 12 + (day.month - 1) + period.months
    year, month = divmod(months, 12)
    if year > date.max.year:
        return date.max
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    if period.days > (date.max - moved).days:
        return date.max
    return moved + timedelta(days=period.days)


def last_day(until: Until, day: date, year_end: str) -> date:
    """Return the last day on which a hold stands that counts from ``day``.

    ``day`` is carried forward to the month end or the firm's ``year_end`` (``MM-DD``; ``02-29`` is the last day of
    February) where ``until`` says so, and the period is added to that. A fixed ``until.day`` is returned as it is.
    """
    if until.day is not None:
        return date.fromisoformat(until.day)
    return add(_round_day(day, until.round_to, year_end), until.period)


@lru_cache(maxsize=256)
def first_day_held(until: Until, today: date, year_end: str) -> date | None:
    """Return the least day whose hold has not ended ``today``: ``last_day(until, day, year_end) >= today``.

    Later days are held too, because `last_day` never falls as ``day`` rises. ``None``: no day is held any more.
    """
    if until.day is not None:
        return date.min if date.fromisoformat(until.day) >= today else None
    return _find_least(lambda day: last_day(until, day, year_end), today)


def first_day_not_due(period: Period, today: date) -> date:
    """Return the least day from which ``period`` has not passed ``today``: ``add(day, period) >= today``."""
    return _find_least(lambda day: add(day, period), today)


def words(period: Period) -> str:
    """Return ``period`` as people say it: ``6 years``, ``18 months``, ``1 year and 30 days``."""
    years, months = divmod(period.months, 12)
    if months:
        years, months = 0, period.months
    counts = ((years, "year"), (months, "month"), (period.days, "day"))
    said = [f"{count} {unit}" if count == 1 else f"{count} {unit}s" for count, unit in counts if count]
    return " and ".join(said) or "0 days"


def _round_day(day: date, round_to: RoundTo, year_end: str) -> date:
    match round_to:
        case RoundTo.DAY:
            return day
        case RoundTo.MONTH_END:
            return day.replace(day=monthrange(day.year, day.month)[1])
        case RoundTo.YEAR_END:
            end = _find_year_end(day.year, year_end)
            if end >= day:
                return end
            return _find_year_end(day.year + 1, year_end) if day.year < date.max.year else date.max


def _find_year_end(year: int, year_end: str) -> date:
    month, day = map(int, year_end.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def _find_least(last: Callable[[date], date], today: date) -> date:
    # last never falls, and last(date.max) is date.max: a bisection always finds the least day.
    at = bisect_left(_ALL_DAYS, today, key=lambda ordinal: last(date.fromordinal(ordinal)))
    return date.fromordinal(_ALL_DAYS[at])


_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?\Z")
PERIOD_HINT = "write an ISO 8601 period of years, months, weeks or days: P6Y, P18M, P30D"
_UNTIL = re.compile(r"(?:(year|month)\s+end\s+of\s+)?(?P<column>[^\s+]+)(?:\s*\+\s*(?P<period>\S+))?\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
UNTIL_HINT = "write a column, year end of column + P6Y, month end of column + P30D, or a date such as 2030-12-31"


def parse_day(text: str) -> str:
    """Return ``text``, a date that looks like one, if the calendar has it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise WordError("names a date that does not exist", "look at the month and the day") from None
    return text


def parse_period(text: str) -> Period:
    """Return the calendar period that ``text`` says in ISO 8601: whole years, months, weeks and days."""
    said = _PERIOD.match(text)
    if not said:
        raise WordError(f'is not a period: "{text}"', PERIOD_HINT)
    years, months, weeks, days = (int(number or 0) for number in said.groups())
    return Period(years * 12 + months, weeks * 7 + days)


def parse_until(text: str) -> Until:
    """Return when a hold ends: ``year end of issued_on + P6Y``, ``closed_on``, or a date."""
    if _DAY.match(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise WordError("names a date that does not exist", UNTIL_HINT) from None
        return Until(day=text)
    said = _UNTIL.match(text)
    if not said:
        raise WordError(f'is no end: "{text}"', UNTIL_HINT)
    round_to = RoundTo(f"{said[1]} end") if said[1] else RoundTo.DAY
    return Until(said["column"], parse_period(said["period"]) if said["period"] else Period(), round_to)


Day: TypeAlias = Annotated[str, Parsed(parse_day, "P122", "", DAY)]
"""An ISO date."""

WrittenPeriod: TypeAlias = Annotated[Period, Parsed(parse_period, "P108", Period())]
WrittenUntil: TypeAlias = Annotated[Until, Parsed(parse_until, "P109", Until())]
