"""Staff and their tokens: an administrator's, and everybody's own."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field

from bailee.requests.fields import Day, Line
from bailee.store import admission, staff
from bailee.store.errors import NotYours
from bailee.store.models import Role, Staff, Token
from bailee.store.staff import Scope
from bailee.web.api.access import ADMINISTRATORS, EVERYBODY, Call, allow
from bailee.web.api.fields import Id, Shape, View
from bailee.web.api.idempotency import act_once
from bailee.web.api.problems import NotFound

router = Router(tags=["staff"])


class MemberView(View):
    """A member of staff."""

    id: Id
    name: str = Field(examples=["Grace Achieng"])
    email: str = Field(examples=["grace@firm.example"])
    role: Role
    vetted_on: date | None = Field(description="When a background check was passed")
    joined_at: datetime
    left_at: datetime | None


class NewColleague(Shape):
    """Somebody who begins to work here."""

    email: Line = Field(examples=["grace@firm.example"])
    name: Line = Field(examples=["Grace Achieng"])
    role: Role
    vetted_on: Day | None = Field(None, description="When a background check was passed")


class OneToken(View):
    """A token. Its text was shown when it was made, and never again."""

    id: Id
    scopes: list[Scope]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = Field(description="When it was last used, to the minute")
    revoked_at: datetime | None


class NewToken(Shape):
    """What a token is to be for."""

    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    days: int = Field(90, ge=1, le=staff.LONGEST_DAYS, strict=True)


class MadeToken(OneToken):
    """A token that was made now."""

    token: str = Field(description="Shown this once", examples=["bailee_..."])


class StaffLink(View):
    """A way in for one member of staff."""

    link: str = Field(description="Shown this once")
    expires_at: datetime


class Me(View):
    """Who calls."""

    colleague: MemberView
    scopes: list[Scope]


@router.get("/me", auth=allow(Scope.READ, EVERYBODY), response=Me, operation_id="who_am_i")
def show_caller(request: Call) -> Me:
    """Say whose token this is, and what it may be used for."""
    assert request.caller is not None
    one = staff.describe_staff(request.context, Staff.objects.get(id=request.caller.staff))
    return Me(colleague=MemberView.model_validate(one), scopes=sorted(request.caller.scopes))


@router.get("/me/tokens", auth=allow(Scope.READ, EVERYBODY), response=list[OneToken], operation_id="list_my_tokens")
def list_my_tokens(request: Call) -> list[Token]:
    """List one's own tokens, the newest first."""
    return list(staff.list_tokens(request.context.staff))


@router.post("/me/tokens", auth=allow(Scope.READ, EVERYBODY), response={201: MadeToken}, operation_id="make_token")
def make_token(request: Call, body: NewToken) -> MadeToken:
    """Make a token for oneself, with scopes that this one has.

    An ``Idempotency-Key`` is not looked at: what is answered is a secret, and is not kept.
    """
    assert request.caller is not None
    missing = set(body.scopes) - request.caller.scopes
    if missing:
        raise NotYours(f"this token does not have the scope {min(missing)} itself", "ask for scopes that it has")
    made, text = staff.issue_token(request.context, request.context.staff, body.scopes, body.days)
    return MadeToken.model_validate({**OneToken.model_validate(made).model_dump(), "token": text})


@router.delete(
    "/tokens/{token_id}", auth=allow(Scope.READ, EVERYBODY), response={204: None}, operation_id="revoke_token"
)
def revoke_token(request: Call, token_id: Id) -> None:
    """End a token: one's own, or, as an administrator, anybody's. At once, and a second time without effect."""
    staff.revoke_token(request.context, token_id)


@router.get("/staff", auth=allow(Scope.ADMIN, ADMINISTRATORS), response=list[MemberView], operation_id="list_staff")
def list_staff(request: Call, *, left: bool = False) -> list[staff.Colleague]:
    """List who works here; with ``left`` also who did."""
    return list(staff.list_colleagues(request.context, left=left))


@router.post("/staff", auth=allow(Scope.ADMIN, ADMINISTRATORS), response={201: MemberView}, operation_id="add_staff")
@decorate_view(act_once)
def add_staff(request: Call, body: NewColleague) -> staff.Colleague:
    """Add a member of staff. They come in by a link: `POST /staff/{staff_id}/link`."""
    added = staff.add_staff(request.context, body.email, body.name, body.role, body.vetted_on)
    return staff.describe_staff(request.context, added)


@router.post(
    "/staff/{staff_id}/link",
    auth=allow(Scope.ADMIN, ADMINISTRATORS),
    response={201: StaffLink},
    operation_id="make_staff_link",
)
def make_staff_link(request: Call, staff_id: Id) -> StaffLink:
    """Make a link, good once and for a day, on which a member of staff chooses password and second factor.

    Earlier links end. An ``Idempotency-Key`` is not looked at: what is answered is a secret, and is not kept.
    """
    text = admission.invite_staff(request.context, staff_id)
    return StaffLink(link=admission.build_link(request.context, text), expires_at=request.context.now + admission.LASTS)


@router.post(
    "/staff/{staff_id}/leave",
    auth=allow(Scope.ADMIN, ADMINISTRATORS),
    response={204: None},
    operation_id="staff_leaves",
)
@decorate_view(act_once)
def let_member_leave(request: Call, staff_id: Id) -> None:
    """Let a member of staff leave. Their tokens end at once."""
    staff.let_staff_leave(request.context, staff_id)


@router.get(
    "/staff/{staff_id}/tokens",
    auth=allow(Scope.ADMIN, ADMINISTRATORS),
    response=list[OneToken],
    operation_id="list_tokens_of_staff",
)
def list_tokens_of_staff(request: Call, staff_id: Id) -> list[Token]:
    """List the tokens of a member of staff, the newest first."""
    if not Staff.objects.filter(id=staff_id).exists():
        raise NotFound
    return list(staff.list_tokens(staff_id))
