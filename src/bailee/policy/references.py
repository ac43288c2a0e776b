"""How rows lead to people: edges between collections, and mentions without a foreign key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bailee.policy.cells import OnCopy, OnLeave, OnParentGone
from bailee.policy.identities import RAW, Spelling
from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Predicate, Scalar


class EdgeKind(StrEnum):
    """The kinds of reference from one collection to another, all inside one system."""

    OWNED_BY = "owned_by"
    OWNS = "owns"
    ACCESSED_BY = "accessed_by"
    ACCESSES = "accesses"
    BELONGS_TO = "belongs_to"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Edge:
    """A reference from the rows of the collection that declares it to rows of ``to``.

    ``on`` pairs (their column, own column). ``depth`` bounds how often one path may follow an edge from a collection
    to itself: ``None`` not at all, ``"all"`` without bound. ``unset`` is what *matched* writes instead of null.
    """

    kind: EdgeKind
    to: str
    on: tuple[tuple[str, str], ...]
    id: str
    when: Predicate | None = None
    depth: int | Literal["all"] | None = None
    unset: Scalar = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    on_parent_gone: OnParentGone | None = None  # None: nothing is said, so it refuses
    place: Place = NOWHERE

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns on the row that declares the edge."""
        return tuple(own for _, own in self.on)

    @property
    def their_columns(self) -> tuple[str, ...]:
        """The columns on the row that it points to."""
        return tuple(their for their, _ in self.on)


@dataclass(frozen=True, slots=True)
class Mention:
    """An identity value in a column, without a foreign key. ``at``: the column that says when."""

    attribute: str
    column: str
    id: str
    stored: Spelling = RAW
    at: str | None = None
    when: Predicate | None = None
    on_leave: OnLeave | None = None
    on_copy: OnCopy | None = None
    place: Place = NOWHERE
