"""Which system each thread is waiting for, so that a page can say so when the answer does not come."""

from __future__ import annotations

import threading

_SYSTEMS: dict[int, str] = {}


def note_asked(system: str) -> None:
    """Note that this thread asks ``system`` now."""
    _SYSTEMS[threading.get_ident()] = system


def find_asked(thread: int) -> str:
    """Return the system that a thread, known by its identifier, asked last; empty where it asked none."""
    return _SYSTEMS.get(thread, "")


def forget_thread() -> None:
    """Forget what this thread asked: it ends."""
    _SYSTEMS.pop(threading.get_ident(), None)
