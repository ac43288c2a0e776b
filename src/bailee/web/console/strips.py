"""Days as a strip, drawn by the server: height says before colour does whether a promise was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bailee.checks import Verdict
from bailee.views.promises import Day

STEP = 6
"""Units of the drawing from one day to the next."""

_TALL = 38  # units of the highest column of a day
_SHAPES: Mapping[Verdict | None, tuple[str, float, float, float, float]] = {
    Verdict.KEPT: ("k", 0, 12, 4, 4),
    Verdict.BROKEN: ("b", 0, 1, 4, 15),
    Verdict.UNKNOWN: ("u", 0.5, 6.5, 3, 9),
    None: ("n", 0, 15, 4, 1),
}


@dataclass(frozen=True, slots=True)
class Strip:
    """``width`` in units. ``shapes``: the letter of a class, and a path of all its bars; ``says`` the same in words."""

    width: int
    shapes: Sequence[tuple[str, str]]
    says: str


def draw_days(days: Sequence[Verdict | None]) -> Strip:
    """Return the strip of one promise."""
    drawn: dict[str, str] = {}
    for place, verdict in enumerate(days):
        kind, x, y, width, height = _SHAPES[verdict]
        drawn[kind] = drawn.get(kind, "") + _draw_bar(place * STEP + x, y, width, height)
    return Strip(len(days) * STEP, list(drawn.items()), _describe_days(days))


def draw_all_days(days: Sequence[Day]) -> Strip:
    """Return the strip of all promises: how many were broken, and on them how many unknown, day by day."""
    most = max((day.broken + day.unknown for day in days), default=0)
    unit = min(12, _TALL / most) if most else 0
    drawn = dict.fromkeys("nkbu", "")
    for place, day in enumerate(days):
        x, y = place * STEP, 40.0
        if not day.looked:
            drawn["n"] += _draw_bar(x, 41, 4, 1)
            continue
        drawn["k"] += _draw_bar(x, 40, 4, 3)
        if day.broken:
            height = max(3, round(day.broken * unit, 1))
            y -= height
            drawn["b"] += _draw_bar(x, y, 4, height - 1)
        if day.unknown:
            height = max(3, round(day.unknown * unit, 1))
            drawn["u"] += _draw_bar(x + 0.5, y - height, 3, height - 1)
    clean = count_clean_days(days)
    says = ngettext("%(clean)d clean day of %(of)d", "%(clean)d clean days of %(of)d", clean)
    return Strip(len(days) * STEP, list(drawn.items()), says % {"clean": clean, "of": sum(day.looked for day in days)})


def _draw_bar(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z"


def count_clean_days(days: Sequence[Day]) -> int:
    """Return on how many days somebody looked and everything was kept."""
    return sum(day.looked and not day.broken and not day.unknown for day in days)


def _describe_days(days: Sequence[Verdict | None]) -> str:
    runs = [(verdict, len(list(group))) for verdict, group in groupby(days)]
    if len(runs) == 1 and runs[0][0] is Verdict.KEPT:
        return _("kept all %(count)d days") % {"count": len(days)}
    words = {
        Verdict.KEPT: _("kept %(count)d"),
        Verdict.BROKEN: _("broken %(count)d"),
        Verdict.UNKNOWN: _("unknown %(count)d"),
        None: _("not looked at %(count)d"),
    }
    return _("days, the oldest first: ") + ", ".join(words[verdict] % {"count": count} for verdict, count in runs)
