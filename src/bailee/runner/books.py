"""What earlier looks saw: since when each verdict stands, and rows by day. Numbers and names, nobody's data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bailee.checks import Kept, Look, Verdict
from bailee.runner.state import State

PAGE = "checks"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a promise stands: since when, and when it was last looked at. Times are UTC."""

    verdict: Verdict
    since: datetime
    confirmed: datetime


def standings(state: State) -> Mapping[str, Standing]:
    """Return how each promise stood when it was last looked at; raises `StateError`."""
    found = state.page(PAGE).get("promises", {})
    return {
        name: Standing(Verdict(one["verdict"]), _time(one["since"]), _time(one["confirmed"]))
        for name, one in found.items()
    }


def looks(state: State) -> Mapping[str, Look]:
    """Return what the last look saw of rows, and how many plans have deleted there since."""
    page = state.page(PAGE)
    return {
        name: Look(_time(one["at"]), one["days"], int(one.get("deleted", 0)))
        for name, one in page.get("looks", {}).items()
    }


def remember(state: State, promises: Iterable[Kept], seen: Mapping[str, Look], now: datetime) -> Mapping[str, Standing]:
    """Write down how ``promises`` stand and what was ``seen``; return how all of them stand now."""
    page, before = state.page(PAGE), standings(state)
    stands = dict(before)
    for kept in promises:
        old = before.get(kept.promise)
        since = old.since if old is not None and old.verdict is kept.verdict else now
        stands[kept.promise] = Standing(kept.verdict, since, now)
    page["promises"] = {name: _plain(one) for name, one in stands.items()}
    page["looks"] = {
        **page.get("looks", {}),
        **{name: {"at": look.at.isoformat(), "days": dict(look.days), "deleted": 0} for name, look in seen.items()},
    }
    state.keep_page(PAGE, page)
    return stands


def deleted(state: State, gone: Mapping[str, int], *, were_due: bool) -> None:
    """Note how many rows a plan has deleted of each collection, so that the next look does not miss them.

    ``were_due``: their retention had passed. Such rows are in no look that goes by the day.
    """
    page = state.page(PAGE) if any(gone.values()) else {}
    concerned = False
    for name, look in page.get("looks", {}).items():
        count = gone.get(name.rpartition(" ")[0], 0)
        if count and not (were_due and "" not in look["days"]):
            look["deleted"] = int(look.get("deleted", 0)) + count
            concerned = True
    if concerned:
        state.keep_page(PAGE, page)


def _plain(standing: Standing) -> dict[str, Any]:
    return {
        "verdict": str(standing.verdict),
        "since": standing.since.isoformat(),
        "confirmed": standing.confirmed.isoformat(),
    }


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
