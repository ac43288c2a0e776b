"""Requests, for staff: listed, looked at, taken in by telephone or letter. What is done to them: `acts`."""

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

from bailee.requests import (
    copy_packages,
    identity,
    intake,
    permissions,
    receipts,
    refusals,
    request_list,
)
from bailee.requests.request_content import open_asked
from bailee.store import access_log
from bailee.store.access_log import Reason
from bailee.store.models import Channel, Parcel, Plan, Request, Right, Status
from bailee.store.staff import Scope
from bailee.web.api.access import FRONT, READERS, WATCHERS, Call, allow, allow_act, sees_unverified
from bailee.web.api.case_shapes import (
    Detail,
    RequestSummary,
    WholePlan,
    describe_in_detail,
    describe_request,
    describe_requests,
    describe_whole_plan,
)
from bailee.web.api.fields import Id, Reference, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import NotFound
from bailee.web.api.public_requests import AskedFor, MyReceipt
from bailee.web.api.public_requests import router as public

router = Router(tags=["requests"])

LONGEST_PAGE = 100


class RequestPage(View):
    """One page of requests, the newest first. ``next``: give it as ``after`` for the page that follows."""

    requests: list[RequestSummary]
    next: str | None


class Logged(AskedFor):
    """A request that a member of staff was told of. ``received_at``: when it came, if not now."""

    channel: Literal[Channel.TELEPHONE, Channel.LETTER, Channel.EMAIL, Channel.IN_PERSON]
    received_at: Annotated[AwareDatetime, Field(strict=False)] | None = None


class WhyShape(Shape):
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


class GroundView(View):
    """A ground on which a request may be refused, and its article."""

    code: str
    says: str
    article: str


class Number(View):
    """The number on file by which the person is to be called."""

    number: str


class ReadingView(View):
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
    "/requests", auth=allow(Scope.READ, READERS), response=RequestPage, operation_id="list_requests", tags=["requests"]
)
def list_requests(request: Call, asked: Query[_Filter]) -> RequestPage:
    """List requests, the newest first, a page at a time."""
    found = Request.objects.order_by("-received_at", "-id")
    found = found.filter(status=asked.status) if asked.status else found
    if not sees_unverified(request):
        found = found.exclude(status=Status.UNVERIFIED)
    if asked.right:
        found = found.filter(right=asked.right)
    if asked.after:
        at, last = _read_cursor(asked.after)
        found = found.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=last))
    page = list(found[: asked.limit + 1])
    request_list.note_shown(request.context, page[: asked.limit])
    more = page[asked.limit - 1] if len(page) > asked.limit else None
    following = (
        base64.urlsafe_b64encode(f"{more.received_at.isoformat()} {more.id}".encode()).decode() if more else None
    )
    return RequestPage(requests=describe_requests(page[: asked.limit]), next=following)


def _read_cursor(text: str) -> tuple[datetime, str]:
    try:
        at, _, last = base64.urlsafe_b64decode(text).decode("ascii").partition(" ")
        moment: datetime | None = datetime.fromisoformat(at)
    except (ValueError, binascii.Error):
        moment, last = None, ""
    if moment is None or moment.tzinfo is None or not last.isalnum():
        raise NotFound
    return moment, last


def find_request(request: Call, reference: str) -> Request:
    """Return a request. Raises `NotFound` where there is none, or it is unverified and the caller not of the intake."""
    found = Request.objects.filter(reference=reference).first()
    if found is None or (found.status == Status.UNVERIFIED and not sees_unverified(request)):
        raise NotFound
    return found


@router.post(
    "/requests/log", auth=allow_act(permissions.TAKE_IN), response={201: RequestSummary}, operation_id="log_request"
)
@decorate_view(act_once)
def log_request(request: Call, body: Logged) -> RequestSummary:
    """Take in a request that came by telephone, by letter, or across the counter."""
    made = intake.receive_request(request.context, body.right, body.asked(), body.channel, received_at=body.received_at)
    return describe_request(made)


