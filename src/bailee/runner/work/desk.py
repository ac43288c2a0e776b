"""Where a worker sits: the office that it works for, its name, its clock, and whether it has been told to stop."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bailee.runner.office import Office
from bailee.runner.work.due import LEASE


class Stopping(Exception):
    """The worker has been told to stop: it lets go of its work between two steps, and another goes on."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """``name``: random, of this worker. ``lasts``: how long it may be silent before its work is taken over."""

    office: Office
    clock: Callable[[], datetime] = utc_now
    lasts: timedelta = LEASE
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    stop: threading.Event = field(default_factory=threading.Event)


_SITS = threading.local()


def sit_down(desk: Desk) -> None:
    """Let this thread work at ``desk``: whatever Django Tasks hands to it is done there."""
    _SITS.desk = desk


def desk_of_this_thread() -> Desk:
    """Return the desk at which this thread works."""
    desk: Desk = _SITS.desk
    return desk
