"""What acts by itself: holds that have ended, retention rules with a standing approval, and the daily rounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django_tasks_db.models import DBTaskResult

from bailee import plan as plans
from bailee.books.models import Due, Plan, PlanState, Request, Status
from bailee.policy import Policy
from bailee.runner.cases import KEPT, remembered_case
from bailee.runner.office import Office
from bailee.runner.plans import Planned, keep, plan_release, plan_retain
from bailee.runner.requests import approval
from bailee.runner.requests.clocks import RUNS
from bailee.runner.requests.timeline import tell
from bailee.runner.work.acting import house_at_work
from bailee.runner.work.due import LEASE, Lease, again, later_all
from bailee.runner.work.ending import release_at

DAY = timedelta(days=1)

ABOVE_CAP = "above_cap"
"""More rows are due than the standing approval of the rule is for: nothing was done, and a person must look."""

REFUSED = "refused"
"""What a hold no longer keeps cannot be erased: rows of others point to it. A person must change the map."""

TOLD_BEFORE = (7, 2)
"""Days before the last day of a request on which staff are reminded."""

_OPEN = (PlanState.PROPOSED, PlanState.APPROVED, PlanState.ACTING, PlanState.SETTLING)


def release(office: Office, case_id: str, lease: Lease) -> datetime | None:
    """Plan what holds have let go of since: the approval of the person's first plan covers it, too.

    Return when to look again where all is still held. Raises `NotAllowed` where it cannot be planned.
    """
    standing = f"release of {case_id}"
    if Plan.objects.filter(approval__standing=standing, state__in=_OPEN).exists():
        return None
    first = Plan.objects.filter(case=case_id).order_by("made_at").first()
    with house_at_work(office, lease) as house:
        kept = remembered_case(house.state, case_id)
        if kept is None or kept.stage != KEPT:
            return None  # another plan has taken up what was kept
        planned = plan_release(house, case_id)
        if planned.plan.refused_persons:
            again(lease, office.now + DAY, REFUSED)
            return office.now + DAY
        if not rows_of(planned.plan):
            return max(release_at(office, planned.plan), office.now + DAY)
        request_id = first.request_id if first is not None else None
        with transaction.atomic():
            request = Request.objects.select_for_update().get(id=request_id) if request_id else None
            if request is not None and request.status != Status.HELD:
                return office.now + DAY
            row = write_down(office, planned, request)
            keep(house, planned)
            approval.approve_standing(office, row, request, standing)
            if request is not None:
                tell(office, request, "resumed", plan=row.id)
    return None


def retain(office: Office, rule: str, lease: Lease) -> datetime | None:
    """Carry a retention rule out by its standing approval, once a day; return when to look again."""
    found = office.policy.retention.get(rule)
    if found is None or found.standing is None:
        return None
    tomorrow, standing = office.now + DAY, found.standing
    if Plan.objects.filter(kind="retain", approval__standing__startswith=f"{rule}: ", state__in=_OPEN).exists():
        return tomorrow
    with house_at_work(office, lease) as house:
        planned = plan_retain(house, rule)
        rows = rows_of(planned.plan)
        if rows > standing.at_most:
            again(lease, tomorrow, ABOVE_CAP)
        elif rows:
            with transaction.atomic():
                row = write_down(office, planned, None)
                keep(house, planned)
                approval.approve_standing(office, row, None, f"{rule}: standing since {standing.on}")
    return tomorrow


def write_down(office: Office, planned: Planned, request: Request | None) -> Plan:
    """Write a plan that a worker has made into the books, in the caller's transaction."""
    plan = planned.plan
    return Plan.objects.create(
        request=request, kind=plan.kind, digest=plan.digest, case=plan.case, document=plan.to_json(), made_at=office.now
    )


def rows_of(plan: plans.Plan) -> int:
    """Return how many rows a plan would touch."""
    return sum(step.count for system in plan.systems for step in system.steps if step.fate != "kept")


# --- rounds --------------------------------------------------------------------------------------------------


