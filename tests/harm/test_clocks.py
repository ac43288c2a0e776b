"""A machine whose clock is wrong destroys nothing: neither by itself, nor when it is told to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from unittest.mock import patch

import pytest
import time_machine

from bailee.engine import time_check
from bailee.engine.apply import apply_plan
from bailee.engine.plans import plan_erase, plan_retain, seal_plan
from bailee.engine.results import StalePlan
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.engine.time_check import WrongClock
from bailee.store.context import Context
from bailee.views.doctor.machine import apart
from tests.harm.firm import ALICE
from tests.jobs.conftest import place, small
from tests.jobs.firm import Place
from tests.store.conftest import books

__all__ = ["books", "place", "small"]

YEARS = timedelta(days=730)


@contextmanager
def clock_off_by(off: timedelta) -> Iterator[datetime]:
    """Let this machine's clock be ``off``: it goes, and is wrong."""
    with time_machine.travel(datetime.now(UTC) + off, tick=True):
        yield datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Forget what this process has found out about clocks."""
    time_check._RIGHT.clear()
    yield
    time_check._RIGHT.clear()


def rounds(context: Context) -> None:
    """Let a worker do what is due every day, by the machine's clock, until nothing is."""
    from bailee.jobs.worker import work
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS

    work(WorkerContext(context, JOBS, rounds=True), once=True)


def calls(place: Place) -> int:
    """Return how many call records there are."""
    return len(place.firm.dump(("calls",))["calls"])


def used_today(place: Place) -> int:
    """Let the firm work by a clock that is right; return how many call records it has then."""
    with place.context(datetime.now(UTC)) as context:
        rounds(context)
    return calls(place)


def due_soon(place: Place) -> str:
    """Let a call record be due within a year, not yet today; return its day."""
    day = (datetime.now(UTC) - timedelta(days=6 * 365 - 200)).date().isoformat()
    place.firm.run(f"UPDATE calls SET started_on = '{day}'")
    return day


def test_a_standing_rule_deletes_nothing_by_a_clock_two_years_ahead(place: Place) -> None:
    due_soon(place)
    before = used_today(place)
    assert before
    with clock_off_by(YEARS) as now, place.context(now) as context:
        rounds(context)
        assert calls(place) == before


def test_rounds_that_a_wrong_clock_has_put_off_are_done_again_on_the_day_on_which_it_is_right(place: Place) -> None:
    from bailee.store.models import Due

    due_soon(place)
    used_today(place)
    with clock_off_by(YEARS) as now, place.context(now) as context:
        time_check._RIGHT[context.store.folder.resolve()] = (time.time() - time.monotonic(), time.monotonic())
        with patch("bailee.requests.automatic_work.count_rows", return_value=0):
            rounds(context)  # as an earlier version did, which believed it
        assert Due.objects.filter(done_at=None, kind="check", at__gt=now).exists()
    time_check._RIGHT.clear()
    with place.context(datetime.now(UTC)) as context:
        assert ("due", "5 are put off further than they can be") in said(context)
        rounds(context)
        assert not Due.objects.filter(done_at=None, at__gt=context.now + timedelta(days=3)).exclude(kind="forget")
        assert not any(about == "due" and "put off" in says for about, says in said(context))


def said(context: Context) -> list[tuple[str, str]]:
    """Return what the doctor says."""
    from bailee.views.doctor import examine

    return [(one.about, one.says) for one in examine(context.folder)]


@pytest.mark.parametrize("off", [YEARS, timedelta(days=41), -timedelta(days=1)], ids=["years", "41 days", "a day back"])
def test_a_plan_is_not_applied_by_a_clock_that_is_wrong(place: Place, off: timedelta) -> None:
    used_today(place)
    before = place.firm.dump()
    with clock_off_by(off) as now, place.context(now) as context, open_systems_of_context(context) as systems:
        planned = plan_erase(systems, [[ALICE]])
        seal_plan(systems, planned)
        with pytest.raises(WrongClock, match="this machine's clock is"):
            apply_plan(systems, planned.plan)
        assert any(about == "clock" and "this machine's clock is" in says for about, says in said(context))
    assert place.firm.dump() == before


def test_what_a_server_says_is_believed_more_than_a_person(place: Place) -> None:
    used_today(place)
    with clock_off_by(YEARS) as now, place.context(now) as context, open_systems_of_context(context) as systems:
        time_check.confirm_clock(context.store)
        planned = plan_erase(systems, [[ALICE]])
        seal_plan(systems, planned)
        if {schema.kind.name for schema in systems.schemas.values()} == {"sqlite"}:
            assert apply_plan(systems, planned.plan).outcomes
        else:
            with pytest.raises(WrongClock, match="ahead of that of system"):
                apply_plan(systems, planned.plan)


def test_a_person_confirms_the_clock_after_a_long_silence(small: Place) -> None:
    used_today(small)
    with (
        clock_off_by(timedelta(days=41)) as now,
        small.context(now) as context,
        open_systems_of_context(context) as systems,
    ):
        waits_for_a_person(context, systems, "41 days after the last time in the books, and no server confirms it")


