"""A few rows of each table, looked at and forgotten; and whether values of one column are found in another.

A large table is never read whole: PostgreSQL takes some of its blocks, the others start at some places of the key. Each
statement has a short time limit; a table that does not answer in it is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Self

from sqlalchemy import Engine

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.engine import begin_transaction, get_dialect, open_connection
from bailee.draft.chance import Measured
from bailee.draft.effects import Reach, ReachedPersons
from bailee.draft.json_columns import look_inside
from bailee.draft.kinds import Kinds, NamedKind, Telling
from bailee.draft.meaning import ColumnPair
from bailee.draft.references import SharedParent, TableKey
from bailee.draft.sample import VALUES, Sample, SampledColumn, ValueShape, look_at
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable

LONGEST = 200
"""Characters of a text that are looked at."""

_LONG = 4_000  # characters of JSON that are looked at
_DOCUMENTS = frozenset({"json", "jsonb", "xml", "hstore"})
_LARGE = 20 * VALUES  # rows; smaller tables are read from their beginning
_KINDS = 20  # different values of a column that says what a row is
_PLACES = 4  # of the key, from which rows of a large table are read
_NOT_LOOKED_AT = frozenset({ColumnKind.BYTES, ColumnKind.OTHER})


def sample_tables(engine: Engine, schema: Schema, region: str) -> Sample:
    """Return what at most `VALUES` rows of each table look like. ``region`` reads telephone numbers (``GB``).

    Raises `ConnectorError` where the system cannot be reached; a table that may not be read, or does not answer, is
    not looked at.
    """
    columns: dict[tuple[str, str], SampledColumn] = {}
    rows: dict[str, int] = {}
    unread: dict[str, str] = {}
    dialect = get_dialect(engine)
    inside: dict[tuple[str, str], Mapping[str, SampledColumn]] = {}
    with _asking(engine) as ask:
        for name, table in schema.tables.items():
            names = [c.name for c in table.columns.values() if _is_looked_at(dialect, c)]
            found = _read_rows(ask, dialect, table, names) if names else []
            if found is None:
                unread[name] = ask.why
                continue
            rows[name] = len(found)
            for place, column in enumerate(names):
                columns[name, column] = seen = look_at((row[place] for row in found), region)
                if _can_be_json(table.columns[column], seen):
                    cells = _read_rows(ask, dialect, table, [column], _LONG) or []
                    inside[name, column] = look_inside((row[0] for row in cells), region)
    return Sample(columns, rows, unread, inside)


def _is_looked_at(dialect: Dialect, column: SchemaColumn) -> bool:
    may_be_text = column.type_name in _DOCUMENTS or not dialect.kind.has_typed_columns
    return column.kind not in _NOT_LOOKED_AT or (column.kind is ColumnKind.OTHER and may_be_text)


def _can_be_json(column: SchemaColumn, seen: SampledColumn) -> bool:
    """Whether a column has JSON, by its type or by some of its values: MariaDB's is a text, and so is SQLite's."""
    return column.type_name in {"json", "jsonb"} or seen.shapes.get(ValueShape.JSON, 0) > 0


def read_kinds(engine: Engine, columns: Iterable[Telling]) -> Kinds:
    """Return for each column the different values in its first rows; it is left out where there are over `_KINDS`.

    Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found: dict[tuple[str, str], tuple[NamedKind, ...]] = {}
    with _asking(engine) as ask:
        for one in columns:
            rows = ask.rows(_write_kind_question(dialect, one)) or []
            values = tuple(NamedKind(value, ".".join(map(str, said))) for value, *said in rows if all(said))
            if len(rows) <= _KINDS:
                found[one.table, one.column] = values
    return found


def _write_kind_question(dialect: Dialect, one: Telling) -> str:
    column, limit = dialect.quote(one.column), _KINDS + 1
    first = f"SELECT {column} AS v FROM {dialect.table(one.table)} LIMIT {_LARGE}"
    if one.through is None:
        return f"SELECT DISTINCT v, v FROM ({first}) AS firsts WHERE v IS NOT NULL LIMIT {limit}"
    table, key, named = one.through
    names = ", ".join(f"t.{dialect.quote(name)}" for name in named)
    return (
        f"SELECT DISTINCT firsts.v, {names} FROM ({first}) AS firsts JOIN {dialect.table(table)} AS t"
        f" ON t.{dialect.quote(key)} = firsts.v LIMIT {limit}"
    )


