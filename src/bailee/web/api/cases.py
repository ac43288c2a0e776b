"""Requests, for staff: listed, looked at, taken in by telephone or letter, and dealt with, one endpoint an act."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.http import StreamingHttpResponse
from ninja import Query, Router
from ninja.decorators import decorate_view
from pydantic import AwareDatetime, Field, StringConstraints

from bailee.engine.systems import systems_of
from bailee.requests import (
    answers,
    approval,
    clocks,
    copy_packages,
    identity,
    intake,
    permissions,
    receipts,
    recipients,
    refusals,
    request_end,
    request_list,
    request_plans,
    restrictions,
    staff_notifications,
)
from bailee.requests.recipients import WhyNot
from bailee.requests.request_content import open_asked
from bailee.store import access_log
from bailee.store.access_log import Reason
from bailee.store.models import Channel, Parcel, Plan, Request, Right, Status
from bailee.store.staff import Scope
from bailee.web.api.access import FRONT, READERS, WATCHERS, Call, needs, sees_unverified, to
from bailee.web.api.case_shapes import (
    Detail,
    PlanRow,
    Summary,
    WholePlan,
    detail,
    plan_row,
    summaries,
    summary,
    whole_plan,
)
from bailee.web.api.fields import Day, Flag, Id, Identity, Line, Reference, Row, Shape, Text, View, Word
from bailee.web.api.once import once
from bailee.web.api.problems import NotFound
from bailee.web.api.public_requests import AskedFor, MyReceipt, Sent
from bailee.web.api.public_requests import router as public
from bailee.web.api.waiting import off_thread

router = Router(tags=["requests"])

LONGEST_PAGE = 100


class Page(View):
    """One page of requests, the newest first. ``next``: give it as ``after`` for the page that follows."""

    requests: list[Summary]
    next: str | None


class Logged(AskedFor):
    """A request that a member of staff was told of. ``received_at``: when it came, if not now."""

    channel: Literal[Channel.TELEPHONE, Channel.LETTER, Channel.EMAIL, Channel.IN_PERSON]
    received_at: Annotated[AwareDatetime, Field(strict=False)] | None = None


class Why(Shape):
    """Why somebody looks; it is written down before anything is shown."""

    reason: Reason


class Said(View):
    """What its person said. ``unproven``: what they named besides, and have not shown to be theirs."""

    identities: list[str]
    name: str
    reply_to: str
    address: list[str]
    words: str
    target: str
    value: str
    agent: str
    unproven: list[str]


class Words(Shape):
    """Words for the person."""

    words: Text


class Conclusion(Words):
    """What came of a complaint. Where neither is said, the letter has the words alone."""

    put_right: list[Line] = Field([], max_length=50, description="What was put right, each in a sentence")
    nothing_to_put_right: bool = Field(False, description="Nothing had to be put right: the letter says so")


class Extension(Shape):
    """Why more time is needed (Art. 12(3)).

    ``ground``: the request is complex (`complexity`), or its person has made a number of them (`number`).
    """

    ground: Literal["complexity", "number"]
    reason: Text


class Rows(Shape):
    """Rows that are the person's, by the word of whoever says so."""

    rows: list[Row] = Field(min_length=1, max_length=200)


class No(Shape):
    """A refusal. ``grounds``: a code of `GET /requests/{reference}/grounds`."""

    grounds: Word
    reasons: Text


class Ground(View):
    """A ground on which a request may be refused, and its article."""

    code: str
    says: str
    article: str


class Note(Shape):
    """How it is known who the person is; sealed."""

    note: Text


class SeenBy(Note):
    """How a member of staff has seen who the person is."""

    method: Literal["in person", "document", "known"]
    proves: list[Identity] = Field([], max_length=8, description="Which identities are theirs; none: all")


class Authority(Shape):
    """What an agent has shown, and where it is kept."""

    evidence: Text
    answers_to_agent: Flag = False


class Told(Shape):
    """A recipient was told; or why not: it is impossible, or takes disproportionate effort (Art. 19)."""

    recipient: Word
    why_not: WhyNot | None = None


class End(Shape):
    """The day on which a restriction ends, and why: the person is told before (Art. 18(3))."""

    reasons: Text
    ends: Day


