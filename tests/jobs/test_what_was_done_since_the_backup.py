"""Books out of a backup do not know what people have said, and what was looked at, since: workers wait for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bailee.engine.high_water import confirm_books, find_missing
from bailee.engine.systems import open_systems_of_context
from tests.harm.firm import ALICE, MARKER
from tests.harm.test_mark_and_books import all_put_back, copy_aside, copy_back, place
from tests.jobs.firm import NOW, Place, approved, asks, go_on, let_work, officer

if TYPE_CHECKING:
    from bailee.store.context import Context
    from bailee.store.models import Request

__all__ = ["place"]


def _approved(place: Place) -> str:
    with place.context() as context:
        request = asks(context)
        let_work(context)
        approved(context, request)
        return request.id


def _acted(place: Place) -> tuple[str, datetime]:
    id = _approved(place)
    with place.context() as context:
        return id, go_on(context, "act").now


def _request(id: str) -> Request:
    from bailee.store.models import Request

    return Request.objects.get(id=id)


def _tried(context: Context, kind: str) -> Context:
    """Let a worker try what is due of ``kind`` three times; return the context as of then."""
    from bailee.store.models import Due

    for _ in range(3):
        times = [max(row.at, row.lease_until or row.at) for row in Due.objects.filter(done_at=None, kind=kind)]
        if times:
            context = context.at(max(context.now + timedelta(minutes=10), min(times) + timedelta(seconds=1)))
            let_work(context)
    return context


def _withdrawn(context: Context, request: Request) -> None:
    from bailee.requests.request_end import withdraw_request

    withdraw_request(context, request)


def _cancelled(context: Context, request: Request) -> None:
    from bailee.requests.approval import cancel_plan

    cancel_plan(context.by(officer(context)), request.plans.get().id)


def _she_is_back(place: Place, key: int) -> None:
    """Let her be a customer again: her row is filled once more, or she has another, and there are new calls."""
    filled = f"email = '{ALICE}', name = 'Alice Again', postal = '9 New', tel = '+442079460177'"
    row = f"UPDATE persons SET {filled} WHERE id = 1"
    if key != 1:
        row = f"INSERT INTO persons VALUES ({key}, '{ALICE}', 'Alice {MARKER}', '9 New', '+442079460177')"
    place.firm.run(
        row,
        f"INSERT INTO calls VALUES (1, {key}, '+442079460123', '2026-03-20')",
        f"INSERT INTO calls VALUES (700, {key}, '+442079460123', '2026-03-20')",
    )


@pytest.mark.parametrize("says", [_withdrawn, _cancelled])
def test_what_was_called_off_is_not_carried_out_by_books_that_do_not_know_it(
    place: Place, says: Callable[[Context, Request], None]
) -> None:
    id = _approved(place)
    before = place.firm.dump()
    with all_put_back(place), place.context(NOW + timedelta(hours=1)) as context:
        says(context, _request(id))
    with place.context(NOW + timedelta(hours=2)) as context, open_systems_of_context(context) as systems:
        assert {done.kind for done in find_missing(context.store, systems.connectors)} >= {"called_off"}
        then = _tried(context, "act").now
        assert place.firm.dump() == before
        confirm_books(context.store, systems.connectors, then)
    with place.context(then + timedelta(hours=1)) as context:
        _tried(context, "act")
        request = _request(id)
        assert place.firm.dump() == before
        assert (request.status, request.plans.get().state) == ("open", "cancelled")
        assert request.events.latest("id").kind == "not_planned"


@pytest.mark.parametrize("key", [1, 7])
def test_a_look_that_was_taken_since_is_not_taken_again_on_new_rows(place: Place, key: int) -> None:
    id, at = _acted(place)
    with all_put_back(place), place.context(at) as context:
        go_on(context, "settle")
        assert _request(id).status in {"held", "closed"}
    _she_is_back(place, key)
    before = place.firm.dump()
    with place.context(at + timedelta(days=2)) as context, open_systems_of_context(context) as systems:
        assert [done.kind for done in find_missing(context.store, systems.connectors)] == ["settled"]
        then = _tried(context, "settle").now
        assert place.firm.dump() == before
        confirm_books(context.store, systems.connectors, then)
    with place.context(then + timedelta(hours=1)) as context:
        _tried(context, "settle")
        assert place.firm.dump() == before


@pytest.mark.parametrize(("days", "key"), [(1, 1), (8, 1), (8, 7)])
def test_a_look_touches_nothing_once_she_is_back_or_comes_so_late_that_she_may_be(
    place: Place, days: int, key: int
) -> None:
    id, at = _acted(place)
    _she_is_back(place, key)
    before = place.firm.dump()
    with place.context(at + timedelta(days=days)) as context:
        _tried(context, "settle")
        assert place.firm.dump() == before
        assert _request(id).status == ("settling" if key == 1 else "held")  # the former waits for staff


def test_what_was_asked_before_the_backup_is_planned_by_staff_alone(place: Place) -> None:
    with place.context() as context:
        id = asks(context).id
    from django.db import connections

    connections.close_all()
    copy_aside(place)
    with place.context() as context:
        let_work(context)
        approved(context, _request(id))
        at = go_on(context, "act", "settle").now
    copy_back(place)
    place.firm.refill()
    with place.context(at + timedelta(days=1)) as context, open_systems_of_context(context) as systems:
        let_work(context)
        assert not _request(id).plans.exists()  # as long as nobody has seen what is missing
        confirm_books(context.store, systems.connectors, context.now)
    with place.context(context.now + timedelta(hours=1)) as context:
        let_work(context)
        request = _request(id)
        assert not request.plans.exists()
        last = request.events.order_by("id").last()
        assert last is not None
        assert (last.kind, "look first whether this was done before" in last.facts["why"]) == ("not_planned", True)
        from bailee.requests.request_plans import plan_request

        with open_systems_of_context(context) as systems:
            assert plan_request(context.by(officer(context)), systems, request) is not None
