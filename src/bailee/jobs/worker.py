"""A worker: does what is due, one thing after the other, and shows that it is alive."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, connections, transaction

from bailee.jobs.job_runs import run_next
from bailee.jobs.process import stop_when_told
from bailee.jobs.rounds import begin_rounds, recall_rounds
from bailee.jobs.statements import spell_moment, write_statement
from bailee.jobs.worker_context import WorkerContext
from bailee.policy import PolicyError
from bailee.store import BooksError
from bailee.store.models import Worker

log = logging.getLogger("bailee.work")

SEEN_EVERY = timedelta(seconds=15)
"""How often a worker shows itself."""


def run_worker(desk: WorkerContext, *, once: bool) -> None:
    """Work at ``desk`` until SIGTERM or SIGINT says to stop, between two steps; ``once``: until nothing is due.

    With ``once`` raises `BooksError` where the books fail on the way.
    """
    stop_when_told(desk)
    try:
        work(desk, once=once)
    except DatabaseError as error:
        kind = type(error).__name__
        raise BooksError(f"the books failed: {kind}", "see to their database; what was begun goes on") from None


def work(desk: WorkerContext, *, once: bool = False, pause: float = 1.0) -> None:
    """Work at ``desk`` until it is told to stop; ``once``: until nothing is due. ``pause``: seconds between looks.

    What waits for other people's servers is done by a thread of its own: one that is silent delays no other work.
    Raises `DatabaseError` of the books where it is to work ``once``; else it waits until they are back.
    """
    if not once:
        threading.Thread(target=_deliver, args=(desk, pause), name="letters", daemon=True).start()
    shown: datetime | None = None
    log.info("worker %s: at work", desk.name)
    while not desk.stop.is_set():
        try:
            now = desk.clock()
            if shown is None or not timedelta() <= now - shown < SEEN_EVERY:  # a clock may go back
                show(desk, now)
                look_up(desk, now)
                shown = now
            done = run_next(desk, away=False) + (run_next(desk, away=True) if once else 0)
        except DatabaseError as error:
            if once:
                raise
            done = _wait_for_books(error)
        if once and not done:
            break
        if not done:
            desk.stop.wait(pause)
    leave(desk)


def _deliver(desk: WorkerContext, pause: float) -> None:
    """Do what waits for other people's servers, in this thread, until the worker is told to stop."""
    while not desk.stop.is_set():
        try:
            done = run_next(desk, away=True)
        except DatabaseError as error:
            done = _wait_for_books(error)
        if not done:
            desk.stop.wait(pause)
    connections.close_all()


def _wait_for_books(error: DatabaseError) -> int:
    """Say that the books failed, and close the connection; return that nothing was done."""
    log.error("books: %s", type(error).__name__)
    connections.close_all()
    return 0


def show(desk: WorkerContext, now: datetime) -> None:
    """Show that the worker is alive; take up what dead ones had put off while they did it, as if it had not been."""
    with transaction.atomic():
        write_statement("show", [desk.name, spell_moment(now), spell_moment(now)])
        write_statement("take_up", [spell_moment(now)] * 5)


def look_up(desk: WorkerContext, now: datetime) -> None:
    """Read the policy again where it has changed, and begin what is due every day: as soon as the clock is right."""
    try:
        desk.read_policy_again()
    except PolicyError:
        log.error("policy: it has mistakes, and stays as it was read; bailee check says which")  # noqa: TRY400
    context = desk.context.at(now)
    try:
        desk.jobs.must_know_the_time(context)
    except desk.jobs.doubts as doubt:
        log.error("time: %s", getattr(doubt, "message", ""))  # noqa: TRY400 - it is no mistake of ours
        return
    desk.jobs.when_right(context)
    recall_rounds(context, desk.jobs)
    if desk.rounds:
        begin_rounds(context, desk.jobs)


def leave(desk: WorkerContext) -> None:
    """Say that the worker has ended as it should; only the last that has is remembered."""
    try:
        now = desk.clock()
        Worker.objects.filter(id=desk.name).update(seen_at=now, ended_at=now)
        Worker.objects.exclude(id=desk.name).exclude(ended_at=None).delete()
    except DatabaseError as error:
        log.error("books: %s", type(error).__name__)  # noqa: TRY400 - as above
    log.info("worker %s: gone", desk.name)