class Ending(Shape):
    """How a request ends: what was done, and what was not and why, each in a sentence for the person."""

    outcome: Literal["done", "partly"]
    done: list[Line] = Field([], max_length=50)
    reasons: list[Line] = Field([], max_length=50)


class Typed(Shape):
    """The beginning of a plan's hash, as its approver read it."""

    typed: Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[0-9a-f]+$")]


class Number(View):
    """The number on file by which the person is to be called."""

    number: str


class Look(View):
    """Somebody looked at a person's data."""

    at: datetime
    by: str | None
    what: str
    reason: str


# --- looking -------------------------------------------------------------------------------------------------


class _Filter(Shape):
    status: Status | None = Field(None, description="Else all, those that are unverified among them")
    right: Right | None = None
    after: Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9_=-]+$")] | None = None
    limit: int = Field(50, ge=1, le=LONGEST_PAGE)


@public.get(  # Django finds a path once: to ask and to list are of one router
    "/requests", auth=needs(Scope.READ, READERS), response=Page, operation_id="list_requests", tags=["requests"]
)
def list_requests(request: Call, asked: Query[_Filter]) -> Page:
    """List requests, the newest first, a page at a time."""
    found = Request.objects.order_by("-received_at", "-id")
    found = found.filter(status=asked.status) if asked.status else found
    if not sees_unverified(request):
        found = found.exclude(status=Status.UNVERIFIED)
    if asked.right:
        found = found.filter(right=asked.right)
    if asked.after:
        at, last = _cursor(asked.after)
        found = found.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=last))
    page = list(found[: asked.limit + 1])
    request_list.shown(request.context, page[: asked.limit])
    more = page[asked.limit - 1] if len(page) > asked.limit else None
    following = (
        base64.urlsafe_b64encode(f"{more.received_at.isoformat()} {more.id}".encode()).decode() if more else None
    )
    return Page(requests=summaries(page[: asked.limit]), next=following)


def _cursor(text: str) -> tuple[datetime, str]:
    try:
        at, _, last = base64.urlsafe_b64decode(text).decode("ascii").partition(" ")
        moment: datetime | None = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        moment, last = None, ""
    if moment is None or moment.tzinfo is None or not last.isalnum():
        raise NotFound
    return moment, last


def _request(request: Call, reference: str) -> Request:
    """Return a request. Raises `NotFound` where there is none, or it is unverified and the caller not of the intake."""
    found = Request.objects.filter(reference=reference).first()
    if found is None or (found.status == Status.UNVERIFIED and not sees_unverified(request)):
        raise NotFound
    return found


@router.post("/requests/log", auth=to(permissions.TAKE_IN), response={201: Summary}, operation_id="log_request")
@decorate_view(once)
def log_request(request: Call, body: Logged) -> Summary:
    """Take in a request that came by telephone, by letter, or across the counter."""
    made = intake.receive(request.context, body.right, body.asked(), body.channel, received_at=body.received_at)
    return summary(made)


@router.get("/requests/{reference}", auth=needs(Scope.READ, READERS), response=Detail, operation_id="show_request")
def show_request(request: Call, reference: Reference) -> Detail:
    """Show a request with all that has happened to it. What its person said is read apart, for a reason."""
    found = _request(request, reference)
    request_list.shown(request.context, [found])
    return detail(request.context, found)


@router.post("/requests/{reference}/asked", auth=needs(Scope.PERSONAL, FRONT), response=Said, operation_id="read_asked")
def read_asked(request: Call, reference: Reference, body: Why) -> Said:
    """Read what the person said. It is written down who read it and why."""
    found = _request(request, reference)
    if not found.sealed:
        raise NotFound
    access_log.of(request.context, "asked", body.reason, found)
    return Said.model_validate(open_asked(request.context, found))


@router.get(
    "/requests/{reference}/readings",
    auth=needs(Scope.READ, WATCHERS),
    response=list[Look],
    operation_id="list_readings",
)
def list_readings(request: Call, reference: Reference) -> list[Look]:
    """List who looked at the data of a request's person, and why, the latest first."""
    looks = access_log.of_request(_request(request, reference))
    return [Look(at=one.at, by=one.staff_id, what=one.what, reason=one.reason) for one in looks]


