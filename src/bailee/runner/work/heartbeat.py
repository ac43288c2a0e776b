"""A lease kept alive while its work lasts, by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, connection

from bailee.runner.work.due import Lease, LeaseLost


@dataclass
class Pulse:
    """Until when the lease is known to run. Past that, and unless it could be renewed, the work is to stop."""

    lease: Lease
    clock: Callable[[], datetime]
    until: datetime
    lost: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """Raise `LeaseLost` where the lease has run out, or another worker has it; asks nobody."""
        if self.lost or self.clock() >= self.until:
            raise LeaseLost

    def renew(self) -> None:
        """Let the lease run anew. Raises `LeaseLost`."""
        now = self.clock()
        try:
            self.lease.renew(now)
        except LeaseLost:
            self.lost = True
            raise
        self.until = now + self.lease.lasts


@contextmanager
def kept_alive(lease: Lease, clock: Callable[[], datetime]) -> Iterator[Pulse]:
    """Renew ``lease`` from time to time, on a connection of its own, until the block ends."""
    pulse = Pulse(lease, clock, clock() + lease.lasts)
    thread = threading.Thread(target=_beat, args=(pulse,), name=f"lease {lease.due}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop.set()
        thread.join()


def _beat(pulse: Pulse) -> None:
    every = pulse.lease.lasts.total_seconds() / 3
    try:
        while not pulse.stop.wait(every) and not pulse.lost:
            try:
                pulse.renew()
            except DatabaseError:
                continue  # the books are away for a moment; past `until` the work stops by itself
            except LeaseLost:
                return
    finally:
        connection.close()
