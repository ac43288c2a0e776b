"""Rows for the tables of a real application: invented, and as bad for a guesser as real ones are.

Keys count from 1 in every table, so that any small number is found in any key, but where `source.yaml` says how they go
(``gap 40051 17``: from there on, uneven, one in each 17 numbers). References go where the answers say,
those of several kinds (`object_type`, `object_id`) by their discriminator; staff are the first rows of a table of
users; a column without a word is filled by its name and type. The same seed makes the same rows.
"""

from __future__ import annotations

import itertools
import random
import re
import uuid
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from tests.draft.real.answers import TRUE, Edge, RealAnswers
from tests.draft.schemas.filling import DAY_ZERO, MAKERS, Row
from tests.draft.schemas.people import Person, invent, phrase

CAST = 400
PEOPLE_ROWS, ROWS, CHUNK = 120, 45, 400
STAFF = 8  # the first rows of a table of users, where a reference is to staff
EMPTY_REFERENCE = 0.15
ULID = 31  # characters of a key made of letters
DEEPEST = 5  # references from key to key

_BY_NAME: Sequence[tuple[str, str]] = (
    (r"e_?mail(_?addr(ess)?)?$|^correspond|_email|^email", "Email"),
    (r"(mobile|pager)", "mobile"),
    (r"(phone|telephone|msisdn)", "phone"),
    (r"first_?name|given_?name", "first"),
    (r"last_?name|family_?name|surname", "last"),
    (r"(real|full|display)_?name|fullname", "full"),
    (r"user_?name$|^login$|nick_?name", "username"),
    (r"password|passwd|secret", "crypt"),
    (r"(^|_)ip(_?addr(ess)?)?$|ipaddress", "ip"),
    (r"user_?agent", "agent"),
    (r"zip|post_?code|postal", "postcode"),
    (r"(^|_)city$|town", "town"),
    (r"address_?1|street|line1", "street"),
    (r"company|organi[sz]ation$", "company"),
    (r"uuid|guid", "uuid"),
    (r"token|hash|etag|call_?id", "hex"),
    (r"(^|_)ur[il]$", "url"),
    (r"metadata|_json|^data$", "json"),
)


@dataclass(frozen=True)
class Reference:
    """What a row's columns point to; ``when``: (column, value) that says it, where several kinds are pointed to."""

    columns: tuple[str, ...]
    to: str
    theirs: tuple[str, ...]
    owns: bool
    when: tuple[str, str] | None = None
    staff: bool = False


@dataclass
class _Made:
    """What is known of all rows before one is written."""

    tables: Mapping[str, sa.Table]
    answers: RealAnswers
    words: Mapping[str, str]  # "table.column" -> the word of a maker
    counts: dict[str, int]
    cast: Sequence[Person]
    chance: random.Random
    references: dict[str, list[Reference]]
    places: Mapping[str, Any] = field(default_factory=dict)  # "table.column" -> which row it points to
    shifts: Mapping[str, int] = field(default_factory=dict)  # table -> whom of the cast its first row is about
    targets: dict[str, list[dict[Reference, int]]] = field(default_factory=dict)
    persons: dict[tuple[str, int], Person] = field(default_factory=dict)
    cells: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)


def fill(engine: sa.Engine, answers: RealAnswers, says: Mapping[str, Any], *, seed: int = 1) -> sa.MetaData:
    """Fill the empty tables; return what was reflected.

    ``says``: ``rows``, ``fill``, ``staff``, ``points`` and ``cast`` of `source.yaml`. ``points`` says which row a
    reference leads to, where chance would not do: a number, for the row so far behind its own number (the tables that
    share the keys of a base table have a span of it each); how many rows, one after the other, point to the first row,
    the second ...; or ``own``: the column is filled by its word (a name, beside the reference to whose name it is).
    ``cast``: by how many persons a table starts later than the others, for another table of other people.
    """
    metadata = reflect(engine)
    chance = random.Random(seed)
    tables = dict(sorted(metadata.tables.items()))
    made = _Made(
        tables=tables,
        answers=answers,
        words=says.get("fill") or {},
        counts={name: _count(name, answers, says.get("rows") or {}) for name in tables},
        cast=[invent(chance, n, answers.country) for n in range(CAST)],
        chance=chance,
        references={name: _references(table, name, answers, says) for name, table in tables.items()},
        places=says.get("points") or {},
        shifts=says.get("cast") or {},
    )
    for name in tables:
        made.targets[name] = [_targets(made, name, i) for i in range(made.counts[name])]
    for name in tables:
        for chosen in made.targets[name]:
            _agree(made, chosen)
    with engine.begin() as connection:
        _without_keys(connection)
        for name, table in tables.items():
            connection.execute(table.delete())
            rows = _distinct(table, [_row(made, name, i) for i in range(made.counts[name])])
            for start in range(0, len(rows), CHUNK):
                connection.execute(table.insert(), rows[start : start + CHUNK])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("analyze"))
    return metadata


