"""A request as programs see it: states, dates, counts. What its person said is apart, and is read for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from pydantic import Field

from bailee.clock import Acknowledgement, AnswerBy
from bailee.requests.clocks import calculate_answer
from bailee.requests.plan_rows import read_document
from bailee.requests.staff_notifications import find_untold_letters
from bailee.store.context import Context
from bailee.store.models import Channel, Outcome, Plan, PlanState, Request, Right, Status
from bailee.web.api.fields import Id, Reference, View
from bailee.web.api.plan_shapes import PlanView, describe_plan_document


class RequestSummary(View):
    """A request in a list. ``due_on``: by when it must be answered; empty while the clock is paused, or sets no day.

    Of one that is unverified ``due_on`` is the day at worst, counted from receipt. ``identity_asked_on``: the day from
    which the clock waits for the person; empty: it does not, since no letter that asks has left.

    ``untold``: letters that had no address, and of which no member of staff has told the person yet.
    """

    reference: Reference
    right: Right
    status: Status
    outcome: Outcome | None
    channel: Channel
    by_agent: bool
    received_on: date
    identity_asked_on: date | None
    identified_on: date | None
    due_on: date | None
    held_until: date | None
    closed_at: datetime | None
    untold: list[str] = Field(examples=[["refuse"]])


class ClockStepView(View):
    """One line of the clock's sum."""

    day: date | None
    says: str
    law: str


class Happened(View):
    """One line of the timeline. ``by``: the id of a member of staff; empty: a worker, or the person."""

    at: datetime
    kind: str = Field(examples=["planned"])
    by: str | None
    facts: dict[str, str | int | bool | None]


class LetterView(View):
    """A letter: which, and how far it is. What it says is not told."""

    id: Id
    template: str = Field(examples=["acknowledge"])
    channel: str
    state: str
    made_at: datetime
    sent_at: datetime | None


class ParcelView(View):
    """A file that the person can fetch."""

    id: Id
    kind: str
    size: int
    made_at: datetime
    expires_at: datetime
    fetched_at: datetime | None
    gone_at: datetime | None


class Approved(View):
    """The approval of a plan, and when it is acted on; until then it can be called off."""

    by: str | None
    standing: str
    at: datetime
    acts_at: datetime
    expires_at: datetime
    cancelled_at: datetime | None
    used_at: datetime | None


class PlanRow(View):
    """A plan of a request, without its document. ``difference``: what is other than in the one that it supersedes."""

    id: Id
    kind: str
    state: PlanState
    hash: str
    made_at: datetime
    made_by: str | None
    supersedes: str | None
    difference: list[str]
    residual: int | None
    approval: Approved | None


class WholePlan(PlanRow):
    """A plan, with all that it would do."""

    reference: str | None = Field(description="Of its request; empty for a rule of retention")
    plan: PlanView


class Acted(RequestSummary):
    """A request after an act. ``plan``: its newest plan, with its approval; it is acted on from ``acts_at`` on."""

    plan: PlanRow | None


class ToTell(View):
    """A recipient who is to be told (Art. 19)."""

    recipient: str
    kind: str
    told_at: datetime | None
    why_not: str


class Shown(View):
    """One way in which the person shows who they are. ``proven_at``: when they did; empty: not yet.

    ``on file``: no code is asked, as the copy goes to the address on file by a one-time link (Art. 12(6)).
    """

    method: str = Field(examples=["code", "on file"])
    made_at: datetime
    proven_at: datetime | None


class Detail(RequestSummary):
    """A request with all that has happened to it. Nothing that its person said is among it."""

    acknowledged_on: date | None
    extended_on: date | None
    forget_on: date | None
    merged_into: Reference | None
    identity: list[Shown]
    clock: list[ClockStepView]
    events: list[Happened]
    letters: list[LetterView]
    plans: list[PlanRow]
    parcels: list[ParcelView]
    to_tell: list[ToTell]


def describe_request(request: Request) -> RequestSummary:
    """Return a request as a list shows it."""
    return describe_requests([request])[0]


def describe_requests(requests: Sequence[Request]) -> list[RequestSummary]:
    """Return requests as a list shows them."""
    left = find_untold_letters(requests)
    return [
        RequestSummary.model_validate({**vars(one), "outcome": one.outcome or None, "untold": left.get(one.id, [])})
        for one in requests
    ]


def describe_in_detail(context: Context, request: Request) -> Detail:
    """Return a request with all that has happened to it."""
    merged = request.merged_into
    return Detail(
        **describe_request(request).model_dump(),
        acknowledged_on=request.acknowledged_on,
        extended_on=request.extended_on,
        forget_on=request.forget_on,
        merged_into=merged.reference if merged else None,
        identity=[Shown.model_validate(one) for one in request.proofs.order_by("made_at", "id")],
        clock=list(describe_clock(request)),
        events=[Happened(at=e.at, kind=e.kind, by=e.by_id, facts=e.facts) for e in request.events.order_by("id")],
        letters=[LetterView.model_validate(one) for one in request.messages.order_by("made_at", "id")],
        plans=[describe_plan(one) for one in request.plans.select_related("approval").order_by("made_at", "id")],
        parcels=[ParcelView.model_validate(one) for one in request.parcels.order_by("made_at", "id")],
        to_tell=[ToTell.model_validate(one) for one in request.notifications.order_by("made_at", "id")],
    )


def describe_clock(request: Request) -> Iterator[ClockStepView]:
    """Yield how the day came about by which a request must be answered."""
    answer = calculate_answer(request)
    if isinstance(answer, AnswerBy):
        yield from (ClockStepView.model_validate(step) for step in answer.steps)
    elif isinstance(answer, Acknowledgement):
        yield ClockStepView(day=answer.target, says="a complaint is acknowledged within 30 days", law=answer.law)


def describe_plan(plan: Plan) -> PlanRow:
    """Return a plan without its document."""
    return PlanRow.model_validate(_list_plan_facts(plan))


def describe_whole_plan(plan: Plan) -> WholePlan:
    """Return a plan with its document. Raises `PlanError` where it is not the one that was hashed."""
    reference = plan.request.reference if plan.request else None
    return WholePlan.model_validate(
        {**_list_plan_facts(plan), "reference": reference, "plan": describe_plan_document(read_document(plan))}
    )


def _list_plan_facts(plan: Plan) -> dict[str, object]:
    approval = getattr(plan, "approval", None)
    told: dict[str, object] = {"made_by": plan.made_by_id, "supersedes": plan.supersedes_id, "hash": plan.digest}
    told["approval"] = None
    if approval is not None:
        told["approval"] = Approved.model_validate({**vars(approval), "by": approval.by_id})
    names = ("id", "kind", "state", "made_at", "difference", "residual")
    return {**{name: getattr(plan, name) for name in names}, **told}
