"""Invented rows for a schema that somebody else thought of.

The SQL of a fixture says in comments how each column is filled: `--~ 300` after `create table t (` is its number of
rows (`--~ 300 distinct`: another person in each), and `--~ email` after a column names one of `MAKERS`; `email?`
leaves three cells of ten empty, `email??` nine. A column without a word is filled by its type, one with a foreign key
from the table that it points to. The same seed makes the same rows.
"""

from __future__ import annotations

import hashlib
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

from tests.draft.schemas.people import Person, invent, phrase

DAY_ZERO = datetime(2019, 1, 1, tzinfo=UTC)
DAYS = 2700
ROWS = 40  # of a table whose comment says nothing
CHUNK = 500

_TABLE = re.compile(r'create table\s+([\w."`]+)\s*\((?:\s*--~\s*(\d+)(\s+distinct)?)?', re.IGNORECASE)
_COLUMN = re.compile(r'^\s*["`]?(\w+)["`]?\s[^\n]*?--~\s*(.+?)\s*$')


@dataclass(frozen=True)
class Recipe:
    """How many rows a table gets, and the words by column."""

    rows: int
    distinct: bool
    words: Mapping[str, Sequence[str]]


@dataclass
class Row:
    """The row that is being made: whose it is, and what is already there to point to."""

    random: random.Random
    person: Person
    number: int
    keys: Mapping[str, Sequence[Any]]  # "table.column" -> values
    when: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.when = DAY_ZERO + timedelta(days=self.random.randrange(DAYS), seconds=self.random.randrange(86_400))


def read_recipes(ddl: str) -> dict[str, Recipe]:
    """Return table -> recipe, in the order of the SQL: parents stand before children."""
    found: dict[str, Recipe] = {}
    name, rows, distinct, words = "", ROWS, False, dict[str, Sequence[str]]()
    for line in ddl.splitlines():
        if table := _TABLE.search(line):
            name = table[1].replace('"', "").replace("`", "")
            rows, distinct, words = int(table[2] or ROWS), bool(table[3]), {}
            found[name] = Recipe(rows, distinct, words)
        elif name and (column := _COLUMN.match(line)):
            words[column[1]] = column[2].split()
    return found


def build(url: str, ddl: str, *, country: str, seed: int = 1) -> sa.MetaData:
    """Make the tables of ``ddl`` in the empty database at ``url``, fill them, and return what was reflected.

    ``country`` is where the invented people live (`people.invent`).
    """
    engine = sa.create_engine(url)
    tables = create(engine, ddl)
    chance = random.Random(seed)
    cast = [invent(chance, n, country) for n in range(400)]
    keys: dict[str, list[Any]] = {}
    with engine.begin() as connection:
        for name, recipe in read_recipes(ddl).items():
            rows = _rows(tables.tables[name], recipe, chance, cast, keys)
            for start in range(0, len(rows), CHUNK):
                connection.execute(tables.tables[name].insert(), rows[start : start + CHUNK])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("analyze"))
    engine.dispose()
    return tables


def create(engine: sa.Engine, ddl: str) -> sa.MetaData:
    """Make the tables of ``ddl``, empty, and return what was reflected."""
    bare = re.sub(r"--[^\n]*", "", ddl)
    with engine.begin() as connection:
        for statement in filter(str.strip, bare.split(";")):
            connection.execute(sa.text(statement.replace(":", r"\:")))
    tables = sa.MetaData()
    for schema in sorted({name.partition(".")[0] for name in read_recipes(ddl) if "." in name}):
        tables.reflect(engine, schema=schema)
    tables.reflect(engine)
    return tables


