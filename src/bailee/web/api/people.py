"""What is held about a person, a copy of it, and what a plan would do. Each time it is written down who looked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.http import StreamingHttpResponse
from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field

from bailee.engine import copies, plans
from bailee.engine.cases import load_remembered_case
from bailee.engine.errors import Despite
from bailee.engine.people import Search, find_seeds, format_ref, search_person
from bailee.engine.systems import Systems, open_systems_of_context
from bailee.policy import Problem as PolicyProblem
from bailee.requests.fields import Flag, Identity, Line, Row, Word
from bailee.store import access_log
from bailee.store.access_log import Reason
from bailee.store.context import Context
from bailee.store.models import Request
from bailee.store.staff import Scope
from bailee.trace.check.coverage import find_not_looked_at
from bailee.web.api.access import DECIDERS, FRONT, Call, allow
from bailee.web.api.fields import Reference, Shape, View
from bailee.web.api.pending import run_off_thread
from bailee.web.api.plan_shapes import PlanView, describe_plan_document
from bailee.web.api.problems import NotFound

router = Router(tags=["find and plan"])

_TAGS = "persons"
_PIECE = 64 * 1024


class Whom(Shape):
    """Whom to look for, and why: it is written down who looked for whom."""

    persons: list[Identity] = Field(min_length=1, max_length=20, description="One person, known by all of these")
    confirmed: list[Row] = Field([], max_length=200, description="Rows that somebody has confirmed to be theirs")
    reason: Reason
    reference: Reference | None = Field(None, description="The request on which this rests")


class PersonView(Whom):
    """Whom to look for and why, and where, where not everywhere."""

    on_behalf_of: Row | None = Field(None, description="Look only in what is held for this customer (GDPR Art. 28)")
    despite: Despite = Field("", description="On what ground, if their data is restricted (GDPR Art. 18(2))")


class SoughtShape(PersonView):
    """Whom to look for, why, and how much to tell."""

    why: Flag = Field(False, description="Say of each row by which path it is theirs")


class HoldingView(View):
    """Rows of one collection: a person's own, owned by them, or touched: merely seen or mentioned."""

    system: str
    collection: str
    mode: str = Field(examples=["owned"])
    count: int


class ToLookAtView(View):
    """Rows that may be theirs and say no time."""

    system: str
    collection: str
    count: int
    reason: str


class ToConfirm(View):
    """A match that somebody must confirm before it counts."""

    row: str
    attribute: str
    reason: str
    source: str | None


class WayView(View):
    """By which path a row is theirs."""

    row: str
    path: list[str]


class Warned(View):
    """A mistake of the policy that can be lived with."""

    code: str
    message: str
    hint: str


class NotLookedAtView(View):
    """What of a system nobody looks at: nothing is known of it. ``is_partial``: there may be tables out of sight."""

    tables: int
    columns: int
    is_partial: bool


class FoundView(View):
    """What is held. Rows are named by their keys; none of their values is told."""

    looked_in: list[str]
    holdings: list[HoldingView]
    to_confirm: list[ToConfirm]
    listed: list[ToLookAtView]
    unknown: list[str] = Field(description="Attributes of which no record has the value that was given")
    why: list[WayView]
    not_looked_at: dict[str, NotLookedAtView] = Field(
        description="By system: tables on no map, columns undecided, counted"
    )
    warnings: list[Warned]


class Correction(PersonView):
    """What is to be put right."""

    target: Line = Field(examples=["contact.email"])
    value: Line = Field(examples=["right@post.example"])


class RuleShape(Shape):
    """A rule of retention.yaml."""

    rule: Word


class OfCase(Shape):
    """A case of which something is kept: the case of the plan that kept it."""

    case: Word = Field(examples=["c-0123456789ab"])


@router.post("/find", auth=allow(Scope.PERSONAL, FRONT), response=FoundView, operation_id="find")
@decorate_view(run_off_thread)
def find_person(request: Call, body: SoughtShape) -> FoundView:
    """Find what is held about a person in every system. Nothing is changed, and no value of theirs is told."""
    with _looking(request.context, body, "find") as (systems, found):
        return FoundView(
            looked_in=list(found.sessions),
            holdings=[HoldingView.model_validate(one) for one in found.find_holdings()],
            to_confirm=[
                ToConfirm(
                    row=_name(one.ref),
                    attribute=one.attribute,
                    reason=str(one.reason),
                    source=_name(one.source) if one.source else None,
                )
                for one in found.persons.to_confirm
            ],
            listed=[ToLookAtView.model_validate(one) for one in found.find_listed()],
            unknown=[seed.attribute for seed in found.persons.unknown],
            not_looked_at={
                system: NotLookedAtView.model_validate(find_not_looked_at(systems.maps[system]))
                for system in found.sessions
            },
            why=[WayView(row=_name(one.ref), path=list(one.steps)) for one in found.find_paths()] if body.why else [],
            warnings=[_warned(one) for one in systems.warnings],
        )