@router.get(
    "/requests/{reference}/grounds", auth=needs(Scope.READ, READERS), response=list[Ground], operation_id="list_grounds"
)
def list_grounds(request: Call, reference: Reference) -> list[Ground]:
    """List the grounds on which a request could be refused, by its right and the law that holds for it."""
    known = refusals.grounds_for(_request(request, reference))
    return [Ground(code=code, says=one.says, article=one.article) for code, one in known.items()]


# --- the person ----------------------------------------------------------------------------------------------


@router.post(
    "/requests/{reference}/send-code", auth=to(permissions.IDENTIFY), response={202: Sent}, operation_id="resend_code"
)
@decorate_view(once)
def resend_code(request: Call, reference: Reference) -> Sent:
    """Have a new code sent to the contact on file."""
    identity.send_again(request.context, _request(request, reference))
    return Sent(says="a worker sends a code to the contact on file, if there is one")


@router.post(
    "/requests/{reference}/number-to-call",
    auth=needs(Scope.PERSONAL, permissions.IDENTIFY.roles),
    response=Number,
    operation_id="number_to_call",
)
def number_to_call(request: Call, reference: Reference, body: Why) -> Number:
    """Read the number on file by which the person is to be called. It is written down who read it."""
    return Number(number=identity.number_to_call(request.context, _request(request, reference), str(body.reason)))


@router.post(
    "/requests/{reference}/call-back", auth=to(permissions.IDENTIFY), response=Summary, operation_id="call_back"
)
@decorate_view(once, off_thread)
def call_back(request: Call, reference: Reference, body: Note) -> Summary:
    """Note that the person was called at the number on file, and made the request."""
    found = _request(request, reference)
    identity.call_back(request.context, found, body.note)
    return summary(found)


@router.post("/requests/{reference}/seen", auth=to(permissions.IDENTIFY), response=Summary, operation_id="seen")
@decorate_view(once, off_thread)
def seen(request: Call, reference: Reference, body: SeenBy) -> Summary:
    """Note that a member of staff has seen who the person is."""
    found = _request(request, reference)
    identity.seen(request.context, found, body.method, body.note, body.proves)
    return summary(found)


@router.post(
    "/requests/{reference}/authority", auth=to(permissions.IDENTIFY), response=Summary, operation_id="authority"
)
@decorate_view(once)
def authority(request: Call, reference: Reference, body: Authority) -> Summary:
    """Note that an agent has shown that they may ask for the person."""
    found = _request(request, reference)
    identity.authority(request.context, found, body.evidence, answers_to_agent=body.answers_to_agent)
    return summary(found)


# --- the clock -----------------------------------------------------------------------------------------------


@router.post("/requests/{reference}/clarify", auth=to(permissions.CLARIFY), response=Summary, operation_id="clarify")
@decorate_view(once)
def clarify(request: Call, reference: Reference, body: Words) -> Summary:
    """Ask the person what the request is about; for a copy the clock stops until they say so."""
    found = _request(request, reference)
    clocks.ask(request.context, found, body.words)
    return summary(found)


@router.post("/requests/{reference}/answered", auth=to(permissions.ANSWERED), response=Summary, operation_id="answered")
@decorate_view(once)
def answered(request: Call, reference: Reference) -> Summary:
    """Note that the person has said what is meant: the clock goes on."""
    found = _request(request, reference)
    clocks.answered(request.context, found)
    return summary(found)


@router.post("/requests/{reference}/extend", auth=to(permissions.EXTEND), response=Summary, operation_id="extend")
@decorate_view(once)
def extend(request: Call, reference: Reference, body: Extension) -> Summary:
    """Take up to three months from the start; the person is told why."""
    found = _request(request, reference)
    clocks.extend(request.context, found, body.reason, ground=body.ground)
    return summary(found)


# --- plans ---------------------------------------------------------------------------------------------------


