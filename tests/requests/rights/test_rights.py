"""What becomes of a request once its person is known: planned, approved, called off, refused, answered, closed."""

from __future__ import annotations

import pytest

from bailee.runner.plans import NotAllowed
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
