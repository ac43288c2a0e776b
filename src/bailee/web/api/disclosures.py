"""What was made known of persons to whom, and by whose leave."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Router
from ninja.decorators import decorate_view
from pydantic import Field

from bailee.requests import disclosures, permissions
from bailee.requests.fields import Day, Identity, Line, Text, Word
from bailee.web.api.access import Call, allow_act
from bailee.web.api.fields import Id, Shape, View
from bailee.web.api.idempotency import act_once

router = Router(tags=["disclosures"])


class _About(Shape):
    person: Identity
    recipient: Line = Field(max_length=64, description="As the register names it, or another organisation")
    purpose: Line = Field(description="What for, and on which ground of the law; it names nobody")
    categories: list[Word] = Field(min_length=1, max_length=50, examples=[["full_name", "postal"]])


class NewDisclosure(_About):
    """Something was made known to a recipient. ``on``: the day, if it was not today."""

    on: Day | None = None
    authorisation: Id | None = None


class NewAuthorisation(_About):
    """A person gave leave. ``evidence``: what shows it, and where it is kept; sealed."""

    evidence: Text
    given_on: Day | None = None
    expires_on: Day | None = None


class DisclosureView(View):
    """A disclosure. About whom it is, the books do not know."""

    id: Id
    recipient: str
    purpose: str
    categories: list[str]
    disclosed_at: datetime


class AuthorisationView(View):
    """A leave to make something known. Whose it is, the books do not know."""

    id: Id
    recipient: str
    purpose: str
    categories: list[str]
    given_on: date
    expires_on: date | None


@router.post(
    "/disclosures",
    auth=allow_act(permissions.DISCLOSE),
    response={201: DisclosureView},
    operation_id="record_disclosure",
)
@decorate_view(act_once)
def record_disclosure(request: Call, body: NewDisclosure) -> DisclosureView:
    """Record that something was made known: the recipient is to be told when it is corrected or erased (Art. 19)."""
    given = body.person, body.recipient, body.purpose, body.categories
    leave = body.authorisation or ""
    return DisclosureView.model_validate(
        disclosures.record_disclosure(request.context, *given, on=body.on, authorisation=leave)
    )


@router.post(
    "/authorisations",
    auth=allow_act(permissions.DISCLOSE),
    response={201: AuthorisationView},
    operation_id="record_authorisation",
)
@decorate_view(act_once)
def record_authorisation(request: Call, body: NewAuthorisation) -> AuthorisationView:
    """Record that a person gave leave to make some of their data known to a recipient."""
    given = body.person, body.recipient, body.purpose, body.categories, body.evidence
    made = disclosures.record_authorisation(request.context, *given, given_on=body.given_on, expires_on=body.expires_on)
    return AuthorisationView.model_validate(made)
