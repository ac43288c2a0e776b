"""Plans as rows of the books: written down, locked with their request, superseded, their approval voided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from bailee import plan as plans
from bailee.engine.cases import PLANNED, load_case
from bailee.engine.high_water import CALLED_OFF, note_on_commit
from bailee.engine.plans import NotAllowed, PlanningResult, seal_plan
from bailee.engine.systems import Systems
from bailee.jobs.due_items import schedule_all
from bailee.requests.plan_differences import list_differences
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Approval, Due, Plan, PlanState, Request, Status

_WAITING = frozenset({PlanState.PROPOSED, PlanState.APPROVED})
_GONE = frozenset({PlanState.STALE, PlanState.CANCELLED})


def find_newest_plan(request: Request) -> Plan | None:
    """Return the plan of a request that no other supersedes; of a plan and its release, the release."""
    return request.plans.filter(plan=None).order_by("-made_at").first()


@contextmanager
def locked_plan(plan_id: str) -> Iterator[tuple[Plan, Request | None]]:
    """Yield a plan and its request, both locked; all that is written goes together or not at all.

    The request is locked first, as `locked_request` does; an approval of the plan comes with it. Raises `NotAllowed`
    where there is no such plan.
    """
    with transaction.atomic():
        plan = lock_plan(plan_id)
        if plan is None:
            raise NotAllowed("there is no such plan", "name a plan by its id, as `bailee request show` prints it")
        request = plan.request
        if request is None:
            yield plan, None
            return
        yield plan, request


def lock_plan(plan_id: str) -> Plan | None:
    """Return a plan, locked with its request and in that order, if it is there; in the caller's transaction."""
    found = Plan.objects.filter(id=plan_id).select_related("approval")
    # that it looks at the request's state makes an inner join of it, since no other can be locked
    of_request = found.filter(request__status__in=list(Status)).select_related("request")
    plan: Plan | None = of_request.select_for_update(of=("request", "self")).first()
    return plan or found.select_for_update(of=("self",)).first()


def save_plan(context: Context, systems: Systems, request: Request, made: PlanningResult, before: Plan | None) -> Plan:
    """Seal the case of a plan, and write the plan down as one that waits for approval; in the caller's transaction."""
    seal_plan(systems, made)
    new = Plan(
        request=request, kind=made.plan.kind, digest=made.plan.digest, case=made.plan.case,
        document=made.plan.to_json(), made_at=context.now, made_by_id=context.staff or None, supersedes=before,
        difference=list_differences(read_document(before), made.plan) if before is not None else [],
    )  # fmt: skip
    new.save(force_insert=True)
    request.status = Status.PLANNED
    request.save(update_fields=["status"])
    note_event(context, request, "planned", plan=new.id, to_confirm=made.plan.unconfirmed, anew=before is not None)
    if plans.choose_result(made.plan) is plans.Result.REFUSED:
        blocked = ", ".join(dict.fromkeys(f"{why.system}.{why.child}" for why in made.plan.refusals))
        note_event(context, request, "cannot_be_erased", plan=new.id, rows=blocked)
    return new


def read_document(plan: Plan) -> plans.PlanDocument:
    """Return a plan as the engine reads it. Raises `PlanError` where it is not the one that was hashed."""
    return plans.read_plan(plan.document)


def supersede_plan(context: Context, plan: Plan) -> None:
    """Make ``plan`` stale and its approval void, in the caller's transaction. Nothing of it may have been done."""
    if plan.state not in _WAITING | _GONE:
        raise NotAllowed("the plan is being carried out", "wait until it has come to its end")
    call_off_plan(context, plan, PlanState.STALE)


def call_off_plan(context: Context, plan: Plan, store: PlanState = PlanState.CANCELLED) -> None:
    """Void the approval of ``plan``, if it has one, with what was to be done by it, and put the plan into ``store``."""
    plan.state = store
    plan.save(update_fields=["state"])
    unused = Approval.objects.filter(plan=plan, used_at=None, cancelled_at=None)
    if unused.update(cancelled_at=context.now, cancelled_by_id=context.staff or None):
        Due.objects.filter(kind__in=("act", "lapse"), about=plan.id, done_at=None).update(done_at=context.now)
        note_on_commit(context.store, CALLED_OFF, plan.digest, context.now)


def forget_case(systems: Systems, plan: Plan) -> None:
    """Destroy the sealed case of a plan that will never be carried out: whom it was about is not kept for nothing."""
    is_there = plan.state in _GONE and plan.case in {*systems.store.cases()}
    if is_there and load_case(systems.store, plan.case).stage == PLANNED:
        systems.store.destroy(plan.case)


def schedule_release(tags: Sequence[str], at: datetime) -> None:
    """Let be looked at ``at`` (UTC) whether what is kept of persons who have one of ``tags`` may go."""
    delayed = Request.objects.filter(status=Status.HELD, tags__tag__in=tags).distinct()
    schedule_all(("release", case, at) for case in filter(None, map(_find_case, delayed)))


def _find_case(request: Request) -> str | None:
    """Return the case that keeps what was held of a request."""
    return request.plans.order_by("-made_at").values_list("case", flat=True).first()