def check(office: Office, _about: str, _lease: Lease) -> datetime:
    """Look whether the promises of the notice are kept, as `bailee check` does, once a day."""
    from bailee.runner.checking import look

    look(office.folder, now=office.now)
    return office.now + DAY


def survey(office: Office, _about: str, lease: Lease) -> datetime:
    """Look all systems over for the screens of staff, once a day: their maps, and what retention takes next."""
    from bailee.runner.surveying import survey as look_over

    with house_at_work(office, lease) as house:
        look_over(house)
    return office.now + DAY


def tidy(office: Office, _about: str, lease: Lease) -> datetime:
    """Delete from the books what is past its time, once a day."""
    from bailee.runner.requests.packaging import expire
    from bailee.runner.tidying import tidy as tidy_books

    tidy_books(office)
    _forget_tasks(office, lease.holder)
    expire(office)
    return office.now + DAY


def _forget_tasks(office: Office, worker: str) -> None:
    """Delete the tasks of workers that died: not those of this ``worker``, which runs one, whatever its clock says."""
    old = DBTaskResult.objects.filter(finished_at=None, started_at__lt=office.now - DAY)
    died = [task for task, workers in old.values_list("id", "worker_ids") if worker not in workers]
    DBTaskResult.objects.filter(id__in=died).delete()


def remind(office: Office, request_id: str, _lease: Lease) -> datetime | None:
    """Tell of requests of which the last day is near, on their timeline: of all of them once a day, or of one."""
    waiting = Request.objects.filter(due_on__isnull=False, due_on__lte=office.today + max(TOLD_BEFORE) * DAY)
    waiting = waiting.filter(RUNS).exclude(status=Status.CLOSED)
    for request in waiting.filter(id=request_id) if request_id else waiting:
        _remind(office, request)
    return None if request_id else office.now + DAY


def _remind(office: Office, request: Request) -> None:
    assert request.due_on is not None
    left = (request.due_on - office.today).days
    days = min((d for d in TOLD_BEFORE if left <= d), default=None)
    if days is None:
        return
    told: dict[str, str | int] = {"days": days, "due": request.due_on.isoformat()}
    if not request.events.filter(kind="near", facts=told).exists():
        tell(office, request, "near", **told)


def rounds_of(policy: Policy) -> Iterable[tuple[str, str]]:
    """Yield what is due again and again: kind, and what it is about."""
    yield from (("check", ""), ("survey", ""), ("tidy", ""), ("remind", ""))
    yield from (("retain", name) for name, rule in policy.retention.items() if rule.standing is not None)


def begin_rounds(office: Office) -> None:
    """Let begin what is due again and again and is not under way yet."""
    wanted = list(rounds_of(office.policy))
    open_ = {*Due.objects.filter(done_at=None, kind__in={k for k, _ in wanted}).values_list("kind", "about")}
    later_all((kind, about, office.now) for kind, about in wanted if (kind, about) not in open_)


def pull_back(office: Office) -> int:
    """Let be done today what a clock that was ahead has put off too far; return how much that is.

    That is what is done daily, or tried again, and is due in more than two days; and what a worker has queued or held
    at a time that has not come. What is due for another reason, as the end of a hold is, stays on its day.
    """
    soon = office.now + timedelta(minutes=5)
    held = Due.objects.filter(done_at=None)
    held.filter(queued_at__gt=soon).update(queued_at=None)
    held.filter(lease_until__gt=soon + LEASE).update(lease_until=office.now)
    return ahead(office).update(at=office.now, queued_at=None)


def ahead(office: Office) -> QuerySet[Due]:
    """Return what is done daily, or tried again, and was put off further than that can be."""
    far = office.now + max(2 * DAY, timedelta(hours=office.policy.firm.requests.settle_hours) + DAY)
    daily = Q(kind__in=("check", "survey", "tidy", "retain")) | Q(kind="remind", about="")
    return Due.objects.filter(daily | Q(problem__gt=""), done_at=None, at__gt=far)
