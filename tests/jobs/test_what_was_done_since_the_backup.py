"""Books out of a backup do not know what people have said, and what was looked at, since: workers wait for staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bailee.engine.high_water import confirm, missing
from bailee.engine.systems import house_of
from tests.harm.firm import ALICE, MARKER
from tests.harm.test_mark_and_books import all_put_back, copy_aside, copy_back, place
from tests.jobs.firm import NOW, Place, approved, asks, go_on, let_work, officer

if TYPE_CHECKING:
    from bailee.store.context import Office
    from bailee.store.models import Request

__all__ = ["place"]


def _approved(place: Place) -> str:
    with place.office() as office:
        request = asks(office)
        let_work(office)
        approved(office, request)
        return request.id


def _acted(place: Place) -> tuple[str, datetime]:
    id = _approved(place)
    with place.office() as office:
        return id, go_on(office, "act").now


def _request(id: str) -> Request:
    from bailee.store.models import Request

    return Request.objects.get(id=id)


def _tried(office: Office, kind: str) -> Office:
    """Let a worker try what is due of ``kind`` three times; return the office as of then."""
    from bailee.store.models import Due

    for _ in range(3):
        times = [max(row.at, row.lease_until or row.at) for row in Due.objects.filter(done_at=None, kind=kind)]
        if times:
            office = office.at(max(office.now + timedelta(minutes=10), min(times) + timedelta(seconds=1)))
            let_work(office)
    return office


def _withdrawn(office: Office, request: Request) -> None:
    from bailee.requests.request_end import withdraw

    withdraw(office, request)


def _cancelled(office: Office, request: Request) -> None:
    from bailee.requests.approval import cancel

    cancel(office.by(officer(office)), request.plans.get().id)


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
    place: Place, says: Callable[[Office, Request], None]
) -> None:
    id = _approved(place)
    before = place.firm.dump()
    with all_put_back(place), place.office(NOW + timedelta(hours=1)) as office:
        says(office, _request(id))
    with place.office(NOW + timedelta(hours=2)) as office, house_of(office) as house:
        assert {done.kind for done in missing(office.state, house.connectors)} >= {"called_off"}
        then = _tried(office, "act").now
        assert place.firm.dump() == before
        confirm(office.state, house.connectors, then)
    with place.office(then + timedelta(hours=1)) as office:
        _tried(office, "act")
        request = _request(id)
        assert place.firm.dump() == before
        assert (request.status, request.plans.get().state) == ("open", "cancelled")
        assert request.events.latest("id").kind == "not_planned"


@pytest.mark.parametrize("key", [1, 7])
def test_a_look_that_was_taken_since_is_not_taken_again_on_new_rows(place: Place, key: int) -> None:
    id, at = _acted(place)
    with all_put_back(place), place.office(at) as office:
        go_on(office, "settle")
        assert _request(id).status in {"held", "closed"}
    _she_is_back(place, key)
    before = place.firm.dump()
    with place.office(at + timedelta(days=2)) as office, house_of(office) as house:
        assert [done.kind for done in missing(office.state, house.connectors)] == ["settled"]
        then = _tried(office, "settle").now
        assert place.firm.dump() == before
        confirm(office.state, house.connectors, then)
    with place.office(then + timedelta(hours=1)) as office:
        _tried(office, "settle")
        assert place.firm.dump() == before


@pytest.mark.parametrize(("days", "key"), [(1, 1), (8, 1), (8, 7)])
def test_a_look_touches_nothing_once_she_is_back_or_comes_so_late_that_she_may_be(
    place: Place, days: int, key: int
) -> None:
    id, at = _acted(place)
    _she_is_back(place, key)
    before = place.firm.dump()
    with place.office(at + timedelta(days=days)) as office:
        _tried(office, "settle")
        assert place.firm.dump() == before
        assert _request(id).status == ("settling" if key == 1 else "held")  # the former waits for staff


def test_what_was_asked_before_the_backup_is_planned_by_staff_alone(place: Place) -> None:
    with place.office() as office:
        id = asks(office).id
    from django.db import connections

    connections.close_all()
    copy_aside(place)
    with place.office() as office:
        let_work(office)
        approved(office, _request(id))
        at = go_on(office, "act", "settle").now
    copy_back(place)
    place.firm.refill()
    with place.office(at + timedelta(days=1)) as office, house_of(office) as house:
        let_work(office)
        assert not _request(id).plans.exists()  # as long as nobody has seen what is missing
        confirm(office.state, house.connectors, office.now)
    with place.office(office.now + timedelta(hours=1)) as office:
        let_work(office)
        request = _request(id)
        assert not request.plans.exists()
        last = request.events.order_by("id").last()
        assert last is not None
        assert (last.kind, "look first whether this was done before" in last.facts["why"]) == ("not_planned", True)
        from bailee.requests.request_plans import plan

        with house_of(office) as house:
            assert plan(office.by(officer(office)), house, request) is not None
