"""Read a worked map: its policy through the loader, its tables and rows through SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import load
from bailee.policy.predicate import Scalar
from bailee.trace.schema import ColumnKind, ForeignKey, Schema, SchemaColumn, SchemaTable
from tests.oracle.world import World, table_of

HERE = Path(__file__).parent
MAPS = ("shop", "helpdesk", "exchange", "forum", "conference", "share")
_KINDS = {
    "INTEGER": ColumnKind.INTEGER,
    "BOOLEAN": ColumnKind.BOOLEAN,
    "DATE": ColumnKind.DATE,
    "TIMESTAMP": ColumnKind.TIME,
}


def statements(name: str) -> list[str]:
    """Return the portable SQL that makes and fills the tables of the map called ``name``, in order."""
    text = "".join((HERE / name / file).read_text() for file in ("schema.sql", "data.sql"))
    return [line.rstrip(";") for line in text.splitlines()]


def worked(name: str) -> World:
    """Return the map called ``name`` as a world of the interpreter."""
    policy = load(HERE / name)
    with _filled(name) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        schema = Schema(list_dialects()["sqlite"].kind, {table: _table(database, table) for table in tables})
        world = World(policy, {name: schema}, {})
        collections = policy.systems[name].collections.values()
        data = {c.name: _rows(database, table_of(world, name, c)) for c in collections}
    return World(policy, {name: schema}, {name: data})


@contextmanager
def _filled(name: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in statements(name):
            database.execute(statement)
        yield database


def _table(database: sqlite3.Connection, name: str) -> SchemaTable:
    facts = database.execute(f"PRAGMA table_info({name})").fetchall()
    columns = {
        fact[1]: SchemaColumn(fact[1], _KINDS.get(fact[2], ColumnKind.TEXT), nullable=not fact[3]) for fact in facts
    }
    key = [fact[1] for fact in sorted(facts, key=lambda fact: int(fact[5])) if fact[5]]
    foreign: dict[int, list[tuple[str, str, str]]] = {}
    for number, _, table, own, their, *_ in database.execute(f"PRAGMA foreign_key_list({name})"):
        foreign.setdefault(number, []).append((table, own, their))
    keys = [
        ForeignKey(tuple(own for _, own, _ in pairs), pairs[0][0], tuple(their for _, _, their in pairs))
        for pairs in foreign.values()
    ]
    return SchemaTable(name, columns, tuple(key), foreign_keys=tuple(keys))


def _rows(database: sqlite3.Connection, table: SchemaTable) -> Sequence[Mapping[str, Scalar]]:
    found = database.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
    return [
        {column.name: value(column, cell) for column, cell in zip(table.columns.values(), row, strict=True)}
        for row in found
    ]


def value(column: SchemaColumn, cell: Scalar) -> Scalar:
    """Return a cell as the interpreter has it: SQLite keeps dates as text, and so do others booleans as numbers."""
    if isinstance(cell, str) and column.kind is ColumnKind.DATE:
        return date.fromisoformat(cell)
    if isinstance(cell, str) and column.kind is ColumnKind.TIME:
        return datetime.fromisoformat(cell)
    return bool(cell) if column.kind is ColumnKind.BOOLEAN and cell is not None else cell