@router.post("/requests/{reference}/confirm", auth=to(permissions.CONFIRM), response=Summary, operation_id="confirm")
@decorate_view(once, off_thread)
def confirm(request: Call, reference: Reference, body: Rows) -> Summary:
    """Confirm that rows are the person's. It is planned anew, and somebody else must approve it."""
    found = _request(request, reference)
    with systems_of(request.context) as systems:
        request_plans.confirm(request.context, systems, found, body.rows)
    return summary(found)


@router.post("/requests/{reference}/plan", auth=to(permissions.PLAN), response=Summary, operation_id="plan")
@decorate_view(once, off_thread)
def plan(request: Call, reference: Reference) -> Summary:
    """Plan a request, or plan it anew. Whoever does so is no second person to approve it."""
    found = _request(request, reference)
    with systems_of(request.context) as systems:
        request_plans.plan(request.context, systems, found)
    return summary(found)


@router.post("/requests/{reference}/pack", auth=to(permissions.PACK), response=Summary, operation_id="pack")
@decorate_view(once)
def pack(request: Call, reference: Reference) -> Summary:
    """Have a copy packed without the matches that nobody has confirmed; the person is told so."""
    found = _request(request, reference)
    copy_packages.have_packed(request.context, found)
    return summary(found)


@router.get("/plans/{plan_id}", auth=needs(Scope.READ, READERS), response=WholePlan, operation_id="show_plan")
def show_plan(request: Call, plan_id: Id) -> WholePlan:
    """Show a plan with all that it would do. Nothing in it is anybody's."""
    return whole_plan(_plan(plan_id))


@router.post("/plans/{plan_id}/approve", auth=to(permissions.APPROVE), response=PlanRow, operation_id="approve")
@decorate_view(once)
def approve(request: Call, plan_id: Id, body: Typed) -> PlanRow:
    """Approve a plan by the beginning of its hash, once, as a second person. A worker acts when its time has come."""
    _plan(plan_id)
    approval.approve(request.context, plan_id, body.typed)
    return plan_row(_plan(plan_id))


@router.post("/plans/{plan_id}/cancel", auth=to(permissions.CANCEL), response=PlanRow, operation_id="cancel")
@decorate_view(once)
def cancel(request: Call, plan_id: Id) -> PlanRow:
    """Call an approved plan off while its waiting time runs."""
    _plan(plan_id)
    approval.cancel(request.context, plan_id)
    return plan_row(_plan(plan_id))


def _plan(plan_id: str) -> Plan:
    found = Plan.objects.select_related("request", "approval").filter(id=plan_id).first()
    if found is None:
        raise NotFound
    return found


# --- answers -------------------------------------------------------------------------------------------------


@router.post("/requests/{reference}/refuse", auth=to(permissions.REFUSE), response=Summary, operation_id="refuse")
@decorate_view(once)
def refuse(request: Call, reference: Reference, body: No) -> Summary:
    """Refuse a request, by the Data Controller alone. The person is told why, and what they can do."""
    found = _request(request, reference)
    refusals.refuse(request.context, found, body.grounds, body.reasons)
    return summary(found)


@router.post("/requests/{reference}/answer", auth=to(permissions.ANSWER), response=Summary, operation_id="answer")
@decorate_view(once)
def answer(request: Call, reference: Reference, body: Words) -> Summary:
    """Answer a question, and close it. One that was passed on is the Data Controller's to answer."""
    found = _request(request, reference)
    answers.answer(request.context, found, body.words)
    return summary(found)


@router.post(
    "/requests/{reference}/acknowledge", auth=to(permissions.ACKNOWLEDGE), response=Summary, operation_id="acknowledge"
)
@decorate_view(once)
def acknowledge(request: Call, reference: Reference) -> Summary:
    """Acknowledge a complaint, where that was not done when it came in."""
    found = _request(request, reference)
    answers.acknowledge(request.context, found)
    return summary(found)


@router.post("/requests/{reference}/pass-on", auth=to(permissions.PASS_ON), response=Summary, operation_id="pass_on")
@decorate_view(once)
def pass_on(request: Call, reference: Reference) -> Summary:
    """Pass a question or a complaint on to the Data Controller."""
    found = _request(request, reference)
    answers.pass_on(request.context, found)
    return summary(found)