def reflect(engine: sa.Engine) -> sa.MetaData:
    """Return all tables, those of other schemas than the usual one qualified."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            for table in metadata.tables.values():
                _as_sqlite_has_it(connection, table)
    return metadata


def _as_sqlite_has_it(connection: sa.Connection, table: sa.Table) -> None:
    """Add what reflection does not see: unique columns without a name, and that NUMERIC holds whatever is put there."""
    for column in table.columns:
        if type(column.type) is sa.NUMERIC and column.type.precision is None:
            column.type = sa.String()  # moments, as text, in Gammu's
    for index in connection.execute(
        sa.text("select name from pragma_index_list(:t) where [unique]"), {"t": table.name}
    ):
        info = sa.text("select name from pragma_index_info(:i) order by seqno")
        columns = connection.execute(info, {"i": index.name}).scalars().all()
        if columns and None not in columns:
            table.append_constraint(sa.UniqueConstraint(*columns))


def _without_keys(connection: sa.Connection) -> None:
    """Let rows be written in any order."""
    switch = {"postgresql": "set local session_replication_role = replica", "mysql": "set foreign_key_checks = 0"}
    switch["mariadb"] = switch["mysql"]
    if connection.dialect.name in switch:
        connection.execute(sa.text(switch[connection.dialect.name]))


def _count(name: str, answers: RealAnswers, asked: Mapping[str, int]) -> int:
    """Return how many rows a table gets: as is asked; else many people, some of anything, and of each ninth none."""
    if name in asked:
        return asked[name]
    if name in answers.people:
        return PEOPLE_ROWS
    known = any(name == end.partition(".")[0] for edge in answers.edges for end in edge)
    luck = zlib.crc32(name.encode())
    return ROWS + luck % 40 if known else 0 if luck % 9 == 0 else 5 + luck % 40


# --- references ----------------------------------------------------------------------------------------------


def _references(table: sa.Table, name: str, answers: RealAnswers, says: Mapping[str, Any]) -> list[Reference]:
    found, staff, points = list[Reference](), says.get("staff") or (), says.get("points") or {}
    for edge, words in answers.edges.items():
        columns, to, theirs = _ends(edge)
        if edge[0].partition(".")[0] == name and points.get(edge[0]) != "own":
            owns = words[0] in {*TRUE, "same"}
            found.append(
                Reference(columns, to, theirs, owns, answers.whens.get(edge), ".".join((name, *columns)) in staff)
            )
    taken = {c for one in found for c in one.columns}
    for key in sorted(table.foreign_key_constraints, key=lambda one: tuple(one.column_keys)):
        columns = tuple(e.parent.name for e in key.elements)
        if taken.isdisjoint(columns):
            parent = key.referred_table
            marked = ".".join((name, *columns)) in staff
            found.append(
                Reference(columns, parent.name, tuple(e.column.name for e in key.elements), False, None, marked)
            )
    return found


def _ends(edge: Edge) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    child, parent = (end.split("+") for end in edge)
    return tuple(c.split(".")[-1] for c in child), parent[0].split(".")[0], tuple(p.split(".")[-1] for p in parent)


def _targets(made: _Made, name: str, i: int) -> dict[Reference, int]:
    """Choose where a row's references lead: one for each set of columns."""
    chosen: dict[Reference, int] = {}
    table, by_columns = made.tables[name], dict[tuple[str, ...], list[Reference]]()
    for one in made.references[name]:
        if made.counts[one.to]:
            by_columns.setdefault(one.columns, []).append(one)
    for columns, several in by_columns.items():
        one = made.chance.choice(several)
        if (place := made.places.get(".".join((name, *columns)))) is not None:
            if (at := _placed(place, i)) < made.counts[one.to]:
                chosen[one] = at
            continue
        empty = all(table.columns[c].nullable for c in columns) and made.chance.random() < EMPTY_REFERENCE
        if empty and not any(c.primary_key for c in table.columns if c.name in columns):
            continue
        last = min(STAFF, made.counts[one.to]) if one.staff else made.counts[one.to]
        alone = any(set(u) <= set(columns) for u in _uniques(table))
        chosen[one] = i % last if alone else made.chance.randrange(last)
    return chosen


