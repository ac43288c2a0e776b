"""A table, a resource or a folder of a system. `docs/ownership.md` shows each word with an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bailee.policy.cells import OnCopy, OnErase, OnLeave, OnObject
from bailee.policy.identities import Identity, Party
from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Predicate
from bailee.policy.references import Edge, Mention


@dataclass(frozen=True, slots=True)
class FileLink:
    """A column that names a file in another system (a ``files`` connector)."""

    root: str  # the name of the system
    column: str
    place: Place = NOWHERE
    shared: str = ""  # why a copy hands out what another person's row names too; empty: it does not


KEY_NONE: Literal["none"] = "none"


@dataclass(frozen=True, slots=True)
class Collection:
    """A table, a resource or a folder.

    ``key``: ``None`` means the primary key; ``"none"`` that there is none. ``fields``: attribute -> column.
    ``portable``: the person has provided it, under consent or a contract (Art. 20(1)).
    ``opaque``: the reason why nothing in it is personal. ``accepts``: trigger, view or policy name -> reason.
    ``places``: (word, column) -> where the word names it.
    """

    name: str
    schema: str | None = None
    table: str = ""
    key: tuple[str, ...] | Literal["none"] | None = None
    party: Party | None = None
    identities: tuple[Identity, ...] = ()
    ends: str | None = None
    edges: tuple[Edge, ...] = ()
    mentions: tuple[Mention, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    on_erase: OnErase | None = None
    erased_when: Predicate | None = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    on_object: OnObject | None = None
    hold: tuple[str, ...] = ()
    retain: str | None = None
    portable: Literal["consent", "contract"] | None = None
    file: FileLink | None = None
    opaque: str | None = None
    opaque_columns: Mapping[str, str] = field(default_factory=dict)
    accepts: Mapping[str, str] = field(default_factory=dict)
    place: Place = NOWHERE
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict, compare=False)
