"""What is due is done by one worker at a time, and once; a worker that dies is followed by another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext as nothing
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def put_down(kind: str = "check", about: str = "", at: datetime = NOON) -> str:
    from bailee.jobs.due_items import schedule_due
    from bailee.store.models import Due

    schedule_due(kind, about, at=at)
    return Due.objects.get(kind=kind, about=about, done_at=None).id


def test_what_is_asked_for_twice_is_due_once_and_at_the_earlier_time(books: str) -> None:
    from bailee.store.models import Due

    put_down(at=NOON + MINUTE)
    put_down(at=NOON)
    put_down(at=NOON + 2 * MINUTE)
    assert Due.objects.get().at == NOON


def test_nobody_may_do_what_is_not_yet_due(books: str) -> None:
    from bailee.jobs.due_items import claim_due

    assert claim_due(put_down(at=NOON + MINUTE), "one", NOON) is None


def test_one_of_many_who_ask_at_once_may_do_it(books: str) -> None:
    from django.db import connections

    from bailee.jobs.due_items import claim_due

    due = put_down()

    def ask(number: int) -> bool:
        try:
            return claim_due(due, f"worker {number}", NOON) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


def test_what_is_finished_is_not_done_again(books: str) -> None:
    from bailee.jobs.due_items import claim_due, finish_due

    due = put_down()
    lease = claim_due(due, "one", NOON)
    assert lease is not None
    assert finish_due(lease, NOON)
    assert claim_due(due, "two", NOON + 10 * MINUTE) is None


def test_the_lease_of_a_worker_that_died_runs_out_and_its_token_is_worth_nothing(books: str) -> None:
    from bailee.jobs.due_items import LeaseLost, claim_due, finish_due, retry_due

    due = put_down()
    first = claim_due(due, "one", NOON)
    assert first is not None
    assert claim_due(due, "two", NOON + MINUTE / 2) is None
    second = claim_due(due, "two", NOON + 2 * MINUTE)
    assert second is not None
    assert second.token > first.token
    with pytest.raises(LeaseLost):
        first.check()
    with pytest.raises(LeaseLost):
        first.renew(NOON + 2 * MINUTE)
    assert not retry_due(first, NOON, "late")
    assert not finish_due(first, NOON)
    second.check()
    assert finish_due(second, NOON + 2 * MINUTE)


def test_a_lease_that_is_renewed_is_nobody_elses(books: str) -> None:
    from bailee.jobs.due_items import claim_due

    due = put_down()
    lease = claim_due(due, "one", NOON)
    assert lease is not None
    lease.renew(NOON + MINUTE)
    assert claim_due(due, "two", NOON + 3 * MINUTE / 2) is None


def test_what_is_asked_for_while_it_is_done_is_done_once_more(books: str) -> None:
    from bailee.jobs.due_items import claim_due, finish_due

    due = put_down()
    lease = claim_due(due, "one", NOON)
    assert lease is not None
    assert put_down(at=NOON + MINUTE) == due
    assert finish_due(lease, NOON)
    assert claim_due(due, "two", NOON) is None
    assert claim_due(due, "two", NOON + MINUTE) is not None


def test_what_a_dead_worker_had_asked_for_later_does_not_wait_for_it(books: str) -> None:
    from bailee.jobs.due_items import claim_due

    due = put_down()
    assert claim_due(due, "one", NOON) is not None
    put_down(at=NOON + timedelta(days=1))
    assert claim_due(due, "two", NOON + 2 * MINUTE) is not None


def test_what_failed_is_tried_later_and_keeps_the_code_of_its_trouble(books: str) -> None:
    from bailee.jobs.due_items import claim_due, retry_due
    from bailee.store.models import Due

    due = put_down("act", "p1")
    lease = claim_due(due, "one", NOON)
    assert lease is not None
    assert retry_due(lease, NOON + MINUTE, "C502")
    row = Due.objects.get(id=due)
    assert (row.tries, row.problem, row.at) == (1, "C502", NOON + MINUTE)
    assert claim_due(due, "one", NOON) is None
    second = claim_due(due, "one", NOON + MINUTE)
    assert second is not None
    assert second.tries == 1


def test_what_becomes_another_kind_is_one_row_with_what_was_due_already(books: str) -> None:
    from bailee.jobs.due_items import claim_due, retry_due
    from bailee.store.models import Due

    for about, there_already in (("p1", False), ("p2", True)):
        lease = claim_due(put_down("act", about), "one", NOON)
        assert lease is not None
        if there_already:
            put_down("settle", about, NOON + 5 * MINUTE)
        assert retry_due(lease, NOON + MINUTE, kind="settle")
        assert Due.objects.get(about=about, done_at=None).kind == "settle"
        assert Due.objects.get(about=about, done_at=None).at == NOON + MINUTE


def test_what_is_due_is_found_in_order_and_what_waits_for_others_apart(books: str) -> None:
    from bailee.jobs.due_items import claim_due, find_due, finish_due

    second, first = put_down("check", at=NOON), put_down("settle", "plan", at=NOON - MINUTE)
    letter = put_down("deliver", "letter", at=NOON)
    put_down("check", "tomorrow", at=NOON + MINUTE)
    assert find_due(["deliver"], NOON, 9, others=True) == [(first, "settle"), (second, "check")]
    assert find_due(["deliver"], NOON, 9) == [(letter, "deliver")]
    assert find_due(["deliver"], NOON, 1, others=True) == [(first, "settle")]
    lease = claim_due(first, "one", NOON)
    assert lease is not None
    assert find_due(["deliver"], NOON, 9, others=True) == [(second, "check")]
    assert find_due(["deliver"], NOON + lease.lasts + MINUTE, 1, others=True) == [(first, "settle")]  # it has died
    finish_due(lease, NOON)
    assert find_due([], NOON, 9, others=True) == [(second, "check"), (letter, "deliver")]


def test_what_is_due_at_one_moment_comes_as_it_was_asked_for(books: str) -> None:
    from bailee.jobs.due_items import find_due, schedule_all

    for first in (0, 10):
        schedule_all(("deliver", f"letter {number:02}", NOON) for number in range(first, first + 10))
    asked = [put_down("deliver", f"letter {number:02}") for number in range(20)]
    assert [due for due, _ in find_due(["deliver"], NOON, 20)] == asked


def test_of_much_that_is_due_a_worker_takes_a_few_of_a_kind_and_of_little_one(books: str) -> None:
    from bailee.jobs import job_runs
    from bailee.jobs.job import Job, Jobs
    from bailee.jobs.worker_context import WorkerContext

    quick, slow = (Job(kind, lambda *_: None, is_brief=kind == "quick") for kind in ("quick", "slow"))
    desk = WorkerContext(None, Jobs({"quick": quick, "slow": slow}, print, print, ()))  # type: ignore[arg-type]

    def taken(*kinds: str) -> list[str]:
        return list(job_runs._pick_one_kind(desk, [(f"{kind}{n}", kind) for n, kind in enumerate(kinds)]))

    assert taken(*["quick"] * 20) == [f"quick{n}" for n in range(5)]
    assert taken(*["quick", "slow"] * 10) == ["quick0", "quick2", "quick4", "quick6", "quick8"]
    assert taken(*["quick"] * 3) == ["quick0"]
    assert taken(*["slow"] * 20) == ["slow0"]
    assert taken("unheard of", "unheard of") == ["unheard of0"]


def test_of_many_workers_side_by_side_each_thing_is_done_by_one(books: str) -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    from django.db import connections

    from bailee.jobs.job import Job, Jobs
    from bailee.jobs.job_runs import run_next
    from bailee.jobs.worker_context import WorkerContext
    from bailee.store.models import Due

    for number in range(400):
        put_down("check", str(number))
    done: list[str] = []

    def do(_context: Any, about: str, _lease: Any) -> None:
        done.append(about)

    context: Any = SimpleNamespace(now=NOON, store=SimpleNamespace(lingering=nothing))
    context.at = lambda _now: context
    jobs = Jobs({"check": Job("check", do, is_brief=True)}, print, print, ())

    def work(_number: int) -> None:
        desk = WorkerContext(cast("Any", context), jobs, clock=lambda: NOON)
        try:
            while run_next(desk, away=False):
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sorted(done, key=int) == [str(number) for number in range(400)]
    assert not Due.objects.filter(done_at=None).exists()
