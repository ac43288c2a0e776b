"""A case in a real database: tables with bytewise text, rows through the plain driver, and rows read back.

Statements are lists of (text, parameters) for the driver of the dialect: ``sqlite3``, ``psycopg`` or ``pymysql``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from bailee.policy.predicate import Scalar
from bailee.trace.schema import ColumnKind, ForeignKey, SchemaColumn, SchemaTable
from tests.oracle.cases import Case
from tests.oracle.world import ENUM, FOLDING, NOCASE, PADDED, Data, RowKey, key_columns, unpadded

Dialect = Literal["sqlite", "postgresql", "mariadb"]

_TYPES: Mapping[Dialect, Mapping[ColumnKind, str]] = {
    "sqlite": {
        ColumnKind.INTEGER: "INTEGER",
        ColumnKind.BOOLEAN: "BOOLEAN",
        ColumnKind.DATE: "DATE",
        ColumnKind.TIME: "TIMESTAMP",
    },
    "postgresql": {
        ColumnKind.INTEGER: "bigint",
        ColumnKind.BOOLEAN: "boolean",
        ColumnKind.DATE: "date",
        ColumnKind.TIME: "timestamp",
    },
    "mariadb": {
        ColumnKind.INTEGER: "BIGINT",
        ColumnKind.BOOLEAN: "BOOLEAN",
        ColumnKind.DATE: "DATE",
        ColumnKind.TIME: "DATETIME(6)",
    },
}
_TEXT: Mapping[Dialect, tuple[str, str]] = {  # bytewise, and not
    "sqlite": ("VARCHAR({})", "VARCHAR({}) COLLATE NOCASE"),
    "postgresql": ('varchar({}) COLLATE "C"', "varchar({})"),
    "mariadb": (
        "VARCHAR({}) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
        "VARCHAR({}) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    ),
}
_TYPED: Mapping[Dialect, Mapping[str, str]] = {
    "sqlite": {
        FOLDING: "VARCHAR({}) COLLATE NOCASE",
        NOCASE: "TEXT COLLATE NOCASE",
        PADDED: "CHAR({})",
        ENUM: "VARCHAR(9)",
    },
    "postgresql": {FOLDING: "citext", NOCASE: 'varchar({}) COLLATE "nocase"', PADDED: "char({})", ENUM: "a_b_or_c"},
    "mariadb": {
        FOLDING: "VARCHAR({}) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        NOCASE: "VARCHAR({}) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_nopad_as_ci",
        PADDED: "CHAR({}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ENUM: "ENUM('a', 'b', 'c')",
    },
}
_PREPARED: Mapping[Dialect, tuple[str, ...]] = {
    "sqlite": (),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS citext",
        "CREATE COLLATION IF NOT EXISTS nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "DO $$ BEGIN CREATE TYPE a_b_or_c AS ENUM ('a', 'b', 'c'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    ),
    "mariadb": (),
}


def prepare_statements(dialect: Dialect) -> tuple[str, ...]:
    """Return what a new database needs before it can have tables of cases: types and collations."""
    return _PREPARED[dialect]


def quoted(name: str, dialect: Dialect) -> str:
    """Return ``name`` as an identifier. The names of cases are plain words."""
    mark = "`" if dialect == "mariadb" else '"'
    return f"{mark}{name}{mark}"


def create_statements(case: Case, system: str, dialect: Dialect) -> list[str]:
    """Return the DDL of one system: tables first, then what may point in circles.

    SQLite cannot add a foreign key later, and does not mind one to a table that is not there yet; MariaDB does not mind
    either where keys go unwatched, and takes its time to add one.
    """
    tables = case.world.schemas[system].tables.values()
    statements = [_create(table, dialect) for table in tables]
    if dialect == "postgresql":
        statements += [f"ALTER TABLE {quoted(t.name, dialect)} ADD {f}" for t in tables for f in _foreign(t, dialect)]
    return statements


def _create(table: SchemaTable, dialect: Dialect) -> str:
    parts = [_column(column, dialect) for column in table.columns.values()]
    if table.primary_key:
        parts.append(f"PRIMARY KEY ({_listed(table.primary_key, dialect)})")
    parts += [f"UNIQUE ({_listed(unique, dialect)})" for unique in sorted(table.uniques)]
    if dialect != "postgresql":
        parts += _foreign(table, dialect)
    engine = " ENGINE=InnoDB" if dialect == "mariadb" else ""
    return f"CREATE TABLE {quoted(table.name, dialect)} ({', '.join(parts)}){engine}"


def _column(column: SchemaColumn, dialect: Dialect) -> str:
    if column.type_name in _TYPED[dialect]:
        kind = _TYPED[dialect][column.type_name].format(column.length or 255)
    elif column.kind is ColumnKind.TEXT:
        bytewise, folding = _TEXT[dialect]
        kind = (bytewise if column.bytewise else folding).format(column.length or 255)
    else:
        kind = _TYPES[dialect][column.kind]
    return f"{quoted(column.name, dialect)} {kind}{'' if column.nullable else ' NOT NULL'}"


def _foreign(table: SchemaTable, dialect: Dialect) -> list[str]:
    return [
        f"{_named(key, dialect)}FOREIGN KEY ({_listed(key.columns, dialect)}) "
        f"REFERENCES {quoted(key.table, dialect)} ({_listed(key.their_columns, dialect)})"
        for key in table.foreign_keys
    ]


def _named(key: ForeignKey, dialect: Dialect) -> str:
    return f"CONSTRAINT {quoted(key.name, dialect)} " if key.name else ""


def _listed(columns: Sequence[str], dialect: Dialect) -> str:
    return ", ".join(quoted(column, dialect) for column in columns)


def insert_statements(case: Case, system: str, dialect: Dialect) -> Iterator[tuple[str, list[Scalar]]]:
    """Yield the inserts of one system. References may point in circles: the caller defers or disables checking."""
    for name, rows in case.world.data[system].items():
        for row in rows:
            marks = ", ".join(["?" if dialect == "sqlite" else "%s"] * len(row))
            text = f"INSERT INTO {quoted(name, dialect)} ({_listed(list(row), dialect)}) VALUES ({marks})"
            yield text, [_bound(value, dialect) for value in row.values()]


def update_statement(
    case: Case, row: RowKey, cells: Mapping[str, Scalar], dialect: Dialect
) -> tuple[str, list[Scalar]]:
    """Return what writes ``cells`` into one row."""
    mark = "?" if dialect == "sqlite" else "%s"
    collection = case.world.policy.systems[row.system].collections[row.collection]
    key = key_columns(collection, case.world.schemas[row.system].tables[row.collection])
    sets = ", ".join(f"{quoted(name, dialect)} = {mark}" for name in cells)
    found = " AND ".join(f"{quoted(name, dialect)} = {mark}" for name in key)
    values = [_bound(value, dialect) for value in (*cells.values(), *row.key)]
    return f"UPDATE {quoted(row.collection, dialect)} SET {sets} WHERE {found}", values


def _bound(value: Scalar, dialect: Dialect) -> Scalar:
    """Return ``value`` as the driver takes it; SQLite keeps dates as text, a time with its microseconds."""
    if dialect == "sqlite" and isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if dialect == "sqlite" and isinstance(value, date):
        return value.isoformat()
    return value


def select_statements(case: Case, system: str, dialect: Dialect) -> dict[str, str]:
    """Return for each collection the query that reads it whole, columns in the order of the case."""
    return {
        table.name: f"SELECT {_listed(list(table.columns), dialect)} FROM {quoted(table.name, dialect)}"
        for table in case.world.schemas[system].tables.values()
    }


def read_back(case: Case, system: str, rows: Mapping[str, Sequence[Sequence[object]]]) -> Data:
    """Return what the queries gave, in the interpreter's values."""
    tables = case.world.schemas[system].tables
    return {
        system: {
            name: [
                {c.name: _value(c, cell) for c, cell in zip(tables[name].columns.values(), row, strict=True)}
                for row in found
            ]
            for name, found in rows.items()
        }
    }


def _value(column: SchemaColumn, cell: object) -> Scalar:
    if cell is None:
        return None
    if column.kind is ColumnKind.BOOLEAN:
        return bool(cell)
    if column.kind is ColumnKind.DATE and isinstance(cell, str):
        return date.fromisoformat(cell)
    if column.kind is ColumnKind.TIME and isinstance(cell, str):
        return datetime.fromisoformat(cell)
    assert isinstance(cell, (str, int, date, datetime))
    return unpadded(column, cell)
