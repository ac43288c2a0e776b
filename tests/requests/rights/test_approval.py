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
    from bailee.requests.approval import approve_plan
    from bailee.requests.plan_rows import find_newest_plan
    from bailee.requests.request_plans import confirm_rows, plan_request

    logged, first = world.planned(by="officer")
    with pytest.raises(NotAllowed, match="no second person"):
        approve_plan(world.by("officer"), first.id, first.digest)
    controller = world.by("controller")
    with world.systems(controller) as systems:
        planned = plan_request(controller, systems, logged)
        assert planned is not None
        with pytest.raises(NotAllowed, match="no second person"):
            approve_plan(controller, planned.id, planned.digest)
        confirmed, second = world.planned()
        confirm_rows(controller, systems, confirmed, ["desk.writer:1"])
    anew = find_newest_plan(confirmed)
    assert anew is not None
    with pytest.raises(NotAllowed, match="no second person"):
        approve_plan(controller, anew.id, anew.digest)
    approve_plan(world.by("officer"), anew.id, anew.digest)
    second.refresh_from_db()
    assert second.state == "stale"


def test_a_firm_of_one_waits_alone(world: World) -> None:
    from bailee.requests.approval import approve_plan

    alone = with_requests(world, "approval: waiting alone, waits_hours: 48")
    _, plan = alone.planned(by="controller")
    approval = approve_plan(alone.by("controller"), plan.id, plan.digest)
    assert approval.acts_at == alone.by("worker", hours=48).now


def test_the_hash_is_typed_and_is_that_of_the_plan(world: World) -> None:
    from bailee.requests.approval import approve_plan

    _, plan = world.planned()
    other = "0" if plan.digest[0] != "0" else "1"
    for typed, says in ((plan.digest[:7], "8 characters"), ("", "8 characters"), (other * 8, "not the hash")):
        with pytest.raises(NotAllowed, match=says):
            approve_plan(world.by("officer"), plan.id, typed)
    approve_plan(world.by("officer"), plan.id, f" {plan.digest[:12].upper()} ")
    with pytest.raises(NotAllowed):
        approve_plan(world.by("controller"), plan.id, plan.digest)
    with pytest.raises(NotAllowed, match="no such plan"):
        approve_plan(world.by("officer"), "0123456789abcdef", plan.digest)


def test_nothing_is_approved_that_could_not_be_applied(world: World) -> None:
    from dataclasses import replace

    from bailee.requests.approval import approve_plan

    _, plan = world.planned()
    policy = world.context.policy
    proposing = replace(world.by("officer"), policy=replace(policy, firm=replace(policy.firm, mode=Mode.PROPOSE)))
    with pytest.raises(NotAllowed, match="mode is propose"):
        approve_plan(proposing, plan.id, plan.digest)
    with pytest.raises(NotAllowed, match="too old to approve"):
        approve_plan(world.by("officer", days=7), plan.id, plan.digest)


def test_an_approved_plan_is_called_off_while_it_waits_and_not_after(world: World) -> None:
    from bailee.requests.approval import approve_plan, begin_plan, cancel_plan
    from bailee.store.models import Due

    request, plan = world.planned()
    with pytest.raises(NotAllowed, match="a plan waits for approval"):
        cancel_plan(world.by("support"), plan.id)
    approve_plan(world.by("officer"), plan.id, plan.digest)
    cancel_plan(world.by("support", hours=23), plan.id)
    request.refresh_from_db()
    assert request.status == "open"
    assert not Due.objects.filter(kind="act", done_at=None).exists()
    assert begin_plan(world.by("worker", hours=25), plan.id) is None
    _, another = world.planned()
    approve_plan(world.by("officer"), another.id, another.digest)
    begin_plan(world.by("worker", hours=24), another.id)
    with pytest.raises(NotAllowed, match="being carried out"):
        cancel_plan(world.by("officer", hours=24), another.id)


def test_an_approval_that_was_not_used_in_time_lapses_and_it_is_planned_anew(world: World) -> None:
    from bailee.requests.approval import approve_plan, begin_plan, void_expired_approval
    from bailee.requests.request_plans import plan_request as planning
    from bailee.store.models import Due

    request, plan = world.planned()
    approve_plan(world.by("officer"), plan.id, plan.digest)
    void_expired_approval(world.by("worker", days=7), plan.id)  # not yet: a day of waiting, then seven
    late = world.by("worker", days=8)
    assert begin_plan(late, plan.id) is None
    request.refresh_from_db()
    assert (request.status, Due.objects.get(kind="plan").about) == ("open", request.id)
    with world.systems(late) as systems:
        anew = planning(late, systems, request)
    assert anew is not None
    assert (anew.supersedes_id, anew.state) == (plan.id, "proposed")
    assert anew.difference == ["holds are counted on 2026-03-23, before on 2026-03-15"]


def test_a_stale_plan_is_made_anew_says_what_is_other_and_forgets_whom_the_old_was_about(world: World) -> None:
    from bailee.requests.approval import approve_plan
    from bailee.requests.request_plans import mark_stale
    from bailee.requests.request_plans import plan_request as planning
    from bailee.store.models import Approval

    request, plan = world.planned()
    approve_plan(world.by("officer"), plan.id, plan.digest)
    world.firm.run("INSERT INTO calls VALUES (90, 1, NULL, '2026-02-01')")
    worker = world.by("worker", hours=24)
    mark_stale(worker, plan.id, ["the person is found in other rows"])
    mark_stale(worker, plan.id)
    request.refresh_from_db()
    with world.systems(worker) as systems:
        anew = planning(worker, systems, request)
        assert anew is not None
        assert planning(worker, systems, request) == anew  # a worker that comes again
        assert {*systems.store.cases()} == {anew.case}
    assert "shop: call/delete: 4 rows, before 3" in anew.difference
    assert Approval.objects.get(plan=plan).cancelled_at == worker.now
    with pytest.raises(NotAllowed, match="it is stale"):
        approve_plan(world.by("controller"), plan.id, plan.digest)
    approve_plan(world.by("controller", hours=24), anew.id, anew.digest)


def test_a_request_that_is_withdrawn_takes_its_plan_along(world: World) -> None:
    from bailee.requests.approval import approve_plan, begin_plan
    from bailee.requests.request_end import withdraw_request
    from bailee.store.models import Status

    request, plan = world.planned()
    approve_plan(world.by("officer"), plan.id, plan.digest)
    withdraw_request(world.context, request)
    assert (request.status, request.outcome, letters(request)) == ("closed", "withdrawn", ["withdrawn"])
    assert begin_plan(world.by("worker", hours=24), plan.id) is None
    stranger = world.request("copy")
    stranger.status = Status.UNVERIFIED
    stranger.save()
    withdraw_request(world.context, stranger)
    assert letters(stranger) == []  # whoever it was, they are nobody we know


def test_of_two_who_press_at_once_one_succeeds(world: World) -> None:
    from bailee.requests.approval import approve_plan, begin_plan, cancel_plan
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
        approved = list(pool.map(lambda context: attempt(approve_plan, context, plan.id, plan.digest), both))
        assert sorted(approved) == [False, False, False, True]
        assert (Approval.objects.count(), Due.objects.filter(kind="act").count()) == (1, 1)
        later = [world.by("worker", hours=24), world.by("officer", hours=24)]
        begun = pool.submit(attempt, begin_plan, later[0], plan.id)
        cancelled = pool.submit(attempt, cancel_plan, later[1], plan.id)
        outcome = (begun.result(), cancelled.result())
    plan.refresh_from_db()
    assert (plan.state, outcome) in (("acting", (True, False)), ("cancelled", (True, True)))
