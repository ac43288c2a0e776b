"""``promises.yaml``: what the firm promises, and the checks that each promise is bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from pydantic import Field, Tag

from bailee.policy.kinds import (
    BY_KIND,
    CHECK,
    Name,
    TaggedAnyText,
    TaggedNumber,
    TaggedTruth,
    TaggedWhole,
    Text,
)
from bailee.policy.placed import PlacedMapping
from bailee.policy.places import NOWHERE, Place
from bailee.policy.written import MadeFrom, OneOrMore, Unwritten, Written

_CheckId: TypeAlias = Annotated[str, Field(pattern=CHECK)]
_Parameter: TypeAlias = Annotated[
    TaggedAnyText
    | TaggedTruth
    | TaggedWhole
    | TaggedNumber
    | Annotated[tuple[str | bool | int | float, ...], Tag("a list")],
    BY_KIND,
]
_Check: TypeAlias = Annotated[
    Annotated[_CheckId, Tag("text")]
    | Annotated[Mapping[_CheckId, Mapping[Name, _Parameter]], Field(min_length=1, max_length=1), Tag("a mapping")],
    BY_KIND,
]


@dataclass(frozen=True, slots=True)
class Bound:
    """A check that a promise is bound to, by its id. ``parameters``: scalars, or tuples of them."""

    check: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE


def _make_bound(given: str | Mapping[str, Mapping[str, Any]], written: Any) -> Bound:
    if isinstance(given, str):
        return Bound(given, place=written.mark.value)
    [(check, parameters)] = given.items()
    return Bound(check, parameters, place=written[check].mark.key)


@dataclass(frozen=True, slots=True)
class Promise(Written):
    """What the firm promises. ``promise``: its id in the catalogue, or empty; ``says``: a short title.

    ``checks`` is empty where the catalogue's own are meant. ``not_promised``: what a reader might take it for.
    Whether its checks exist is for `bailee.checks` to say.
    """

    name: Unwritten[str]
    says: Text
    promise: Name = ""
    checks: tuple[Annotated[Bound, MadeFrom(_Check, _make_bound)], ...] = ()
    not_promised: OneOrMore = ()
    place: Unwritten[Place] = NOWHERE

    def check(self, written: PlacedMapping) -> None:
        """Note a promise that is bound to nothing."""
        lost = written.has_lost() or written.has_lost("checks")
        if not (self.promise or self.checks or lost):
            hint = "add promise: and its id in the catalogue, or checks: and a list of them"
            written.say("P127", "is bound to nothing", hint, at=written.mark.key)


Promises: TypeAlias = Mapping[Name, Promise]
"""``promises.yaml``: name -> promise."""
