"""A worker: puts what is due on its way, takes what is on its way, and shows that it is alive.

The transport is Django Tasks, and its database backend's own worker takes the tasks. A task may be lost or come twice
there: a worker that is killed leaves it *running* for ever. That harms nothing, since truth is the row of what is due:
one whose lease has run out is put on its way again, and of two tasks for it one finds it done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from django.db import DatabaseError, connections
from django_tasks import DEFAULT_TASK_QUEUE_NAME as DEFAULT
from django_tasks import default_task_backend
from django_tasks_db.management.commands.db_worker import Worker as Taking
from django_tasks_db.models import DBTaskResult

from bailee.jobs.due_items import LOST
from bailee.jobs.process import stop_when_told
from bailee.jobs.rounds import begin_rounds, pull_back
from bailee.jobs.statements import moment, send, write
from bailee.jobs.tasks import do
from bailee.jobs.worker_context import WorkerContext, bind_worker
from bailee.policy import PolicyError
from bailee.store import BooksError
from bailee.store.batches import gathered
from bailee.store.models import Worker

log = logging.getLogger("bailee.work")

MOST = 100
"""Rows that are put on their way at once."""

TOGETHER, SPREAD = 5, 4
"""Rows in one task at most; and how many tasks there are at least before one has several."""

LETTERS = "letters"
"""The queue of what waits for other people's servers. A thread of its own takes it: one that is silent delays no other
work."""

ROUND = 20
"""Tasks that are taken before the worker looks around again."""

SEEN_EVERY = timedelta(seconds=15)
"""How often a worker shows itself."""


def run(desk: WorkerContext, *, once: bool) -> None:
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

    Raises `DatabaseError` of the books where it is to work ``once``; else it waits until they are back.
    """
    bind_worker(desk)
    if not once:
        threading.Thread(target=deliver, args=(desk, pause), name="letters", daemon=True).start()
    shown: datetime | None = None
    is_empty = False  # whether there was no task left when it last looked, a moment ago
    log.info("worker %s: at work", desk.name)
    while not desk.stop.is_set():
        try:
            now = desk.clock()
            if shown is None or not timedelta() <= now - shown < SEEN_EVERY:  # a clock may go back
                show(desk, now)
                look_up(desk, now)
                shown = now
            put = queue(desk, now)
            taken = 0 if is_empty and not put else take(desk)
            if once:
                taken += take(desk, LETTERS)
            found, is_empty = put + taken, taken < ROUND
        except DatabaseError as error:
            if once:
                raise
            log.error("books: %s", type(error).__name__)  # noqa: TRY400 - a traceback would repeat values
            connections.close_all()
            found = 0
        if once and not found:
            break
        if not found:
            desk.stop.wait(pause)
            is_empty = False
    leave(desk)


def deliver(desk: WorkerContext, pause: float) -> None:
    """Take what waits for other people's servers, in this thread, until the worker is told to stop."""
    bind_worker(desk)
    while not desk.stop.is_set():
        try:
            taken = take(desk, LETTERS)
        except DatabaseError as error:
            log.error("books: %s", type(error).__name__)  # noqa: TRY400 - a traceback would repeat values
            connections.close_all()
            taken = 0
        if not taken:
            desk.stop.wait(pause)
    connections.close_all()


def queue(desk: WorkerContext, now: datetime) -> int:
    """Put what is due at ``now`` and not on its way onto the transport, and return how many those are.

    Of several workers that do so at once one has a thing; if it dies before it has put it there, another does so later.
    """
    values = [moment(at) for at in (now, now, now, now - LOST * desk.lasts)]
    found = send("queue", [*values, MOST])
    kinds = {id: kind for id, kind, at in sorted(found, key=itemgetter(2))}
    away = {job.kind for job in desk.jobs.kinds.values() if job.is_away}
    for dues in _together(kinds, {job.kind for job in desk.jobs.kinds.values() if job.is_brief}):
        name = LETTERS if kinds[dues[0]] in away else DEFAULT
        do.using(queue_name=name).enqueue(*dues)
    return len(kinds)


def _together(kinds: Mapping[str, str], brief: Container[str]) -> Iterator[tuple[str, ...]]:
    """Yield what is due by what goes in one task: of a kind, a few together where much is due; what takes long, alone.

    A task costs the books four statements, whatever is in it; but of few things each worker is to have some.
    """
    most = min(TOGETHER, -(-len(kinds) // SPREAD))
    by_kind: dict[str, list[str]] = {}
    for due, kind in kinds.items():
        by_kind.setdefault(kind, []).append(due)
    for kind, dues in by_kind.items():
        yield from _so_many(dues, most if kind in brief else 1)


def _so_many(dues: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """Yield ``dues`` in their order, so many together."""
    return (tuple(dues[n : n + most]) for n in range(0, len(dues), most))


def take(desk: WorkerContext, queue: str = DEFAULT) -> int:
    """Take tasks of ``queue`` until there is none, or the worker is to look around; return how many were taken."""
    taking = _Taking(desk.stop.is_set, desk.name, queue)
    taking.run()
    return taking.taken


class _Taking(Taking):
    """Django Tasks' own worker, for one round, that ends between two tasks when it is told to."""

    def __init__(self, is_told: Callable[[], bool], name: str, queue: str) -> None:
        self._is_told = is_told
        super().__init__(
            queue_names=[queue], interval=0, batch=True, backend_name=default_task_backend.alias,
            startup_delay=False, max_tasks=ROUND, worker_id=name, excluded_queue_names=[],
        )  # fmt: skip

    def run_task(self, db_task_result: DBTaskResult[..., object]) -> None:
        """Run one task."""
        super().run_task(db_task_result)
        self.running = not self._is_told()

    @property
    def taken(self) -> int:
        """How many tasks were run."""
        return int(self._run_tasks)


def show(desk: WorkerContext, now: datetime) -> None:
    """Show that the worker is alive; take up what dead ones had put off while they did it, as if it had not been."""
    with gathered():
        write("show", [desk.name, moment(now), moment(now)], about={desk.name})
        write("take_up", [moment(now)] * 3, about=())


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
    pull_back(context, desk.jobs)
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
