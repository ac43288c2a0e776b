"""How rows lead to people: edges between collections, and mentions without a foreign key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, Tag

from bailee.policy.cells import OnCopy, WrittenOnLeave
from bailee.policy.conditions import WrittenCondition
from bailee.policy.identities import RAW, WrittenSpelling, add_issuer, check_spelling, get_issuer
from bailee.policy.kinds import BY_KIND, Columns, Maybe, Plain, TaggedNothing, TaggedText, Text, Whole
from bailee.policy.placed import Placed, PlacedMapping, get_last_key
from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Scalar
from bailee.policy.words import WordError, meant
from bailee.policy.written import MadeFrom, Unwritten, Written, keep_given, parse_placed, written_keys


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
    return to, {column: _parse_literal(value) for column, value in pairs}


def _parse_literal(text: str) -> Scalar:
    if _NUMBER.match(text):
        return int(text)
    if text in {"true", "false"}:
        return text == "true"
    if quoted := _QUOTED.match(text):
        single, double = quoted.groups()
        return single.replace("''", "'") if single is not None else str(double).replace('""', '"')
    return text


# --- as they are written --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StandIn(Written):
    """The row that takes the place of one that goes: ``users.id = 0``."""

    stand_in: Annotated[
        str | Mapping[str, Scalar],
        MadeFrom(Annotated[TaggedText | Annotated[Columns[Plain], Tag("a mapping")], BY_KIND], keep_given),
    ]


_ParentGone: TypeAlias = Annotated[
    TaggedNothing
    | Annotated[Literal["refuse", "null", "delete", "pin"], Tag("text")]
    | Annotated[StandIn, Tag("a mapping")],
    BY_KIND,
]


def _make_on_parent_gone(
    given: str | StandIn | None, written: Any, to: str, on: tuple[tuple[str, str], ...]
) -> OnParentGone:
    if not isinstance(given, StandIn):
        return OnParentGone(Gone.NULL if given is None else Gone(given))
    said, theirs = written["stand_in"], [column for column, _ in on]
    cells = given.stand_in
    if isinstance(cells, str):
        text, unread = cells, (to, dict[str, Scalar].fromkeys(theirs))
        named, cells = parse_placed(said, "P107", lambda: parse_stand_in(text), unread)
        if named != to:
            said.say("P120", f'names "{named}", and the edge points to "{to}"', f"write {to}.column = value")
    if set(cells) != set(theirs):
        hint = f"give a value for each: {', '.join(theirs)}"
        said.say("P120", "does not give the columns that the edge points to", hint)
    return OnParentGone(Gone.STAND_IN, cells)


def _pair_columns(given: Mapping[str, str], _written: object) -> tuple[tuple[str, str], ...]:
    return tuple(given.items())


Pairs: TypeAlias = Annotated[
    tuple[tuple[str, str], ...], MadeFrom(Annotated[Columns[Text], Field(min_length=1)], _pair_columns)
]
Depth: TypeAlias = Annotated[
    Annotated[Whole, Field(ge=1), Tag("a whole number")] | Annotated[Literal["all"], Tag("text")], BY_KIND
]


@dataclass(frozen=True, slots=True)
class Edge(Written):
    """A reference from the rows of the collection that declares it to rows of ``to``.

    ``on`` pairs (their column, own column). ``depth`` bounds how often one path may follow an edge from a collection
    to itself: ``None`` not at all, ``"all"`` without bound. ``unset`` is what *matched* writes instead of null.
    ``on_parent_gone``: ``None`` where nothing is said, so that it refuses.
    """

    kind: Unwritten[EdgeKind]
    to: Text
    on: Pairs
    id: Text = ""
    when: Maybe[WrittenCondition] = None
    depth: Maybe[Depth] = None
    unset: Annotated[Scalar, MadeFrom(Plain, keep_given)] = None
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None
    on_parent_gone: Annotated[OnParentGone | None, MadeFrom(_ParentGone, keep_given)] = None
    place: Unwritten[Place] = NOWHERE

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the edge, of the kind that its key says."""
        if "on_parent_gone" in given:
            said = written["on_parent_gone"]
            gone = _make_on_parent_gone(given["on_parent_gone"], said, given["to"], given["on"])
            given = {**given, "on_parent_gone": gone}
        return cls(**{**given, "kind": EdgeKind(written.name), "place": written["to"].mark.value})

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns on the row that declares the edge."""
        return tuple(own for _, own in self.on)

    @property
    def their_columns(self) -> tuple[str, ...]:
        """The columns on the row that it points to."""
        return tuple(their for their, _ in self.on)


def _make_edge(given: str | Edge, written: Any) -> Edge | None:
    if isinstance(given, Edge):
        return given
    nothing: tuple[str, tuple[tuple[str, str], ...]] = ("", ())
    to, pairs = parse_placed(written, "P107", lambda: parse_edge(given), nothing)
    return Edge(EdgeKind(get_last_key(written)), to, pairs, place=written.mark.value) if pairs else None


def _make_edges(given: str | Edge | tuple[Edge | None, ...], written: Placed) -> tuple[Edge, ...]:
    several = given if isinstance(given, tuple) else (_make_edge(given, written),)
    return tuple(edge for edge in several if edge)


_OneEdge: TypeAlias = Annotated[
    Edge | None, MadeFrom(Annotated[TaggedText | Annotated[Edge, Tag("a mapping")], BY_KIND], _make_edge)
]
Edges: TypeAlias = Annotated[
    tuple[Edge, ...],
    MadeFrom(
        Annotated[
            TaggedText | Annotated[Edge, Tag("a mapping")] | Annotated[tuple[_OneEdge, ...], Tag("a list")], BY_KIND
        ],
        _make_edges,
    ),
]
"""One edge or several, each short (``contact.id = contact_id``) or long."""


@dataclass(frozen=True, slots=True)
class Mention(Written):
    """An identity value in a column, without a foreign key. ``at``: the column that says when.

    The one key that is no field is the attribute, with its column.
    """

    other_keys: ClassVar[Any] = Text

    attribute: Unwritten[str]
    column: Unwritten[str]
    id: Text = ""
    stored: WrittenSpelling = RAW
    at: Maybe[Text] = None
    when: Maybe[WrittenCondition] = None
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None
    place: Unwritten[Place] = NOWHERE

    @classmethod
    def read(cls, given: dict[str, Any], others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the mention; without an attribute where not just one is written."""
        if len(others) != 1:
            _report_attributes(list(others), written)
            return cls(attribute="", column="", **given)
        [(name, column)] = others.items()
        place = written[name].mark.key
        return cls(**{**given, "attribute": add_issuer(name, get_issuer(written)), "column": column, "place": place})

    def check(self, written: PlacedMapping) -> None:
        """Note a spelling that is left open."""
        check_spelling(self.attribute, self.stored, written)


def _report_attributes(names: list[str], written: PlacedMapping) -> None:
    if written.has_lost():
        return
    slips = [(name, hint) for name in names if (hint := meant(name, written_keys(Mention)))]
    if len(names) - len(slips) == 1:
        for name, hint in slips:
            written[name].say("P101", "is an unknown key", hint, at=written[name].mark.key)
        return
    message = f"mentions by {' and by '.join(names)}" if names else "does not say what it mentions by"
    written.say("P112", message, "give one attribute and its column: {phone: caller, stored: e164}")


def _drop_unnamed(given: tuple[Mention, ...], _written: object) -> tuple[Mention, ...]:
    return tuple(mention for mention in given if mention.attribute)


Mentions: TypeAlias = Annotated[tuple[Mention, ...], MadeFrom(tuple[Mention, ...], _drop_unnamed)]
