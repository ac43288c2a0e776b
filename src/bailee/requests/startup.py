"""The context is opened: its policy read, its books open in this process, and its subscribers known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bailee.engine.addresses import find_books_url, locate_store
from bailee.policy import load
from bailee.store import open_books
from bailee.store.context import Context

if TYPE_CHECKING:
    from bailee.jobs.worker_context import WorkerContext

# Imports stand in functions: models can be imported once the books are open.

WAITS = 10.0
"""Seconds that a worker waits for the books when another plan is being applied."""


@contextmanager
def open_context(folder: Path, *, now: datetime | None = None, staff: str = "") -> Iterator[Context]:
    """Yield the context of the policy in ``folder``, its books open in this process. ``now`` is UTC.

    Raises `PolicyError`, `BooksError`, `StateError`, `VaultError`.
    """
    policy = load(folder, public=False)
    open_books(find_books_url(policy, folder))
    from bailee.requests.subscribers import EVENTS

    state = locate_store(policy, folder)
    yield Context(folder, policy, state, now or datetime.now(UTC).replace(microsecond=0), staff, EVENTS)


@contextmanager
def open_worker_context(folder: Path) -> Iterator[WorkerContext]:
    """Yield what a worker needs, for the policy in ``folder``: it does all that is due, the daily rounds too.

    Raises what `open_context` raises.
    """
    with open_context(folder) as context:
        from bailee.jobs.worker_context import WorkerContext
        from bailee.requests.job_registry import JOBS  # likewise

        yield WorkerContext(replace(context, store=replace(context.store, waits=WAITS)), JOBS, rounds=True)
