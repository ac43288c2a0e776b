"""A plan as programs read it: nobody's data is in it, and it can be computed again to its hash."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from bailee.plan import PlanDocument, Result, choose_result
from bailee.web.api.fields import View


class LawView(View):
    """Why something stays: the hold, its law, and the last day (empty: not known, or no end)."""

    hold: str
    law: str
    until: str = ""
    lapses: str = ""


class StepView(View):
    """One change to one collection: ``count`` rows now, ``bound`` at most when it is carried out."""

    change: str
    collection: str
    fate: str = Field(examples=["erased"])
    reason: str
    count: int
    bound: int
    cells: list[str]
    withheld: int
    theirs: bool
    laws: list[LawView]


class SystemPlanView(View):
    """What is done in one system, in order."""

    system: str
    title: str
    schema_digest: str = Field(description="Of the schema that it was planned against")
    steps: list[StepView]
    effects: list[str]
    listed: list[tuple[str, int, str]]


class OwnerView(View):
    """Others own ``rows`` of the rows that stay, through ``edge`` of the map."""

    edge: str
    collection: str
    rows: int


class RefusalView(View):
    """Why persons are refused: ``rows`` rows of ``child`` stay, and point to rows of ``parent`` that would go.

    ``persons``: who is refused, as numbers from 1 in the order in which they were asked for; 0: somebody of an earlier
    plan. ``hint``: how to change the map.
    """

    system: str
    reference: str = Field(examples=["invoice.customer_id->customer"])
    edges: list[str] = Field(examples=[["invoice.customer"]])
    child: str
    parent: str
    rows: int
    hint: str
    persons: list[int]
    owners: list[OwnerView]


class PlanView(View):
    """A plan. Anyone who approves it types the beginning of ``hash``; one that comes to ``refused`` is not approved."""

    kind: str = Field(examples=["erase"])
    subject: str
    case: str
    policy: str = Field(description="The digest of the policy that it was made under")
    compiler: str
    today: str
    made_at: str
    commitment: str
    systems: list[SystemPlanView]
    files: int
    refused: int
    unconfirmed: int
    refusals: list[RefusalView]
    persons: int = Field(description="How many are asked for; 0 for a rule of retention")
    found: int = Field(description="How many of them have rows of their own")
    result: Result = Field(description="What the plan comes to for those who are asked for")
    hash: str = Field(description="SHA-256 over the plan's canonical JSON (RFC 8785)")


def describe_plan_document(plan: PlanDocument) -> PlanView:
    """Return a plan as it is shown."""
    document: dict[str, Any] = {"refusals": [], "persons": 0, "found": 0, **json.loads(plan.to_json())}
    for system in document["systems"]:
        system["schema_digest"] = system.pop("schema")
    return PlanView.model_validate({**document, "result": choose_result(plan)})
