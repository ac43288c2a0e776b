"""A time that SQLite keeps as a text: made coarse it is spelled as it was, and another spelling is no other time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from bailee.connectors.sql.dialects import SQLITE
from bailee.connectors.sql.functions import FUNCTIONS
from bailee.trace.schema import Column, Kind

SEEN = Column("seen", Kind.TIME, nullable=True)

SPELLED = (
    ("2026-03-14 12:30:15", "2026-03-01 00:00:00"),
    ("2026-03-14T12:30:15", "2026-03-01T00:00:00"),
    ("2026-03-14 12:30", "2026-03-01 00:00"),
    ("2026-03-14 12:30:15.123", "2026-03-01 00:00:00.000"),
    ("2026-03-14 12:30:15.123456", "2026-03-01 00:00:00.000000"),
    ("2026-03-14T12:30:15Z", "2026-03-01T00:00:00Z"),
    ("2026-03-14T12:30:15.123456+02:00", "2026-03-01T00:00:00.000000+02:00"),
    ("2026-03-14 12:30-05:00", "2026-03-01 00:00-05:00"),
    ("2026-03-14", "2026-03-01"),
)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        for name, takes, function in FUNCTIONS:
            made.create_function(name, takes, function, deterministic=True)
        made.execute("CREATE TABLE visit (seen TIMESTAMP)")
        yield made


def _asked(connection: sqlite3.Connection, cell: str | int | bytes | None, what: str, *values: object) -> object:
    connection.execute("DELETE FROM visit")
    connection.execute("INSERT INTO visit VALUES (?)", (cell,))
    ((found,),) = connection.execute(f"SELECT {what} FROM visit", values).fetchall()
    return found


@pytest.mark.parametrize(("cell", "coarse"), SPELLED)
def test_a_coarse_time_is_spelled_as_it_was_and_stays(connection: sqlite3.Connection, cell: str, coarse: str) -> None:
    made = SQLITE.coarse("seen", SEEN, "month")
    assert _asked(connection, cell, made) == coarse
    assert _asked(connection, coarse, made) == coarse
    assert _asked(connection, cell, SQLITE.differs("seen", made, SEEN)) == 1
    assert _asked(connection, coarse, SQLITE.differs("seen", made, SEEN)) == 0


@pytest.mark.parametrize(
    "cell",
    ["2026-03-14", "2026-03-14 00:00", "2026-03-14T00:00:00.000000", "2026-03-14T00:00:00Z", "2026-03-14 02:00+02:00"],
)
def test_a_time_spelled_otherwise_is_no_other(connection: sqlite3.Connection, cell: str) -> None:
    differs = SQLITE.differs("seen", "?", SEEN)
    assert _asked(connection, cell, differs, "2026-03-14 00:00:00") == 0
    assert _asked(connection, cell, differs, "2026-03-14 00:00:01") == 1
    assert _asked(connection, cell, differs, None) == 1


@pytest.mark.parametrize("cell", [None, "", "soon", 1_772_000_000, b"\xff\xfe", "0001-01-01 00:00+02:00"])
def test_what_is_no_time_differs_from_all_but_itself(
    connection: sqlite3.Connection, cell: str | int | bytes | None
) -> None:
    differs = SQLITE.differs("seen", "?", SEEN)
    assert _asked(connection, cell, differs, cell) == 0
    assert _asked(connection, cell, differs, "2026-03-14 00:00:00") == 1
