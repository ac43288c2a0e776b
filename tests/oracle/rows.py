"""Random rows for a schema: few values, so that they collide; keys and foreign keys are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from bailee.policy import Collection, Form, Gone, Spelling
from bailee.policy.predicate import Scalar
from bailee.trace.schema import ColumnKind, ForeignKey, SchemaColumn, SchemaTable
from tests.oracle.joins import as_compared, collections_of
from tests.oracle.world import ENUM, Data, World, key_columns, table_of

_DAY = datetime(2026, 3, 15)  # noqa: DTZ001 - databases keep times without a zone
_VALUES = {
    "email": ("a@x", "b@x", "c@x", "d@x", "A@X", "n/a"),
    "phone": ("+441632960001", "+441632960002", "+441632960003", "01632 960001", "204"),
    "account": ("A", "a", "b", "0"),
}


def random_rows(rnd: Random, world: World) -> Data:
    """Return rows for every collection: up to 12, fewer where keys run out; and the stand-ins that the map names."""
    made: dict[str, dict[str, list[dict[str, Scalar]]]] = {s: {} for s in world.policy.systems}
    for system, collection in collections_of(world):
        table = table_of(world, system, collection)
        count = rnd.choice((0, 1, 2, 3, 4, 5, 6, 12)) if collection.party is None else rnd.choice((1, 2, 3, 4, 6))
        rows = [_row(rnd, collection, table) for _ in range(count)]
        stand_ins = _stand_ins(rnd, world, system, collection, table)
        made[system][collection.name] = _distinct([*stand_ins, *rows], collection, table)
    for system, collections in made.items():
        _keep_foreign_keys(rnd, world, system, collections)
    return made


def _row(rnd: Random, collection: Collection, table: SchemaTable) -> dict[str, Scalar]:
    return {name: _cell(rnd, collection, column) for name, column in table.columns.items()}


def _cell(  # noqa: PLR0911 - a way for each kind
    rnd: Random, collection: Collection, column: SchemaColumn
) -> Scalar:
    if column.nullable and rnd.random() < 0.25:
        return None
    for identity in collection.identities:
        if identity.column == column.name:
            return rnd.choice(_VALUES[identity.attribute])
    for mention in collection.mentions:
        if mention.column == column.name:
            return _spelled(rnd, mention.attribute, mention.stored)
    match column.kind:
        case ColumnKind.INTEGER:
            return rnd.randint(1, 4)
        case ColumnKind.BOOLEAN:
            return rnd.random() < 0.6 if column.name != "gone" else rnd.random() < 0.2
        case ColumnKind.DATE | ColumnKind.TIME:
            days = rnd.choice((-800, -400, -30, -1, 0, 1, 30, 400))
            at = _DAY + timedelta(days=days, hours=rnd.choice((0, 9)))
            return at if column.kind is ColumnKind.TIME else at.date()
    return rnd.choice(("A", "a", "b", "c") if column.type_name != ENUM else ("a", "b", "c"))


def _spelled(rnd: Random, attribute: str, stored: Spelling) -> str:
    values = rnd.sample(_VALUES[attribute], 2)
    if stored.form is Form.LIST:
        return ",".join(values[: rnd.randint(1, 2)])
    return stored.text.replace("{}", values[0]) if stored.form is Form.TEMPLATE else values[0]


def _stand_ins(
    rnd: Random, world: World, system: str, collection: Collection, table: SchemaTable
) -> list[dict[str, Scalar]]:
    rows = []
    for other, declarer in collections_of(world):
        for edge in declarer.edges:
            says = edge.on_parent_gone
            if other == system and says and says.action is Gone.STAND_IN:
                parent = edge.to if set(says.stand_in) <= set(edge.their_columns) else declarer.name
                if parent == collection.name:
                    empty = {c: _cell(rnd, collection, column) for c, column in table.columns.items()}
                    empty |= {c: None for c, column in table.columns.items() if column.nullable}
                    rows.append(empty | dict(says.stand_in))
    return rows


def _distinct(rows: list[dict[str, Scalar]], collection: Collection, table: SchemaTable) -> list[dict[str, Scalar]]:
    """Return the rows that have a key and unique columns of their own, as the database compares them."""
    key = key_columns(collection, table)
    if key and table.primary_key:
        rows = _first_of_each(rows, key, table)
    for unique in sorted(table.uniques):
        rows = _first_of_each(rows, unique, table)
    return rows


def _first_of_each(rows: list[dict[str, Scalar]], key: tuple[str, ...], table: SchemaTable) -> list[dict[str, Scalar]]:
    found: dict[object, dict[str, Scalar]] = {}
    for row in reversed(rows):
        cells = tuple(as_compared(table.columns[c], row[c]) for c in key)
        found[id(row) if None in cells else cells] = row
    return list(found.values())[::-1]


def _keep_foreign_keys(rnd: Random, world: World, system: str, made: dict[str, list[dict[str, Scalar]]]) -> None:
    """Point every foreign key at a row that exists, or empty it, or leave the row out."""
    changed = True
    while changed:
        changed = False
        for name, rows in made.items():
            table = world.schemas[system].tables[name]
            key = key_columns(world.policy.systems[system].collections[name], table)
            for row in list(rows):
                for foreign in table.foreign_keys:
                    parents = [tuple(p[c] for c in foreign.their_columns) for p in made[foreign.table]]
                    parents = [cells for cells in parents if None not in cells]
                    cells = tuple(row[c] for c in foreign.columns)
                    if None in cells or _points(table, foreign, cells, parents):
                        continue
                    changed = True
                    free = all(c not in key and (c,) not in table.uniques for c in foreign.columns)
                    if parents and free and rnd.random() < 0.5:
                        row.update(zip(foreign.columns, rnd.choice(parents), strict=True))
                    elif free and all(table.columns[c].nullable for c in foreign.columns):
                        row.update(dict.fromkeys(foreign.columns))
                    else:
                        rows[:] = [other for other in rows if other is not row]
                        break


def _points(
    table: SchemaTable, foreign: ForeignKey, cells: tuple[Scalar, ...], parents: list[tuple[Scalar, ...]]
) -> bool:
    """Whether the cells of a reference lead to one of ``parents``, as the database compares them."""
    columns = [table.columns[c] for c in foreign.columns]
    mine, *others = ([*map(as_compared, columns, some)] for some in (cells, *parents))
    return mine in others