def _placed(place: Any, i: int) -> int:
    if isinstance(place, int):
        return place + i
    return sum(end <= i for end in itertools.accumulate(place))


def _agree(made: _Made, chosen: dict[Reference, int]) -> None:
    """Let two owners of a row agree: the order of a price is the order of its line."""
    for near, i in list(chosen.items()):
        for far, to_far in list(chosen.items()):
            if near.owns and far.owns and near.to != far.to and far.when is None:
                same = [to for one, to in made.targets[near.to][i].items() if one.owns and one.to == far.to]
                chosen[far] = (same or [to_far])[0]


def _person(made: _Made, name: str, i: int, seen: Sequence[str]) -> Person:
    """Return whom a row is about: the person of a table of people, or of the row that owns it."""
    if (name, i) not in made.persons:
        owner = next(((r, to) for r, to in made.targets[name][i].items() if r.owns and r.to not in (name, *seen)), None)
        if owner:
            made.persons[name, i] = _person(made, owner[0].to, owner[1], (*seen, name))
        else:
            made.persons[name, i] = made.cast[(i + made.shifts.get(name, 0)) % CAST]
    return made.persons[name, i]


# --- cells ---------------------------------------------------------------------------------------------------


def _row(made: _Made, name: str, i: int) -> dict[str, Any]:
    table = made.tables[name]
    cells = {c.name: _value(made, name, i, c.name, DEEPEST) for c in table.columns if c.computed is None}
    for one in made.targets[name][i]:
        if one.when:
            cells[one.when[0]] = _fitted(table.columns[one.when[0]], one.when[1])
    return cells


def _value(made: _Made, name: str, i: int, column: str, deep: int) -> Any:
    """Return a cell: what the row it points to has, or what is made up for it alone."""
    its = made.tables[name].columns[column]
    for one, to in made.targets[name][i].items():
        if column in one.columns and deep:
            theirs = one.theirs[one.columns.index(column)]
            return _fitted(its, _value(made, one.to, to, theirs, deep - 1))
    if any(column in one.columns for one in made.references[name]) and not its.primary_key:
        return None if its.nullable else _nothing(its)
    own = made.cells.setdefault((name, i), {})
    if column not in own:
        own[column] = _cell(made, name, its, Row(made.chance, _person(made, name, i, ()), i + 1, {}))
    return own[column]


def _cell(made: _Made, name: str, column: sa.Column[Any], row: Row) -> Any:
    word = made.words.get(f"{name}.{column.name}") or made.words.get(f"*.{column.name}")
    if word is None:
        return _unasked(column, row, name)
    maker, *arguments = word.split()
    if maker == "null":
        return None if column.nullable else _nothing(column)
    if maker.endswith("?") and row.random.random() < (0.9 if maker.endswith("??") else 0.3):
        return None if column.nullable else _nothing(column)
    return _fitted(column, MAKERS[maker.rstrip("?")](row, *arguments))


