"""What is due, and whether all is well; holds placed by hand; who may not be mailed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.decorators import decorate_view
from pydantic import Field, StringConstraints

from bailee.engine.systems import open_systems_of_context
from bailee.requests import holds, permissions
from bailee.requests.fields import LINE, Day, Identity, Line, Word
from bailee.requests.suppressions import check_suppression
from bailee.requests.unsubscriptions import build_headers, build_unsubscribe_link
from bailee.store.access_log import Reason
from bailee.store.models import Due, HandHold
from bailee.store.staff import Scope
from bailee.views.doctor import examine
from bailee.web.api.access import EVERYBODY, READERS, Call, allow, allow_act
from bailee.web.api.fields import Id, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.pending import run_off_thread
from bailee.web.api.problems import NotFound

router = Router(tags=["work"])


class DueView(View):
    """Something that is to be done at a time. ``about``: a random id, or the name of a rule."""

    kind: str = Field(examples=["deliver"])
    about: str
    at: datetime
    tries: int
    problem: str = Field(description="A code: why it was put off")
    is_being_done: bool


class _Dues(Shape):
    kind: Word | None = None
    limit: int = Field(100, ge=1, le=1000)


class ContactShape(Shape):
    """An email address or a telephone number, and why somebody asks."""

    attribute: Literal["email", "phone"]
    value: Annotated[str, StringConstraints(min_length=3, max_length=320, pattern=LINE)]
    reason: Reason


class Suppressed(View):
    """Whether marketing must not reach somebody."""

    suppressed: bool


@router.get("/dues", auth=allow(Scope.READ, EVERYBODY), response=list[DueView], operation_id="list_dues")
def list_dues(request: Call, asked: Query[_Dues]) -> list[DueView]:
    """List what is to be done, the next first."""
    found = Due.objects.filter(done_at=None).order_by("at", "id")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    now = request.context.now
    return [
        DueView(
            kind=one.kind,
            about=one.about,
            at=one.at,
            tries=one.tries,
            problem=one.problem,
            is_being_done=one.lease_until is not None and one.lease_until > now,
        )
        for one in found[: asked.limit]
    ]


@router.post(
    "/suppressions/look-up",
    auth=allow(Scope.PERSONAL, permissions.LOOK_UP.roles),
    response=Suppressed,
    operation_id="look_up_suppression",
)
def look_up_suppression(request: Call, body: ContactShape) -> Suppressed:
    """Say whether an address or number has objected to marketing, before anything is mailed to it."""
    return Suppressed(suppressed=check_suppression(request.context, body.attribute, body.value, body.reason))


class RecipientShape(Shape):
    """To whom a mail of a mailing goes."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=LINE)]


class LeavingLink(View):
    """The link by which a recipient leaves our mailings, and the headers of the mail that have it (RFC 8058)."""

    link: str
    headers: dict[str, str]


@router.post(
    "/unsubscribe-links", auth=allow_act(permissions.OBJECT), response=LeavingLink, operation_id="make_unsubscribe_link"
)
def make_unsubscribe_link(request: Call, body: RecipientShape) -> LeavingLink:
    """Make the link for a mail that goes out. The address is in it, sealed; it is not looked for, nor kept."""
    link = build_unsubscribe_link(request.context, body.email)
    return LeavingLink(link=link, headers=build_headers(link))


class Health(View):
    """Something that was looked at, and what to do where it is not well."""

    about: str = Field(examples=["books"])
    well: bool
    says: str
    hint: str


@router.get("/doctor", auth=allow(Scope.READ, EVERYBODY), response=list[Health], operation_id="doctor")
def examine_firm(request: Call) -> list[Health]:
    """Say whether all is well: the machine, what it reaches, and the work that waits."""
    return [Health.model_validate(one) for one in examine(request.context.folder, request.context.now)]


# --- holds placed by hand ------------------------------------------------------------------------------------


class HoldView(View):
    """A hold that was placed by hand. Whom it is about is sealed."""

    id: Id
    name: str = Field(examples=["case 2026-17"])
    law: str
    until: date | None
    placed_at: datetime
    placed_by: str | None
    lifted_at: datetime | None


class NewHoldShape(Shape):
    """Everything of a person stays, as for litigation. ``name`` and ``law`` are shown in plans: they name nobody."""

    identities: list[Identity] = Field(min_length=1, max_length=20, description="One person, known by all of these")
    name: Line = Field(examples=["case 2026-17"])
    law: Line = Field(examples=["legal claims, UK GDPR Art. 17(3)(e)"])
    until: Day | None = Field(None, description="The last day; none: until it is lifted")


def _hold(one: HandHold) -> HoldView:
    return HoldView.model_validate({**vars(one), "placed_by": one.placed_by_id})


@router.get("/holds", auth=allow(Scope.READ, READERS), response=list[HoldView], operation_id="list_holds")
def list_holds(request: Call) -> list[HoldView]:
    """List the holds of today, the oldest first."""
    return [_hold(one) for one in holds.list_holds(request.context)]


@router.post("/holds", auth=allow_act(permissions.PLACE_HOLD), response={201: HoldView}, operation_id="place_hold")
@decorate_view(act_once, run_off_thread)
def place_hold(request: Call, body: NewHoldShape) -> HoldView:
    """Hold everything of a person, by the Data Controller alone. Plans that wait are made again."""
    with open_systems_of_context(request.context) as systems:
        return _hold(holds.place_hold(request.context, systems, body.identities, body.name, body.law, until=body.until))


@router.post(
    "/holds/{hold_id}/lift", auth=allow_act(permissions.PLACE_HOLD), response=HoldView, operation_id="lift_hold"
)
@decorate_view(act_once)
def lift_hold(request: Call, hold_id: Id) -> HoldView:
    """Lift a hold: what it delayed resumes now."""
    found = HandHold.objects.filter(id=hold_id).first()
    if found is None:
        raise NotFound
    holds.lift_hold(request.context, found)
    return _hold(found)
