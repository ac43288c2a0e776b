"""What is due and who does it; what nobody may be mailed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field, StringConstraints

from bailee.books.models import Due
from bailee.runner import readings
from bailee.runner.readings import Reason
from bailee.runner.requests.asked import tags_of
from bailee.runner.requests.roles import MAY, Act
from bailee.runner.requests.suppressing import is_suppressed
from bailee.runner.staff import Scope
from bailee.web.api.access import EVERYBODY, Call, needs
from bailee.web.api.fields import LINE, Shape, View, Word

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


class Contact(Shape):
    """An e-mail address or a telephone number, and why somebody asks."""

    attribute: Literal["email", "phone"]
    value: Annotated[str, StringConstraints(min_length=3, max_length=320, pattern=LINE)]
    reason: Reason


class Suppressed(View):
    """Whether marketing must not reach somebody."""

    suppressed: bool


@router.get("/dues", auth=needs(Scope.READ, EVERYBODY), response=list[DueView], operation_id="list_dues")
def list_dues(request: Call, asked: Query[_Dues]) -> list[DueView]:
    """List what is to be done, the next first."""
    found = Due.objects.filter(done_at=None).order_by("at", "id")
    if asked.kind:
        found = found.filter(kind=asked.kind)
    now = request.office.now
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
    auth=needs(Scope.PERSONAL, MAY[Act.LOOK_UP]),
    response=Suppressed,
    operation_id="look_up_suppression",
)
def look_up_suppression(request: Call, body: Contact) -> Suppressed:
    """Say whether an address or number has objected to marketing, before anything is mailed to it."""
    found = is_suppressed(request.office, body.attribute, body.value)
    readings.record(request.office, "suppression", body.reason, tags_of(request.office, [(body.attribute, body.value)]))
    return Suppressed(suppressed=found)
