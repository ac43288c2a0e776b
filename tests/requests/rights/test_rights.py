"""What becomes of a request once its person is known: planned, approved, called off, refused, answered, closed."""

from __future__ import annotations

import pytest

from bailee.runner.plans import NotAllowed
from tests.harm.firm import ALICE, BOB
from tests.requests.rights.people import World, letters, text_of


def test_an_erasure_is_planned_approved_by_another_and_waits(world: World) -> None:
    from bailee.books.models import Due
    from bailee.runner.requests.approval import approve, begin

    request, plan = world.planned()
    assert (request.status, plan.state) == ("planned", "proposed")
    approval = approve(world.by("officer"), plan.id, plan.digest[:8])
    request.refresh_from_db()
    assert request.status == "approved"
    assert Due.objects.get(kind="act").at == approval.acts_at == world.by("worker", hours=24).now
    with pytest.raises(NotAllowed, match="the waiting time is not over"):
        begin(world.by("worker", hours=23), plan.id)
    begun = [begin(world.by("worker", hours=hours), plan.id) for hours in (24, 25)]
    assert [(one.id, one.state) for one in begun if one is not None] == [(plan.id, "acting")] * 2
    request.refresh_from_db()
    assert request.status == "acting"


def test_a_refusal_is_the_controllers_and_says_why_and_what_to_do_about_it(world: World) -> None:
    from bailee.runner.requests.refusing import refuse

    request, plan = world.planned()
    for role in ("support", "officer", "auditor", "administrator"):
        with pytest.raises(NotAllowed, match=f"the role {role} may not refuse"):
            refuse(world.by(role), request, "legal_claims", "We are in court with each other.")
    with pytest.raises(NotAllowed, match="no ground on which such a request is refused"):
        refuse(world.by("controller"), request, "privilege", "A letter to our solicitor.")
    with pytest.raises(NotAllowed, match="a refusal needs reasons"):
        refuse(world.by("controller"), request, "legal_claims", " ")
    refuse(world.by("controller"), request, "legal_claims", "We are in court with each other.")
    said = text_of(world.office, request, "refuse")
    for words in ("Art. 17(3)(e)", "in court with each other", "Information Commissioner", "court"):
        assert words in said
    plan.refresh_from_db()
    assert (request.status, request.outcome, plan.state) == ("closed", "refused", "cancelled")
    assert request.forget_on is not None
    assert letters(request) == ["refuse"]


def test_an_objection_is_suppressed_at_once_and_carried_out_without_approval(world: World) -> None:
    from bailee.books.models import Approval, Due, Suppression
    from bailee.runner.requests.suppressing import is_suppressed

    path = world.firm.folder / "systems/desk.yaml"
    path.write_text(path.read_text().replace("  writer:\n", "  writer:\n    on_object: {name: null}\n"))
    request, plan = world.planned("object")
    assert (request.status, plan.state) == ("approved", "approved")
    assert Approval.objects.get(plan=plan).standing == "UK GDPR Art. 21(3)"
    assert Due.objects.get(kind="act", about=plan.id).at == world.office.now
    for spelled in (ALICE, ALICE.upper(), f" {ALICE} "):
        assert is_suppressed(world.office, "email", spelled)
    assert is_suppressed(world.office, "phone", "020 7946 0101")  # hers, though she wrote by e-mail
    assert not is_suppressed(world.office, "email", BOB)
    assert not Suppression.objects.filter(tag__in=request.tags.values_list("tag", flat=True)).exists()


def test_an_objection_that_no_system_must_hear_of_is_over_at_once(world: World) -> None:
    request, plan = world.planned("object")
    assert (plan, request.status, request.outcome, letters(request)) == (None, "closed", "done", ["objected"])