def count_contained(engine: Engine, pairs: Iterable[ColumnPair]) -> Mapping[ColumnPair, Measured]:
    """Return for each pair how many of a few values of the one column are found in the other, and of how many.

    The other column is one that an index serves, so that each value costs one look. Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    with _asking(engine) as ask:
        return {pair: counts for pair in pairs if (counts := _count_pair(ask, dialect, pair)) is not None}


def read_reaches(engine: Engine, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Return (table, column) -> the least and the greatest number of a key: two looks into its index.

    A table that may not be read is left out. Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    with _asking(engine) as ask:
        for table, column in keys:
            quoted = dialect.quote(column)
            ends = ask.rows(f"SELECT min({quoted}), max({quoted}) FROM {dialect.table(table)}")
            if ends and ends[0][0] is not None:
                found[table, column] = (int(ends[0][0]), int(ends[0][1]))
    return found


def find_filled_keys(engine: Engine, keys: Iterable[TableKey]) -> frozenset[TableKey]:
    """Return the ``keys`` that every row of their table has, by all of its rows and not by some.

    One of a table that may not be read, or takes too long, is left out. Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found = set[TableKey]()
    with _asking(engine) as ask:
        for table, key in keys:
            empty = " OR ".join(f"{dialect.quote(column)} IS NULL" for column in key)
            if ask.rows(f"SELECT 1 FROM {dialect.table(table)} WHERE {empty} LIMIT 1") == []:
                found.add((table, key))
    return frozenset(found)


def count_agreement(engine: Engine, asked: Iterable[SharedParent]) -> Mapping[SharedParent, tuple[int, int]]:
    """Return of how many of the first rows both name a person, and in how many of these it is not the same one.

    Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found: dict[SharedParent, tuple[int, int]] = {}
    with _asking(engine) as ask:
        for one in asked:
            own, theirs = dialect.quote(one.own), dialect.quote(one.theirs)
            columns = ", ".join(dict.fromkeys((own, *(dialect.quote(mine) for _, mine in one.on))))
            first = f"SELECT {columns} FROM {dialect.table(one.child)} LIMIT {_LARGE}"
            joined = " AND ".join(f"t.{dialect.quote(key)} = few.{dialect.quote(mine)}" for key, mine in one.on)
            rows = ask.rows(
                f"SELECT count(*), sum(CASE WHEN few.{own} <> t.{theirs} THEN 1 ELSE 0 END) FROM ({first}) AS few"
                f" JOIN {dialect.table(one.parent)} AS t ON {joined}"
                f" WHERE few.{own} IS NOT NULL AND t.{theirs} IS NOT NULL"
            )
            if rows:
                found[one] = (int(rows[0][0]), int(rows[0][1] or 0))
    return found


def count_reached(engine: Engine, asked: Iterable[Reach]) -> Mapping[Reach, ReachedPersons]:
    """Return of whom a column names most often how many rows that are, and how many others are in them.

    Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found: dict[Reach, ReachedPersons] = {}
    with _asking(engine) as ask:
        for one in asked:
            own = dialect.quote(one.own)
            other = f", {dialect.quote(one.other)} AS o" if one.other else ", NULL AS o"
            first = f"SELECT {own} AS v{other} FROM {dialect.table(one.table)} LIMIT {_LARGE}"
            each = (
                f"SELECT count(*) AS n, count(DISTINCT o) AS m FROM ({first}) AS firsts WHERE v IS NOT NULL GROUP BY v"
            )
            rows = ask.rows(f"SELECT max(n), sum(n), max(m) FROM ({each}) AS most")
            if rows and rows[0][0]:
                found[one] = ReachedPersons(int(rows[0][0]), int(rows[0][2] or 0), int(rows[0][1]) < _LARGE)
    return found


# --- asking --------------------------------------------------------------------------------------------------


