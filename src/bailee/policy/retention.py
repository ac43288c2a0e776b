"""``retention.yaml``: how long rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bailee.policy.cells import Value
from bailee.policy.dates import Period
from bailee.policy.places import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """The standing approval of a retention rule: who gave it, on which day (ISO date), at most how many rows a run."""

    by: str
    on: str
    at_most: int


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long rows are kept. ``from_``: collection -> column; empty means the end of the party's relationship.

    ``from_`` under the name ``"*"`` holds for every collection with the rule. ``then``: ``None`` for *delete*.
    """

    name: str
    period: Period
    from_: Mapping[str, str] = field(default_factory=dict)
    then: Mapping[str, Value] | None = None
    law: str = ""
    title: str = ""
    standing: StandingApproval | None = None
    place: Place = NOWHERE
