"""The public: to ask, to show who one is, and to see the progress of one's own request.

Everybody who asks is told the same whether the person is known here or not. What searches is done by a worker, later.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

from django.http import StreamingHttpResponse
from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field, StringConstraints

from bailee.requests import copy_packages, intake, request_end, visits
from bailee.requests.fields import LINE, TEXT, Identity
from bailee.requests.letters.facts import CODES
from bailee.requests.receipts import read_receipt
from bailee.requests.request_content import Asked
from bailee.requests.timeline import list_public_events
from bailee.store.models import Channel, Parcel, Request, Right, Status
from bailee.web.api.access import Call
from bailee.web.api.case_shapes import ClockStepView, ParcelView, RequestSummary, describe_clock, describe_request
from bailee.web.api.fields import Id, Reference, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import CallRefused, NotFound, ProblemView
from bailee.web.limits import place_of

router = Router(tags=["my request"])

_Short = Annotated[str, StringConstraints(max_length=200, pattern=LINE)]


class AskedFor(Shape):
    """What is asked for, and by whom. Nothing more is wanted than what is needed to find the person."""

    right: Right
    identities: list[Identity] = Field([], max_length=8, description="What the person is known by here")
    name: _Short = ""
    reply_to: Annotated[str, StringConstraints(max_length=254, pattern=LINE)] = Field(
        "", description="An email address for answers. A code never goes there, unless it is on file"
    )
    address: list[Annotated[str, StringConstraints(max_length=120, pattern=LINE)]] = Field([], max_length=8)
    words: Annotated[str, StringConstraints(max_length=10_000, pattern=TEXT)] = ""
    target: _Short = Field("", description="What is wrong, as collection.column or in words")
    value: Annotated[str, StringConstraints(max_length=1_000, pattern=LINE)] = Field("", description="What is right")
    agent: _Short = Field("", description="Who asks on the person's behalf")

    def asked(self) -> Asked:
        """Return this as requests take it."""
        return Asked(
            identities=tuple(self.identities),
            name=self.name,
            reply_to=self.reply_to,
            address=tuple(self.address),
            words=self.words,
            target=self.target,
            value=self.value,
            agent=self.agent,
        )


class TakenView(View):
    """A request was taken in."""

    reference: Reference
    received_on: date
    next: str = Field(description="What comes next, in words")


class CodeShape(Shape):
    """A code, or the token of a link, as it was sent."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=LINE)] = Field(examples=["7F3K-92QD"])


class Entered(View):
    """The person is known: the token opens their request, and nothing else, for an hour."""

    token: str = Field(examples=["bailee_me_..."])
    expires_at: datetime


class SentView(View):
    """What was said to everybody who asks for a code."""

    says: str


class Mine(RequestSummary):
    """A request as its person sees it."""

    clock: list[ClockStepView] = Field(description="By when it must be answered, and why")
    events: list[PublicEvent]
    letters: list[MyLetter]
    parcels: list[ParcelView]
    has_receipt: bool


class PublicEvent(View):
    """Something that happened."""

    at: datetime
    kind: str


class MyLetter(View):
    """A letter that was sent."""

    template: str
    channel: str
    state: str
    made_at: datetime


class MyReceipt(View):
    """What was done, signed: keep it."""

    issued_at: datetime
    receipt: str = Field(description="A .tlog-proof file: `bailee receipt verify` reads it, without a network")


Mine.model_rebuild()


