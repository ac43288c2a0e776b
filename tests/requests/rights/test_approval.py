"""A second person, once, in time: approvals, and what voids them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from bailee.engine.plans import NotAllowed
from bailee.policy import Mode
from bailee.requests.startup import open_context
from bailee.store.context import Context
from tests.harm.firm import NOW
from tests.requests.rights.people import World, letters


def with_requests(world: World, settings: str) -> World:
    """Return the world under a policy that says more of requests."""
    with (world.firm.folder / "bailee.yaml").open("a") as file:
        file.write(f"requests: {{{settings}}}\n")
    with open_context(world.firm.folder, now=NOW) as context:
        return World(context, world.firm, world.staff)


def test_whoever_logged_planned_or_confirmed_is_no_second_person(world: World) -> None:
    from bailee.requests.approval import approve
    from bailee.requests.plan_rows import newest_plan
    from bailee.requests.request_plans import confirm, plan

    logged, first = world.planned(by="officer")
    with pytest.raises(NotAllowed, match="no second person"):
        approve(world.by("officer"), first.id, first.digest)
    controller = world.by("controller")
    with world.systems(controller) as systems:
        planned = plan(controller, systems, logged)
        assert planned is not None
        with pytest.raises(NotAllowed, match="no second person"):
            approve(controller, planned.id, planned.digest)
        confirmed, second = world.planned()
        confirm(controller, systems, confirmed, ["desk.writer:1"])
    anew = newest_plan(confirmed)
    assert anew is not None
    with pytest.raises(NotAllowed, match="no second person"):
        approve(controller, anew.id, anew.digest)
    approve(world.by("officer"), anew.id, anew.digest)
    second.refresh_from_db()
    assert second.state == "stale"


def test_a_firm_of_one_waits_alone(world: World) -> None:
    from bailee.requests.approval import approve

    alone = with_requests(world, "approval: waiting alone, waits_hours: 48")
    _, plan = alone.planned(by="controller")
    approval = approve(alone.by("controller"), plan.id, plan.digest)
    assert approval.acts_at == alone.by("worker", hours=48).now


def test_the_hash_is_typed_and_is_that_of_the_plan(world: World) -> None:
    from bailee.requests.approval import approve

    _, plan = world.planned()
    other = "0" if plan.digest[0] != "0" else "1"
    for typed, says in ((plan.digest[:7], "8 characters"), ("", "8 characters"), (other * 8, "not the hash")):
        with pytest.raises(NotAllowed, match=says):
            approve(world.by("officer"), plan.id, typed)
    approve(world.by("officer"), plan.id, f" {plan.digest[:12].upper()} ")
    with pytest.raises(NotAllowed):
        approve(world.by("controller"), plan.id, plan.digest)
    with pytest.raises(NotAllowed, match="no such plan"):
        approve(world.by("officer"), "0123456789abcdef", plan.digest)


def test_nothing_is_approved_that_could_not_be_applied(world: World) -> None:
    from dataclasses import replace

    from bailee.requests.approval import approve

    _, plan = world.planned()
    policy = world.context.policy
    proposing = replace(world.by("officer"), policy=replace(policy, firm=replace(policy.firm, mode=Mode.PROPOSE)))
    with pytest.raises(NotAllowed, match="mode is propose"):
        approve(proposing, plan.id, plan.digest)
    with pytest.raises(NotAllowed, match="too old to approve"):
        approve(world.by("officer", days=7), plan.id, plan.digest)


def test_an_approved_plan_is_called_off_while_it_waits_and_not_after(world: World) -> None:
    from bailee.requests.approval import approve, begin, cancel
    from bailee.store.models import Due

    request, plan = world.planned()
    with pytest.raises(NotAllowed, match="a plan waits for approval"):
        cancel(world.by("support"), plan.id)
    approve(world.by("officer"), plan.id, plan.digest)
    cancel(world.by("support", hours=23), plan.id)
    request.refresh_from_db()
    assert request.status == "open"
    assert not Due.objects.filter(kind="act", done_at=None).exists()
    assert begin(world.by("worker", hours=25), plan.id) is None
    _, another = world.planned()
    approve(world.by("officer"), another.id, another.digest)
    begin(world.by("worker", hours=24), another.id)
    with pytest.raises(NotAllowed, match="being carried out"):
        cancel(world.by("officer", hours=24), another.id)


def test_an_approval_that_was_not_used_in_time_lapses_and_it_is_planned_anew(world: World) -> None:
    from bailee.requests.approval import approve, begin, lapse
    from bailee.requests.request_plans import plan as planning
    from bailee.store.models import Due

    request, plan = world.planned()
    approve(world.by("officer"), plan.id, plan.digest)
    lapse(world.by("worker", days=7), plan.id)  # not yet: a day of waiting, then seven
    late = world.by("worker", days=8)
    assert begin(late, plan.id) is None
    request.refresh_from_db()
    assert (request.status, Due.objects.get(kind="plan").about) == ("open", request.id)
    with world.systems(late) as systems:
        anew = planning(late, systems, request)
    assert anew is not None
    assert (anew.supersedes_id, anew.state) == (plan.id, "proposed")
    assert anew.difference == ["holds are counted on 2026-03-23, before on 2026-03-15"]


def test_a_stale_plan_is_made_anew_says_what_is_other_and_forgets_whom_the_old_was_about(world: World) -> None:
    from bailee.requests.approval import approve
    from bailee.requests.request_plans import plan as planning
    from bailee.requests.request_plans import stale
    from bailee.store.models import Approval

    request, plan = world.planned()
    approve(world.by("officer"), plan.id, plan.digest)
    world.firm.run("INSERT INTO calls VALUES (90, 1, NULL, '2026-02-01')")
    worker = world.by("worker", hours=24)
    stale(worker, plan.id, ["the person is found in other rows"])
    stale(worker, plan.id)
    request.refresh_from_db()
    with world.systems(worker) as systems:
        anew = planning(worker, systems, request)
        assert anew is not None
        assert planning(worker, systems, request) == anew  # a worker that comes again
        assert {*systems.store.cases()} == {anew.case}
    assert "shop: call/delete: 4 rows, before 3" in anew.difference
    assert Approval.objects.get(plan=plan).cancelled_at == worker.now
    with pytest.raises(NotAllowed, match="it is stale"):
        approve(world.by("controller"), plan.id, plan.digest)
    approve(world.by("controller", hours=24), anew.id, anew.digest)


def test_a_request_that_is_withdrawn_takes_its_plan_along(world: World) -> None:
    from bailee.requests.approval import approve, begin
    from bailee.requests.request_end import withdraw
    from bailee.store.models import Status

    request, plan = world.planned()
    approve(world.by("officer"), plan.id, plan.digest)
    withdraw(world.context, request)
    assert (request.status, request.outcome, letters(request)) == ("closed", "withdrawn", ["withdrawn"])
    assert begin(world.by("worker", hours=24), plan.id) is None
    stranger = world.request("copy")
    stranger.status = Status.UNVERIFIED
    stranger.save()
    withdraw(world.context, stranger)
    assert letters(stranger) == []  # whoever it was, they are nobody we know


def test_of_two_who_press_at_once_one_succeeds(world: World) -> None:
    from bailee.requests.approval import approve, begin, cancel
    from bailee.store.models import Approval, Due

    _, plan = world.planned()

    def attempt(act: Any, context: Context, *arguments: Any) -> bool:
        try:
            return act(context, *arguments) is not False
        except NotAllowed:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        both = [world.by("officer"), world.by("controller")] * 2
        approved = list(pool.map(lambda context: attempt(approve, context, plan.id, plan.digest), both))
        assert sorted(approved) == [False, False, False, True]
        assert (Approval.objects.count(), Due.objects.filter(kind="act").count()) == (1, 1)
        later = [world.by("worker", hours=24), world.by("officer", hours=24)]
        begun = pool.submit(attempt, begin, later[0], plan.id)
        cancelled = pool.submit(attempt, cancel, later[1], plan.id)
        outcome = (begun.result(), cancelled.result())
    plan.refresh_from_db()
    assert (plan.state, outcome) in (("acting", (True, False)), ("cancelled", (True, True)))
