"""How the demo's promises stood in the last ninety days: a history made up, for a firm that was built a minute ago.

The last day is what a look has really found. Before it every light was on, but for some days: one that is off today
has been for a while, and some others were, and were mended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bailee.checks import Verdict
from bailee.engine.checking.history import HISTORY
from bailee.store.context import Context

_DAYS = 89
_SINCE = {Verdict.BROKEN: 12, Verdict.UNKNOWN: 5}
"""For how many days a light has been off that is off today."""

_SAID = {
    Verdict.KEPT: "nothing stood against it",
    Verdict.BROKEN: "3 rows were past their time",
    Verdict.UNKNOWN: "the system did not answer",
}

_MENDED = (None, None, None, None, (Verdict.BROKEN, 41, 36), None, None, (Verdict.UNKNOWN, 20, 19), None)
"""By turns, what a promise was once that is kept today, and from how many days ago until when."""


def remember(context: Context) -> None:
    """Write the days before today's look into the books. Raises `StateError`."""
    page = context.store.page(HISTORY)
    for place, name in enumerate(sorted(page)):
        one = page[name]
        verdict = Verdict(one["verdict"])
        runs = list(_runs(verdict, one["says"], place, context.today))
        since = datetime.combine(date.fromisoformat(runs[-1][0]), datetime.min.time(), context.now.tzinfo)
        page[name] = {**one, "runs": runs, "since": (since + timedelta(hours=6)).isoformat()}
    context.store.keep_page(HISTORY, page)


def _runs(verdict: Verdict, says: str, place: int, today: date) -> Iterator[list[str]]:
    def run(first: int, last: int, stood: Verdict, words: str) -> list[str]:
        days = (today - timedelta(days=ago) for ago in (first, last))
        return [*(day.isoformat() for day in days), str(stood), words]

    was = _MENDED[place % len(_MENDED)]
    if verdict in _SINCE:
        yield run(_DAYS, _SINCE[verdict] + 1, Verdict.KEPT, _SAID[Verdict.KEPT])
        yield run(_SINCE[verdict], 0, verdict, says)
    elif was is not None:
        stood, first, last = was
        yield run(_DAYS, first + 1, Verdict.KEPT, says)
        yield run(first, last, stood, _SAID[stood])
        yield run(last - 1, 0, verdict, says)
    else:
        yield run(_DAYS, 0, verdict, says)
