"""Days as a strip, drawn by the server: height says before colour does whether a promise was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bailee.checks import Verdict
from bailee.runner.desk.promises import Day

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
class Bar:
    """A rectangle. ``kind``: the letter of its class."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Strip:
    """``width`` in units; ``says`` the same in words."""

    width: int
    bars: Sequence[Bar]
    says: str


def of_days(days: Sequence[Verdict | None]) -> Strip:
    """Return the strip of one promise."""
    bars = []
    for place, verdict in enumerate(days):
        kind, x, y, width, height = _SHAPES[verdict]
        bars.append(Bar(kind, place * STEP + x, y, width, height))
    return Strip(len(days) * STEP, bars, _said(days))


def of_all(days: Sequence[Day]) -> Strip:
    """Return the strip of all promises: how many were broken, and on them how many unknown, day by day."""
    most = max((day.broken + day.unknown for day in days), default=0)
    unit = min(12, _TALL / most) if most else 0
    bars = []
    for place, day in enumerate(days):
        x, y = place * STEP, 40.0
        if not day.looked:
            bars.append(Bar("n", x, 41, 4, 1))
            continue
        bars.append(Bar("k", x, 40, 4, 3))
        for kind, count in (("b", day.broken), ("u", day.unknown)):
            if count:
                height = max(3, round(count * unit, 1))
                y -= height
                bars.append(Bar(kind, x + (0.5 if kind == "u" else 0), y, 3 if kind == "u" else 4, height - 1))
    clean = clean_days(days)
    says = ngettext("%(clean)d clean day of %(of)d", "%(clean)d clean days of %(of)d", clean)
    return Strip(len(days) * STEP, bars, says % {"clean": clean, "of": len(days)})


def clean_days(days: Sequence[Day]) -> int:
    """Return on how many days somebody looked and everything was kept."""
    return sum(day.looked and not day.broken and not day.unknown for day in days)


def _said(days: Sequence[Verdict | None]) -> str:
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
