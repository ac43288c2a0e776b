"""How long what is known counts: a look for eight days, an attestation for a year, or as long as the policy says."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bailee.checks.model import Verdict
from bailee.policy import Period
from bailee.policy.dates import add

ATTESTATION_VALIDITY = Period(months=12)

TOO_OLD = timedelta(days=8)
"""A promise that nobody has looked at for so long is not said to be kept: a day's look that failed is forgiven."""


def is_too_old(verdict: Verdict, confirmed: datetime, now: datetime) -> bool:
    """Whether ``verdict``, last ``confirmed`` then, no longer counts ``now`` (both UTC), and is unknown.

    That a promise is broken is never too old: it is so until a look has found otherwise.
    """
    return verdict is Verdict.KEPT and now - confirmed > TOO_OLD


def is_to_come(iso: str, today: date) -> bool:
    """Whether a word is of a day that is to come: nobody can have looked then, and it would never grow too old."""
    return date.fromisoformat(iso) > today


def describe_staleness(iso: str, valid: Period, today: date) -> str:
    """Return since when a word of the day ``iso`` is too old, in words; nothing where it still holds."""
    last = add(date.fromisoformat(iso), valid)
    if last >= today:
        return ""
    days = (today - date.fromisoformat(iso)).days
    return f"on {iso}, {days:,} days ago"
