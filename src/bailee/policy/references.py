"""How rows lead to people: edges between collections, and mentions without a foreign key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bailee.policy.cells import OnCopy, OnLeave
from bailee.policy.identities import RAW, Spelling
from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Predicate, Scalar
from bailee.policy.words import WordError


class EdgeKind(StrEnum):
    """The kinds of reference from one collection to another, all inside one system."""

    OWNED_BY = "owned_by"
    OWNS = "owns"
    ACCESSED_BY = "accessed_by"
    ACCESSES = "accesses"
    BELONGS_TO = "belongs_to"
    NAMES = "names"


class Gone(StrEnum):
    """What becomes of a row when the row that it points to goes."""

    REFUSE = "refuse"
    NULL = "null"
    DELETE = "delete"
    PIN = "pin"
    STAND_IN = "stand_in"


@dataclass(frozen=True, slots=True)
class OnParentGone:
    """``stand_in``: their column -> the value of the row that takes its place."""

    action: Gone = Gone.REFUSE
    stand_in: Mapping[str, Scalar] = field(default_factory=dict)


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


EDGE_HINT = "write collection.column = own_column; with several columns, a comma between the pairs"


def parse_edge(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the collection and the pairs (their column, own column) of ``contact.id = contact_id``."""
    to, pairs, offset = "", [], 0
    for part in text.split(","):
        theirs, equals, own = (side.strip() for side in part.partition("="))
        collection, dot, column = theirs.partition(".")
        at = offset + len(part) - len(part.lstrip())
        if not (equals and dot and collection and column and own) or "=" in own:
            raise WordError(f'is not a reference at "{part.strip()}"', EDGE_HINT, at)
        if to and collection != to:
            raise WordError(f'points to "{to}" and to "{collection}"', "write two edges, in a list", at)
        to = collection
        pairs.append((column, own))
        offset += len(part) + 1
    return to, tuple(pairs)


_NUMBER = re.compile(r"[-+]?\d{1,18}\Z")
_QUOTED = re.compile(r"'((?:[^']|'')*)'\Z|\"((?:[^\"]|\"\")*)\"\Z")


def parse_stand_in(text: str) -> tuple[str, dict[str, Scalar]]:
    """Return the collection and the cells of ``users.id = 0``; a value is a number, true, false, or text."""
    to, pairs = parse_edge(text)
    return to, {column: _literal(value) for column, value in pairs}


def _literal(text: str) -> Scalar:
    if _NUMBER.match(text):
        return int(text)
    if text in {"true", "false"}:
        return text == "true"
    if quoted := _QUOTED.match(text):
        single, double = quoted.groups()
        return single.replace("''", "'") if single is not None else str(double).replace('""', '"')
    return text
