"""A time that SQLite keeps as a text: made coarse it is spelled as it was, and ordered by its instant."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import datetimes, integers, sampled_from, timedeltas, tuples

from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.dialects.sqlite import DIALECT as SQLITE
from bailee.connectors.sql.dialects.sqlite.functions import FUNCTIONS
from bailee.policy.predicate import Compare
from bailee.trace import Trace
from bailee.trace.schema import ColumnKind, SchemaColumn

SEEN = SchemaColumn("seen", ColumnKind.TIME, nullable=True)

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


def _asked(connection: sqlite3.Connection, cell: str | float | bytes | None, what: str, *values: object) -> object:
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


# --- the order of times --------------------------------------------------------------------------------------

MORE = (
    "2026-03-14T00:00:00",
    "2026-03-14 00:00:00",
    "2026-03-14T00:00Z",
    "2026-03-14 01:00:00+02:00",
    "2026-03-13T23:30:00-05:00",
    "2026-03-13 23:59:59.999999",
    "2026-03-14 00:00:00.000",
    "2026-12-31T23:30:00-05:00",
    "2027-01-01 00:30:00+14:00",
    "2026-W11-6",
    "20260314T000000",
    " 2026-03-14",
    "2027-01-01",
    "9999-12-30",
)
"""Python reads each; as texts they would be in another order."""


def _read(cell: str) -> datetime:
    found = datetime.fromisoformat(cell.strip())
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _compared(op: str, value: str | date | datetime, key: tuple[str, ...] = ()) -> tuple[str, list[object]]:
    """Return the condition that Bailee writes of the column, and its parameters."""
    bound = {"visit": SimpleNamespace(table=SimpleNamespace(columns={"seen": SEEN}), key=key)}
    writer = Writer(cast("Trace", SimpleNamespace(map=SimpleNamespace(bound=bound))), SQLITE, {})
    text = writer.holds(Compare("seen", op, value), "visit", "visit")
    return text, [bind.constant for bind in writer.binds]


_OPERATORS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
CELLS = (*MORE, *(cell for pair in SPELLED for cell in pair))
BOUNDS: tuple[str | date | datetime, ...] = (*CELLS, date(2026, 3, 14), datetime(2026, 3, 14, 12, 30, 15, 1))  # noqa: DTZ001


@pytest.mark.parametrize("bound", BOUNDS, ids=str)
@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "=", "!="])
def test_times_are_ordered_by_instant_however_they_are_spelled(
    connection: sqlite3.Connection, op: str, bound: str | date | datetime
) -> None:
    text, values = _compared(op, bound)
    for cell in CELLS:
        wanted = _OPERATORS[op](_read(cell), _read(str(bound)))
        assert bool(_asked(connection, cell, text, *values)) is wanted, (cell, text)


@given(
    cell=datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9990, 1, 1)),  # noqa: DTZ001
    apart=timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3)),
    zones=tuples(integers(-23 * 60, 23 * 60), integers(-23 * 60, 23 * 60)),
    marks=tuples(sampled_from(" T"), sampled_from(" T")),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_two_times_are_ordered_as_python_orders_them(
    connection: sqlite3.Connection, cell: datetime, apart: timedelta, zones: tuple[int, int], marks: tuple[str, str]
) -> None:
    one, other = (
        moment.replace(tzinfo=timezone(timedelta(minutes=zone)))
        for moment, zone in zip((cell, cell + apart), zones, strict=True)
    )
    for op, compare in _OPERATORS.items():
        wanted = compare(one, other)
        text, values = _compared(op, other.isoformat(marks[0]))
        assert bool(_asked(connection, one.isoformat(marks[1]), text, *values)) is wanted


@pytest.mark.parametrize("cell", ["", "soon", "0000-00-00", 1_772_000_000, 17_720_000.5, b"2026-03-14", b"\xff\xfe"])
def test_what_is_no_time_is_never_past_and_held_for_ever(
    connection: sqlite3.Connection, cell: str | float | bytes
) -> None:
    for op, wanted in (("<", 0), ("<=", 0), (">", 1), (">=", 1), ("=", 0), ("!=", 1)):
        for bound in ("1970-01-01", "9999-12-30"):
            text, values = _compared(op, bound)
            assert _asked(connection, cell, text, *values) == wanted


def test_a_time_that_is_a_key_is_the_same_only_as_it_stands(connection: sqlite3.Connection) -> None:
    """Two rows of a table may have one time for a key, spelled in two ways."""
    text, values = _compared("=", "2026-03-14 00:00:00", ("seen",))
    assert _asked(connection, "2026-03-14 00:00:00", text, *values) == 1
    assert _asked(connection, "2026-03-14T00:00:00", text, *values) == 0


def test_an_index_serves_what_is_before_a_day(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE INDEX by_time ON visit (seen)")
    text, values = _compared("<", date(2026, 3, 14))
    plan = connection.execute(f"EXPLAIN QUERY PLAN SELECT count(*) FROM visit WHERE {text}", values).fetchall()
    assert "by_time (seen<?)" in str(plan)


@given(
    moment=datetimes(),
    form=sampled_from(("{:%Y-%m-%d}", "{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%d %H:%M:%S.%f}", "{:%Y-%m-%dT%H:%M:%S}Z")),
    other=sampled_from(("", "0", " ", ".", "\0", "24:00:00")),
    place=integers(0, 26),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_sqlite_reads_for_us_is_what_we_would_read(
    connection: sqlite3.Connection, moment: datetime, form: str, other: str, place: int
) -> None:
    whole = form.format(moment).zfill(10)
    for cell in (whole, whole[:place] + other + whole[place + len(other) :]):
        ours = _asked(connection, cell, "bailee_instant(CAST(seen AS BLOB))")
        assert _asked(connection, cell, SQLITE.in_order("seen", SEEN)) == ours, cell
