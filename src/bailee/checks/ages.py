"""How old a word may be: what somebody attested holds for a year, unless the policy says otherwise."""

from __future__ import annotations

from datetime import date

from bailee.policy import Period
from bailee.policy.dates import add

MOST = Period(months=12)


def is_to_come(iso: str, today: date) -> bool:
    """Whether a word is of a day that is to come: nobody can have looked then, and it would never grow too old."""
    return date.fromisoformat(iso) > today


def too_old(iso: str, valid: Period, today: date) -> str:
    """Return since when a word of the day ``iso`` is too old, in words; nothing where it still holds."""
    last = add(date.fromisoformat(iso), valid)
    if last >= today:
        return ""
    days = (today - date.fromisoformat(iso)).days
    return f"on {iso}, {days:,} days ago"
