"""A server that hangs is told from one that works: while a statement waits for long, a new connection is tried.

A statement may take many minutes and be no failure, so the time alone says nothing. A server that is stopped, or that
the network swallows, greets nobody either; one that works does. If a new connection gets no greeting in the time that
is allowed for it, the one that waits is cut, and its statement fails as with any connection that is cut. Else all that
the same work has open in other systems would stay open: a SQLite file that is read cannot be written to.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from bailee.connectors.sql.dialects.driver import Driver

AFTER = 10.0
"""Seconds that a statement waits before a new connection is tried, and between one such trial and the next."""

_LOOKS = 1.0  # seconds


@dataclass(eq=False, slots=True)
class _Wait:
    """A connection on which an answer is waited for. ``asked_at``: since when, or when a new one was tried last."""

    greets: Callable[[], bool]
    cut: Callable[[], None]
    server: str
    asked_at: float


_waits: dict[int, _Wait] = {}
_thread: threading.Thread | None = None
_lock = threading.Lock()


def watch_waits(connection: Any, driver: Driver, server: str, greets: Callable[[], bool]) -> None:
    """Watch the waits of ``connection``: cut it where ``server`` no longer ``greets`` a new one.

    ``server``: the same for all connections to the same one, so that it is tried once for all. A connection that is
    watched already is watched once.
    """
    name = driver.waits_in
    answer, wait = getattr(connection, name), _Wait(greets, _make_cut(connection, driver), server, 0.0)
    answer = getattr(answer, "__wrapped__", answer)

    @wraps(answer)
    def watched(*arguments: Any, **named: Any) -> Any:
        wait.asked_at = time.monotonic()
        _waits[id(wait)] = wait
        try:
            return answer(*arguments, **named)
        finally:
            _waits.pop(id(wait), None)

    setattr(connection, name, watched)
    _start_thread()


def _make_cut(connection: Any, driver: Driver) -> Callable[[], None]:
    def cut() -> None:
        with socket.socket(fileno=os.dup(driver.socket_of(connection))) as other:
            other.shutdown(socket.SHUT_RDWR)

    return cut


def _start_thread() -> None:
    global _thread  # noqa: PLW0603 - one thread a process, and none in one that only reads files
    if _thread is None or not _thread.is_alive():
        with _lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_check_waits, name="hung-servers", daemon=True)
                _thread.start()


def _check_waits() -> None:
    while True:
        time.sleep(_LOOKS)
        for server in {one.server for one in _find_long_waits()}:
            _try_server(server)


def _find_long_waits() -> list[_Wait]:
    now = time.monotonic()
    return [one for one in list(_waits.values()) if now - one.asked_at >= AFTER]


def _try_server(server: str) -> None:
    """Try a new connection to ``server``; if it is not greeted, cut all that have waited for long."""
    waits = {one: one.asked_at for one in _find_long_waits() if one.server == server}
    greets = not waits or next(iter(waits)).greets()
    for wait, asked_at in waits.items():
        if wait.asked_at != asked_at or id(wait) not in _waits:
            continue  # it was answered meanwhile
        wait.asked_at = time.monotonic()
        if not greets:
            with suppress(Exception):  # likewise
                wait.cut()
