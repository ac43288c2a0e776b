"""Holds: which rows they hold, which cells they keep, and which references of kept rows remain [17-20]."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from bailee.policy import KEY_NONE, Collection
from bailee.policy.predicate import Scalar, columns_read
from bailee.trace.schema import ColumnKind, SchemaTable
from tests.oracle.joins import Link, Reference, collections_of, declared_in, foreign_references, reference_of
from tests.oracle.words import still_holds
from tests.oracle.world import Row, World, key_columns, once_for_a_map, table_of

Holding = Mapping[Row, frozenset[str]]
"""Held rows, and the names of the holds that hold them."""


@once_for_a_map
def named(world: World, hold: str, collection: Collection, table: SchemaTable) -> frozenset[str]:
    """Return the columns of ``collection`` that ``hold`` keeps by name."""
    columns: set[str] = set()
    for name, column in world.policy.holds[hold].keeps:
        if name == collection.name:
            columns |= set(table.columns) if column == "*" else {column}
    return frozenset(columns)


@once_for_a_map
def preserved(world: World, collection: Collection) -> frozenset[str]:
    """Return the columns that are never blanked, because something reads them to decide [20]."""
    columns: set[str | None] = {collection.ends}
    columns |= {world.policy.holds[hold].until.column for hold in collection.hold}
    columns |= {bound for identity in collection.identities for bound in identity.valid or ()}
    columns |= {mention.at for mention in collection.mentions}
    predicates = [
        collection.erased_when,
        *(identity.verified_when for identity in collection.identities),
        *(edge.when for edge in collection.edges),
        *(mention.when for mention in collection.mentions),
    ]
    columns |= {column for predicate in predicates if predicate for column in columns_read(predicate)}
    if collection.retain is not None:
        columns.add(counted_from(world, collection))
    return frozenset(column for column in columns if column is not None)


def counted_from(world: World, collection: Collection) -> str | None:
    """Return the column that the collection's retention rule counts from, if it has one."""
    rule = world.policy.retention[collection.retain or ""]
    return rule.from_.get(collection.name, rule.from_.get("*"))


def fixed_columns(world: World, collection: Collection, table: SchemaTable) -> frozenset[str]:
    """Return what any reduced row keeps: key, opaque and preserved columns, and what the database generates."""
    generated = {column.name for column in table.columns.values() if column.generated}
    opaque = set(collection.opaque_columns)
    return all_key_columns(collection, table) | opaque | generated | preserved(world, collection)


def all_key_columns(collection: Collection, table: SchemaTable) -> frozenset[str]:
    """Return the columns of the declared key and of the primary key."""
    keyed = () if collection.key == KEY_NONE else key_columns(collection, table)
    return frozenset(keyed) | frozenset(table.primary_key)


def held(world: World, rows: Sequence[Row], references: Sequence[Link], today: date) -> Holding:
    """Return the held rows, from data and date alone; a kept cell that is a reference holds the row it points to."""
    holding: dict[Row, set[str]] = {row: set() for row in rows}
    for row in rows:
        for hold in row.collection.hold:
            if still_holds(world.policy.holds[hold].until, row.cells, world.policy.firm, today):
                holding[row].add(hold)
    grown = True
    while grown:
        grown = False
        for link in references:
            for hold in sorted(holding[link.child] - holding[link.parent]):
                if link.reference.child_columns <= kept_by(world, hold, link.child):
                    holding[link.parent].add(hold)
                    grown = True
    return {row: frozenset(holds) for row, holds in holding.items() if holds}


def kept_by(world: World, hold: str, row: Row) -> frozenset[str]:
    """Return the kept cells of a row held by ``hold``."""
    return named(world, hold, row.collection, row.table) | fixed_columns(world, row.collection, row.table)


def kept_by_name(world: World, holding: Holding, row: Row) -> frozenset[str]:
    """Return the cells of ``row`` that some hold on it names: no change is made to them."""
    empty: frozenset[str] = frozenset()
    return empty.union(*(named(world, hold, row.collection, row.table) for hold in holding.get(row, ())))


