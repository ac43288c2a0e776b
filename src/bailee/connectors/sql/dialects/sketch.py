"""A table while its catalogue is being read, and which tables a deletion can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bailee.trace.schema import Copy, ForeignKey, SchemaColumn, SchemaTable

Wanted = tuple[str | None, str]  # schema (None: the default one) and table, as the map spells them
Id = Any  # what the catalogue knows a table by: an oid, a pair of names, a name
Row = Sequence[Any]


FINER = "its index takes for different what is equal in the table"
"""Why a unique index may have two rows with one key: it is of another collation than the column."""


@dataclass(frozen=True, slots=True)
class SketchedKey:
    """A foreign key between tables by their ids. Actions are lower case SQL."""

    child: Id
    columns: tuple[str, ...]
    parent: Id
    their_columns: tuple[str, ...]
    name: str
    on_delete: str
    on_update: str


@dataclass(frozen=True, slots=True)
class FoundTables:
    """The tables that were wanted, and the names of the ``others`` that are there."""

    tables: dict[str, SchemaTable]
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Sketch:
    """What has been read of one table so far."""

    columns: dict[str, SchemaColumn] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    uniques: set[tuple[str, ...]] = field(default_factory=set)
    indexes: list[tuple[str, ...]] = field(default_factory=list)
    hazards: dict[str, str] = field(default_factory=dict)
    rows: int | None = None
    partitioned_by: str | None = None
    loose: str = ""
    keeps: bool = True
    collations: dict[str, str] = field(default_factory=dict)  # where a column's own does not stand for itself
    home: str = ""
    elsewhere: tuple[str, ...] = ()
    bare: bool = True
    copies: dict[str, Copy] = field(default_factory=dict)

    def index(self, columns: tuple[str, ...], *, unique: bool, primary: bool, serves: bool) -> None:
        """Note an index over ``columns``; ``serves``: a look-up of equal values can use it.

        ``unique``: no two rows that the table has are equal there, as its columns compare.
        """
        if primary:
            self.primary_key = columns
            self.loose = self.loose or ("" if unique else FINER)
        elif unique and self.keeps:
            self.uniques.add(columns)
        if serves and columns:
            self.indexes.append(columns)

    def unkept(self, why: str) -> None:
        """Note that no index keeps the rows of this table apart, neither those noted so far nor any to come."""
        self.uniques.clear()
        self.keeps, self.loose = False, why


def find_reached(wanted: Iterable[Id], links: Iterable[SketchedKey]) -> tuple[Id, ...]:
    """Return ``wanted``, then each table that a foreign key ties to one of them, and on, as far as deletion cascades.

    A table comes after the one that it was reached from.
    """
    children: dict[Id, list[SketchedKey]] = {}
    for link in links:
        children.setdefault(link.parent, []).append(link)
    found = dict.fromkeys(wanted)
    cascading = list(found)
    passed = set(found)
    for parent in cascading:  # grows while it is walked
        for link in children.get(parent, ()):
            found.setdefault(link.child)
            if link.on_delete == "cascade" and link.child not in passed:
                passed.add(link.child)
                cascading.append(link.child)
    return tuple(found)


def finish_tables(
    sketches: Mapping[Id, Sketch], links: Iterable[SketchedKey], name: Callable[[Id], str]
) -> dict[str, SchemaTable]:
    """Return the tables by their qualified names."""
    keys: dict[Id, list[ForeignKey]] = {}
    for link in links:
        key = ForeignKey(link.columns, name(link.parent), link.their_columns, link.name, link.on_delete, link.on_update)
        keys.setdefault(link.child, []).append(key)
    return {
        name(id): SchemaTable(
            name=name(id),
            columns=sketch.columns,
            primary_key=sketch.primary_key,
            uniques=frozenset(sketch.uniques),
            foreign_keys=tuple(keys.get(id, ())),
            indexes=tuple(sketch.indexes),
            hazards=sketch.hazards,
            rows=sketch.rows,
            partitioned_by=sketch.partitioned_by,
            loose=sketch.loose,
            home=sketch.home,
            elsewhere=sketch.elsewhere,
            bare=sketch.bare,
            copies=sketch.copies,
        )
        for id, sketch in sketches.items()
    }


def find_wanted(wanted: Iterable[Wanted], find: Callable[[Wanted], Id | None]) -> dict[Id, str]:
    """Return the ids of those ``wanted`` that are there, with the name that the map has for each."""
    spellings: dict[Id, str] = {}
    for schema, table in wanted:
        id = find((schema, table))
        if id is not None:
            spellings.setdefault(id, f"{schema}.{table}" if schema else table)
    return spellings


def describe_trigger(when: str, events: Iterable[str], table: str) -> str:
    """Return what the trigger does, in words."""
    return f"a trigger runs {when.lower()} {' or '.join(events)} on {table}"
