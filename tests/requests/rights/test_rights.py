"""What becomes of a request once its person is known: planned, approved, called off, refused, answered, closed."""

from __future__ import annotations

import pytest

from bailee.engine.plans import NotAllowed
from tests.harm.firm import ALICE, BOB
from tests.requests.rights.people import World, letters, text_of


def test_an_erasure_is_planned_approved_by_another_and_waits(world: World) -> None:
    from bailee.requests.approval import approve_plan, begin_plan
    from bailee.store.models import Due

    request, plan = world.planned()
    assert (request.status, plan.state) == ("planned", "proposed")
    approval = approve_plan(world.by("officer"), plan.id, plan.digest[:8])
    request.refresh_from_db()
    assert request.status == "approved"
    assert Due.objects.get(kind="act").at == approval.acts_at == world.by("worker", hours=24).now
    with pytest.raises(NotAllowed, match="the waiting time is not over"):
        begin_plan(world.by("worker", hours=23), plan.id)
    begun = [begin_plan(world.by("worker", hours=hours), plan.id) for hours in (24, 25)]
    assert [(one.id, one.state) for one in begun if one is not None] == [(plan.id, "acting")] * 2
    request.refresh_from_db()
    assert request.status == "acting"


def test_a_refusal_is_the_controllers_and_says_why_and_what_to_do_about_it(world: World) -> None:
    from bailee.requests.refusals import refuse_request

    request, plan = world.planned()
    for role in ("support", "officer", "auditor", "administrator"):
        with pytest.raises(NotAllowed, match=f"the role {role} may not refuse"):
            refuse_request(world.by(role), request, "legal_claims", "We are in court with each other.")
    with pytest.raises(NotAllowed, match="no ground on which such a request is refused"):
        refuse_request(world.by("controller"), request, "privilege", "A letter to our solicitor.")
    with pytest.raises(NotAllowed, match="a refusal needs reasons"):
        refuse_request(world.by("controller"), request, "legal_claims", " ")
    refuse_request(world.by("controller"), request, "legal_claims", "We are in court with each other.")
    said = text_of(world.context, request, "refuse")
    for words in ("Art. 17(3)(e)", "in court with each other", "Information Commissioner", "court"):
        assert words in said
    plan.refresh_from_db()
    assert (request.status, request.outcome, plan.state) == ("closed", "refused", "cancelled")
    assert request.forget_on is not None
    assert letters(request) == ["refuse"]


def test_an_objection_is_suppressed_at_once_and_carried_out_without_approval(world: World) -> None:
    from bailee.requests.suppressions import is_suppressed
    from bailee.store.models import Approval, Due, Suppression

    path = world.firm.folder / "systems/desk.yaml"
    path.write_text(path.read_text().replace("  writer:\n", "  writer:\n    on_object: {name: null}\n"))
    request, plan = world.planned("object")
    assert (request.status, plan.state) == ("approved", "approved")
    assert Approval.objects.get(plan=plan).standing == "UK GDPR Art. 21(3)"
    assert Due.objects.get(kind="act", about=plan.id).at == world.context.now
    for spelled in (ALICE, ALICE.upper(), f" {ALICE} "):
        assert is_suppressed(world.context, "email", spelled)
    assert is_suppressed(world.context, "phone", "020 7946 0101")  # hers, though she wrote by e-mail
    assert not is_suppressed(world.context, "email", BOB)
    assert not Suppression.objects.filter(tag__in=request.tags.values_list("tag", flat=True)).exists()


def test_an_objection_that_no_system_must_hear_of_is_over_at_once(world: World) -> None:
    request, plan = world.planned("object")
    assert (plan, request.status, request.outcome, letters(request)) == (None, "closed", "done", ["objected"])


def test_what_bailee_may_not_do_staff_do_by_hand_and_say_so(world: World) -> None:
    from bailee.requests.request_end import close_request
    from bailee.requests.request_plans import plan_request

    path = world.firm.folder / "bailee.yaml"
    path.write_text(path.read_text().replace("mode: act", "mode: observe"))
    request = world.request("erase")
    with world.reopened() as context, world.systems(context) as systems:
        for _ in range(2):
            assert plan_request(context, systems, request) is None
        assert list(request.events.values_list("kind", flat=True)) == ["by_hand"]
        with pytest.raises(NotAllowed, match="mode is observe"):
            plan_request(context.by(world.staff["officer"]), systems, request)
        with pytest.raises(NotAllowed, match="done, or partly"):
            close_request(context.by(world.staff["officer"]), request, "refused")
        close_request(context.by(world.staff["officer"]), request, "done", done=["We have erased your calls"])
    assert "We have erased your calls" in text_of(world.context, request, "complete")
    assert (request.status, request.outcome) == ("closed", "done")


def test_a_plan_that_waits_is_called_off_where_staff_have_acted(world: World) -> None:
    from bailee.requests.request_end import close_request

    request, made = world.planned()
    close_request(
        world.by("officer"), request, "partly", done=["Calls erased"], reasons=["The tapes are needed in court"]
    )
    made.refresh_from_db()
    assert (request.outcome, made.state, letters(request)) == ("partly", "cancelled", ["partly"])


def test_a_correction_is_planned_and_one_that_does_not_fit_waits_for_staff(world: World) -> None:
    from bailee.requests.request_plans import plan_request
    from bailee.store.models import Due

    request, made = world.planned("correct", target="shop.person.email", value="right@post.example")
    assert (request.status, made.kind) == ("planned", "correct")
    for value, why in (("no address", "this is no email for"), (BOB, "somebody has the new email already")):
        wrong = world.request("correct", target="shop.person.email", value=value)
        with world.systems(world.context) as systems:
            assert plan_request(world.context, systems, wrong) is None
            (event,) = wrong.events.all()
            assert (event.kind, wrong.status) == ("not_planned", "open")
            assert why in event.facts["why"]
            with pytest.raises(NotAllowed, match=why):
                plan_request(world.by("support"), systems, wrong)
    assert not Due.objects.filter(kind="plan").exists()
