"""A plan as programs read it: nobody's data is in it, and it can be computed anew to its hash."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field

from bailee.plan import Plan
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


class PlanView(View):
    """A plan. Whoever approves it types the beginning of ``hash``."""

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
    hash: str = Field(description="SHA-256 over the plan's canonical JSON (RFC 8785)")


def plan_view(plan: Plan) -> PlanView:
    """Return a plan as it is shown."""
    document: dict[str, Any] = json.loads(plan.to_json())
    for system in document["systems"]:
        system["schema_digest"] = system.pop("schema")
    return PlanView.model_validate(document)
