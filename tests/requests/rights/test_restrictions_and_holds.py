"""Data that is stored and no more, and data that is kept by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bailee.cli.app import run
from bailee.engine.errors import RestrictedPerson
from bailee.engine.people import search_person
from bailee.engine.plans import NotAllowed
from tests.harm.firm import ALICE, BOB, NOW
from tests.requests.rights.people import PHONE, World, arrives, letters, text_of


def restricted(world: World) -> Any:
    from bailee.requests.request_plans import plan_request

    request = world.request("restrict")
    with world.systems(world.context) as systems:
        plan_request(world.context, systems, request)
    return request


def test_restricted_data_is_stored_and_used_on_no_ground_but_the_laws(world: World) -> None:
    from bailee.store.models import Restriction

    request = restricted(world)
    assert (request.status, request.outcome, letters(request)) == ("closed", "done", ["restricted"])
    assert request.forget_on is None  # while it stands
    with world.systems(world.context) as systems:
        for asked in (ALICE, PHONE):  # by every identity of hers
            with pytest.raises(RestrictedPerson), search_person(systems, [asked]):
                pass
        with search_person(systems, [BOB]) as found, search_person(systems, [ALICE], despite="legal claims") as despite:
            assert found.persons.subjects
            assert despite.persons.subjects
    assert not {ALICE, PHONE} & {*Restriction.objects.values_list("tag", flat=True)}


def test_the_command_line_knows_of_a_restriction_without_the_books(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    restricted(world)
    assert run(["find", ALICE, "--policy", str(world.firm.folder)]) == 6
    assert "restricted: it is stored, and not used" in capsys.readouterr().err
    assert run(["find", BOB, "--policy", str(world.firm.folder)]) == 0
    capsys.readouterr()


def test_a_restriction_ends_on_a_day_of_which_the_person_was_told_before(world: World) -> None:
    from bailee.requests.restrictions import lift_restriction
    from bailee.store.models import Due

    request, controller = restricted(world), world.by("controller", days=30)
    today = controller.today
    with pytest.raises(NotAllowed, match="told before it ends"):
        lift_restriction(controller, request, "We have looked at it.", today)
    with pytest.raises(NotAllowed, match="told why"):
        lift_restriction(controller, request, "", today + timedelta(days=7))
    lift_restriction(controller, request, "We have looked at it.", today + timedelta(days=7))
    assert "We have looked at it." in text_of(world.context, request, "restriction_ends")
    arrives(controller, request, "restriction_ends")
    for days, is_free in ((36, False), (38, True)):
        with world.systems(world.by("worker", days=days)) as systems:
            assert (("email", ALICE) not in systems.restricted) == is_free
    with pytest.raises(NotAllowed, match="no restriction in force"):
        lift_restriction(controller, request, "Again.", today + timedelta(days=9))
    request.refresh_from_db()
    assert request.forget_on is not None
    assert Due.objects.filter(kind="forget", about=request.id, done_at=None).exists()


def test_a_hold_by_hand_makes_waiting_plans_anew_and_lets_go_when_it_is_lifted(world: World) -> None:
    from bailee.requests.approval import approve_plan
    from bailee.requests.holds import lift_hold, list_holds, place_hold
    from bailee.store import holds
    from bailee.store.models import Due, HandHold

    request, plan = world.planned()
    approve_plan(world.by("officer"), plan.id, plan.digest)
    controller = world.by("controller")
    with world.systems(controller) as systems:
        with pytest.raises(NotAllowed, match="needs a name and a law"):
            place_hold(controller, systems, [PHONE], "case 7", " ")
        with pytest.raises(NotAllowed, match="would be over"):
            place_hold(controller, systems, [PHONE], "case 7", "Limitation Act 1980", until=date(2026, 3, 14))
        hold = place_hold(controller, systems, [PHONE], "case 7", "Limitation Act 1980", until=date(2027, 6, 30))
    for row in (request, plan):
        row.refresh_from_db()
    assert (request.status, plan.state) == ("open", "stale")  # found by her e-mail, held by her number
    assert Due.objects.get(kind="plan", about=request.id).at == NOW
    assert not Due.objects.filter(kind="act", done_at=None).exists()
    assert PHONE.encode() not in bytes(hold.sealed)
    (found,) = holds.list_current_holds(world.context.store, controller.today)
    assert (found.name, found.seeds, found.until) == ("case 7", (PHONE,), date(2027, 6, 30))
    assert list(list_holds(controller)) == [hold]
    assert list(holds.list_current_holds(world.context.store, date(2027, 7, 1))) == []
    request.status = "held"
    request.save()
    lift_hold(controller, hold)
    assert Due.objects.get(kind="release").about == plan.case
    assert (list(list_holds(controller)), list(holds.list_current_holds(world.context.store, controller.today))) == (
        [],
        [],
    )
    with pytest.raises(NotAllowed, match="lifted already"):
        lift_hold(controller, HandHold.objects.get())


def test_who_looked_at_me_tells_of_whoever_placed_a_hold(world: World) -> None:
    from bailee.requests.holds import place_hold
    from bailee.store import access_log
    from bailee.store.models import HandHold, Reading

    request = world.request("erase")
    controller = world.by("controller")
    with world.systems(controller) as systems:
        with pytest.raises(NotAllowed, match="needs a name and a law"):
            place_hold(controller, systems, [PHONE], "case 7", " ")
        assert not Reading.objects.exists()  # nobody was looked for
        place_hold(controller, systems, [ALICE], "case 7", "Limitation Act 1980")
    looks = [(look.what, look.reason, look.staff_id, look.at) for look in access_log.list_accesses(request)]
    said = ("place a hold", "a legal claim, or a duty to an authority", controller.staff, controller.now)
    assert looks == [said]  # by her e-mail; her number, which that led to, may be another's one day
    assert [one.tags.count() for one in HandHold.objects.all()] == [1]


def test_a_restriction_counts_for_rows_that_come_later(world: World) -> None:
    from bailee.requests.request_plans import plan_request

    request = world.request("restrict", identities=("carol@post.example",))
    with world.systems(world.context) as systems:
        plan_request(world.context, systems, request)
    world.firm.run("INSERT INTO writers VALUES (9, 'carol@post.example', 'Carol')")
    with (
        world.systems(world.context) as systems,
        pytest.raises(RestrictedPerson),
        search_person(systems, ["carol@post.example"]),
    ):
        pass


def test_retention_leaves_restricted_data_until_the_restriction_has_ended(world: World) -> None:
    from bailee.requests.restrictions import lift_restriction

    request = restricted(world)
    world.firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 1", "DELETE FROM tapes WHERE call_id <> 101")
    assert retained(world, 0) == {"UK GDPR Art. 18(2)"}
    assert world.firm.run("SELECT id FROM calls WHERE started_on < '2016-01-01'") == [(1,)]
    world.firm.run("INSERT INTO calls VALUES (5, 1, NULL, '2014-01-01')")  # of a row that came later
    controller = world.by("controller", days=30)
    lift_restriction(controller, request, "We have looked at it.", controller.today + timedelta(days=7))
    arrives(controller, request, "restriction_ends")
    assert retained(world, 36) == {"UK GDPR Art. 18(2)"}
    assert world.firm.run("SELECT id FROM calls WHERE started_on < '2016-01-01' ORDER BY id") == [(1,), (5,)]
    assert retained(world, 38) == set()
    assert not world.firm.run("SELECT 1 FROM calls WHERE started_on < '2016-01-01'")


def retained(world: World, days: int) -> set[str]:
    """Carry the rule for calls out, so many days later; return by which laws rows were kept from it."""
    from bailee.engine.apply import apply_plan
    from bailee.engine.plans import plan_retain, seal_plan

    with world.systems(world.by("worker", days=days)) as systems:
        planned = plan_retain(systems, "calls")
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    return {law.law for system in planned.plan.systems for step in system.steps for law in step.laws}


def test_whose_data_is_restricted_is_sealed_and_destroyed_with_the_request(world: World) -> None:
    from bailee.requests.expiry import forget_request
    from bailee.requests.restrictions import lift_restriction
    from bailee.store.restrictions import list_restricted
    from bailee.store.sealed_store import RESTRICTED

    request = restricted(world)
    state, controller = world.context.store, world.by("controller", days=1)
    (person,) = list_restricted(state, NOW)
    assert {(k.attribute, k.value) for k in person.known} == {("email", ALICE), ("phone", PHONE)}
    ((name, sealed),) = state.shelves.all(RESTRICTED)
    assert name == request.id
    assert not any(text.encode() in sealed for text in (ALICE, PHONE))
    assert f"restriction:{request.id}" in {*state.shelves.keys.names()}
    lift_restriction(controller, request, "We have looked at it.", controller.today + timedelta(days=7))
    arrives(controller, request, "restriction_ends")
    request.refresh_from_db()
    forget_request(world.by("worker", days=2), request.id)
    assert list(state.names(RESTRICTED)) == [request.id]  # its time is not over
    forget_request(world.context.at(NOW + (request.forget_on - controller.today) + timedelta(days=2)), request.id)
    assert list(state.names(RESTRICTED)) == []
    assert f"restriction:{request.id}" not in {*state.shelves.keys.names()}