@router.get("/requests/{reference}", auth=allow(Scope.READ, READERS), response=Detail, operation_id="show_request")
def show_request(request: Call, reference: Reference) -> Detail:
    """Show a request with all that has happened to it. What its person said is read apart, for a reason."""
    found = find_request(request, reference)
    request_list.note_shown(request.context, [found])
    return describe_in_detail(request.context, found)


@router.post("/requests/{reference}/asked", auth=allow(Scope.PERSONAL, FRONT), response=Said, operation_id="read_asked")
def read_asked(request: Call, reference: Reference, body: WhyShape) -> Said:
    """Read what the person said. It is written down who read it and why."""
    found = find_request(request, reference)
    if not found.sealed:
        raise NotFound
    access_log.log_access(request.context, "asked", body.reason, found)
    return Said.model_validate(open_asked(request.context, found))


@router.get(
    "/requests/{reference}/readings",
    auth=allow(Scope.READ, WATCHERS),
    response=list[ReadingView],
    operation_id="list_readings",
)
def list_readings(request: Call, reference: Reference) -> list[ReadingView]:
    """List who looked at the data of a request's person, and why, the latest first."""
    looks = access_log.list_accesses(find_request(request, reference))
    return [ReadingView(at=one.at, by=one.staff_id, what=one.what, reason=one.reason) for one in looks]


@router.get(
    "/requests/{reference}/grounds",
    auth=allow(Scope.READ, READERS),
    response=list[GroundView],
    operation_id="list_grounds",
)
def list_grounds(request: Call, reference: Reference) -> list[GroundView]:
    """List the grounds on which a request could be refused, by its right and the law that holds for it."""
    known = refusals.list_grounds(find_request(request, reference))
    return [GroundView(code=code, says=one.says, article=one.article) for code, one in known.items()]


# --- the person ----------------------------------------------------------------------------------------------


@router.post(
    "/requests/{reference}/number-to-call",
    auth=allow(Scope.PERSONAL, permissions.IDENTIFY.roles),
    response=Number,
    operation_id="number_to_call",
)
def show_number(request: Call, reference: Reference, body: WhyShape) -> Number:
    """Read the number on file by which the person is to be called. It is written down who read it."""
    return Number(
        number=identity.reveal_call_number(request.context, find_request(request, reference), str(body.reason))
    )


# --- plans, and what was made for the person ----------------------------------------------------------------


@router.get("/plans/{plan_id}", auth=allow(Scope.READ, READERS), response=WholePlan, operation_id="show_plan")
def show_plan(request: Call, plan_id: Id) -> WholePlan:
    """Show a plan with all that it would do. Nothing in it is anybody's."""
    return describe_whole_plan(_find_plan(plan_id))


def _find_plan(plan_id: str) -> Plan:
    found = Plan.objects.select_related("request", "approval").filter(id=plan_id).first()
    if found is None:
        raise NotFound
    return found


@router.post(
    "/requests/{reference}/receipts",
    auth=allow(Scope.PERSONAL, permissions.HAND_OUT.roles),
    response=list[MyReceipt],
    operation_id="hand_receipts_out",
)
def hand_receipts_out(request: Call, reference: Reference, body: WhyShape) -> list[MyReceipt]:
    """Fetch the receipts of a request for somebody who cannot. It is written down who did so and why."""
    found = receipts.hand_out_receipts(request.context, find_request(request, reference), body.reason)
    return [MyReceipt(issued_at=one.issued_at, receipt=text) for one, text in found]


@router.post(
    "/parcels/{parcel_id}/fetch",
    auth=allow(Scope.PERSONAL, permissions.FETCH.roles),
    response={200: None},
    operation_id="fetch_parcel",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/zip": {}}}}},
)
def fetch_parcel(request: Call, parcel_id: Id, body: WhyShape) -> StreamingHttpResponse:
    """Fetch a parcel for somebody who cannot. It is written down who did so and why, and the parcel stays."""
    parcel = Parcel.objects.filter(id=parcel_id).first()
    if parcel is None:
        raise NotFound
    pieces = copy_packages.stream_copy(request.context, parcel, reason=body.reason)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{parcel.kind}.zip"'
    return response