@router.post("/requests/{reference}/progress", auth=to(permissions.PROGRESS), response=Summary, operation_id="progress")
@decorate_view(once)
def progress(request: Call, reference: Reference, body: Words) -> Summary:
    """Tell how a complaint stands."""
    found = _request(request, reference)
    answers.progress(request.context, found, body.words)
    return summary(found)


@router.post("/requests/{reference}/conclude", auth=to(permissions.CONCLUDE), response=Summary, operation_id="conclude")
@decorate_view(once)
def conclude(request: Call, reference: Reference, body: Conclusion) -> Summary:
    """Tell what came of a complaint, and close it."""
    found = _request(request, reference)
    answers.conclude(
        request.context, found, body.words, put_right=body.put_right, nothing_to_put_right=body.nothing_to_put_right
    )
    return summary(found)


@router.post("/requests/{reference}/close", auth=to(permissions.CLOSE_BY_HAND), response=Summary, operation_id="close")
@decorate_view(once)
def close(request: Call, reference: Reference, body: Ending) -> Summary:
    """Close a request that was dealt with by hand, and tell the person what was done."""
    found = _request(request, reference)
    request_end.close(request.context, found, body.outcome, done=body.done, reasons=body.reasons)
    return summary(found)


@router.post("/requests/{reference}/withdraw", auth=to(permissions.WITHDRAW), response=Summary, operation_id="withdraw")
@decorate_view(once)
def withdraw(request: Call, reference: Reference) -> Summary:
    """End a request since its person has taken it back."""
    found = _request(request, reference)
    request_end.withdraw(request.context, found)
    return summary(found)


@router.post("/requests/{reference}/lift", auth=to(permissions.LIFT), response=Summary, operation_id="lift")
@decorate_view(once)
def lift(request: Call, reference: Reference, body: End) -> Summary:
    """Let a restriction end on a day to come, by the Data Controller alone. The person is told now, and why.

    It stands until a letter has left that says so, or staff have told them (Art. 18(3)).
    """
    found = _request(request, reference)
    restrictions.lift(request.context, found, body.reasons, body.ends)
    return summary(found)


@router.post(
    "/requests/{reference}/person-told", auth=to(permissions.TELL_PERSON), response=Summary, operation_id="person_told"
)
@decorate_view(once)
def person_told(request: Call, reference: Reference) -> Summary:
    """Note that the person was told, by a member of staff, what letters without an address would have said."""
    found = _request(request, reference)
    staff_notifications.told(request.context, found)
    return summary(found)


@router.post(
    "/requests/{reference}/recipient-told",
    auth=to(permissions.TELL_RECIPIENT),
    response=Summary,
    operation_id="recipient_told",
)
@decorate_view(once)
def recipient_told(request: Call, reference: Reference, body: Told) -> Summary:
    """Note that a recipient was told of a correction, an erasure or a restriction, or why not."""
    found = _request(request, reference)
    recipients.told(request.context, found, body.recipient, why_not=body.why_not)
    return summary(found)


@router.post(
    "/requests/{reference}/receipts",
    auth=needs(Scope.PERSONAL, permissions.HAND_OUT.roles),
    response=list[MyReceipt],
    operation_id="hand_receipts_out",
)
def hand_receipts_out(request: Call, reference: Reference, body: Why) -> list[MyReceipt]:
    """Fetch the receipts of a request for somebody who cannot. It is written down who did so and why."""
    found = receipts.hand_out(request.context, _request(request, reference), body.reason)
    return [MyReceipt(issued_at=one.issued_at, receipt=text) for one, text in found]


@router.post(
    "/parcels/{parcel_id}/fetch",
    auth=needs(Scope.PERSONAL, permissions.FETCH.roles),
    response={200: None},
    operation_id="fetch_parcel",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/zip": {}}}}},
)
def fetch_parcel(request: Call, parcel_id: Id, body: Why) -> StreamingHttpResponse:
    """Fetch a parcel for somebody who cannot. It is written down who did so and why, and the parcel stays."""
    parcel = Parcel.objects.filter(id=parcel_id).first()
    if parcel is None:
        raise NotFound
    pieces = copy_packages.pieces(request.context, parcel, reason=body.reason)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{parcel.kind}.zip"'
    return response
