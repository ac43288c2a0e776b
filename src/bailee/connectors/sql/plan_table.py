"""The table of plans that a firm may allow Bailee in its database: each plan puts in a row, and none is changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Engine

from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.engine import get_dialect, open_connection

_COLUMNS = ("number", "plan", "at")


def write_insert(dialect: Dialect, table: str) -> str:
    """Return the statement that puts a row into ``table``: its number, the plan's hash, the time (UTC, ISO 8601)."""
    columns = ", ".join(map(dialect.quote, _COLUMNS))
    return f"INSERT INTO {dialect.table(table)} ({columns}) VALUES ({', '.join([dialect.mark] * len(_COLUMNS))})"


def read_plans_after(engine: Engine, table: str, number: int) -> Sequence[tuple[int, str, str]]:
    """Return the rows of ``table`` with a higher number. Raises `ConnectorError`."""
    dialect = get_dialect(engine)
    columns, which = ", ".join(map(dialect.quote, _COLUMNS)), dialect.quote(_COLUMNS[0])
    sql = f"SELECT {columns} FROM {dialect.table(table)} WHERE {which} > {dialect.mark}"
    with (
        closing(open_connection(engine)) as connection,
        guarded(dialect.driver),
        closing(connection.cursor()) as cursor,
    ):
        asked: Any = cursor
        asked.execute(sql, (number,))
        found = [(int(number), str(plan), str(at)) for number, plan, at in asked.fetchall()]
        connection.rollback()
    return found