# --- what remains of references ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remains:
    """References that still point, and the cells that each reduced row keeps."""

    links: tuple[Link, ...]
    kept: Mapping[Row, frozenset[str]]


def remaining(
    world: World,
    references: Sequence[Link],
    holding: Holding,
    goes: AbstractSet[Row],
    reduced: Iterable[Row],
    cleared: Mapping[Row, AbstractSet[str]],
) -> Remains:
    """Return the references of rows that do not go that remain [22].

    One does not remain where ``cleared`` says that a child cell is emptied, or where its row is reduced and does not
    keep all child cells. A reduced row keeps, besides what holds and map say, the columns by which it is pointed to.
    """
    kept = {row: kept_by_name(world, holding, row) | fixed_columns(world, row.collection, row.table) for row in reduced}
    while True:
        still = tuple(link for link in references if link.child not in goes and _stands(link, kept, cleared))
        more = {
            row: columns.union(*(link.reference.parent_columns for link in still if link.parent is row))
            for row, columns in kept.items()
        }
        if more == kept:
            return Remains(still, kept)
        kept = more


def _stands(link: Link, kept: Mapping[Row, frozenset[str]], cleared: Mapping[Row, AbstractSet[str]]) -> bool:
    columns = link.reference.child_columns
    if link.child in kept:
        return columns <= kept[link.child]
    return not columns & cleared.get(link.child, frozenset())


# --- emptying ------------------------------------------------------------------------------------------------


@once_for_a_map
def references_from(world: World, system: str, child: str) -> list[Reference]:
    """Return the references whose child rows are those of ``child``, in the order of the map."""
    declared = [
        reference
        for name, collection in collections_of(world)
        if name == system
        for edge in collection.edges
        if (reference := reference_of(world, system, collection, edge)) is not None
    ]
    return [r for r in [*declared, *foreign_references(world, system)] if r.child == child]


@once_for_a_map
def references_to(world: World, system: str, parent: str) -> list[Reference]:
    """Return the references whose parent rows are those of ``parent``."""
    declared = [reference for _, reference in declared_in(world, system)]
    return [r for r in [*declared, *foreign_references(world, system)] if r.parent == parent]


def emptied(world: World, row: Row, column: str) -> Scalar:
    """Return what an emptied cell holds: the edge's ``unset``, null, or a zero where null cannot stand [18]."""
    for reference in references_from(world, row.system, row.collection.name):
        if column in reference.child_columns and reference.unset is not None:
            return reference.unset
    fact = row.column(column)
    if fact.nullable:
        return None
    zeros: Mapping[ColumnKind, Scalar] = {
        ColumnKind.TEXT: "",
        ColumnKind.INTEGER: 0,
        ColumnKind.NUMBER: 0,
        ColumnKind.BOOLEAN: False,
    }
    return zeros[fact.kind]


def clearable(world: World, row: Row, reference: Reference) -> frozenset[str]:
    """Return the child columns of ``reference`` that matched may clear: nothing else uses them [13]."""
    collection, table = row.collection, row.table
    used = set(all_key_columns(collection, table)) | {mention.column for mention in collection.mentions}
    for columns in _uses(world, row.system, collection):
        if columns != reference.child_columns:
            used |= columns
    for pointing in references_to(world, row.system, collection.name):
        used |= pointing.parent_columns
    return reference.child_columns - used


@once_for_a_map
def _uses(world: World, system: str, collection: Collection) -> list[frozenset[str]]:
    """Return the column sets of ``collection`` that edges and references use, on either side."""
    uses = []
    for name, declarer in collections_of(world):
        for edge in declarer.edges if name == system else ():
            if declarer.name == collection.name:
                uses.append(frozenset(edge.own_columns))
            if edge.to == collection.name:
                uses.append(frozenset(edge.their_columns))
    for reference in foreign_references(world, system):
        if reference.child == collection.name:
            uses.append(reference.child_columns)
        if reference.parent == collection.name:
            uses.append(reference.parent_columns)
    return uses


def table_behind(world: World, system: str, name: str) -> SchemaTable:
    """Return the table of the collection called ``name``."""
    return table_of(world, system, world.policy.systems[system].collections[name])