def _rows(
    table: sa.Table, recipe: Recipe, chance: random.Random, cast: Sequence[Person], keys: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """Return the rows of a table; those that a key or unique index forbids are left out."""
    kept, seen = list[dict[str, Any]](), set[tuple[object, ...]]()
    uniques = _uniques(table)
    own = f"{table.schema}.{table.name}" if table.schema else table.name
    for column in table.columns:
        keys[f"{own}.{column.name}"] = []
    for n in range(recipe.rows):
        row = Row(chance, cast[n % len(cast)] if recipe.distinct else chance.choice(cast), n + 1, keys)
        values = {c.name: _value(c, recipe.words.get(c.name, ()), row) for c in table.columns if c.computed is None}
        marks = {(u, *(values[c] for c in u)) for u in uniques if all(values[c] is not None for c in u)}
        if marks & seen:
            continue
        seen |= marks
        kept.append(values)
        for column_name, value in values.items():
            keys[f"{own}.{column_name}"].append(value)
    return kept


def _uniques(table: sa.Table) -> list[tuple[str, ...]]:
    keys = [tuple(c.name for c in table.primary_key.columns)]
    keys += [
        tuple(c.name for c in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ]
    keys += [tuple(c.name for c in index.columns) for index in table.indexes if index.unique]
    return [key for key in keys if key]


def _value(column: sa.Column[Any], words: Sequence[str], row: Row) -> Any:
    words = words or _words_by_key(column)
    if not words:
        return _by_type(column, row)
    name, arguments = words[0].rstrip("?"), words[1:]
    empty = {0: 0.0, 1: 0.3, 2: 0.9}[words[0].count("?")]
    if row.random.random() < empty:
        return None if column.nullable else _nothing(column)
    value = MAKERS[name](row, *arguments)
    if value is None and not column.nullable:
        value = _nothing(column)
    return _fitted(column, value)


def _words_by_key(column: sa.Column[Any]) -> Sequence[str]:
    """Return the words for a column that nobody said anything about, where keys say enough."""
    for key in column.foreign_keys:
        return ("ref?" if column.nullable else "ref", key.target_fullname)
    whole = [c.name for c in column.table.primary_key.columns]
    if whole == [column.name]:
        return ("uuid",) if isinstance(column.type, sa.Uuid) else ("seq",)
    return ()


def _python_type(column: sa.Column[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return str


def _fitted(column: sa.Column[Any], value: Any) -> Any:
    """Return the value as the column's type takes it."""
    kind = _python_type(column)
    if value is None or kind is bytes:
        return value.encode() if isinstance(value, str) else value
    if kind is str:
        length = getattr(column.type, "length", None)
        return str(value)[:length] if length else str(value)
    if kind is date and isinstance(value, datetime):
        return value.date()
    if kind is datetime and isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    if kind in {int, float, Decimal, bool} and isinstance(value, str | int | float):
        return kind(float(value)) if kind in {int, bool} else kind(value)
    return value


def _nothing(column: sa.Column[Any]) -> Any:
    kind = _python_type(column)
    return {str: "", bytes: b"", bool: False, datetime: DAY_ZERO, date: DAY_ZERO.date()}.get(kind, 0)


def _by_type(column: sa.Column[Any], row: Row) -> Any:
    """Return what a table of any application holds where nobody looks closely."""
    kind, chance = _python_type(column), row.random
    length = getattr(column.type, "length", None) or 1000
    makers: Mapping[type, Callable[[], Any]] = {
        str: lambda: phrase(chance, 12 if length > 300 else 2),
        bool: lambda: chance.random() < 0.5,
        datetime: lambda: row.when,
        date: lambda: row.when,
        float: lambda: chance.randrange(100, 90_000) / 100,
        Decimal: lambda: Decimal(chance.randrange(100, 90_000)) / 100,
        dict: dict,
        list: list,
        uuid.UUID: lambda: uuid.UUID(int=chance.getrandbits(128)),
        int: lambda: chance.randrange(0, 9),
    }
    return _fitted(column, makers.get(kind, lambda: None)())


# --- the words -----------------------------------------------------------------------------------------------


def _reference(row: Row, target: str) -> Any:
    values = [v for v in row.keys.get(target, ()) if v is not None]
    return row.random.choice(values) if values else None


def _hash(row: Row, length: str = "40") -> str:
    return hashlib.sha512(row.random.randbytes(8)).hexdigest()[: int(length)]


def _past(row: Row) -> datetime:
    return row.when


def _sip(row: Row) -> str:
    """A party of a call: mostly somebody's number, else an extension, or nothing that can be read."""
    return row.random.choice([*[row.person.phone("plain")] * 7, str(row.random.randrange(200, 260)), "anonymous"])


def _gap(row: Row, first: str = "1", step: str = "7") -> int:
    """A key of a sequence that has lost some: each is in a span of ``step`` numbers of its own, so that keys rise."""
    return int(first) + (row.number - 1) * int(step) + zlib.crc32(str(row.number).encode()) % int(step)


def _ulid(row: Row) -> str:
    """A ULID: 48 bits of the time, 80 of chance, in Crockford's base 32."""
    number = int(row.when.timestamp() * 1000) << 80 | row.random.getrandbits(80)
    return "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> 5 * at & 31] for at in reversed(range(26)))


def _path(row: Row, folder: str, ending: str) -> str:
    return f"{folder}/{row.when:%Y/%m}/{_hash(row, '10')}.{ending}"


MAKERS: Mapping[str, Callable[..., Any]] = {
    "first": lambda row: row.person.first,
    "last": lambda row: row.person.last,
    "full": lambda row: f"{row.person.first} {row.person.last}",
    "email": lambda row: row.person.email,
    "Email": lambda row: row.random.choice([row.person.email, row.person.email.title()]),
    "emails": lambda row: f'"{row.person.first} {row.person.last}" <{row.person.email}>',
    "phone": lambda row, form="mixed": row.person.phone(form if form != "mixed" else row.random),
    "mobile": lambda row, form="mixed": row.person.mobile(form if form != "mixed" else row.random),
    "street": lambda row: row.person.street,
    "town": lambda row: row.person.town,
    "postcode": lambda row: row.person.postcode,
    "country": lambda row: row.person.country,
    "company": lambda row: row.person.company,
    "vat": lambda row: row.person.vat,
    "iban": lambda row: row.person.iban,
    "stranger": lambda row: f"{_hash(row, '8')}@post.example",
    "office": lambda row: f"info@{row.person.company.partition(' ')[0].lower()}.example",
    "username": lambda row: row.person.username,
    "born": lambda row: row.person.born,
    "gender": lambda row, *words: row.random.choice(words or ("m", "f")),
    "ip": lambda row: row.person.ip,
    "agent": lambda _row: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/130.0",
    "crypt": lambda row: "$2y$10$" + _hash(row, "53"),
    "hex": _hash,
    "md5": lambda row: hashlib.md5(row.person.email.encode(), usedforsecurity=False).hexdigest(),
    "uuid": lambda row: uuid.UUID(int=row.random.getrandbits(128)),
    "uuid4": lambda row: uuid.UUID(int=row.random.getrandbits(128), version=4),
    "ulid": _ulid,
    "seq": lambda row, first="1": int(first) + row.number - 1,
    "gap": _gap,
    "code": lambda row, stem="": f"{stem}{10_000 + row.number}",
    "int": lambda row, low="0", high="9": row.random.randint(int(low), int(high)),
    "money": lambda row: Decimal(row.random.randrange(100, 90_000)) / 100,
    "pick": lambda row, *words: row.random.choice(words).replace("_", " "),
    "nth": lambda row, *words: words[(row.number - 1) % len(words)].replace("_", " "),
    "lit": lambda _row, *words: " ".join(words),
    "words": lambda row, count="3": phrase(row.random, int(count)),
    "text": lambda row: phrase(row.random, 25),
    "past": _past,
    "later": lambda row: row.when + timedelta(hours=row.random.randrange(1, 2_000)),
    "epoch": lambda row: int(row.when.timestamp()),
    "date": lambda row: row.when.date(),
    "ref": _reference,
    "ref0": lambda row, target: _reference(row, target) if row.random.random() < 0.7 else 0,
    "sip": _sip,
    "path": _path,
    "url": lambda row: f"https://www.{row.person.company.partition(' ')[0].lower()}.example/",
    "json": lambda _row: "{}",
}
