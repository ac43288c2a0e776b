"""Leases kept alive while their work lasts, by a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import DatabaseError, connections

from bailee.jobs.due_items import Lease, LeaseLost, renew_all


@dataclass
class Pulse:
    """Until when the leases are known to run. Past that, and unless they could be renewed, the work is to stop.

    ``lost``: ids of what is due that another worker has.
    """

    leases: Sequence[Lease]
    clock: Callable[[], datetime]
    until: datetime
    lost: frozenset[str] = frozenset()
    stop: threading.Event = field(default_factory=threading.Event)

    def check(self, due: str) -> None:
        """Raise `LeaseLost` where the lease of ``due`` has run out, or another worker has it; asks nobody."""
        if due in self.lost or self.clock() >= self.until:
            raise LeaseLost

    def renew(self) -> bool:
        """Let the leases run anew that are not over; whether there are any."""
        now = self.clock()
        mine = [lease for lease in self.leases if not lease.is_over and lease.due not in self.lost]
        if not mine:
            return False
        self.lost |= {lease.due for lease in mine} - renew_all(mine, now)
        self.until = now + mine[0].lasts
        return True


@contextmanager
def renew_leases(leases: Sequence[Lease], clock: Callable[[], datetime], until: datetime) -> Iterator[Pulse]:
    """Renew ``leases``, which run ``until`` then, from time to time, on a connection of its own, until the block ends.

    Each is told how to ask whether it runs.
    """
    pulse = Pulse(leases, clock, until)
    for lease in leases:
        lease.alive = partial(pulse.check, lease.due)
    thread = threading.Thread(target=_beat, args=(pulse,), name=f"lease {leases[0].due}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop.set()
        thread.join()


def _beat(pulse: Pulse) -> None:
    every = pulse.leases[0].lasts.total_seconds() / 3
    try:
        while not pulse.stop.wait(every):
            try:
                if not pulse.renew():
                    return
            except DatabaseError:
                continue  # the books are away for a moment; past `until` the work stops by itself
    finally:
        connections.close_all()
