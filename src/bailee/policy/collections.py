"""A table, a resource or a folder of a system. `docs/ownership.md` shows each word with an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar

from pydantic import Field, Tag

from bailee.policy.cells import OnCopy, WrittenOnErase, WrittenOnLeave, WrittenOnObject
from bailee.policy.conditions import WrittenCondition
from bailee.policy.identities import Identities, Party
from bailee.policy.kinds import BY_KIND, TABLE, Columns, Maybe, Name, TaggedText, Text
from bailee.policy.placed import PlacedMapping, PlacedText
from bailee.policy.places import NOWHERE, Place
from bailee.policy.references import Edge, EdgeKind, Edges, Mention, Mentions
from bailee.policy.written import Key, Keys, MadeFrom, OneOrMore, Unwritten, Written, keep_given

Way = TypeVar("Way", Edge, Mention)


@dataclass(frozen=True, slots=True)
class FileLink(Written):
    """A column that names a file in another system (a ``files`` connector). ``root``: the name of that system.

    ``shared``: why a copy hands out what another person's row names too; empty: it does not.
    """

    root: Text
    column: Annotated[Text, Key("path")]
    place: Unwritten[Place] = NOWHERE
    shared: Text = ""

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the link, which is where its root is named."""
        return cls(**{**given, "place": written["root"].mark.value})


KEY_NONE: Literal["none"] = "none"


def _make_key(given: tuple[str, ...], written: object) -> tuple[str, ...] | Literal["none"] | None:
    return KEY_NONE if written == KEY_NONE else given or None


WrittenKey: TypeAlias = Annotated[tuple[str, ...] | Literal["none"] | None, MadeFrom(OneOrMore, _make_key)]
Opaque: TypeAlias = Annotated[
    str | None,
    MadeFrom(Annotated[TaggedText | Annotated[Columns[Text], Tag("a mapping")], BY_KIND], keep_given),
]
"""The reason for the whole collection, or column -> the reason for it."""


@dataclass(frozen=True, slots=True)
class Collection(Written):
    """A table, a resource or a folder.

    ``key``: ``None`` means the primary key; ``"none"`` that there is none. ``fields``: attribute -> column.
    ``portable``: the person has provided it, under consent or a contract (Art. 20(1)).
    ``opaque``: the reason why nothing in it is personal. ``accepts``: trigger, view or policy name -> reason.
    ``places``: (word, column) -> where the word names it.
    """

    name: Unwritten[str]
    schema: Unwritten[str | None] = None
    table: Annotated[str, Field(pattern=TABLE)] = ""
    key: Maybe[WrittenKey] = None
    party: Maybe[Party] = None
    identities: Annotated[Identities, Key("identity")] = ()
    ends: Maybe[Text] = None
    edges: Annotated[Edges, Keys(tuple(EdgeKind))] = ()
    mentions: Mentions = ()
    fields: Annotated[Mapping[Name, Text], Field(description="attribute -> column")] = field(default_factory=dict)
    on_erase: Maybe[WrittenOnErase] = None
    erased_when: Maybe[WrittenCondition] = None
    on_leave: Maybe[WrittenOnLeave] = None
    on_copy: Maybe[OnCopy] = None
    on_object: Maybe[WrittenOnObject] = None
    hold: OneOrMore = ()
    retain: Maybe[Text] = None
    portable: Maybe[Literal["consent", "contract"]] = None
    file: Maybe[FileLink] = None
    opaque: Maybe[Opaque] = None
    opaque_columns: Unwritten[Mapping[str, str]] = field(default_factory=dict)
    accepts: Annotated[Columns[Text], Field(description="trigger, view or policy -> reason")] = field(
        default_factory=dict
    )
    place: Unwritten[Place] = NOWHERE
    places: Unwritten[Mapping[tuple[str, str], Place]] = field(default_factory=dict, compare=False)

    @classmethod
    def read(cls, given: dict[str, Any], _others: Mapping[str, Any], written: PlacedMapping) -> Self:
        """Return the collection: its table in two parts, and its edges and mentions with an id each."""
        schema, _, table = given.get("table", given["name"]).rpartition(".")
        given |= {"schema": schema or None, "table": table, "places": dict(_yield_places(written))}
        if isinstance(given.get("opaque"), Mapping):
            given["opaque_columns"] = given.pop("opaque")
        edges, mentions = _name_references(given.get("edges", ()), given.get("mentions", ()))
        return cls(**{**given, "edges": edges, "mentions": mentions})

    def check(self, written: PlacedMapping) -> None:
        """Note what is said of a party that is none, what an opaque collection cannot say, and an id used again."""
        if self.party is None and not written.has_lost():
            hint = "add party: person or party: organisation"
            for key in ("identity", "ends", "erased_when"):
                if key in written:
                    mark = written.get_mark(key)
                    written.page.say("P118", mark, "says something of a party, and this is none", hint)
        if self.opaque is not None:
            hint = "remove opaque, or give single columns: opaque: {column: reason}"
            for key in ("party", "identity", "owned_by", "mentions", "fields"):
                if key in written:
                    mark = written.get_mark(key)
                    written.page.say("P119", mark, "says whose the rows are, yet the collection is opaque", hint)
        used = set()
        for text in _yield_ids(written):
            if text in used:
                text.say("P207", f'"{text}" is taken in this collection', "choose another")
            used.add(text)


def _yield_places(written: PlacedMapping) -> Iterator[tuple[tuple[str, str], Place]]:
    """Yield where the words of the collection itself name columns; edges, identities and mentions have a place each."""
    for column in written.get("fields", {}).values():
        yield ("fields", str(column)), column.mark.value
    key = written.get("key", [])
    for column in [key] if isinstance(key, PlacedText) else key:
        yield ("key", str(column)), column.mark.value
    if "ends" in written:
        yield ("ends", str(written["ends"])), written["ends"].mark.value
    for word in ("opaque", "on_erase", "on_object", "on_leave", "on_copy"):
        cells = written.get(word)
        if word == "on_erase" and isinstance(cells, PlacedMapping):
            cells = cells["anonymise"]
        if isinstance(cells, PlacedMapping):
            columns = [column for column in cells if (word, column) != ("on_copy", "unmatched_mentions")]
            yield from (((word, column), cells.get_mark(column).key) for column in columns)


def _yield_ids(written: PlacedMapping) -> Iterator[PlacedText]:
    """Yield the ids that are given to edges and mentions."""
    for key in (*EdgeKind, "mentions"):
        said = written.get(key, [])
        for one in said if isinstance(said, list) else [said]:
            if isinstance(one, PlacedMapping) and "id" in one:
                yield one["id"]


def _name_references(
    edges: tuple[Edge, ...], mentions: tuple[Mention, ...]
) -> tuple[tuple[Edge, ...], tuple[Mention, ...]]:
    """Return both with an id each: the one given, else the columns, the kind before them, a number after them.

    The first to come keeps the shortest name, so that an edge added later renames none before it.
    """
    taken = {edge.id for edge in edges} | {mention.id for mention in mentions}

    def add_id(one: Way, kind: str, columns: str) -> Way:
        if one.id:
            return one
        name, number = columns, 1
        while name in taken:
            name = f"{kind}:{columns}" if number == 1 else f"{kind}:{columns}:{number}"
            number += 1
        taken.add(name)
        return replace(one, id=name)

    named = tuple(add_id(edge, edge.kind.value, "+".join(edge.own_columns)) for edge in edges)
    return named, tuple(add_id(mention, mention.attribute, mention.column) for mention in mentions)
