"""Headlines: numbers as words, durations, and parts joined to a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

_TWO_YEARS = 730  # days

_NUMBERS = (
    gettext_lazy("no"), gettext_lazy("one"), gettext_lazy("two"), gettext_lazy("three"), gettext_lazy("four"),
    gettext_lazy("five"), gettext_lazy("six"), gettext_lazy("seven"), gettext_lazy("eight"), gettext_lazy("nine"),
    gettext_lazy("ten"), gettext_lazy("eleven"), gettext_lazy("twelve"),
)  # fmt: skip


def spell_number(number: int) -> str:
    """Return a small number as a word, a large one in figures, as headlines have it."""
    return str(_NUMBERS[number]) if number < len(_NUMBERS) else f"{number:,}"


def join_sentence(parts: Iterable[str]) -> str:
    """Return what is found as one sentence for a headline."""
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def join_headline(parts: Sequence[str]) -> list[str]:
    """Return the parts of a headline as they are printed: the first with a capital, a comma after all but the last."""
    said = [part for part in parts if part]
    said = [said[0][:1].upper() + said[0][1:], *said[1:]]
    return [f"{part}," for part in said[:-1]] + said[-1:]


def describe_duration(since: datetime, now: datetime) -> str:
    """Return how long something has lasted, in days, or in years where these are two or more."""
    days = max(0, (now - since).days)
    if days >= _TWO_YEARS:
        return _("%(count)d years") % {"count": days // 365}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else _("today")
