"""Working days and months: what a day is to a statutory date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, Protocol

from bailee.policy import Period
from bailee.policy.dates import add

Regime = Literal["uk", "eu"]

DIVISIONS: Mapping[Regime, Mapping[str, tuple[str, str | None]]] = {
    "uk": {
        "england-and-wales": ("GB", "ENG"),
        "scotland": ("GB", "SCT"),
        "northern-ireland": ("GB", "NIR"),
    },
    "eu": {"eu": ("", None)}  # no country in particular: weekends alone
    | {
        code.lower(): (code, None)
        for code in (
            "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
        )
    },
}
"""Regime -> division -> country and subdivision, as the holidays of it are looked up. In the EU a country (EEA)."""

_SATURDAY = 5
_DAY = timedelta(days=1)


class Calendar(Protocol):
    """The holidays of a place."""

    def get(self, day: date) -> str | None:
        """Return the name of the holiday on ``day``, if it is one."""


def calendar_of(regime: Regime, division: str) -> Calendar:
    """Return the holidays of ``division``, whatever the year: bank holidays in the UK, public ones elsewhere.

    Raises `KeyError` for a division that `DIVISIONS` does not have.
    """
    country, part = DIVISIONS[regime][division]
    if not country:
        return {}
    import holidays  # start-up: 55 ms

    found: Calendar = holidays.country_holidays(country, subdiv=part, language="en_GB" if country == "GB" else None)
    return found


def month_later(day: date, months: int) -> date:
    """Return the same date ``months`` later; the last day of a month that has no such date."""
    return add(day, Period(months=months))


def why_not_working(day: date, calendar: Calendar) -> str:
    """Return why ``day`` is no working day: the weekday or the holiday; empty where it is one."""
    if day.weekday() >= _SATURDAY:
        return f"{day:%A}"
    return calendar.get(day) or ""


def next_working(day: date, calendar: Calendar) -> date:
    """Return ``day``, or the first working day after it."""
    while why_not_working(day, calendar):
        day += _DAY
    return day


def last_working(day: date, calendar: Calendar) -> date:
    """Return ``day``, or the last working day before it."""
    while why_not_working(day, calendar):
        day -= _DAY
    return day
