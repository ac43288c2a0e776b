"""Looking into the demo firm's databases with nothing but SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from bailee.demo import Demo


def rows(demo: Demo, system: str, sql: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(demo.data / f"{system}.db")) as connection:
        return connection.execute(sql, values).fetchall()


def count(demo: Demo, system: str, sql: str, *values: object) -> int:
    number = rows(demo, system, sql, *values)[0][0]
    assert isinstance(number, int)
    return number
