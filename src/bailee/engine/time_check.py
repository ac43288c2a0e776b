"""Is this machine's clock right? Retention, holds and approvals end by it: nothing is destroyed while that is in doubt.

Three things tell: the clocks of the systems' servers; the last time in the books, before which no clock is right; and
how long ago that is, where no system has a clock of its own. What they cannot tell, a person confirms.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bailee.connectors.base import Clocked, ConnectorError, ServerTime
from bailee.engine.errors import NotAllowed
from bailee.store.sealed_store import Store

APART = timedelta(minutes=5)
"""How far two clocks may be apart that both are right."""

LONG = timedelta(days=40)
"""After so long a silence the time is confirmed by a server's clock, or by a person."""

FRESH = 600.0
"""Seconds for which an answer counts, as long as the clock runs evenly meanwhile: a system that hangs is not asked for
the time at each look."""

_NOTED_EVERY = timedelta(minutes=5)
_PAGE = "time"

Connectors = Callable[[], Mapping[str, Any]]


class WrongClock(NotAllowed):
    """The clock of this machine is wrong, or nothing shows that it is right: what goes by it is not done."""

    code = "wrong_clock"


def read_clock() -> datetime:
    """Return what this machine's clock says (UTC)."""
    return datetime.now(UTC)


def must_be_right(store: Store, connectors: Connectors) -> None:
    """Raise `WrongClock` unless this machine's clock can be believed; note the time in the books.

    ``connectors``: returns those of the systems by name; it is not called where the answer of a moment ago counts.
    Raises `StateError`.
    """
    place, even = store.folder.resolve(), time.time() - time.monotonic()
    known = _RIGHT.get(place)
    if known and abs(even - known[0]) < 1 and time.monotonic() - known[1] < FRESH:
        return
    found = find_doubts(store, connectors())
    if found:
        _RIGHT.pop(place, None)
        raise WrongClock(found[0], "set the clock right; or, where it is right: bailee confirm clock")
    _note_time(store)
    _RIGHT[place] = even, time.monotonic()


def must_be_later(now: datetime, made: datetime) -> None:
    """Raise `WrongClock` where a plan was ``made`` (UTC) at a time that has not come: what it took for due is not."""
    if made - now > APART:
        raise WrongClock(
            f"the plan was made {_format_span(made - now)} ahead of this machine's clock",
            "set the clock right, and plan again",
        )


_RIGHT: dict[Path, tuple[float, float]] = {}
"""Folder of books -> how far the clock was ahead of the one that only counts seconds, and when that was seen."""


def find_doubts(store: Store, connectors: Mapping[str, Any]) -> tuple[str, ...]:
    """Return, in words, why this machine's clock may be wrong; nothing where it is right. Raises `StateError`."""
    return tuple(_find_doubts(read_last_time(store), read_times(connectors)))


def _find_doubts(last: datetime | None, servers: Mapping[str, ServerTime]) -> Iterator[str]:
    here = read_clock()
    agreeing = False
    for name, there in servers.items():
        ahead = here - there.now
        if abs(ahead) > APART:
            side = "ahead of" if ahead > timedelta() else "behind"
            yield f"this machine's clock is {_format_span(abs(ahead))} {side} that of system {name!r}"
        else:
            agreeing = agreeing or there.is_own
    if last is None:
        return
    if here < last - APART:
        yield f"this machine's clock is {_format_span(last - here)} before the last time in the books"
    elif here - last > LONG and not agreeing:
        late = _format_span(here - last)
        yield f"this machine's clock is {late} after the last time in the books, and no server confirms it"


def _format_span(span: timedelta) -> str:
    days, minutes = round(span / timedelta(days=1)), round(span / timedelta(minutes=1))
    return f"{days:,} days" if days > 1 else f"{minutes:,} minutes"


def read_times(connectors: Mapping[str, Any]) -> Mapping[str, ServerTime]:
    """Return what the clocks of the systems say, by system; of those that have one, and answer."""
    found = {}
    for name, connector in connectors.items():
        try:
            told = connector.server_time() if isinstance(connector, Clocked) else None
        except ConnectorError:
            continue
        if told is not None:
            found[name] = told
    return found


def read_last_time(store: Store) -> datetime | None:
    """Return the last time at which the clock was found right, or confirmed (UTC). Raises `StateError`."""
    last = store.page(_PAGE).get("last")
    return datetime.fromisoformat(last) if last else None


def confirm_clock(store: Store) -> datetime:
    """Take it that this machine's clock is right, since a person says so; return what it says. Raises `StateError`.

    Servers that say otherwise are still believed more.
    """
    here = read_clock().replace(microsecond=0)
    page = store.page(_PAGE)
    before = [*page.get("confirmed", []), {"at": here.isoformat(), "last": page.get("last", "")}]
    store.keep_page(_PAGE, {"last": here.isoformat(), "confirmed": before})
    return here


def _note_time(store: Store) -> None:
    here, last = read_clock().replace(microsecond=0), read_last_time(store)
    if last is None or here - last > _NOTED_EVERY:
        store.keep_page(_PAGE, {**store.page(_PAGE), "last": here.isoformat()})