@router.post(
    "/copy",
    auth=allow(Scope.PERSONAL, DECIDERS),
    response={200: None},
    operation_id="copy",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
@decorate_view(run_off_thread)
def copy_person(request: Call, body: PersonView) -> StreamingHttpResponse:
    """Hand out a copy of all that is held about a person (GDPR Art. 15), as a ZIP. Others' values are left out.

    To answer a request, let a parcel be packed instead: the person fetches it, once they have shown who they are.
    """
    body.despite = body.despite or "their own copy"
    with _looking(request.context, body, "copy") as (_, found), tempfile.TemporaryDirectory(prefix="copy-") as folder:
        path = Path(folder) / "copy.zip"
        copies.write_copy(found, path, lambda _: None)
        stream = path.open("rb")  # its name goes with the folder, the bytes when they are sent
    response = StreamingHttpResponse(_sent(stream), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="copy.zip"'
    return response


def _sent(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        yield from iter(lambda: stream.read(_PIECE), b"")


@router.post("/preview/erase", auth=allow(Scope.PERSONAL, FRONT), response=PlanView, operation_id="preview_erase")
@decorate_view(run_off_thread)
def preview_erase(request: Call, body: PersonView) -> PlanView:
    """Say what erasing a person would do. Nothing is changed or kept: a plan to be approved comes of a request."""
    with _planning(request.context, body, "plan erase") as systems:
        made = plans.plan_erase(
            systems, [body.persons], confirmed=body.confirmed, customer=body.on_behalf_of, despite=body.despite
        )
        return describe_plan_document(made.plan)


@router.post("/preview/correct", auth=allow(Scope.PERSONAL, FRONT), response=PlanView, operation_id="preview_correct")
@decorate_view(run_off_thread)
def preview_correct(request: Call, body: Correction) -> PlanView:
    """Say what a correction would write, and where. Nothing is changed or kept."""
    with _planning(request.context, body, "plan correct") as systems:
        made = plans.plan_correct(
            systems, body.persons, body.target, body.value, confirmed=body.confirmed, despite=body.despite
        )
        return describe_plan_document(made.plan)


@router.post("/preview/object", auth=allow(Scope.PERSONAL, FRONT), response=PlanView, operation_id="preview_object")
@decorate_view(run_off_thread)
def preview_object(request: Call, body: Whom) -> PlanView:
    """Say what an objection to marketing would change (GDPR Art. 21(3)). Nothing is changed or kept."""
    with _planning(request.context, body, "plan object") as systems:
        return describe_plan_document(plans.plan_object(systems, body.persons, confirmed=body.confirmed).plan)


@router.post("/preview/release", auth=allow(Scope.READ, FRONT), response=PlanView, operation_id="preview_release")
@decorate_view(run_off_thread)
def preview_release(request: Call, body: OfCase) -> PlanView:
    """Say what would go now of what holds kept of a case, and what stays. Nothing is changed or kept."""
    with open_systems_of_context(request.context) as systems:
        if load_remembered_case(systems.store, body.case) is None:
            raise NotFound
        return describe_plan_document(plans.plan_release(systems, body.case).plan)


@router.post("/preview/retain", auth=allow(Scope.READ, FRONT), response=PlanView, operation_id="preview_retain")
@decorate_view(run_off_thread)
def preview_retain(request: Call, body: RuleShape) -> PlanView:
    """Say what is due under a rule of retention today, and what the law keeps of it. Nothing is changed or kept."""
    with open_systems_of_context(request.context) as systems:
        return describe_plan_document(plans.plan_retain(systems, body.rule).plan)


# --- who looks -----------------------------------------------------------------------------------------------


@contextmanager
def _looking(context: Context, body: PersonView, what: str) -> Iterator[tuple[Systems, Search]]:
    """Yield the search for a person, once it is written down who looks for them and why."""
    with (
        _planning(context, body, what) as systems,
        search_person(
            systems, body.persons, confirmed=body.confirmed, customer=body.on_behalf_of, despite=body.despite
        ) as found,
    ):
        yield systems, found


@contextmanager
def _planning(context: Context, body: Whom, what: str) -> Iterator[Systems]:
    about = None
    if body.reference is not None:
        about = Request.objects.filter(reference=body.reference).first()
        if about is None:
            raise NotFound
    with open_systems_of_context(context) as systems:
        seeds = [seed for text in body.persons for seed in find_seeds(systems, text)]
        tags = [context.vault.tag(_TAGS, seed.attribute, seed.value) for seed in seeds]
        access_log.log_access_by_tags(context, what, body.reason, tags, about)
        yield systems


_name = format_ref


def _warned(problem: PolicyProblem) -> Warned:
    return Warned(code=problem.code, message=problem.message, hint=problem.hint)
