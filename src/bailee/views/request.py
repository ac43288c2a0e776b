"""One request with all that has happened to it, what can be done about it now, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.db.models import Q

from bailee.clock import Acknowledgement, AnswerBy
from bailee.policy import Mode
from bailee.requests import permissions
from bailee.requests.act import AnyAct, Case
from bailee.requests.acts import list_acts
from bailee.requests.approval import is_too_old
from bailee.requests.clocks import calculate_answer, list_pauses
from bailee.requests.letters.outbox import FAILED
from bailee.requests.permissions import Permission
from bailee.requests.staff_notifications import list_untold_letters
from bailee.store.context import Context
from bailee.store.models import (
    Event,
    Message,
    Notification,
    Parcel,
    Pause,
    Plan,
    PlanState,
    Proof,
    Request,
    Role,
    Status,
)
from bailee.store.staff import list_names
from bailee.views.policy import current


@dataclass(frozen=True, slots=True)
class Bar:
    """The clock as a bar: shares of the whole, 0 to 1. ``waits``: (begin, length) of each pause."""

    begins: date
    ends: date
    gone: Fraction
    waits: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class RequestDetail(Case):
    """A request. ``plan``: the one that no other supersedes; ``plans``: all, the newest first.

    ``is_stalled``: that plan waits, and is too old to approve. ``names``: of the staff who stand in any row, by id.
    ``acts``: what the one who looks can do now; ``permitted``: what those need, and what else they may.
    """

    clock: AnswerBy | Acknowledgement | None
    bar: Bar | None
    days_left: int | None
    pauses: Sequence[Pause]
    plan: Plan | None
    plans: Sequence[Plan]
    is_stalled: bool
    messages: Sequence[Message]
    parcels: Sequence[Parcel]
    names: Mapping[str, str]
    acts: Sequence[AnyAct] = ()
    permitted: frozenset[Permission] = frozenset()


def by_reference(reference: str, role: Role) -> Request | None:
    """Return a request; ``None`` where there is none, or it is unverified and the role is not of the intake."""
    found = Request.objects.select_related("merged_into").filter(reference=reference).first()
    if found is None or (found.status == Status.UNVERIFIED and role not in permissions.TAKE_IN.roles):
        return None
    return found


def whole(context: Context, request: Request, role: Role) -> RequestDetail:
    """Return ``request`` with all that has happened to it, as a member of staff in ``role`` may deal with it."""
    pauses = list_pauses(request)
    clock = calculate_answer(request, pauses)
    proofs = list(request.proofs.order_by("made_at", "id"))
    plans = list(request.plans.select_related("approval", "receipt").order_by("-made_at", "-id"))
    is_there = Q(sealed__isnull=False)
    messages = list(request.messages.annotate(is_there=is_there).defer("sealed").order_by("made_at", "id"))
    parcels = list(request.parcels.order_by("made_at", "id"))
    to_tell = list(request.notifications.order_by("made_at", "id"))
    events, untold = list(request.events.order_by("id")), list_untold_letters(request)
    failed = {one.template for one in messages if one.state == FAILED and one.is_there}
    plan = _newest(plans)
    case = RequestDetail(
        request=request,
        clock=clock,
        bar=_bar(context, request, clock, pauses),
        days_left=None if request.due_on is None else (request.due_on - context.today).days,
        paused_since=next((one.asked_on for one in pauses if one.answered_on is None), None),
        is_observed=context.policy.firm.mode is Mode.OBSERVE,
        pauses=pauses,
        proofs=proofs,
        plan=plan,
        plans=plans,
        is_stalled=plan is not None and _is_stalled(context, plan),
        messages=messages,
        parcels=parcels,
        to_tell=to_tell,
        recipients={name: one.title for name, one in current(context.folder).processors.items()},
        events=events,
        untold=untold,
        undelivered=[letter for letter in untold if letter in failed],
        names=list_names(context, _who(request, proofs, plans, to_tell, events)),
    )
    acts = [act for act in list_acts().values() if act.can_be_done(case, role)]
    return replace(case, acts=acts, permitted=frozenset({act.needs(case) for act in acts} | _besides(request, role)))


def _newest(plans: Sequence[Plan]) -> Plan | None:
    superseded = {one.supersedes_id for one in plans}
    return next((one for one in plans if one.id not in superseded), None)


def _is_stalled(context: Context, plan: Plan) -> bool:
    return context.policy.firm.mode is Mode.ACT and plan.state == PlanState.PROPOSED and is_too_old(context, plan)


def _who(
    request: Request,
    proofs: Sequence[Proof],
    plans: Sequence[Plan],
    to_tell: Sequence[Notification],
    events: Sequence[Event],
) -> Iterator[str | None]:
    yield request.logged_by_id
    for proof in proofs:
        yield proof.by_id
    for plan in plans:
        yield plan.made_by_id
        if hasattr(plan, "approval"):
            yield from (plan.approval.by_id, plan.approval.cancelled_by_id)
    for one in to_tell:
        yield one.told_by_id
    for event in events:
        yield event.by_id


# --- what can be done ----------------------------------------------------------------------------------------


def _besides(request: Request, role: Role) -> set[Permission]:
    """Return what somebody in ``role`` may besides acts: read what the person said, fetch what was made for them."""
    fetched = {one for one in (permissions.FETCH, permissions.HAND_OUT) if one.fits(request.status, request.right)}
    may = fetched | ({permissions.READ} if request.sealed else set())
    return {one for one in may if role in one.roles}


# --- the clock as a bar --------------------------------------------------------------------------------------


def _bar(
    context: Context, request: Request, clock: AnswerBy | Acknowledgement | None, pauses: Sequence[Pause]
) -> Bar | None:
    if request.status == Status.CLOSED or clock is None:
        return None
    if isinstance(clock, Acknowledgement):
        begins, ends = request.received_on, clock.target
        stands: Sequence[Pause] = ()
    else:
        begins, stands = clock.started, pauses if clock.paused_days or clock.due is None else ()
        ends = clock.due or max(context.today, begins)
    days = max(1, (ends - begins).days)
    waits = tuple(
        (_share((one.asked_on - begins).days, days), _share(_length(one, context.today), days)) for one in stands
    )
    return Bar(begins, ends, _share((context.today - begins).days, days), waits)


def _length(pause: Pause, today: date) -> int:
    """Return how many days a pause leaves out, both its ends among them (DPA 2018 s. 54(3C))."""
    return ((pause.answered_on or today) - pause.asked_on).days + 1


def _share(part: int, whole: int) -> Fraction:
    return min(Fraction(1), max(Fraction(0), Fraction(part, whole)))
