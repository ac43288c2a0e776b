"""What acts by itself: holds that have ended, retention rules with a standing approval, and the daily rounds."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bailee import plan as plans
from bailee.engine.cases import KEPT, load_remembered_case
from bailee.engine.checking import run_checks
from bailee.engine.connect.survey import survey_systems
from bailee.engine.plans import PlanningResult, plan_release, plan_retain, seal_plan
from bailee.jobs.due_items import Lease, retry_due
from bailee.requests import approval
from bailee.requests.cleanup import delete_expired_rows as tidy_books
from bailee.requests.clocks import RUNS
from bailee.requests.copy_packages import destroy_unfetched
from bailee.requests.plan_end import find_release_time
from bailee.requests.plan_runs import open_worker_systems
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Plan, PlanState, Request, Status

DAY = timedelta(days=1)

ABOVE_CAP = "above_cap"
"""More rows are due than the standing approval of the rule is for: nothing was done, and a person must look."""

REFUSED = "refused"
"""What a hold no longer keeps cannot be erased: rows of others point to it. A person must change the map."""

TOLD_BEFORE = (7, 2)
"""Days before the last day of a request on which staff are reminded."""

_OPEN = (PlanState.PROPOSED, PlanState.APPROVED, PlanState.ACTING, PlanState.SETTLING)


def release_case(context: Context, case_id: str, lease: Lease) -> datetime | None:
    """Plan what holds have let go of since: the approval of the person's first plan covers it, too.

    Return when to look again where all is still held. Raises `NotAllowed` where it cannot be planned.
    """
    standing = f"release of {case_id}"
    if Plan.objects.filter(approval__standing=standing, state__in=_OPEN).exists():
        return None
    first = Plan.objects.filter(case=case_id).order_by("made_at").first()
    with open_worker_systems(context, lease) as systems:
        kept = load_remembered_case(systems.store, case_id)
        if kept is None or kept.stage != KEPT:
            return None  # another plan has taken up what was kept
        planned = plan_release(systems, case_id)
        if planned.plan.refused_persons:
            retry_due(lease, context.now + DAY, REFUSED)
            return context.now + DAY
        if not count_rows(planned.plan):
            return max(find_release_time(context, planned.plan), context.now + DAY)
        request_id = first.request_id if first is not None else None
        with transaction.atomic():
            request = Request.objects.select_for_update().get(id=request_id) if request_id else None
            if request is not None and request.status != Status.HELD:
                return context.now + DAY
            row = write_worker_plan(context, planned, request)
            seal_plan(systems, planned)
            approval.approve_in_advance(context, row, request, standing)
            if request is not None:
                note_event(context, request, "resumed", plan=row.id)
    return None


def apply_retention_rule(context: Context, rule: str, lease: Lease) -> datetime | None:
    """Carry a retention rule out by its standing approval, once a day; return when to look again."""
    found = context.policy.retention.get(rule)
    if found is None or found.standing is None:
        return None
    tomorrow, standing = context.now + DAY, found.standing
    if Plan.objects.filter(kind="retain", approval__standing__startswith=f"{rule}: ", state__in=_OPEN).exists():
        return tomorrow
    with open_worker_systems(context, lease) as systems:
        planned = plan_retain(systems, rule)
        rows = count_rows(planned.plan)
        if rows > standing.at_most:
            retry_due(lease, tomorrow, ABOVE_CAP)
        elif rows:
            with transaction.atomic():
                row = write_worker_plan(context, planned, None)
                seal_plan(systems, planned)
                approval.approve_in_advance(context, row, None, f"{rule}: standing since {standing.on}")
    return tomorrow


def write_worker_plan(context: Context, planned: PlanningResult, request: Request | None) -> Plan:
    """Write a plan that a worker has made into the books, in the caller's transaction."""
    plan = planned.plan
    return Plan.objects.create(
        request=request,
        kind=plan.kind,
        digest=plan.digest,
        case=plan.case,
        document=plan.to_json(),
        made_at=context.now,
    )


def count_rows(plan: plans.PlanDocument) -> int:
    """Return how many rows a plan would touch."""
    return sum(step.count for system in plan.systems for step in system.steps if step.fate != "kept")


# --- rounds --------------------------------------------------------------------------------------------------


def check_promises(context: Context, _about: str, _lease: Lease) -> datetime:
    """Look whether the promises of the notice are kept, as `bailee check` does, once a day."""
    run_checks(context.folder, now=context.now)
    return context.now + DAY


def survey_all_systems(context: Context, _about: str, lease: Lease) -> datetime:
    """Look all systems over for the screens of staff, once a day: their maps, and what retention takes next."""
    with open_worker_systems(context, lease) as systems:
        survey_systems(systems)
    return context.now + DAY


def clean_books(context: Context, _about: str, _lease: Lease) -> datetime:
    """Delete from the books what is past its time, once a day."""
    tidy_books(context)
    destroy_unfetched(context)
    return context.now + DAY


def note_near_deadlines(context: Context, request_id: str, _lease: Lease) -> datetime | None:
    """Tell of requests of which the last day is near, on their timeline: of all of them once a day, or of one."""
    waiting = Request.objects.filter(due_on__isnull=False, due_on__lte=context.today + max(TOLD_BEFORE) * DAY)
    waiting = waiting.filter(RUNS)
    for request in waiting.filter(id=request_id) if request_id else waiting:
        _note_near_deadline(context, request)
    return None if request_id else context.now + DAY


def _note_near_deadline(context: Context, request: Request) -> None:
    assert request.due_on is not None
    left = (request.due_on - context.today).days
    days = min((d for d in TOLD_BEFORE if left <= d), default=None)
    if days is None:
        return
    told: dict[str, str | int] = {"days": days, "due": request.due_on.isoformat()}
    if not request.events.filter(kind="near", facts=told).exists():
        note_event(context, request, "near", **told)
