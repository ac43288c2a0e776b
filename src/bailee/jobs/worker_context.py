"""Where a worker sits: the context that it works for, its name, its clock, and whether it has been told to stop."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bailee.jobs.due_items import LEASE
from bailee.jobs.job import Jobs
from bailee.policy import load
from bailee.store.context import Context


class Stopping(Exception):
    """The worker has been told to stop: it lets go of its work between two steps, and another goes on."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass
class WorkerContext:
    """``jobs``: all that a worker can do here. ``name``: random, of this worker.

    ``lasts``: how long it may be silent before its work is taken over.
    ``rounds``: whether it begins what is due every day, where nobody has begun it.
    """

    context: Context
    jobs: Jobs
    clock: Callable[[], datetime] = utc_now
    lasts: timedelta = LEASE
    rounds: bool = False
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    stop: threading.Event = field(default_factory=threading.Event)
    _read: int = 0  # when the newest file of the policy was written that has been read, nanoseconds

    def read_policy_again(self) -> None:
        """Go on under the policy as it stands now, if it was changed. Raises `PolicyError`: it stays as it was."""
        newest = max((p.stat().st_mtime_ns for p in _files_of(self.context.folder)), default=0)
        if self._read and newest != self._read:
            self.context = replace(self.context, policy=load(self.context.folder, public=False))
        self._read = newest


def _files_of(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.yaml")
    yield from folder.glob("systems/*.yaml")