def test_books_that_a_clock_ahead_has_written_are_used_again_once_a_person_confirms(small: Place) -> None:
    with clock_off_by(YEARS) as now, small.context(now) as context:
        rounds(context)
    with small.context(datetime.now(UTC)) as context, open_systems_of_context(context) as systems:
        waits_for_a_person(context, systems, "730 days before the last time in the books")


def test_a_plan_that_a_clock_ahead_has_made_is_not_applied_by_one_that_is_right(small: Place) -> None:
    used_today(small)
    with clock_off_by(YEARS) as now, small.context(now) as context, open_systems_of_context(context) as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
    before = calls(small)
    now = datetime.now(UTC)
    with (
        small.context(now) as context,
        open_systems_of_context(context) as systems,
        pytest.raises(StalePlan) as stale,
    ):
        apply_plan(systems, planned.plan)
    assert stale.value.reasons == ("the plan was made 730 days ahead of this machine's clock",)
    assert calls(small) == before


@pytest.mark.parametrize("off", [YEARS, -YEARS])
def test_a_worker_that_works_once_comes_to_its_end_whatever_its_clock_says(small: Place, off: timedelta) -> None:
    from bailee.jobs.worker import work
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS

    used_today(small)
    with small.context(datetime.now(UTC) + off) as context:
        work(WorkerContext(context, JOBS, clock=lambda: context.now, rounds=True), once=True)


def test_servers_are_asked_for_the_time_again_only_where_the_clock_has_jumped(small: Place) -> None:
    asked = []

    def connectors() -> dict[str, object]:
        asked.append(1)
        return {}

    with small.context(datetime.now(UTC)) as context:
        for _ in range(3):
            time_check.must_be_right(context.store, connectors)
        assert len(asked) == 1
        with clock_off_by(YEARS), pytest.raises(WrongClock):
            time_check.must_be_right(context.store, connectors)
        assert len(asked) == 2


def waits_for_a_person(context: Context, systems: Systems, why: str) -> None:
    """See that a plan is refused, saying ``why``, until somebody confirms the clock."""
    planned = plan_erase(systems, [[ALICE]])
    seal_plan(systems, planned)
    with pytest.raises(WrongClock, match=why):
        apply_plan(systems, planned.plan)
    assert run(context, "confirm", "clock") == 0
    assert apply_plan(systems, planned.plan).outcomes


def run(context: Context, *arguments: str) -> int:
    """Run a command in the firm's folder; return its exit code."""
    from bailee.cli.app import run as command

    return command([*arguments, "--policy", str(context.folder)])


# --- what a clock that was ahead has counted -------------------------------------------------------------------


def test_a_clock_that_was_ahead_keeps_nobody_from_asking_once_it_is_right(books: str) -> None:
    limits = import_module("bailee.web.limits")
    meter, limit, now = limits.Meter(), limits.CallLimit("forms", 2, 60), time.time()
    for _ in range(3):
        meter.count(limit, "192.0.2.1", now + YEARS.total_seconds())
    assert meter.wait(limit, "192.0.2.1", now) <= limit.seconds
    assert meter.count(limit, "192.0.2.1", now) is not None
    assert meter.count(limit, "192.0.2.1", now) is not None
    assert meter.count(limit, "192.0.2.1", now) is None


def test_requests_that_a_clock_ahead_has_counted_count_no_more_once_it_is_right(small: Place) -> None:
    now = datetime.now(UTC)
    with small.context(now) as context:
        limits = import_module("bailee.requests.limits")
        for _ in range(limits.INTAKE_BY_SOURCE.most):
            limits.count_attempt(context.at(now + YEARS), limits.INTAKE_BY_SOURCE, "192.0.2.1")
        limits.count_attempt(context, limits.INTAKE_BY_SOURCE, "192.0.2.1")
        assert limits.count_since(context, limits.INTAKE_BY_SOURCE, "192.0.2.1", None) == 1


def test_a_mail_server_that_failed_by_a_clock_ahead_is_tried_once_the_clock_is_right(small: Place) -> None:
    now = datetime.now(UTC)
    with small.context(now) as context:
        backoff = import_module("bailee.requests.letters.backoff")
        backoff.note_server_failed(context.at(now + YEARS))
        assert backoff.find_server_retry_time(context.at(now + YEARS)) is not None
        assert backoff.find_server_retry_time(context) is None


def test_an_answer_of_the_books_that_takes_long_is_no_wrong_clock() -> None:
    begun = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    ended = begun + timedelta(seconds=11)
    assert apart(begun, begun + timedelta(seconds=7), ended) == timedelta()
    assert apart(begun, ended + timedelta(seconds=6), ended) == timedelta(seconds=6)
    assert apart(begun, begun - timedelta(seconds=8), ended) == timedelta(seconds=8)
