"""The verdict of each promise, its days, and what the last look found in words for staff: pages of the books.

This is the one place where a verdict is stored. Every surface reads it by `read_history`, which knows what is too old.

A day has the worst verdict that any look of it found. Days in a row with the same verdict are one run, so that a
thousand promises over a year are a few kilobytes. Nothing in the pages is anybody's data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from bailee.checks import WORST_FIRST, CheckFinding, PromiseResult, Verdict, describe_looks, is_too_old
from bailee.store.sealed_store import Store

HISTORY, LOOKED, LOOKING = "history", "looked", "looking"
"""Names of the pages: runs of days, findings of the last look, and how far the one that is under way has come."""

KEPT_FOR = timedelta(days=400)
"""How far back it is remembered."""

_DAY = timedelta(days=1)
_STEPS = 20  # how often at most a look says how far it has come


@dataclass(frozen=True, slots=True)
class RunOfDays:
    """Days in a row, ``first`` to ``last``, on which a promise stood alike. ``says``: what was found on the last."""

    first: date
    last: date
    verdict: Verdict
    says: str


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """The verdict of a promise (``since``, ``confirmed``: UTC), and what was found of it.

    ``about``: what the worst finding is about, ``hint`` how it is fixed. ``stored``: its runs as the page has them.
    ``is_old``: it was kept, and nobody has looked for too long. It is unknown since it was last confirmed, and nothing
    is found of it.
    """

    verdict: Verdict
    since: datetime
    confirmed: datetime
    says: str
    hint: str
    about: str
    stored: Sequence[Sequence[str]]
    is_old: bool

    @property
    def runs(self) -> Sequence[RunOfDays]:
        """Its days, the oldest first."""
        return tuple(
            RunOfDays(date.fromisoformat(first), date.fromisoformat(last), Verdict(verdict), says)
            for first, last, verdict, says in self.stored
        )


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """How far a look has come: ``done`` of ``of`` promises. ``seconds``: how long the last one took that was ended."""

    at: datetime
    done: int
    of: int
    seconds: float | None


def record_verdicts(store: Store, promises: Iterable[PromiseResult], now: datetime, today: date) -> None:
    """Write down how ``promises`` stand ``now`` (UTC), a day of the firm's calendar. Raises `StateError`."""
    history, looked = store.page(HISTORY), store.page(LOOKED)
    for kept in promises:
        worst = next((finding for finding in kept.findings if finding.verdict is kept.verdict), None)
        before = history.get(kept.promise, {})
        history[kept.promise] = {
            "verdict": str(kept.verdict),
            "since": before["since"] if before.get("verdict") == kept.verdict else now.isoformat(),
            "confirmed": now.isoformat(),
            "says": worst.says if worst else "",
            "hint": worst.hint if worst else "",
            "about": worst.about if worst else "",
            "runs": _add_today(before.get("runs", []), kept.verdict, worst.says if worst else "", today),
        }
        looked[kept.promise] = [_dump_finding(finding) for finding in kept.findings]
    store.keep_page(HISTORY, history)
    store.keep_page(LOOKED, looked)


def read_history(store: Store, now: datetime) -> Mapping[str, PromiseHistory]:
    """Return how every promise that was ever looked at stands ``now`` (UTC). Raises `StateError`."""
    return {name: _parse_past(one, now) for name, one in store.page(HISTORY).items()}


def read_findings(store: Store, promise: str) -> Sequence[Mapping[str, Any]]:
    """Return what the last look found of ``promise``, in words for staff, the worst first. Raises `StateError`."""
    found = store.page(LOOKED).get(promise, [])
    return sorted(found, key=lambda one: WORST_FIRST.index(one["verdict"]))


def list_days(runs: Sequence[RunOfDays], last: date, count: int) -> list[Verdict | None]:
    """Return the verdict of each of ``count`` days to ``last``, the oldest first; ``None``: nobody looked."""
    found: list[Verdict | None] = [None] * count
    first = last - (count - 1) * _DAY
    for run in runs:
        begin, end = max(run.first, first), min(run.last, last)
        for place in range((begin - first).days, (end - first).days + 1):
            found[place] = run.verdict
    return found


