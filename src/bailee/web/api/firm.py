"""What the policy says, and whether it is kept: promises, and rules of retention."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from bailee.checks import CheckFinding
from bailee.engine.checking import run_checks
from bailee.policy import json_schema
from bailee.requests.fields import Word
from bailee.store.staff import Scope
from bailee.views.promises import find_verdict, read_promises
from bailee.web.api.access import EVERYBODY, Call, allow
from bailee.web.api.fields import Shape, View

router = Router(tags=["policy and promises"])


class EvidenceView(View):
    """What one check found. No row's values are in it; the query is there to be run by hand."""

    check: str
    about: str
    verdict: str
    basis: str = Field(examples=["measured"])
    says: str
    hint: str
    count: int | None
    of: int | None
    looked: int | None = Field(description="How many of `among` things, each a `unit`, were looked at")
    among: int | None
    unit: str = Field(examples=["row"])
    sql: str
    system: str
    at: datetime
    file: str
    line: int
    column: int


class PromiseView(View):
    """What is known of a promise: ``kept``, ``broken`` or ``unknown``, since when, and when it was last looked at."""

    promise: str
    verdict: Literal["kept", "broken", "unknown"]
    since: datetime | None
    confirmed: datetime | None


class LookedView(PromiseView):
    """A promise, looked at now, with what every check found."""

    findings: list[EvidenceView]


class ReportView(View):
    """What a look at the promises found."""

    at: datetime
    firm: str
    promises: list[LookedView]


class Only(Shape):
    """At what to look."""

    only: list[Word] = Field([], max_length=100, description="Names of promises, or ids of checks; none: all")


class RetentionView(View):
    """A rule of retention."""

    name: str
    title: str
    period: str = Field(examples=["P6Y"])
    law: str


@router.get("/promises", auth=allow(Scope.READ, EVERYBODY), response=list[PromiseView], operation_id="list_promises")
def list_promises(request: Call) -> list[PromiseView]:
    """List the promises of the policy with what was found when they were last looked at. No system is asked."""
    return [
        PromiseView(
            promise=name,
            verdict=find_verdict(one).value,
            since=one.since if one is not None else None,
            confirmed=one.confirmed if one is not None else None,
        )
        for name, one in sorted(read_promises(request.context).items())
    ]


@router.post("/checks", auth=allow(Scope.READ, EVERYBODY), response=ReportView, operation_id="check")
def check_promises(request: Call, body: Only) -> ReportView:
    """Look now whether the promises are kept. Rows are counted; nobody's values are told."""
    found = run_checks(request.context.folder, now=request.context.now, only=body.only)
    promises = []
    for kept in found.promises:
        standing = found.standings.get(kept.promise)
        promises.append(
            LookedView(
                promise=kept.promise,
                verdict=kept.verdict.value,
                since=standing.since if standing else None,
                confirmed=standing.confirmed if standing else None,
                findings=[_evidence(one) for one in kept.findings],
            )
        )
    return ReportView(at=found.at, firm=found.firm, promises=promises)


def _evidence(one: CheckFinding) -> EvidenceView:
    plain = {name: getattr(one, name) for name in EvidenceView.model_fields if hasattr(one, name)}
    return EvidenceView.model_validate({**plain, **asdict(one.place)})


@router.get(
    "/retention", auth=allow(Scope.READ, EVERYBODY), response=list[RetentionView], operation_id="list_retention"
)
def list_retention(request: Call) -> list[RetentionView]:
    """List the rules of retention. What one would do today: `POST /preview/retain`."""
    rules = request.context.policy.retention
    return [
        RetentionView(name=name, title=rule.title, period=str(rule.period), law=rule.law)
        for name, rule in sorted(rules.items())
    ]


@router.get("/policy/schema", auth=None, response=dict[str, Any], operation_id="policy_schema")
def show_schema(request: Call) -> dict[str, Any]:
    """Return the JSON Schema of a policy folder, with which editors complete and check its files."""
    return _schema()


@cache
def _schema() -> dict[str, Any]:
    return json_schema()
