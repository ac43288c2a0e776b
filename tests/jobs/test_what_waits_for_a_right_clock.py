"""What waits under a doubt about the clock keeps the day on which it is due; what comes too early comes back on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from bailee.engine import time_check
from tests.jobs.firm import Place, asks

YEARS = timedelta(days=730)
AHEAD = ("this machine's clock is 730 days ahead",)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Forget what this process has found out about clocks."""
    time_check._RIGHT.clear()
    yield
    time_check._RIGHT.clear()


def closed(context: Any, day: datetime) -> Any:
    """Return a request that is to be forgotten on ``day``."""
    from bailee.jobs.due_items import schedule_due
    from bailee.store.models import Due, Outcome, Status

    request = asks(context)
    request.status, request.outcome, request.closed_at = Status.CLOSED, Outcome.DONE, context.now
    request.forget_on = day.date()
    request.save()
    Due.objects.filter(about=request.id).delete()
    schedule_due("forget", request.id, at=day)
    return request


def test_what_waits_for_a_right_clock_keeps_its_day_whatever_the_wrong_one_says(small: Place) -> None:
    from bailee.jobs.due_items import claim_due, find_due
    from bailee.jobs.job_runs import run_job
    from bailee.jobs.rounds import find_later_rounds, recall_rounds
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS
    from bailee.store.models import Due

    right = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = right + timedelta(days=400)
    with small.context(right) as context:
        request = closed(context, day)
        Due.objects.exclude(about=request.id).delete()
        worker = WorkerContext(context, JOBS, clock=lambda: right + YEARS)
        lease = claim_due(Due.objects.get(about=request.id).id, worker.name, right + YEARS, worker.lasts)
        assert lease is not None
        with patch.object(time_check, "find_doubts", return_value=AHEAD):
            run_job(worker, lease)
        due = Due.objects.get(about=request.id)
        assert (due.at, due.done_at, due.lease_until, due.problem) == (day, None, None, "waits_for_clock")
        assert find_due(["forget"], right + YEARS + timedelta(minutes=9), 9) == []  # it is not tried without a pause
        assert find_due(["forget"], right + YEARS + timedelta(minutes=11), 9) == [(due.id, "forget")]
        assert not find_later_rounds(context, JOBS).exists()
        recall_rounds(context, JOBS)
        due = Due.objects.get(about=request.id)
        assert (due.at, due.not_before, due.problem) == (day, None, "")
        request.refresh_from_db()
        assert request.sealed is not None


def test_a_request_that_is_to_be_forgotten_later_comes_back_on_its_day(small: Place) -> None:
    from bailee.requests.expiry import forget_request

    right = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = right + timedelta(days=400)
    with small.context(right) as context:
        request = closed(context, day)
        assert forget_request(context, request.id) == day
        request.refresh_from_db()
        assert request.sealed is not None
        assert forget_request(context.at(day + timedelta(hours=12)), request.id) is None
        request.refresh_from_db()
        assert request.sealed is None


def test_a_copy_that_is_to_be_destroyed_later_comes_back_on_its_day(small: Place) -> None:
    """So it is where it was looked at by a clock that was ahead, and by the right one it is too early."""
    from bailee.requests.job_registry import JOBS
    from bailee.store.models import Parcel

    right = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = right + timedelta(days=30)
    lease: Any = None  # it asks for none
    with small.context(right) as context:
        parcel = Parcel.objects.create(
            request=asks(context), kind="copy", path="p", size=1, made_at=right, expires_at=day
        )
        destroy = JOBS.kinds["destroy"].do
        assert destroy(context, parcel.id, lease) == day
        assert Parcel.objects.filter(id=parcel.id, gone_at=None).exists()
        assert destroy(context.at(day + timedelta(hours=12)), parcel.id, lease) is None
        assert not Parcel.objects.filter(id=parcel.id, gone_at=None).exists()
        assert destroy(context.at(day + timedelta(hours=13)), parcel.id, lease) is None


@pytest.mark.parametrize(
    ("problem", "is_of_the_clock"), [("waits_for_clock", True), ("wrong_clock", True), ("books", False)]
)
def test_staff_are_told_to_set_the_clock_right_where_something_waits_for_it(
    small: Place, problem: str, *, is_of_the_clock: bool
) -> None:
    right = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with small.context(right) as context:
        from bailee.store.models import Due
        from bailee.views.doctor.pending import _dues
        from bailee.views.today import Task, TaskKind
        from bailee.web.console.today import _describe_many

        request = closed(context, right + timedelta(days=400))
        Due.objects.exclude(about=request.id).delete()
        Due.objects.update(problem=problem)
        found = next(_dues(context))
        assert (found.hint == "set this machine's clock right") is is_of_the_clock
        _what, why, _way, _button = _describe_many(Task(TaskKind.FAILING, 1, what=f"forget: {problem}"))
        assert why.startswith("Set this machine") is is_of_the_clock