def count_verdicts(several: Iterable[PromiseHistory], last: date, count: int) -> Mapping[Verdict, Sequence[int]]:
    """Return how many promises stood how on each of ``count`` days to ``last``, the oldest first.

    A thousand promises have tens of thousands of runs: these are counted as they are stored.
    """
    first = (last - (count - 1) * _DAY).isoformat()
    places = {(last - back * _DAY).isoformat(): count - 1 - back for back in range(count)}
    steps = {verdict: [0] * (count + 1) for verdict in Verdict}
    for past in several:
        for begun, ended, verdict, _ in past.stored:
            if ended >= first and begun <= last.isoformat():
                counted = steps[Verdict(verdict)]
                counted[places.get(begun, 0)] += 1
                counted[places.get(ended, count - 1) + 1] -= 1
    return {verdict: list(accumulate(counted[:-1])) for verdict, counted in steps.items()}


def _add_today(runs: list[list[str]], verdict: Verdict, says: str, today: date) -> list[list[str]]:
    """Return ``runs`` (first and last day, verdict, words) with a look of ``today``."""
    day, kept = today.isoformat(), [run for run in runs if run[1] >= (today - KEPT_FOR).isoformat()]
    if kept and kept[-1][1] == day:  # looked at already: the worse of the two counts
        first, _, stood, _ = kept[-1]
        if WORST_FIRST.index(verdict) > WORST_FIRST.index(Verdict(stood)):
            return kept
        kept = kept[:-1] if first == day else [*kept[:-1], [*_end_yesterday(kept[-1], today)]]
    if kept and kept[-1][2] == verdict and kept[-1][1] == (today - _DAY).isoformat():
        return [*kept[:-1], [kept[-1][0], day, str(verdict), says]]
    return [*kept, [day, day, str(verdict), says]]


def _end_yesterday(run: list[str], today: date) -> list[str]:
    return [run[0], (today - _DAY).isoformat(), *run[2:]]


def _parse_past(one: Mapping[str, Any], now: datetime) -> PromiseHistory:
    verdict = Verdict(one["verdict"])
    since, confirmed = (datetime.fromisoformat(one[name]).astimezone(UTC) for name in ("since", "confirmed"))
    if is_too_old(verdict, confirmed, now):
        return PromiseHistory(Verdict.UNKNOWN, confirmed, confirmed, "", "", "", one["runs"], is_old=True)
    return PromiseHistory(verdict, since, confirmed, one["says"], one["hint"], one["about"], one["runs"], is_old=False)


def _dump_finding(finding: CheckFinding) -> dict[str, Any]:
    plain = asdict(finding)
    place = plain.pop("place")
    return {
        **plain,
        "verdict": str(finding.verdict),
        "basis": str(finding.basis),
        "looked_at": describe_looks([finding]),
        "at": finding.at.isoformat(),
        "place": str(finding.place) if place["file"] else "",
    }


# --- a look that is under way ---------------------------------------------------------------------------------


def record_progress(store: Store, now: datetime, done: int, of: int, seconds: float | None = None) -> None:
    """Say how far a look has come, at most twenty times. ``seconds``: it is over, and took so long."""
    if seconds is None and done % max(1, of // _STEPS):
        return
    before = store.page(LOOKING).get("seconds")
    took = round(seconds, 1) if seconds is not None else before
    store.keep_page(LOOKING, {"at": now.isoformat(), "done": done, "of": of, "seconds": took})


def read_progress(store: Store) -> CheckProgress | None:
    """Return how far the last look has come, ``None`` where there was none."""
    page = store.page(LOOKING)
    return (
        CheckProgress(datetime.fromisoformat(page["at"]), page["done"], page["of"], page["seconds"]) if page else None
    )
