"""A worker in a process of its own, which is killed at a point: no clean-up, no second thoughts.

Points are counted while it works: each arrow of the journal when it is about to be taken and when it was taken and is
not noted yet, each thing that the worker itself writes into the books, before and after, and what goes there at once.
What is not there cannot be forgotten: the matrix lets a worker die at every point that there is.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bailee.requests.startup import open_context
from bailee.store.backends import file
from bailee.store.sealed_store import Store

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.kills.dying", "bailee.connectors.sql", "django.db.models"])

WRITES = (
    "bailee.jobs.job_runs.claim_all",
    "bailee.jobs.job_runs.finish_all",
    "bailee.requests.plan_runs.approval.begin_plan",
    "bailee.requests.plan_runs._schedule_recheck",
    "bailee.requests.plan_runs._keep_receipt",
    "bailee.requests.plan_runs.ledger_entries.hand_out_receipt",
    "bailee.requests.plan_runs.end_plan",
)
"""What the worker writes into the books beside the journal."""


def points_of(folder: Path, environment: Mapping[str, str], times: Sequence[datetime], log: Path) -> list[str]:
    """Let a worker work undisturbed at each of ``times``, and return the names of the points passed."""
    assert _go(folder, environment, times, log, 0) == 0
    return log.read_text().splitlines()


def die_at(point: int, folder: Path, environment: Mapping[str, str], times: Sequence[datetime], log: Path) -> str:
    """Let a worker work, and die at the ``point``-th point; return its name."""
    assert _go(folder, environment, times, log, point) == -signal.SIGKILL
    return log.read_text().splitlines()[-1]


def _go(*arguments: object) -> int | None:
    process = CONTEXT.Process(target=work_dying, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def work_dying(folder: Path, environment: Mapping[str, str], times: Sequence[datetime], log: Path, point: int) -> None:
    """Work in this process; write each point that is passed to ``log``; die at the ``point``-th."""
    os.environ.update(environment)
    passed: list[str] = []
    with log.open("w") as stream, open_context(folder, now=times[0]) as opened:
        from bailee.jobs.worker import work
        from bailee.jobs.worker_context import WorkerContext
        from bailee.requests.job_registry import JOBS

        def pass_by(name: str) -> None:
            passed.append(name)
            stream.write(f"{name}\n")
            stream.flush()
            if len(passed) == point:
                os.kill(os.getpid(), signal.SIGKILL)

        context = replace(opened, store=replace(opened.store, waits=20))
        with watched(pass_by):
            for now in times:
                work(WorkerContext(context.at(now), JOBS, clock=partial(_stopped_clock, now)), once=True)


def _stopped_clock(now: datetime) -> datetime:
    return now


def watched(pass_by: Callable[[str], None]) -> ExitStack:
    """Return a context in which ``pass_by`` is told of each point."""
    from bailee.requests.steps import BooksJournal

    def around(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def told(*arguments: Any, **named: Any) -> Any:
            pass_by(f"before {name}")
            result = call(*arguments, **named)
            pass_by(f"after {name}")
            return result

        return told

    before, after = BooksJournal.begin_step, BooksJournal.end_step

    def taken_next(journal: BooksJournal, step: str, system: str = "") -> None:
        before(journal, step, system)
        pass_by(f"before {step} {system}")

    def was_taken(journal: BooksJournal, step: str, system: str = "", *rest: Any, **named: Any) -> None:
        pass_by(f"after {step} {system}")
        after(journal, step, system, *rest, **named)

    def sent(block: Callable[[Store], AbstractContextManager[None]]) -> Callable[[Store], AbstractContextManager[None]]:
        @contextmanager
        def told(store: Store) -> Iterator[None]:
            with block(store):
                yield
                pass_by("before all is sent at once")
            pass_by("after all was sent at once")

        return told

    def committed(connection: Any) -> None:
        pass_by("before what is sealed stands")
        commit(connection)
        pass_by("after what is sealed stands")

    commit = file.commit_writes
    stack = ExitStack()
    stack.enter_context(patch.object(Store, "at_once", sent(Store.at_once)))
    stack.enter_context(patch.object(Store, "with_other_books", sent(Store.with_other_books)))
    stack.enter_context(patch.object(file, "commit_writes", committed))
    stack.enter_context(patch.object(BooksJournal, "begin_step", taken_next))
    stack.enter_context(patch.object(BooksJournal, "end_step", was_taken))
    for name in WRITES:
        stack.enter_context(patch(name, around(name, _resolve(name))))
    return stack


def _resolve(target: str) -> Any:
    import pkgutil

    return pkgutil.resolve_name(target)


def work_until_killed(folder: Path, environment: Mapping[str, str], lasts: timedelta) -> None:
    """Work by the real clock until killed; a lease lasts ``lasts``."""
    os.environ.update(environment)
    with open_context(folder) as opened:
        from bailee.jobs.worker import work
        from bailee.jobs.worker_context import WorkerContext
        from bailee.requests.job_registry import JOBS

        context = replace(opened, store=replace(opened.store, waits=5))
        work(WorkerContext(context, JOBS, lasts=lasts), pause=0.1)
