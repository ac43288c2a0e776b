"""Hand-made worlds, written short: tables with their words and rows, and what is to happen to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import (
    KEY_NONE,
    Collection,
    Edge,
    EdgeKind,
    Firm,
    Form,
    Gone,
    Hold,
    Identity,
    Joins,
    Mention,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Policy,
    RetentionRule,
    Spelling,
    System,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Predicate, Scalar
from bailee.trace.schema import ColumnKind, ForeignKey, Schema, SchemaColumn, SchemaTable
from tests.oracle.world import Person, RowKey, World

ALICE, BOB, CAROL = 1, 2, 3
NOW = datetime(2026, 3, 15, 12, 30)  # noqa: DTZ001 - databases keep times without a zone
LATER = datetime(2040, 1, 1)  # noqa: DTZ001 - likewise
SYSTEM = "shop"
DELETE, MATCHED, UNCHANGED = OnErase(), OnLeave(matched=True), OnLeave()


@dataclass(frozen=True, slots=True)
class Made:
    """A table, its words and its rows. ``columns``: ``"id:integer! name seen:timestamp"``; text is the default."""

    collection: Collection
    columns: str
    rows: Sequence[tuple[Scalar, ...]] = ()
    foreign: tuple[ForeignKey, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()

    @property
    def table(self) -> SchemaTable:
        """What the database would say of it."""
        columns = {column.name: column for column in map(_column, self.columns.split())}
        key = self.collection.key
        primary = tuple(columns)[:1] if key is None else ()
        primary = primary if key in {None, KEY_NONE} else tuple(key or ())
        return SchemaTable(self.collection.name, columns, primary, frozenset(self.uniques), self.foreign)


def _column(text: str) -> SchemaColumn:
    name, _, kind = text.rstrip("!").partition(":")
    return SchemaColumn(
        name, ColumnKind(kind or "text"), nullable=not text.endswith("!"), length=80 if not kind else None
    )


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase persons, each named by the ids of her own rows; nobody: a hold's release."""

    persons: tuple[Person, ...]
    now: datetime = NOW


@dataclass(frozen=True, slots=True)
class Retain:
    """Run a retention rule."""

    rule: str
    now: datetime = NOW


@dataclass(frozen=True, slots=True)
class Find:
    """Close over seeds, and say who is found and which rows are listed."""

    seeds: tuple[tuple[str, str], ...]
    found: tuple[int, ...]
    listed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """Copy for a person. In ``shows`` a masked cell is the text ``MASKED``."""

    person: Person
    shows: Mapping[str, Sequence[tuple[Scalar, ...]]]


@dataclass(frozen=True, slots=True)
class Example:
    """One rule at work: a world, the steps, and the rows that are left in the collections that matter."""

    rule: int
    name: str
    world: World
    steps: tuple[Erase | Retain | Find | Copy, ...]
    left: Mapping[str, Sequence[tuple[Scalar, ...]]] = field(default_factory=dict)
    refused: frozenset[int] = frozenset()  # in the last erasure


def world(
    *tables: Made, holds: Sequence[Hold] = (), rules: Sequence[RetentionRule] = (), shared_above: int = 3
) -> World:
    """Return a world of one system."""
    collections = {t.collection.name: replace(t.collection, table=t.collection.name) for t in tables}
    system = System(SYSTEM, SYSTEM, "sql", "env:SHOP_URL", collections=collections)
    policy = Policy(
        Firm("Firm", placeholders=frozenset({"n/a"}), shared_above=shared_above),
        {SYSTEM: system},
        {rule.name: rule for rule in rules},
        {hold.name: hold for hold in holds},
    )
    schema = Schema(list_dialects()["sqlite"].kind, {t.collection.name: t.table for t in tables})
    data = {t.collection.name: [dict(zip(t.table.columns, row, strict=True)) for row in t.rows] for t in tables}
    return World(policy, {SYSTEM: schema}, {SYSTEM: data})


def person(*ids: int) -> Person:
    """Return a person by the ids of her own rows."""
    return Person(frozenset(RowKey(SYSTEM, "person", (number,)) for number in ids))


def edge(
    on: str,
    kind: EdgeKind = EdgeKind.OWNED_BY,
    *,
    gone: Gone | None = None,
    on_leave: OnLeave | None = None,
    when: Predicate | None = None,
    unset: Scalar = None,
) -> Edge:
    """Return an edge written short: ``person.id = author_id``; ``gone``: what ``on_parent_gone`` says."""
    theirs, own = (part.strip() for part in on.split("="))
    to, their = theirs.split(".")
    said = OnParentGone(gone) if gone else None
    return Edge(kind, to, ((their, own),), own, when=when, unset=unset, on_leave=on_leave, on_parent_gone=said)


def to_itself(made: Edge, depth: int | None) -> Edge:
    """Return an edge with a depth, or without."""
    return replace(made, depth=depth)


def email(joins: Joins = Joins.VERIFIED, verified_when: Predicate | None = None) -> Identity:
    """Return the identity that the cast is known by."""
    return Identity("email", "email", Spelling(Form.LOWER), joins, verified_when=verified_when)


def mention(column: str, attribute: str = "email", stored: Spelling = Spelling(), at: str | None = None) -> Mention:  # noqa: B008 - frozen
    """Return a mention of an attribute in ``column``."""
    return Mention(attribute, column, column, stored, at)


PEOPLE = ((ALICE, "Alice", "alice@x"), (BOB, "Bob", "bob@x"), (CAROL, "Carol", "carol@x"))
PERSON = Collection("person", party=Party.PERSON, identities=(email(),), on_erase=DELETE, on_leave=UNCHANGED)
PERSONS = Made(PERSON, "id:integer! name email", PEOPLE)
PSEUDONYM = Value(ValueKind.PSEUDONYM)
GONE = Value(constant="gone")


def time(year: int, month: int = 1, day: int = 1) -> datetime:
    """Return the first moment of a day."""
    return datetime(year, month, day)  # noqa: DTZ001 - databases keep times without a zone


def thread(on_leave: OnLeave, rows: tuple[tuple[Scalar, ...], ...], on_erase: OnErase = DELETE) -> Made:
    """A thread between two members."""
    both = (edge("person.id = one_id", gone=Gone.NULL), edge("person.id = other_id", gone=Gone.NULL))
    collection = Collection("thread", edges=both, on_erase=on_erase, on_leave=on_leave)
    return Made(collection, "id:integer! title one_id:integer other_id:integer", rows)


def owned(name: str = "note", **words: object) -> Collection:
    """A collection that a person owns."""
    made = Collection(name, edges=(edge("person.id = person_id", gone=Gone.NULL),), on_erase=DELETE, on_leave=UNCHANGED)
    return replace(made, **words)  # type: ignore[arg-type] # the words of a collection


NOTE = "id:integer! text person_id:integer"
