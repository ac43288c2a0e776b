"""A restriction ends when its person was told before, and not because its day has come (Art. 18(3))."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bailee.engine.plans import NotAllowed
from bailee.engine.systems import open_systems_of_context
from tests.harm.firm import ALICE
from tests.letters.servers import Mailbox
from tests.requests.identity.place import Place, due, kinds
from tests.requests.identity.test_a_copy_that_reaches_nobody import _refused, _today
from tests.requests.identity.test_the_clock_starts import _hand_over

if TYPE_CHECKING:
    from bailee.store.models import Request

ENDS = 37
"""The day that the letter names."""


def _lifted(place: Place) -> Request:
    """Let the Data Controller lift the restriction of Alice on the day `ENDS`; a call of hers is past its time."""
    from bailee.requests.restrictions import restrict_person

    request = place.proven("restrict")
    with open_systems_of_context(place.at()) as systems:
        restrict_person(place.at(), systems, request)
    place.firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 1", "DELETE FROM tapes WHERE call_id <> 101")
    _lift(place, request, 30)
    request.refresh_from_db()
    return request


def _lift(place: Place, request: Request, days: int, ends: int = ENDS) -> None:
    from bailee.requests.restrictions import lift_restriction

    controller = place.by("controller", days=days)
    lift_restriction(controller, request, "We have looked at it.", controller.today + timedelta(days=ends - days))


def _is_restricted(place: Place, days: float) -> bool:
    with open_systems_of_context(place.at(days=days)) as systems:
        return ("email", ALICE) in systems.restricted


def _retained(place: Place, days: float) -> list[tuple[int]]:
    """Carry the rule for calls out; return what of Alice's is left that is past its time."""
    from bailee.engine.apply import apply_plan
    from bailee.engine.plans import plan_retain, seal_plan

    with open_systems_of_context(place.at(days=days)) as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan)
    return place.firm.run("SELECT id FROM calls WHERE started_on < '2016-01-01'")


def _returned(place: Place, request: Request, days: float) -> None:
    from bailee.requests.letters.delivery import note_returned_letters

    note_returned_letters(place.at(days=days), [request.messages.get(template="restriction_ends").id])
    request.refresh_from_db()


def test_it_ends_on_its_day_when_the_letter_has_left(place: Place) -> None:
    request = _lifted(place)
    assert kinds(request)[-1] == "end_announced"
    _hand_over(place, request, "restriction_ends", Mailbox(), days=31)
    assert kinds(request)[-1] == "restriction_ends"
    assert [_is_restricted(place, days) for days in (36, 38)] == [True, False]
    assert request.forget_on is not None
    assert "forget" in due(request)
    assert _retained(place, 38) == []


def test_what_is_restricted_stays_where_the_letter_was_refused(place: Place) -> None:
    request = _lifted(place)
    _refused(place, "restriction_ends", request, days=31)
    assert _today(place, request, days=32) == {"untold"}
    assert _is_restricted(place, 60)
    assert _retained(place, 60) == [(1,)]
    assert (request.forget_on, due(request) & {"forget"}) == (None, set())


def test_what_is_restricted_stays_while_the_letter_waits(place: Place) -> None:
    """No server takes it, or nobody has printed it, until its day is past: then it ends the day after they know."""
    request = _lifted(place)
    assert _is_restricted(place, 40)
    assert _retained(place, 40) == [(1,)]
    with pytest.raises(NotAllowed, match="has not left yet"):
        _lift(place, request, 33, 50)
    _hand_over(place, request, "restriction_ends", Mailbox(), days=40)
    assert _is_restricted(place, 40.2)
    assert not _is_restricted(place, 41.5)


@pytest.mark.parametrize("days", [33, 39])
def test_a_letter_that_comes_back_restricts_the_data_again(place: Place, days: int) -> None:
    request = _lifted(place)
    _hand_over(place, request, "restriction_ends", Mailbox(), days=31)
    _returned(place, request, days)
    assert kinds(request)[-1] == "restriction_stays"
    assert _is_restricted(place, 60)
    assert _retained(place, 60) == [(1,)]
    assert (request.forget_on, due(request) & {"forget"}) == (None, set())
    assert _today(place, request, days=60) == {"untold"}


def test_it_ends_when_staff_have_told_the_person(place: Place) -> None:
    from bailee.requests.staff_notifications import note_person_told

    request = _lifted(place)
    _refused(place, "restriction_ends", request, days=31)
    note_person_told(place.by(days=33), request)
    assert [_is_restricted(place, days) for days in (36, 38)] == [True, False]
    assert _today(place, request, days=34) == set()


def test_it_can_be_lifted_once_more_by_another_letter(place: Place) -> None:
    request = _lifted(place)
    _refused(place, "restriction_ends", request, days=31)
    _lift(place, request, 33, 50)
    assert _today(place, request, days=34) == set()  # the letter of the second time says it all
    _hand_over(place, request, "restriction_ends", Mailbox(), days=34)
    assert [_is_restricted(place, days) for days in (40, 51)] == [True, False]


def test_it_stands_where_there_is_no_address_for_the_letter(place: Place) -> None:
    from dataclasses import replace

    from bailee.requests.request_content import open_request, seal_asked
    from bailee.requests.restrictions import restrict_person
    from bailee.requests.staff_notifications import note_person_told

    request = place.proven("restrict")
    with open_systems_of_context(place.at()) as systems:
        restrict_person(place.at(), systems, request)
    asked, persons = open_request(place.context, request)
    seal_asked(place.context, request, replace(asked, reply_to="", address=()), persons)
    request.save(update_fields=["sealed"])
    _lift(place, request, 30)
    assert _is_restricted(place, 60)
    note_person_told(place.by(days=33), request)
    assert [_is_restricted(place, days) for days in (36, 38)] == [True, False]
