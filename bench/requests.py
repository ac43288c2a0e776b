"""Requests by workers beside the bare engine: statements on the books, time, and how many a second."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bailee.engine.apply import apply_plan
from bailee.engine.ledger_entries import hand_out_receipt
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.recheck import recheck_plan
from bailee.engine.systems import open_systems
from bailee.requests.startup import open_context
from bailee.store.context import Context
from bench.data import Shape, email, statements
from bench.databases import tell
from bench.measure import Case
from tests import ready
from tests.jobs.firm import approved, asks, officer
from tests.kills.dying import CONTEXT, work_until_killed
from tests.servers import POSTGRESQL, Server, start

SHAPE = Shape(400, 0)
POLICY = Path(__file__).parent / "policy"
AT_ONCE = 20
"""Requests of which the statements are counted, and the time taken."""

MANY = 60
"""Requests that one worker, and then four, deal with."""

GOAL = 60
PATIENCE = 600.0


@dataclass(frozen=True)
class Firm:
    """The shop of the bench, its books on the same server, and the customers who are still there."""

    folder: Path
    customers: Iterator[int]

    def context(self) -> Any:
        """Open the context by the real clock."""
        return open_context(self.folder)


def request_cases() -> Iterator[Case]:
    """Yield the cases, as they are measured: books and systems on one PostgreSQL, no waiting times."""
    with _a_firm() as firm:
        yield from _one_after_the_other(firm)
        yield from _by_workers(firm)


def _one_after_the_other(firm: Firm) -> Iterator[Case]:
    with firm.context() as opened:
        context = replace(opened, store=replace(opened.store, waits=20))
        _let_go(context, [next(firm.customers)], Counter())  # the ledger begins, statements are prepared
        sent = Counter[str]()
        seconds = _let_go(context, [next(firm.customers) for _ in range(AT_ONCE)], sent)
        bare = _bare(firm)
        for name, count in [("in all", sent.total()), *sorted(sent.items())]:
            goal = GOAL if name == "in all" else None
            yield Case(
                f"request: statements on the books, {name}", count / AT_ONCE, goal, "lower", 88, unit="a request"
            )
        yield Case(
            "request: of 88 rows, verified to receipt, beside the bare engine",
            seconds / bare, None, "lower", 88, seconds / AT_ONCE, bare / AT_ONCE, repeats=AT_ONCE,
        )  # fmt: skip


def _let_go(context: Context, customers: list[int], sent: Counter[str]) -> float:
    """Let customers ask and one worker do all; count what is sent to the books, and return the seconds it took."""
    from django.db import connection, connections

    from bailee.jobs.worker import work
    from bailee.jobs.worker_context import WorkerContext, utc_now
    from bailee.requests.approval import approve_plan
    from bailee.requests.job_registry import JOBS
    from bailee.store.backends.tables import open_second_connection
    from bailee.store.models import Plan, Status

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if part := _part(sql):
            sent[part] += 1
        return execute(sql, *rest)

    requests = [asks(context.at(utc_now()), email(number), reply_to="") for number in customers]
    second = officer(context)
    began = time.perf_counter()
    with connection.execute_wrapper(count), connections[open_second_connection()].execute_wrapper(count):
        work(WorkerContext(context, JOBS), once=True)
    plans = [(plan.id, plan.digest) for plan in Plan.objects.filter(request__in=requests)]
    assert len(plans) == len(requests)
    with connection.execute_wrapper(count), connections[open_second_connection()].execute_wrapper(count):
        for plan, digest in plans:
            approve_plan(context.at(utc_now()).by(second), plan, digest)
        work(WorkerContext(context, JOBS), once=True)
    took = time.perf_counter() - began
    for request in requests:
        request.refresh_from_db()
        assert request.status == Status.CLOSED, request.status
    return took


def _part(sql: str) -> str:
    """Return what a statement is for: empty for what begins and ends transactions."""
    if not any(name in sql for name in ("books_", "django_", "pg_")):
        return ""
    if any(name in sql for name in ("books_sealed", "books_wrappedkey", "books_page", "pg_")):
        return "sealed cases and keys"
    return "what is due, and workers" if "books_due" in sql or "books_worker" in sql else "request, plan, journal"


def _bare(firm: Firm) -> float:
    """Return the seconds that the engine takes alone: planned, applied, looked at again, receipted."""
    began = time.perf_counter()
    for _ in range(AT_ONCE):
        with open_systems(firm.folder) as systems:
            planned = plan_erase(systems, [[email(next(firm.customers))]])
            seal_plan(systems, planned)
        with open_systems(firm.folder) as systems:
            apply_plan(systems, planned.plan, settle=True)
        with open_systems(firm.folder) as systems:
            recheck_plan(systems, planned.plan)
            hand_out_receipt(systems, planned.plan, lambda _: None)
    return time.perf_counter() - began


def _by_workers(firm: Firm) -> Iterator[Case]:
    one, four = _seconds(firm, 1), _seconds(firm, 4)
    yield Case(f"request: {MANY} by one worker, a second", MANY / one, None, "higher", ours=one, unit="a second")
    yield Case(f"request: {MANY} by four workers, a second", MANY / four, None, "higher", ours=four, unit="a second")


def _seconds(firm: Firm, workers: int) -> float:
    """Return how long so many workers take for `MANY` requests, each approved as soon as it is planned."""
    with firm.context() as context:
        from bailee.jobs.worker_context import utc_now
        from bailee.store.models import Request, Status

        for _ in range(MANY):
            asks(context.at(utc_now()), email(next(firm.customers)), reply_to="")
        lasts = timedelta(seconds=60)
        processes = [CONTEXT.Process(target=work_until_killed, args=(firm.folder, {}, lasts)) for _ in range(workers)]
        began = time.perf_counter()
        for process in processes:
            process.start()
        try:
            while Request.objects.exclude(status=Status.CLOSED).exists():
                assert time.perf_counter() < began + PATIENCE
                for request in Request.objects.filter(status=Status.PLANNED):
                    approved(context.at(utc_now()), request)
                time.sleep(0.05)
            return time.perf_counter() - began
        finally:
            for process in processes:
                process.kill()
                process.join()


@contextmanager
def _a_firm() -> Iterator[Firm]:
    folder = Path(tempfile.mkdtemp(prefix="bailee-bench-"))
    shutil.copytree(POLICY, folder, dirs_exist_ok=True)
    policy = folder / "bailee.yaml"
    policy.write_text(policy.read_text() + "books_url: env:BOOKS_URL\nrequests: {waits_hours: 0, settle_hours: 0}\n")
    server: Server = start(POSTGRESQL, owner=os.getpid())
    try:
        shop = server.create_database("shop")
        tell(shop, *statements("postgresql", SHAPE), "VACUUM ANALYZE")
        books = ready.postgresql_books(server, "books", folder)
        with patch.dict(os.environ, {"BAILEE_BENCH_URL": shop, "BOOKS_URL": books}):
            yield Firm(folder, iter(range(1, SHAPE.people + 1)))
    finally:
        server.stop()
        shutil.rmtree(folder)
