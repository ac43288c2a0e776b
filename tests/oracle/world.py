"""The values that the interpreter takes and gives: a world of rows, a batch of persons, what the books remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from bailee.policy import KEY_NONE, Collection, FirmRole, Party, Policy, Value
from bailee.policy.predicate import Scalar
from bailee.trace.schema import Schema, SchemaColumn, SchemaTable

Cells = Mapping[str, Scalar]
Data = Mapping[str, Mapping[str, Sequence[Cells]]]
"""system -> collection -> rows. The order of rows says nothing, and is kept."""


FOLDING, NOCASE, PADDED, ENUM = "folding", "nocase", "padded", "enum"
"""Types of text beside the plain one that is compared byte by byte (`SchemaColumn.type_name` in the interpreter).

The first two take no notice of case, in two ways where a database has two; the third fills up with blanks.
"""


@dataclass(frozen=True, slots=True)
class World:
    """Everything there is: the policy, what the systems look like, their rows, and the firm's key for pseudonyms."""

    policy: Policy
    schemas: Mapping[str, Schema]
    data: Data
    secret: bytes = b"the firm's key"


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row, named by the values of its collection's key."""

    system: str
    collection: str
    key: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An identity of a person: attribute with its issuer, normal value, half-open validity (``None``: no bound)."""

    attribute: str
    value: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a batch: own rows and the seeds that named her. ``customer``: whose data a processor looks in."""

    own: frozenset[RowKey]
    seeds: frozenset[tuple[str, str]] = frozenset()
    customer: RowKey | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the books keep of a person who was erased, perhaps in part [21].

    ``kept``: rows that should have gone and were reduced. ``withheld``: (row, column, value) that a hold kept back.
    """

    own: frozenset[RowKey]
    identities: frozenset[Known] = frozenset()
    kept: frozenset[RowKey] = frozenset()
    withheld: frozenset[tuple[RowKey, str, Value]] = frozenset()
    customer: RowKey | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """The books: persons erased, and the values once found shared (attribute, value) [7]."""

    persons: tuple[Remembered, ...] = ()
    shared: frozenset[tuple[str, str]] = frozenset()


NOTHING_REMEMBERED = Memory()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an erasure or a retention run leaves.

    ``refused``: places in the batch; ``unreleased``: persons of earlier ones who cannot be reconsidered. ``counts``:
    (system, collection, what) -> rows, where *what* is ``deleted``, ``reduced`` (should go, but something is kept),
    ``changed`` (cells written in a row that was to stay), ``waits`` or ``listed`` (a person has to look). Rows that are
    reduced or changed are counted only if a cell differs. ``apart``: rows of other people that ``on_parent_gone``
    changed or deleted [22].
    """

    data: Data
    memory: Memory = Memory()
    refused: frozenset[int] = frozenset()
    counts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    apart: frozenset[RowKey] = frozenset()
    unreleased: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """One row, told apart from all others by being itself: rows without a key may be equal."""

    system: str
    collection: Collection
    table: SchemaTable
    cells: dict[str, Scalar]

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns; none for ``key: none``."""
        return key_columns(self.collection, self.table)

    @property
    def name(self) -> RowKey:
        """The row's name. For rows without a key it is all their cells, and good only within one run."""
        columns = self.key or tuple(sorted(self.cells))
        return RowKey(self.system, self.collection.name, tuple(self.cells[column] for column in columns))

    @property
    def is_person(self) -> bool:
        """Whether the row is a person."""
        return self.collection.party is Party.PERSON

    @property
    def is_organisation(self) -> bool:
        """Whether the row is an organisation."""
        return self.collection.party is Party.ORGANISATION

    def column(self, name: str) -> SchemaColumn:
        """The column called ``name``."""
        return self.table.columns[name]


_SAID: dict[tuple[int, int], tuple[Policy, Mapping[str, Schema], dict[object, Any]]] = {}
_MAPS = 200  # that are remembered: a case has a dozen, as its map is put right

P = ParamSpec("P")
T = TypeVar("T")


def once_for_a_map(ask: Callable[Concatenate[World, P], T]) -> Callable[Concatenate[World, P], T]:
    """Let ``ask`` be answered once for each map and each set of arguments, which are told apart by being themselves.

    Its answer must depend on the policy and the schemas of the world alone, and not on its rows.
    """

    @wraps(ask)
    def answered(world: World, /, *arguments: P.args, **named: P.kwargs) -> T:
        place = (id(world.policy), id(world.schemas))
        if place not in _SAID:
            if len(_SAID) >= _MAPS:
                _SAID.clear()
            _SAID[place] = (world.policy, world.schemas, {})  # kept, so that no other takes their places
        said = _SAID[place][2]
        what = (ask, *(a if isinstance(a, str) else id(a) for a in arguments))
        if what not in said:
            said[what] = (arguments, ask(world, *arguments, **named))
        answer: T = said[what][1]
        return answer

    return answered


def key_columns(collection: Collection, table: SchemaTable) -> tuple[str, ...]:
    """Return the key of ``collection``: what it declares, else the primary key; empty for ``key: none``."""
    if collection.key == KEY_NONE:
        return ()
    return table.primary_key if collection.key is None else tuple(collection.key)


def table_of(world: World, system: str, collection: Collection) -> SchemaTable:
    """Return the table behind ``collection``."""
    name = collection.table or collection.name
    return world.schemas[system].tables[f"{collection.schema}.{name}" if collection.schema else name]


def rows_of(world: World) -> list[Row]:
    """Return every row of every system, each with a copy of its cells."""
    return [
        Row(system, world.policy.systems[system].collections[name], table_of(world, system, collection), dict(cells))
        for system, collections in world.data.items()
        for name, rows in collections.items()
        for collection in (world.policy.systems[system].collections[name],)
        for cells in rows
    ]


def data_of(world: World, rows: Sequence[Row]) -> Data:
    """Return ``rows`` in the shape of the world's data, which also says what empty collections there are."""
    return {
        system: {
            name: [row.cells for row in rows if row.system == system and row.collection.name == name]
            for name in collections
        }
        for system, collections in world.data.items()
    }


def is_processor(world: World, system: str) -> bool:
    """Whether the data of ``system`` belongs to a customer."""
    return world.policy.systems[system].role is FirmRole.PROCESSOR


def unpadded(column: SchemaColumn, cell: Scalar) -> Scalar:
    """Return ``cell`` without the blanks that its column fills it up with: PostgreSQL shows them, MariaDB does not."""
    return cell.rstrip(" ") if column.type_name == PADDED and isinstance(cell, str) else cell


def moment(value: Scalar) -> datetime | None:
    """Return a date or a time as a time: a date is its first moment. Empty stays empty."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    return None
