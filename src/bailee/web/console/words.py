"""Small words for headlines, such as numbers; what several screens say alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bailee.web.console.request_words import spelled

__all__ = ["joined", "lasting", "spelled"]

_TWO_YEARS = 730  # days


def joined(parts: Sequence[str]) -> list[str]:
    """Return the parts of a headline as they are printed: the first with a capital, a comma after all but the last."""
    said = [part for part in parts if part]
    said = [said[0][:1].upper() + said[0][1:], *said[1:]]
    return [f"{part}," for part in said[:-1]] + said[-1:]


def lasting(since: datetime, now: datetime) -> str:
    """Return how long something has lasted, in days, or in years where these are two or more."""
    days = max(0, (now - since).days)
    if days >= _TWO_YEARS:
        return _("%(count)d years") % {"count": days // 365}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else _("today")
