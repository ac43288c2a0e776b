"""A request that is identified is planned: what would be done, in a plan that waits for a second person.

A worker plans first; where rows need a person's word, a member of staff confirms them and it is planned anew. A plan
that is made anew supersedes the one before, says what is other, and voids its approval.
"""

from __future__ import annotations

from collections.abc import Sequence

from bailee.engine.high_water import must_be_newest, read_restored_at
from bailee.engine.people import UnknownPerson, parse_ref
from bailee.engine.plans import NotAllowed, PlanningResult, plan_correct, plan_erase
from bailee.engine.systems import Systems
from bailee.jobs.due_items import schedule_due
from bailee.policy import Mode
from bailee.requests import permissions
from bailee.requests.copy_packages import schedule_packing
from bailee.requests.objections import object_to_marketing
from bailee.requests.plan_rows import (
    call_off_plan,
    find_newest_plan,
    forget_case,
    locked_plan,
    save_plan,
    supersede_plan,
)
from bailee.requests.request_content import Asked, list_confirmed_rows, note_confirmed, open_asked
from bailee.requests.request_locks import locked_request, must_be_permitted
from bailee.requests.restrictions import restrict_person
from bailee.requests.rights import Procedure, find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Plan, PlanState, Request, Right, Status


def plan_request(context: Context, systems: Systems, request: Request) -> Plan | None:
    """Do what comes next for ``request``, by its right; a second time nothing.

    A plan to erase or correct is made and waits for approval; a copy is packed by a worker; a restriction and an
    objection take effect at once; a question and a complaint wait for staff. Where staff ask for it, a plan that
    waits is made anew, and a copy is packed although rows wait to be confirmed. In mode ``observe`` nothing is planned:
    staff do by hand what was asked for, and close the request. Raises `NotAllowed`, `UnknownPerson`, `ConnectorError`.
    """
    match find_rules(request.right).way:
        case Procedure.PLAN:
            return None if _is_for_staff(context, request) else _plan_by_right(context, systems, request)
        case Procedure.AT_ONCE if request.right == Right.OBJECT:
            return object_to_marketing(context, systems, request)
        case Procedure.AT_ONCE:
            restrict_person(context, systems, request)
        case Procedure.PARCEL:
            schedule_packing(context, request)
        case Procedure.ANSWER:
            pass
    return None


def _is_for_staff(context: Context, request: Request) -> bool:
    """Whether a worker can do nothing for ``request`` but to say so, once."""
    if context.staff or context.policy.firm.mode is not Mode.OBSERVE:
        return False
    if request.status == Status.OPEN and not request.events.filter(kind="by_hand").exists():
        note_event(context, request, "by_hand")
    return True


def _plan_by_right(context: Context, systems: Systems, request: Request) -> Plan | None:
    must_be_permitted(context, permissions.PLAN)
    if not context.staff and request.status != Status.OPEN:
        return find_newest_plan(
            request
        )  # a worker was killed after the plan was made, or somebody has planned meanwhile
    if not context.staff and _is_from_backup(context, request):
        return None
    asked, rows = open_asked(context, request), list_confirmed_rows(context, request)
    try:
        made = _make_plan(systems, request, asked, rows)
    except (NotAllowed, UnknownPerson) as error:  # no worker that tries again does better: staff must see to it
        if context.staff:
            raise
        note_event(context, request, "not_planned", why=error.message)
        return None
    with locked_request(context, request, permissions.PLAN):
        before = find_newest_plan(request)
        if not context.staff and request.status != Status.OPEN:
            return before
        if context.staff and list_confirmed_rows(context, request) != rows:
            raise NotAllowed("rows were confirmed while this was planned", "plan it once more")
        if before is not None:
            supersede_plan(context, before)
        new = save_plan(context, systems, request, made, before)
    if before is not None:
        forget_case(systems, before)
    return new


def _is_from_backup(context: Context, request: Request) -> bool:
    """Whether books that were put back have the request from before: what was done for it since, they do not know.

    Staff look first, and plan. Raises `RestoredBooks` as long as nobody has confirmed these books.
    """
    must_be_newest(context.store, dict)
    at = read_restored_at(context.store)
    if at is None or request.received_at > at:
        return False
    if not request.events.filter(kind="not_planned", at__gte=at).exists():
        why = f"the books were put back, and confirmed on {at:%Y-%m-%d}: look first whether this was done before"
        note_event(context, request, "not_planned", why=why)
    return True


def _make_plan(systems: Systems, request: Request, asked: Asked, rows: Sequence[str]) -> PlanningResult:
    despite = find_rules(request.right).despite
    if request.right == Right.ERASE:
        return plan_erase(systems, [asked.identities], confirmed=rows, despite=despite)
    return plan_correct(systems, asked.identities, asked.target, asked.value, confirmed=rows, despite=despite)


def mark_stale(context: Context, plan_id: str, reasons: Sequence[str] = ()) -> None:
    """Note that a plan may not be applied as things stand now; it is planned anew, and must be approved anew.

    A second time, and for a plan of which something was carried out, nothing happens.
    """
    with locked_plan(plan_id) as (plan, request):
        if plan.state not in {PlanState.PROPOSED, PlanState.APPROVED, PlanState.ACTING}:
            return
        call_off_plan(context, plan, PlanState.STALE)
        if request is not None and request.status in {Status.PLANNED, Status.APPROVED, Status.ACTING}:
            request.status = Status.OPEN
            request.save(update_fields=["status"])
            schedule_due("plan", request.id, at=context.now)
            note_event(context, request, "stale", plan=plan.id, reasons="; ".join(reasons))


def leave_to_staff(context: Context, plan_id: str, why: str) -> None:
    """Note that a plan may have been carried out already: its request is open, and staff look before it is planned.

    ``why``: in words, without anybody's data. A second time nothing happens.
    """
    with locked_plan(plan_id) as (plan, request):
        if plan.state != PlanState.ACTING:
            return
        call_off_plan(context, plan, PlanState.CANCELLED)
        if request is not None and request.status == Status.ACTING:
            request.status = Status.OPEN
            request.save(update_fields=["status"])
            note_event(context, request, "not_planned", why=why)


# --- rows that need a person's word ---------------------------------------------------------------------------


def confirm_rows(context: Context, systems: Systems, request: Request, rows: Sequence[str]) -> None:
    """Note that ``rows`` (``system.collection:key``) are the person's, by the word of whoever acts, and plan anew.

    Raises `NotAllowed`, `UnknownPerson` where a row cannot be.
    """
    for row in rows:
        parse_ref(systems, row)
    if not rows:
        raise NotAllowed("no row is named", "name rows that `bailee find` lists, as system.collection:key")
    with locked_request(context, request, permissions.CONFIRM):
        note_confirmed(context, request, rows)
        note_event(context, request, "confirmed", rows=len(rows))
    plan_request(context, systems, request)
