"""The day on which a request is due: by the law's dates, and by what is done to the request."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bailee.clock import calendar_of
from bailee.clock.days import month_later, why_not_working
from bailee.engine.plans import NotAllowed
from tests.requests.rights.people import World, arrives, letters, text_of

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)  # dates are the same on either


def received(world: World, day: date, right: str = "copy", **fields: Any) -> Any:
    """Return a request of that day, with its clock."""
    from bailee.requests.clocks import renew_due_day
    from bailee.store.models import Request

    request = world.request(right)
    Request.objects.filter(id=request.id).update(received_on=day, **fields)
    request.refresh_from_db()
    renew_due_day(world.context, request)
    return request


def on(world: World, day: date, role: str = "officer") -> Any:
    """Return the context on that day, at noon."""
    return world.context.at(datetime.combine(day, time(12), UTC)).by(world.staff[role])


def due(request: Any) -> date | None:
    """Return the day on which a request is due."""
    day: date | None = request.due_on
    return day


def test_the_worked_dates_of_the_law(world: World) -> None:
    from bailee.requests.clocks import calculate_answer, renew_due_day
    from bailee.store.models import Pause

    for day, last in (
        (date(2026, 11, 25), date(2026, 12, 29)),
        (date(2026, 12, 1), date(2027, 1, 4)),
        (date(2026, 3, 3), date(2026, 4, 7)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ):
        assert received(world, day).due_on == last
    proven = received(world, date(2026, 3, 1), identity_asked_on=date(2026, 3, 1), identified_on=date(2026, 3, 12))
    assert proven.due_on == date(2026, 4, 13)
    unproven = received(world, date(2026, 3, 1), identity_asked_on=date(2026, 3, 1))
    assert (unproven.due_on, calculate_answer(unproven)) == (None, None)
    paused = received(world, date(2026, 6, 10))
    Pause.objects.create(request=paused, asked_on=date(2026, 6, 12), answered_on=date(2026, 6, 19))
    renew_due_day(world.context, paused)
    assert paused.due_on == date(2026, 7, 20)
    assert received(world, date(2026, 10, 30)).due_on == date(2026, 11, 30)
    assert received(world, date(2026, 10, 30), division="scotland").due_on == date(2026, 12, 1)
    assert received(world, date(2026, 11, 26), "complaint").due_on == date(2026, 12, 24)
    assert received(world, date(2026, 11, 26), "question").due_on is None


def test_a_question_stops_the_clock_of_a_copy_until_it_is_answered(world: World) -> None:
    from bailee.requests.clocks import ask_clarification, note_clarified

    request = received(world, date(2026, 6, 10))
    ask_clarification(on(world, date(2026, 6, 12), "support"), request, "Which calls do you mean?")
    assert due(request) is None
    assert "is paused" in text_of(world.context, request, "clarify")
    with pytest.raises(NotAllowed, match="still open"):
        ask_clarification(on(world, date(2026, 6, 13)), request, "And when?")
    note_clarified(on(world, date(2026, 6, 19)).by(""), request)
    assert due(request) == date(2026, 7, 20)
    with pytest.raises(NotAllowed, match="no question is open"):
        note_clarified(on(world, date(2026, 6, 19)), request)
    ask_clarification(
        on(world, date(2026, 6, 19)), request, "And of which number?"
    )  # the same day: it goes on from that one
    note_clarified(on(world, date(2026, 6, 20)), request)
    assert (due(request), request.pauses.count()) == (date(2026, 7, 20), 1)
    with pytest.raises(NotAllowed, match="the last day was"):
        ask_clarification(on(world, date(2026, 7, 21)), request, "Too late?")
    assert letters(request) == ["clarify", "clarify"]


def test_a_question_about_an_erasure_stops_no_clock(world: World) -> None:
    from bailee.requests.clocks import ask_clarification

    request = received(world, date(2026, 6, 10), "erase")
    ask_clarification(on(world, date(2026, 6, 12)), request, "Which account do you mean?")
    assert request.due_on == date(2026, 7, 10)
    assert "goes on" in text_of(world.context, request, "clarify")


def test_the_time_is_extended_once_in_the_first_month_with_a_reason(world: World) -> None:
    from bailee.requests.clocks import extend_time

    request = received(world, date(2026, 11, 30))
    with pytest.raises(NotAllowed, match="needs a reason"):
        extend_time(on(world, date(2026, 12, 1)), request, "  ")
    with pytest.raises(NotAllowed, match="may not extend"):
        extend_time(on(world, date(2026, 12, 1), "support"), request, "There are recordings of nine years.")
    with pytest.raises(NotAllowed, match="last day to tell the person was 2026-12-30"):
        extend_time(on(world, date(2026, 12, 31)), request, "There are recordings of nine years.")
    extend_time(on(world, date(2026, 12, 30)), request, "There are recordings of nine years.")
    assert (request.due_on, request.extension_reason) == (date(2027, 3, 1), "complexity")
    said = text_of(world.context, request, "extend")
    assert "nine years" in said
    assert "1 March 2027" in said
    with pytest.raises(NotAllowed, match="was extended on"):
        extend_time(on(world, date(2026, 12, 30)), request, "Again.")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    day=st.dates(date(2026, 2, 5), date(2028, 6, 1)),
    waits=st.integers(0, 25),
    lasts=st.integers(0, 60),
    longer=st.integers(1, 30),
    extended=st.booleans(),
)
def test_it_is_due_on_a_working_day_never_before_a_month_and_later_the_longer_the_pause(
    world: World, *, day: date, waits: int, lasts: int, longer: int, extended: bool
) -> None:
    from django.db import transaction

    from bailee.requests.clocks import renew_due_day
    from bailee.store.models import Pause

    with transaction.atomic():
        request = received(world, day, extended_on=day if extended else None)
        plain, asked = request.due_on, day + timedelta(days=waits)
        pause = Pause.objects.create(request=request, asked_on=asked)
        dues = []
        for days in (lasts, lasts + longer):
            pause.answered_on = asked + timedelta(days=days)
            pause.save()
            renew_due_day(world.context, request)
            dues.append(request.due_on)
        transaction.set_rollback(True)
    assert month_later(day, 3 if extended else 1) <= plain <= dues[0] <= dues[1]
    assert dues[1] >= month_later(day, 3 if extended else 1) + timedelta(days=lasts + longer + 1)
    assert not any(why_not_working(last, calendar_of("uk", "england-and-wales")) for last in (plain, *dues))


def test_a_question_stops_the_clock_from_the_day_on_which_its_letter_leaves(world: World) -> None:
    """The mail server was silent for four days: the person knew of nothing."""
    from bailee.requests import clocks

    request = world.request("copy", by="support")
    before = request.due_on
    clocks.ask_clarification(world.by("controller", days=2), request, "Which account?")
    arrives(world.by("worker", days=6), request, "clarify")
    clocks.note_clarified(world.by("controller", days=7), request)
    request.refresh_from_db()
    pause = request.pauses.get()
    assert (pause.answered_on - pause.asked_on).days == 1
    assert (request.due_on - before).days == 2  # the day of the question and that of the answer


def test_a_question_that_goes_on_from_one_before_counts_its_own_days_alone_when_it_leaves_late(world: World) -> None:
    from bailee.requests import clocks

    request = world.request("copy", by="support")
    clocks.ask_clarification(world.by("controller", days=2), request, "Which account?")
    arrives(world.by("worker", days=2), request, "clarify")
    clocks.note_clarified(world.by("controller", days=4), request)
    clocks.ask_clarification(world.by("controller", days=4), request, "And which year?")
    arrives(world.by("worker", days=7), request, "clarify")
    clocks.note_clarified(world.by("controller", days=8), request)
    request.refresh_from_db()
    assert [(p.answered_on - p.asked_on).days for p in request.pauses.order_by("asked_on")] == [2, 1]


def test_a_question_that_leaves_when_the_day_is_over_stops_no_clock(world: World) -> None:
    from bailee.requests import clocks

    request = world.request("copy", by="support")
    before = request.due_on
    clocks.ask_clarification(world.by("controller", days=2), request, "Which account?")
    arrives(world.by("worker", days=60), request, "clarify")
    request.refresh_from_db()
    assert (request.due_on, request.pauses.count()) == (before, 0)
