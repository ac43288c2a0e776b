"""What the policy says and whether it is kept: promises, rules, maps, and what has changed in the systems."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from bailee.checks import Finding
from bailee.policy import json_schema, load
from bailee.runner import books
from bailee.runner.checking import look
from bailee.runner.connecting import NotConnected, standing
from bailee.runner.connecting import look as look_at
from bailee.runner.drifting import drift
from bailee.runner.staff import Scope
from bailee.web.api.access import EVERYBODY, READERS, Call, needs
from bailee.web.api.fields import Shape, View, Word
from bailee.web.api.problems import NotFound

router = Router(tags=["policy and promises"])


class Evidence(View):
    """What one check found. No row's values are in it; the query is there to be run by hand."""

    check: str
    about: str
    verdict: str
    basis: str = Field(examples=["measured"])
    says: str
    hint: str
    count: int | None
    of: int | None
    sql: str
    system: str
    at: datetime
    file: str
    line: int
    column: int


class Promise(View):
    """How a promise stands: ``kept``, ``broken`` or ``unknown``, since when, and when it was last looked at."""

    promise: str
    verdict: Literal["kept", "broken", "unknown"]
    since: datetime | None
    confirmed: datetime | None


class Looked(Promise):
    """A promise, looked at now, with what every check found."""

    findings: list[Evidence]


class Report(View):
    """What a look at the promises found."""

    at: datetime
    firm: str
    promises: list[Looked]


class Only(Shape):
    """At what to look."""

    only: list[Word] = Field([], max_length=100, description="Names of promises, or ids of checks; none: all")


class RetentionView(View):
    """A rule of retention."""

    name: str
    title: str
    period: str = Field(examples=["P6Y"])
    law: str


class Table(View):
    """How a table stands on the map."""

    table: str
    collection: str
    opaque: str = Field(description="Why there is nothing personal in it")
    named: list[str]
    undecided: list[str]


class Map(View):
    """The map of a system, and what the compiler says of it."""

    system: str
    tables: list[Table]
    problems: list[str]


class Change(View):
    """Something in a system is no longer as it was when it was connected."""

    system: str
    kind: str
    table: str
    column: str
    says: str
    hint: str


class Unread(View):
    """A table whose values could not be looked at."""

    system: str
    table: str
    why: str


class Drifted(View):
    """What has changed in the systems."""

    changes: list[Change]
    unread: list[Unread]


class Lint(View):
    """What the words of the notice are blamed for."""

    code: str
    says: str
    hint: str
    file: str
    line: int


class Coverage(View):
    """How many sentences of the notice are bound to promises, declared plain, or loose."""

    sentences: int
    bound: int
    plain: int
    loose: int
    percent: int
    lints: list[Lint]


@router.get("/promises", auth=needs(Scope.READ, EVERYBODY), response=list[Promise], operation_id="list_promises")
def list_promises(request: Call) -> list[Promise]:
    """List how the promises stood when they were last looked at. No system is asked."""
    stands = books.standings(request.office.state)
    return [
        Promise(promise=name, verdict=one.verdict.value, since=one.since, confirmed=one.confirmed)
        for name, one in sorted(stands.items())
    ]


@router.post("/checks", auth=needs(Scope.READ, EVERYBODY), response=Report, operation_id="check")
def check(request: Call, body: Only) -> Report:
    """Look now whether the promises are kept. Rows are counted; nobody's values are told."""
    found = look(request.office.folder, now=request.office.now, only=body.only)
    promises = []
    for kept in found.promises:
        stands = found.standings.get(kept.promise)
        promises.append(
            Looked(
                promise=kept.promise,
                verdict=kept.verdict.value,
                since=stands.since if stands else None,
                confirmed=stands.confirmed if stands else None,
                findings=[_evidence(one) for one in kept.findings],
            )
        )
    return Report(at=found.at, firm=found.firm, promises=promises)


def _evidence(one: Finding) -> Evidence:
    plain = {name: getattr(one, name) for name in Evidence.model_fields if hasattr(one, name)}
    return Evidence.model_validate({**plain, **asdict(one.place)})


@router.get(
    "/retention", auth=needs(Scope.READ, EVERYBODY), response=list[RetentionView], operation_id="list_retention"
)
def list_retention(request: Call) -> list[RetentionView]:
    """List the rules of retention. What one would do today: `POST /preview/retain`."""
    rules = request.office.policy.retention
    return [
        RetentionView(name=name, title=rule.title, period=str(rule.period), law=rule.law)
        for name, rule in sorted(rules.items())
    ]


@router.get("/systems/{system}/map", auth=needs(Scope.READ, READERS), response=Map, operation_id="show_map")
def show_map(request: Call, system: Word) -> Map:
    """Show what is mapped, opaque and undecided in a system, and what the compiler finds."""
    mapped = _of_a_system(lambda: look_at(request.office.folder, system))
    tables = [Table(**{**asdict(one), "named": one.named, "undecided": one.undecided}) for one in standing(mapped)]
    return Map(system=system, tables=tables, problems=[str(one) for one in mapped.problems])


@router.get("/drift", auth=needs(Scope.READ, READERS), response=Drifted, operation_id="drift")
def show_drift(request: Call) -> Drifted:
    """Compare all systems with how they looked when they were connected."""
    found = drift(request.office.folder)
    unread = [Unread(system=system, table=table, why=why) for (system, table), why in found.unread.items()]
    return Drifted(changes=[Change(**asdict(one)) for one in found.changes], unread=unread)


def _of_a_system(ask: Any) -> Any:
    try:
        return ask()
    except NotConnected:
        raise NotFound from None


@router.get("/notice/coverage", auth=needs(Scope.READ, EVERYBODY), response=Coverage, operation_id="notice_coverage")
def notice_coverage(request: Call) -> Coverage:
    """Count the sentences of the notice, and say what its words are blamed for."""
    from bailee.notice import coverage

    policy = load(request.office.folder)
    if policy.notice is None:
        raise NotFound
    found = coverage(policy, policy.notice, request.office.now)
    lints = [
        Lint(code=one.code, says=one.says, hint=one.hint, file=one.place.file, line=one.place.line)
        for one in found.lints
    ]
    return Coverage(
        sentences=found.sentences,
        bound=len(found.bound),
        plain=len(found.plain),
        loose=len(found.loose),
        percent=found.percent,
        lints=lints,
    )


@router.get("/policy/schema", auth=None, response=dict[str, Any], operation_id="policy_schema")
def policy_schema(request: Call) -> dict[str, Any]:
    """Return the JSON Schema of a policy folder, with which editors complete and check its files."""
    return _schema()


@cache
def _schema() -> dict[str, Any]:
    return json_schema()
