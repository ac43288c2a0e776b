"""How old a word may be: what somebody attested holds for a year, unless the policy says otherwise."""

from __future__ import annotations

from datetime import date

from bailee.policy.dates import add
from bailee.policy.model import Period

MOST = Period(months=12)


def too_old(iso: str, valid: Period, today: date) -> str:
    """Return since when a word of the day ``iso`` is too old, in words; nothing where it still holds."""
    last = add(date.fromisoformat(iso), valid)
    if last >= today:
        return ""
    days = (today - date.fromisoformat(iso)).days
    return f"on {iso}, {days:,} days ago"
