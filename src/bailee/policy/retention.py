"""``retention.yaml``: how long rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, Tag

from bailee.policy.cells import Anonymise, Erasure, Value
from bailee.policy.dates import Day, WrittenPeriod
from bailee.policy.kinds import BY_KIND, Columns, Maybe, Name, TaggedText, Text, Whole
from bailee.policy.places import NOWHERE, Place
from bailee.policy.written import Key, MadeFrom, Unwritten, Written


@dataclass(frozen=True, slots=True)
class StandingApproval(Written):
    """The standing approval of a retention rule: who gave it, on which day, at most how many rows a run."""

    by: Text
    on: Day
    at_most: Annotated[Whole, Field(ge=1)]


def _make_from(given: str | Mapping[str, str], _written: object) -> Mapping[str, str]:
    if isinstance(given, str):
        return {} if given == "ends" else {"*": given}
    return given


def _make_then(given: Literal["delete"] | Anonymise, _written: object) -> Mapping[str, Value] | None:
    return given.anonymise if isinstance(given, Anonymise) else None


From: TypeAlias = Annotated[
    Mapping[str, str],
    MadeFrom(Annotated[TaggedText | Annotated[Columns[Text], Tag("a mapping")], BY_KIND], _make_from),
    Field(json_schema_extra={"default": "ends"}),
]
Then: TypeAlias = Annotated[
    Mapping[str, Value] | None, MadeFrom(Erasure, _make_then), Field(json_schema_extra={"default": "delete"})
]


@dataclass(frozen=True, slots=True)
class RetentionRule(Written):
    """How long rows are kept. ``from_``: collection -> column; empty means the end of the party's relationship.

    ``from_`` under the name ``"*"`` holds for every collection with the rule. ``then``: ``None`` for *delete*.
    """

    name: Unwritten[str]
    period: Annotated[WrittenPeriod, Key("for")]
    from_: Annotated[From, Key("from")] = field(default_factory=dict)
    then: Then = None
    law: str = ""
    title: str = ""
    standing: Maybe[StandingApproval] = None
    place: Unwritten[Place] = NOWHERE


Retention: TypeAlias = Mapping[Name, RetentionRule]
"""``retention.yaml``: name -> rule."""
