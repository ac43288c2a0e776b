"""A plan is approved by a second person, by the beginning of its hash; then it waits, and can be called off.

*First* are whoever made the plan, logged the request, or confirmed rows for it: none of them may approve, unless the
policy says ``approval: waiting alone``, where a firm of one waits instead. Where a worker has planned what a person
asked for through a door of hers, nobody of the staff was first, and one approver is the second.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bailee.engine.plans import NotAllowed
from bailee.engine.time_check import must_be_later
from bailee.jobs.due_items import schedule_due
from bailee.plan import Result, choose_result
from bailee.policy import Mode
from bailee.requests import permissions
from bailee.requests.plan_rows import call_off_plan, locked_plan, read_document
from bailee.requests.request_locks import must_be_permitted, must_fit, must_know_the_time
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Approval, Plan, PlanState, Request, Status

LEAST = 8
"""Characters of a hash that are typed at least: nobody approves what they have not had before their eyes."""

_NOT_WAITING = {
    PlanState.APPROVED: "it is approved already",
    PlanState.ACTING: "it is being carried out",
    PlanState.SETTLING: "it was carried out",
    PlanState.DONE: "it was carried out",
    PlanState.STALE: "it is stale",
    PlanState.CANCELLED: "it was called off",
}


def approve_plan(context: Context, plan_id: str, typed: str) -> Approval:
    """Approve a plan by the beginning of its hash, once; a worker acts when the waiting time is over.

    Raises `NotAllowed` for whoever may not, a hash that is another's, a plan that does not wait or has waited longer
    than an approval holds; `WrongClock` where the waiting time would begin by a clock that is wrong.
    """
    requests = context.policy.firm.requests
    if context.policy.firm.mode is not Mode.ACT:
        raise NotAllowed(f"the policy's mode is {context.policy.firm.mode}: nothing is applied", "set mode: act")
    must_know_the_time(context)  # before the plan is locked: systems are asked
    with locked_plan(plan_id) as (plan, request):
        must_be_permitted(context, permissions.APPROVE)
        if request is not None:
            must_fit(request, permissions.APPROVE)
        if plan.state != PlanState.PROPOSED:
            why = _NOT_WAITING[PlanState(plan.state)]
            raise NotAllowed(f"the plan cannot be approved: {why}", "look at the newest plan of the request")
        _must_be_seen(plan, typed)
        _must_be_second(context, plan, request)
        must_be_later(context.now, plan.made_at)
        if is_refused(plan):
            hint = "change the map as the plan says and plan it again, or refuse the request and say why"
            raise NotAllowed("the plan refuses everybody whom it is about: nothing would be done", hint)
        if is_too_old(context, plan):
            raise NotAllowed(f"the plan is of {plan.made_at:%d %B %Y}, too old to approve", "plan it anew")
        acts_at = context.now + timedelta(hours=requests.waits_hours)
        approval = Approval(
            plan=plan, by_id=context.staff, at=context.now, acts_at=acts_at,
            expires_at=acts_at + timedelta(days=requests.expires_days),
        )  # fmt: skip
        _record_approval(context, plan, request, approval)
    return approval


def is_refused(plan: Plan) -> bool:
    """Whether ``plan`` would do nothing for anybody, since rows of others point to what would have to go (22)."""
    return choose_result(read_document(plan)) is Result.REFUSED


def find_approval_deadline(context: Context, plan: Plan) -> datetime:
    """Return until when ``plan`` can be approved, UTC: what it counted is not waited on for longer."""
    return plan.made_at + timedelta(days=context.policy.firm.requests.expires_days)


def is_too_old(context: Context, plan: Plan) -> bool:
    """Whether ``plan`` has waited for so long that nobody may approve it: it is planned anew."""
    return context.now >= find_approval_deadline(context, plan)


def approve_in_advance(context: Context, plan: Plan, request: Request | None, standing: str) -> Approval:
    """Approve a plan by what was decided before (a rule's standing approval) or by law; it may be acted on at once.

    In the caller's transaction, which holds the lock of the request. ``standing`` names who or what has approved.
    """
    expires_at = context.now + timedelta(days=context.policy.firm.requests.expires_days)
    approval = Approval(plan=plan, standing=standing, at=context.now, acts_at=context.now, expires_at=expires_at)
    _record_approval(context, plan, request, approval)
    return approval


def _record_approval(context: Context, plan: Plan, request: Request | None, approval: Approval) -> None:
    approval.save(force_insert=True)
    plan.state = PlanState.APPROVED
    plan.save(update_fields=["state"])
    if request is not None:
        request.status = Status.APPROVED
        request.save(update_fields=["status"])
        note_event(context, request, "approved", plan=plan.id, acts_at=approval.acts_at.isoformat())
    schedule_due("act", plan.id, at=approval.acts_at)


def _must_be_seen(plan: Plan, typed: str) -> None:
    typed = typed.strip().lower()
    if len(typed) < LEAST:
        raise NotAllowed(f"the hash is typed with {LEAST} characters at least", "copy it from the plan that you read")
    if not plan.digest.startswith(typed):
        raise NotAllowed("this is not the hash of this plan", "read the plan again: it may have been made anew")


def is_first_person(context: Context, plan: Plan, request: Request | None) -> bool:
    """Whether whoever acts has made ``plan``, logged its request or confirmed rows for it, and so may not approve it.

    Nobody is first in a firm of one, which waits instead.
    """
    if context.policy.firm.requests.approval == "waiting alone":
        return False
    if plan.made_by_id == context.staff:
        return True
    if request is None:
        return False
    if request.logged_by_id == context.staff:
        return True
    return request.confirmations.filter(by=context.staff).exists()


def _must_be_second(context: Context, plan: Plan, request: Request | None) -> None:
    if is_first_person(context, plan, request):
        hint = "ask somebody else; a firm of one sets requests: {approval: waiting alone}"
        raise NotAllowed("whoever has planned, logged or confirmed is no second person", hint)


def cancel_plan(context: Context, plan_id: str) -> None:
    """Call an approved plan off while its waiting time runs; its request is open again, and may be planned anew."""
    with locked_plan(plan_id) as (plan, request):
        must_be_permitted(context, permissions.CANCEL)
        if request is not None:
            must_fit(request, permissions.CANCEL)
        if plan.state != PlanState.APPROVED:
            raise NotAllowed("the plan is not waiting to be carried out", "nothing need be called off")
        call_off_plan(context, plan)
        if request is not None:
            _reopen_request(request)
            note_event(context, request, "cancelled", plan=plan.id)


def begin_plan(context: Context, plan_id: str) -> Plan | None:
    """Use the approval of a plan, once, and return the plan, which is being carried out from now on.

    A plan that has begun is returned again, so that another worker goes on with it; ``None`` where there is nothing to
    do: it was called off, is stale, is over. An approval that has expired unused lapses: the request is planned anew.
    Raises `NotAllowed` before the waiting time is over.
    """
    with locked_plan(plan_id) as (plan, request):
        if plan.state == PlanState.ACTING:
            return plan
        if plan.state != PlanState.APPROVED:
            return None
        approval = plan.approval
        if context.now < approval.acts_at:
            raise NotAllowed("the waiting time is not over", f"wait until {approval.acts_at.isoformat()}")
        if context.now >= approval.expires_at:
            _void_approval(context, plan, request)
            return None
        approval.used_at, plan.state = context.now, PlanState.ACTING
        approval.save(update_fields=["used_at"])
        plan.save(update_fields=["state"])
        if request is not None:
            request.status = Status.ACTING
            request.save(update_fields=["status"])
    return plan


def void_expired_approval(context: Context, plan_id: str) -> datetime | None:
    """Void an approval that has expired unused, and plan again; a second time, or where it was used, nothing.

    Return when to come back (UTC) where it has not expired yet.
    """
    with locked_plan(plan_id) as (plan, request):
        expired = Approval.objects.filter(plan=plan, used_at=None, cancelled_at=None, expires_at__lte=context.now)
        if plan.state != PlanState.APPROVED:
            return None
        if not expired.exists():
            waits = Approval.objects.filter(plan=plan, used_at=None, cancelled_at=None, expires_at__gt=context.now)
            return waits.values_list("expires_at", flat=True).first()
        _void_approval(context, plan, request)
    return None


def _void_approval(context: Context, plan: Plan, request: Request | None) -> None:
    call_off_plan(context, plan, PlanState.STALE)
    if request is not None:
        _reopen_request(request)
        schedule_due("plan", request.id, at=context.now)
        note_event(context, request, "lapsed", plan=plan.id)


def _reopen_request(request: Request) -> None:
    request.status = Status.OPEN
    request.save(update_fields=["status"])
