"""By when a complaint must be acknowledged (DPA 2018 s. 164A)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bailee.clock.days import calendar_of, last_working, next_working

IN_FORCE = date(2026, 6, 19)
_DAYS = 30


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
    strict = received + timedelta(days=_DAYS - 1)
    guidance = next_working(received + timedelta(days=_DAYS), calendar)
    return Acknowledgement(strict, guidance, last_working(strict, calendar), received >= IN_FORCE)
