"""No time that the law or the policy sets is started by a clock that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from bailee.engine import time_check
from bailee.engine.time_check import WrongClock
from bailee.store.context import Context
from tests.harm.test_clocks import YEARS, clock_off_by, rounds, run, used_today
from tests.jobs.conftest import place, small
from tests.jobs.firm import Place, approved, asks, controller

__all__ = ["place", "small"]

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    """Forget what this process has found out about clocks."""
    time_check._RIGHT.clear()
    yield
    time_check._RIGHT.clear()


def planned(place: Place) -> str:
    """Let a person ask by a clock that is right, and a worker plan it; return the id of the request."""
    used_today(place)
    with place.context(datetime.now(UTC)) as context:
        request = asks(context)
        rounds(context)
        assert request.plans.filter(state="proposed").exists()
        return str(request.id)


def approve_now(context: Context, request_id: str) -> None:
    """Approve the plan of a request as a second person does."""
    from bailee.store.models import Request

    approved(context, Request.objects.get(id=request_id))


@pytest.mark.parametrize("off", [-DAY, YEARS], ids=["a day behind", "two years ahead"])
def test_no_plan_is_approved_by_a_wrong_clock_so_its_waiting_time_is_never_cut_short(
    place: Place, off: timedelta
) -> None:
    from bailee.store.models import Approval

    asked = planned(place)
    with clock_off_by(off) as now, place.context(now) as context, pytest.raises(WrongClock):
        approve_now(context, asked)
    time_check._RIGHT.clear()
    with place.context(datetime.now(UTC)) as context:
        mine = Approval.objects.filter(plan__request=asked)
        assert not mine.exists()
        approve_now(context, asked)
        assert mine.get().acts_at - context.now == DAY


def test_no_plan_is_approved_before_the_time_at_which_it_was_made(small: Place) -> None:
    asked = planned(small)
    with small.context(datetime.now(UTC) - DAY / 24) as context, pytest.raises(WrongClock, match="was made 60 minutes"):
        approve_now(context, asked)


def test_a_server_that_is_right_shows_that_a_clock_is_six_days_ahead_before_a_plan_is_approved(place: Place) -> None:
    asked = planned(place)
    with clock_off_by(6 * DAY) as now, place.context(now) as context:
        if time_check.read_times(_connectors(context)):
            with pytest.raises(WrongClock, match="6 days ahead of that of system"):
                approve_now(context, asked)
        else:  # a file has no clock: six quiet days are nothing strange
            approve_now(context, asked)


def _connectors(context: Context) -> dict[str, object]:
    from bailee.engine.systems import make_connectors_of_context

    return dict(make_connectors_of_context(context))


def _permissions() -> Any:
    return import_module("bailee.requests.permissions")


def test_staff_start_no_time_by_a_clock_that_is_behind_the_books(small: Place) -> None:
    used_today(small)
    with clock_off_by(-DAY) as now, small.context(now) as context:
        permissions, request_locks = _permissions(), import_module("bailee.requests.request_locks")
        by = context.by(controller(context))
        starts = [one for one in permissions.ALL if one.starts_a_time]
        assert permissions.ANSWER in starts
        for one in starts:
            with pytest.raises(WrongClock):
                request_locks.must_be_permitted(by, one)


def test_staff_call_a_plan_off_and_place_a_hold_whatever_the_clock_says(small: Place) -> None:
    used_today(small)
    with clock_off_by(-DAY) as now, small.context(now) as context:
        permissions, request_locks = _permissions(), import_module("bailee.requests.request_locks")
        by = context.by(controller(context))
        for one in (permissions.CANCEL, permissions.WITHDRAW, permissions.PLACE_HOLD, permissions.READ):
            assert request_locks.must_be_permitted(by, one) is not None


def test_a_worker_plans_only_once_the_clock_is_right(small: Place) -> None:
    used_today(small)
    with small.context(datetime.now(UTC)) as context:
        request = asks(context)
    with clock_off_by(YEARS) as now, small.context(now) as context:
        rounds(context)
        assert not request.plans.exists()
    time_check._RIGHT.clear()
    with small.context(datetime.now(UTC)) as context:
        rounds(context)
        assert request.plans.get().made_at - context.now < DAY


def test_a_letter_that_a_clock_ahead_has_put_off_is_tried_once_the_clock_is_right(small: Place) -> None:
    from bailee.store.models import Due

    used_today(small)
    with clock_off_by(YEARS) as now, small.context(now) as context:
        due = import_module("bailee.jobs.due_items")
        due.schedule_due("deliver", "0" * 16, at=context.now)
    time_check._RIGHT.clear()
    with small.context(datetime.now(UTC)) as context:
        rounds(context)
        assert not Due.objects.filter(kind="deliver", done_at=None).exists()  # there is no such letter: it is done


@pytest.mark.parametrize("off", [-DAY, YEARS], ids=["a day behind", "two years ahead"])
def test_books_are_confirmed_by_a_clock_that_is_right_alone(
    place: Place, off: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = import_module("bailee.engine.high_water").is_over_since_restored
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    used_today(place)
    with clock_off_by(off) as now, place.context(now) as context:
        assert run(context, "confirm", "books", "--entered-again") not in {0, 1}
    time_check._RIGHT.clear()
    with place.context(datetime.now(UTC)) as context:
        assert not over(context.store, context.now - 2 * DAY)
        assert run(context, "confirm", "books", "--entered-again") == 0
        assert over(context.store, context.now - 2 * DAY)
        assert not over(context.store, context.now + DAY / 24)
