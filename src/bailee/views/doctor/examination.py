"""One look at everything, in order: what the rest rests on comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bailee.engine.addresses import locate_store
from bailee.policy import load
from bailee.store.context import Context
from bailee.views.doctor import machine, reach
from bailee.views.doctor.findings import DoctorFinding


def examine(folder: Path, now: datetime | None = None) -> tuple[DoctorFinding, ...]:
    """Return how all is with the policy in ``folder`` at ``now`` (UTC). Raises `PolicyError`, `ConnectorError`.

    What rows of the books would say is left out where these cannot be opened, or are to be brought up to date.
    """
    policy = load(folder, public=False)
    context = Context(folder, policy, locate_store(policy, folder), now or datetime.now(UTC))
    return tuple(_looks(context))


def _looks(context: Context) -> Iterator[DoctorFinding]:
    books = machine.books(context)
    yield books
    if books.well:
        yield from machine.clock(context)
    yield from machine.vault(context)
    yield machine.ledger(context)
    yield machine.mark(context)
    yield machine.disk(context)
    yield reach.mail(context)
    yield from reach.systems(context)
    yield from reach.rules(context)
    if books.well:
        from bailee.views.doctor import pending  # models can be imported once the books are open

        yield from pending.all_that_waits(context)
