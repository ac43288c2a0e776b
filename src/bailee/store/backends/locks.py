"""Locks between processes of one machine, and what the system says of files, in words."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bailee.store.errors import BusyError, StateError

PAUSE = 0.05
"""Seconds between two tries at a lock that another process holds."""


@contextmanager
def hold_lock(path: Path, wait: float = 20.0) -> Iterator[None]:
    """Hold the lock ``path``, which goes with a process that dies.

    Raises `BusyError` where another still holds it after ``wait`` seconds; `StateError`.
    """
    with translate_errors(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock_file(descriptor, time.monotonic() + wait)
        yield
    finally:
        os.close(descriptor)


def _lock_file(descriptor: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise BusyError from None
        time.sleep(PAUSE)


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    """Say in words why files of the books cannot be used; what the system says may repeat a name."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "unknown"
        hint = f"see to {folder}, then run it again: what is not in the books is not done"
        raise StateError(f"the books cannot be used: {reason}", hint) from None