class _asking:  # noqa: N801 - it is used as a function
    """One conversation in which a statement that fails does not end the others. ``why`` the last one failed."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.driver, self.why = engine, get_dialect(engine).driver, ""

    def __enter__(self) -> Self:
        self.connection = open_connection(self.engine)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Any] | None:
        """Return the rows, or ``None`` where the system refuses or takes too long. A cut connection is raised."""
        try:
            with guarded(self.driver), closing(self.connection.cursor()) as cursor:
                cursor.execute(statement, values)
                return list(cursor.fetchall())
        except ConnectorError as error:
            if error.code in {"C501", "C509"}:
                raise
            self.why = _WHY.get(error.code, "the system refused")
            with guarded(self.driver):
                self.connection.rollback()
            begin_transaction(self.engine, self.connection)
            return None


_WHY = {"C503": "the account may not read it", "C504": "it took too long", "C505": "it is locked",
        "C512": "row security keeps it from this account"}  # fmt: skip


def _read_rows(
    ask: _asking, dialect: Dialect, table: SchemaTable, names: Sequence[str], longest: int = LONGEST
) -> list[Any] | None:
    wanted = ", ".join(_write_cut(dialect, table, name, longest) for name in names)
    source = dialect.table(table.name)
    if table.rows is not None and table.rows > _LARGE:
        for statement in _write_spread_questions(ask, dialect, table, wanted, source):
            found = ask.rows(statement)
            if found and len(found) >= VALUES // 2:
                return found[:VALUES]
    return ask.rows(f"SELECT {wanted} FROM {source} LIMIT {VALUES}")


def _write_cut(dialect: Dialect, table: SchemaTable, name: str, longest: int) -> str:
    quoted, column = dialect.quote(name), table.columns[name]
    if column.kind is ColumnKind.OTHER:
        return f"substr(CAST({quoted} AS {dialect.text_type}), 1, {longest})"
    return f"substr({quoted}, 1, {longest})" if column.kind is ColumnKind.TEXT else quoted


def _write_spread_questions(
    ask: _asking, dialect: Dialect, table: SchemaTable, wanted: str, source: str
) -> Iterator[str]:
    """Yield statements that take some rows from the middle of a large table."""
    if sampled := dialect.some_rows(wanted, source, min(1.0, 10 * VALUES / (table.rows or 1)), VALUES):
        yield sampled
        return
    key = table.columns.get(table.primary_key[0]) if len(table.primary_key) == 1 else None
    if key is None or key.kind is not ColumnKind.INTEGER:
        return
    quoted = dialect.quote(key.name)
    ends = ask.rows(f"SELECT min({quoted}), max({quoted}) FROM {source}")  # two looks into the index
    if not ends or ends[0][0] is None:
        return
    low, high = ends[0]
    starts = [low + (high - low) * part // _PLACES for part in range(_PLACES)]
    parts = [
        f"SELECT * FROM (SELECT {wanted} FROM {source} WHERE {quoted} >= {start} ORDER BY {quoted}"
        f" LIMIT {VALUES // _PLACES}) AS part{n}"
        for n, start in enumerate(starts)
    ]
    yield " UNION ALL ".join(parts)


def _count_pair(ask: _asking, dialect: Dialect, pair: ColumnPair) -> Measured | None:
    own, theirs = dialect.quote(pair.column), dialect.quote(pair.their_column)
    whole = pair.kind is ColumnKind.INTEGER
    # The limit stands before the condition: of a column that is nearly always empty no more rows are read.
    kind = f", {dialect.quote(pair.when[0])} AS kind" if pair.when else ""
    kind += "".join(f", {dialect.quote(mine)} AS b{n}" for n, (mine, _) in enumerate(pair.beside))
    more = "".join(f", b{n}" for n in range(len(pair.beside)))
    also = "".join(f" AND t.{dialect.quote(key)} = few.b{n}" for n, (_, key) in enumerate(pair.beside))
    few = f"SELECT {own} AS v{kind} FROM {dialect.table(pair.table)} LIMIT {_LARGE}"
    filled = "v IS NOT NULL AND v <> 0" if whole else "v IS NOT NULL"
    filled += f" AND kind = {dialect.mark}" if pair.when else ""
    each = f"SELECT v{more}, count(*) AS n FROM ({few}) AS firsts WHERE {filled} GROUP BY v{more} LIMIT {VALUES}"

    def found(value: str) -> str:
        there = f"SELECT 1 FROM {dialect.table(pair.their_table)} AS t WHERE t.{theirs} = {value}{also}"
        return f"sum(CASE WHEN EXISTS ({there}) THEN 1 ELSE 0 END)"

    beside = found("few.v - 1") if whole else "NULL"
    rows = ask.rows(
        f"SELECT count(*), sum(few.n), {found('few.v')}, {beside} FROM ({each}) AS few",
        (pair.when[1],) if pair.when else (),
    )
    if not rows:
        return None
    of, among, there, next_to = rows[0]
    return Measured(int(there or 0), int(of), int(next_to or 0) if whole else None, int(among or 0))


def count_addresses(engine: Engine, table: SchemaTable, column: str, most: int) -> tuple[int, int, str] | None:
    """Return how many cells of ``column`` look like e-mail addresses, of how many filled ones, and the SQL that counts.

    Of a table of more than ``most`` rows so many are counted. ``None`` where it takes too long.
    """
    dialect = get_dialect(engine)
    cell, source = dialect.identifier(column), dialect.unescaped(dialect.table(table.name))
    counted = f"count(CASE WHEN {cell} LIKE '%_@_%._%' THEN 1 END), count({cell})"
    if table.rows is not None and table.rows > most:
        source = f"(SELECT {cell} FROM {source} LIMIT {most}) AS some"
    statement = f"SELECT {counted} FROM {source}"
    with _asking(engine) as ask:
        found = ask.rows(dialect.escaped(statement))
    return (int(found[0][0]), int(found[0][1]), statement) if found else None


def count_rows(engine: Engine, tables: Iterable[SchemaTable], most: int) -> Mapping[str, int]:
    """Return table -> how many rows it has: counted up to ``most``, beyond as the server estimates.

    Raises `ConnectorError`.
    """
    dialect = get_dialect(engine)
    found: dict[str, int] = {}
    with _asking(engine) as ask:
        for table in tables:
            some = f"SELECT 1 FROM {dialect.table(table.name)} LIMIT {most}"
            rows = [] if (table.rows or 0) > most else ask.rows(f"SELECT count(*) FROM ({some}) AS some")
            found[table.name] = max(table.rows or 0, int(rows[0][0]) if rows else 0)
    return found