def _unasked(column: sa.Column[Any], row: Row, name: str) -> Any:  # noqa: PLR0911 - a case each
    kind = _kind(column)
    key = list(column.table.primary_key.columns)
    length = getattr(column.type, "length", None) or 1000
    if key == [column]:
        if kind is int:
            return row.number
        long = length >= ULID
        key_text = f"{name[:4]}_{MAKERS['hex'](row, '26')}" if long else f"{name[:4]}{row.number}"
        return _fitted(column, MAKERS["uuid"](row) if kind is not str else key_text)
    if column.nullable and row.random.random() < 0.2:
        return None
    enums = getattr(column.type, "enums", None)
    if enums:
        return row.random.choice(enums)
    if kind is str:
        for pattern, maker in _BY_NAME:
            if re.search(pattern, column.name, re.IGNORECASE):
                return _fitted(column, MAKERS[maker](row))
    if any(u == (column.name,) for u in _uniques(column.table)):
        return _fitted(column, row.number if kind is int else f"{phrase(row.random, 1)}-{row.number}")
    many = 12 if length > 300 else 1 if length < 20 else 2
    return _fitted(column, _by_kind(kind, row, many))


def _by_kind(kind: type, row: Row, many: int) -> Any:
    chance = row.random
    makers: Mapping[type, Callable[[], Any]] = {
        str: lambda: phrase(chance, many),
        bool: lambda: chance.random() < 0.5,
        datetime: lambda: row.when,
        date: row.when.date,
        time: row.when.time,
        timedelta: lambda: timedelta(seconds=chance.randrange(5_000)),
        float: lambda: chance.randrange(100, 90_000) / 100,
        Decimal: lambda: Decimal(chance.randrange(100, 9_000)) / 100,
        dict: lambda: {"note": phrase(chance, 3), "count": chance.randrange(9)},
        list: list,
        bytes: lambda: phrase(chance, 2).encode(),
        int: lambda: chance.randrange(0, 12),
        uuid.UUID: lambda: MAKERS["uuid"](row),
    }
    return makers.get(kind, lambda: None)()


def _kind(column: sa.Column[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        named = type(column.type).__name__
        return str if named in {"INET", "CITEXT", "NullType"} else type(None)


def _nothing(column: sa.Column[Any]) -> Any:
    kind = _kind(column)
    empty = {str: "", bytes: b"", bool: False, datetime: DAY_ZERO, date: DAY_ZERO.date(), dict: {}, list: []}
    return _naive(column, empty.get(kind, 0))


def _fitted(column: sa.Column[Any], value: Any) -> Any:  # noqa: PLR0911 - a case each
    """Return the value as the column takes it."""
    kind = _kind(column)
    if value is None or kind is type(None):
        return None
    if kind is str:
        length = getattr(column.type, "length", None)
        value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        return str(value)[:length] if length else str(value)
    if kind is bytes:
        length = getattr(column.type, "length", None)
        return value[:length] if isinstance(value, bytes) else str(value).encode()[:length]
    if kind is dict and isinstance(value, str):
        return {"note": value}
    if kind in {int, float, Decimal, bool} and isinstance(value, str):
        value = float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else zlib.crc32(value.encode()) % 1000
    if kind in {int, bool} and not isinstance(value, kind):
        return kind(value)
    if kind is datetime and isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(), UTC)
    if kind is date and isinstance(value, datetime):
        return value.date()
    if kind is time:
        return value if isinstance(value, time) else time.fromisoformat(value)
    return _naive(column, value)


def _naive(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, datetime) and not getattr(column.type, "timezone", False):
        return value.replace(tzinfo=None)
    return value


def _uniques(table: sa.Table) -> list[tuple[str, ...]]:
    keys = [tuple(c.name for c in table.primary_key.columns)]
    keys += [tuple(c.name for c in k.columns) for k in table.constraints if isinstance(k, sa.UniqueConstraint)]
    keys += [tuple(c.name for c in index.columns) for index in table.indexes if index.unique]
    return [key for key in keys if key]


def _distinct(table: sa.Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out the rows that a key or a unique index forbids."""
    kept, seen = list[dict[str, Any]](), set[Any]()
    uniques = _uniques(table)
    for row in rows:
        marks = {(u, *(str(row.get(c)).lower() for c in u)) for u in uniques if all(row.get(c) is not None for c in u)}
        if marks & seen:
            continue
        seen |= marks
        kept.append(row)
    return kept