class VisitorToken:
    """Who has shown that a request is theirs. Nothing of staff's counts here."""

    openapi_security_schema: ClassVar[dict[str, Any]] = {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "bailee_me_...",
        "description": "The token of a person: `POST /requests/{reference}/prove`.",
    }

    def __call__(self, request: Call) -> Request | None:
        """Return the request that the caller's token opens."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        return visits.find_request_by_token(request.context, text.strip()) if scheme.lower() == "bearer" else None


@router.post("/requests", auth=None, response={202: TakenView}, operation_id="ask")
@decorate_view(act_once)
def ask(request: Call, body: AskedFor) -> dict[str, str]:
    """Ask for a copy, a correction, erasure or another right; or put a question, or a complaint.

    Somebody is written to at what is on file about them, if there is anything. Nothing is changed before they answer; a
    copy may go there as a one-time link without a question (Art. 12(6)).
    """
    context, source = request.context.by(""), place_of(request.META.get("REMOTE_ADDR", ""))
    taken = intake.receive_request(context, body.right, body.asked(), Channel.API, source=source)
    return intake.build_public_answer(taken)


@router.post("/requests/{reference}/code", auth=None, response={202: SentView}, operation_id="send_code")
def send_code(request: Call, reference: Reference) -> SentView:
    """Have a new code sent to the contact on file; those before count no more."""
    found = intake.find_request(reference)
    if found is not None:
        visits.send_code(request.context.by(""), found)
    return SentView(says="if there is a request under this reference, a code is sent to the contact on file")


@router.post("/requests/{reference}/prove", auth=None, response={200: Entered, 403: ProblemView}, operation_id="prove")
def prove(request: Call, reference: Reference, body: CodeShape) -> Entered:
    """Show by a code, or by the end of a link, that a request is yours. Five tries, then a new one must be sent."""
    context, source = request.context.by(""), place_of(request.META.get("REMOTE_ADDR", ""))
    found = intake.find_request(reference)
    token = visits.exchange_code(context, found, body.code, source=source) if found is not None else None
    if token is None:
        raise CallRefused("not-proven", "this code does not open this request", "check it, or have a new one sent")
    return Entered(token=token, expires_at=context.now + visits.LASTS)


# --- my request ----------------------------------------------------------------------------------------------


def _find_own_request(request: Call) -> Request:
    found: Request = request.auth  # type: ignore[attr-defined]  # Ninja puts there what `Visitor` returned
    return found


@router.get("/mine", auth=VisitorToken(), response=Mine, operation_id="my_request")
def show_my_request(request: Call) -> Mine:
    """The progress of one's request. Whether a code was sent is not told: that would tell that the person is known."""
    mine = _find_own_request(request)
    told = mine.messages.exclude(template__in=CODES).order_by("made_at", "id")
    return Mine(
        **describe_request(mine).model_dump(),
        clock=[] if mine.status == Status.CLOSED else list(describe_clock(mine)),
        events=[PublicEvent.model_validate(one) for one in list_public_events(mine)],
        letters=[MyLetter.model_validate(one) for one in told],
        parcels=[ParcelView.model_validate(one) for one in mine.parcels.filter(gone_at=None)],
        has_receipt=mine.receipts.exclude(sealed=None).exists(),
    )


@router.post("/mine/withdraw", auth=VisitorToken(), response=RequestSummary, operation_id="withdraw_mine")
@decorate_view(act_once)
def withdraw_mine(request: Call) -> RequestSummary:
    """Take one's request back. What waits for its time is called off."""
    mine = _find_own_request(request)
    request_end.withdraw_request(request.context.by(""), mine)
    return describe_request(mine)


@router.post(
    "/mine/parcels/{parcel_id}/fetch",
    auth=VisitorToken(),
    response={200: None},
    operation_id="fetch_mine",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/zip": {}}}}},
)
def fetch_mine(request: Call, parcel_id: Id) -> StreamingHttpResponse:
    """Fetch a parcel. When all of it has come it is destroyed here."""
    parcel = Parcel.objects.filter(id=parcel_id, request=_find_own_request(request)).first()
    if parcel is None:
        raise NotFound
    pieces = copy_packages.stream_copy(request.context.by(""), parcel)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{parcel.kind}.zip"'
    return answer


@router.post("/mine/receipts/fetch", auth=VisitorToken(), response=list[MyReceipt], operation_id="fetch_receipts")
def fetch_receipts(request: Call) -> list[MyReceipt]:
    """Fetch the receipts of what was done. It is noted that the person has them."""
    mine, context = _find_own_request(request), request.context
    found = mine.receipts.exclude(sealed=None).order_by("issued_at", "id")
    return [MyReceipt(issued_at=one.issued_at, receipt=read_receipt(context, one)) for one in found]
