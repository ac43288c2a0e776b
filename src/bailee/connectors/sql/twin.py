"""Copies of tables in SQLite, without their rows and their constraints: where violations are rehearsed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from bailee.connectors.sql.dialects.sqlite import DIALECT as SQLITE
from bailee.trace.schema import ColumnKind, Equality, Schema, SchemaTable

_TYPES = {ColumnKind.TEXT: "TEXT", ColumnKind.DATE: "TEXT", ColumnKind.TIME: "TEXT", ColumnKind.BYTES: "BLOB"}


def flatten_name(qualified: str) -> str:
    """Return the name of a table in a copy, where there are no schemas."""
    return qualified.replace(".", "__")


def make_twin_schema(schema: Schema) -> Schema:
    """Return ``schema`` as a copy in SQLite has it: the same columns, and nothing that would refuse a row."""
    return Schema(SQLITE.kind, {flatten_name(name): _make_twin_table(table) for name, table in schema.tables.items()})


def _make_twin_table(table: SchemaTable) -> SchemaTable:
    keys = tuple(replace(fk, table=flatten_name(fk.table)) for fk in table.foreign_keys)
    columns = {
        name: replace(column, equality=Equality.BYTES, generated=False, base="", collation="", labels=())
        for name, column in table.columns.items()
    }
    return replace(
        table, name=flatten_name(table.name), columns=columns, foreign_keys=keys, hazards={}, partitioned_by=None
    )


def make_twin(file: Path, schema: Schema, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Make the new database ``file`` with the tables of ``schema``, as `make_twin_schema` gives it.

    ``rows``: table -> cells; a cell for which there is no column is left out, and other columns are empty.
    """
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table in schema.tables.values():
            columns = ", ".join(f"{SQLITE.quote(c.name)} {_TYPES.get(c.kind, '')}" for c in table.columns.values())
            connection.execute(f"CREATE TABLE {SQLITE.quote(table.name)} ({columns})")
        for name, cells in rows:
            columns_ = schema.tables[name].columns
            known = {n: SQLITE.bind(value, columns_[n]) for n, value in cells.items() if n in columns_}
            names, marks = ", ".join(map(SQLITE.quote, known)), ", ".join("?" * len(known))
            connection.execute(f"INSERT INTO {SQLITE.quote(name)} ({names}) VALUES ({marks})", list(known.values()))
