"""A clock jumps ahead between two looks of a worker, and is set right while a slow system is asked for the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from bailee.engine import time_check
from tests.jobs.firm import Place, asks


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Forget what this process has found out about clocks."""
    time_check._RIGHT.clear()
    yield
    time_check._RIGHT.clear()


def test_what_is_not_due_by_the_right_clock_is_left_for_its_day(small: Place) -> None:
    from bailee.jobs.due_items import claim_due, schedule_due
    from bailee.jobs.job_runs import run_job
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS
    from bailee.store.models import Due, Outcome, Status

    right, is_ahead = datetime.now(UTC).replace(microsecond=0), False
    day = right + timedelta(days=400)

    def clock() -> datetime:
        return right + timedelta(days=730) if is_ahead else right

    def asked_slowly(connectors: Mapping[str, Any]) -> Mapping[str, Any]:
        nonlocal is_ahead
        is_ahead = False
        return times_of(connectors)

    times_of = time_check.read_times
    with small.context(right) as context, patch.object(time_check, "read_clock", clock):
        time_check.must_be_right(context.store, dict)
        time_check._RIGHT.clear()
        request = asks(context)
        request.status, request.outcome, request.closed_at = Status.CLOSED, Outcome.DONE, right
        request.forget_on = day.date()
        request.save()
        Due.objects.filter(about=request.id).delete()
        schedule_due("forget", request.id, at=day)
        worker = WorkerContext(context, JOBS, clock=clock)
        due, is_ahead = Due.objects.get(kind="forget", about=request.id), True
        lease = claim_due(due.id, worker.name, clock(), worker.lasts)
        assert lease is not None
        with patch.object(time_check, "read_times", asked_slowly):
            run_job(worker, lease)
        request.refresh_from_db()
        due.refresh_from_db()
    assert request.sealed is not None
    assert (due.at, due.done_at) == (day, None)
