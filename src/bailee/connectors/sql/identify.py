"""One round of the closure in a database: who carries these identity values?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bailee.connectors.sql.compile import Bind, Shape, Sql, Writer
from bailee.connectors.sql.statements import Statements
from bailee.policy.model import Form, Identity
from bailee.policy.predicate import ALWAYS, Scalar
from bailee.trace import Map
from bailee.trace.questions import Found, Question
from bailee.trace.sets import Ref

_AT_ONCE = 2_000  # values in one statement: SQLite takes 32,766 parameters


def asked(statements: Statements, question: Question) -> Iterator[Sql]:
    """Yield the statements that ask ``question``, one for each two thousand values."""
    bound = statements.trace.map.bound[question.collection]
    if question.identity is None:
        for start in range(0, len(question.keys), _AT_ONCE):
            yield _by_keys(statements, question, question.keys[start : start + _AT_ONCE])
        return
    column = bound.table.columns[question.identity.column]
    values = [v for v in (statements.dialect.spelled(text, column) for text in question.spellings) if v is not None]
    for start in range(0, len(values), _AT_ONCE):
        yield _by_values(statements, question, question.identity, values[start : start + _AT_ONCE])


def answers(statements: Statements, collection: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Found]:
    """Yield what the rows of a statement of `asked` say."""
    m = statements.trace.map
    bound = m.bound[collection]
    columns, k = _columns(m, collection, statements.links(collection)), len(bound.key)
    for row in rows:
        flags = row[k + len(columns) : k + len(columns) + len(bound.collection.identities)]
        cells = dict(zip(columns, row[k:], strict=False))
        yield Found(
            Ref(m.system.name, collection, row[:k]), cells, frozenset(n for n, flag in enumerate(flags) if flag)
        )


def _columns(m: Map, collection: str, links: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that the closure reads of a subject row."""
    found = dict.fromkeys(links)
    for identity in m.bound[collection].collection.identities:
        found[identity.column] = None
        found.update(dict.fromkeys(column for column in identity.valid or () if column))
    return tuple(found)


def _head(writer: Writer, collection: str, row: str) -> str:
    m = writer.trace.map
    bound = m.bound[collection]
    cells = [writer.cell(row, c) for c in (*bound.key, *_columns(m, collection, m.links(collection)))]
    for identity in bound.collection.identities:
        verified = "1" if identity.verified_when is None else writer.holds(identity.verified_when, collection, row)
        cells.append(verified if verified == "1" else f"CASE WHEN {verified} THEN 1 ELSE 0 END")
    return ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells))


def _by_keys(statements: Statements, question: Question, keys: tuple[tuple[Scalar, ...], ...]) -> Sql:
    writer = Writer(statements.trace, statements.dialect, {})
    row, key = writer.alias(), statements.trace.map.bound[question.collection].key
    head = _head(writer, question.collection, row)
    left = ", ".join(writer.cell(row, c) for c in key)
    marks = []
    for values in keys:
        writer.binds.extend(Bind(value) for value in values)
        marks.append("(" + ", ".join([statements.dialect.mark] * len(key)) + ")")
    among = f"VALUES {', '.join(marks)}" if statements.dialect.name == "sqlite" else ", ".join(marks)
    where = writer.holds(question.within, question.collection, row)
    source = f"{writer.table(question.collection)} AS {row}"
    return Sql(f"SELECT {head} FROM {source} WHERE ({left}) IN ({among}) AND {where}", tuple(writer.binds))


def _by_values(statements: Statements, question: Question, identity: Identity, values: Sequence[Scalar]) -> Sql:
    """Write the question; where only so many rows a value are wanted, the database stops counting there."""
    dialect = statements.dialect
    listed = identity.stored.form is Form.LIST
    shape = Shape("array") if dialect.arrays and len(values) > 1 and not listed else Shape("list", len(values))
    what = (
        "identify",
        question.collection,
        identity.column,
        identity.attribute,
        question.limit,
        shape,
        question.within,
    )

    def write(writer: Writer) -> str:
        row = writer.alias()
        column, cell = writer.column(question.collection, identity.column), writer.cell(row, identity.column)
        head = _head(writer, question.collection, row)
        scanned = identity.stored.form is Form.RAW and identity.stored.scan
        compared = dialect.plain(cell, identity.attribute) if scanned else cell
        numbered = question.limit is not None and len(values) > 1
        if numbered:
            head += f", row_number() OVER (PARTITION BY {compared}) AS place"
        where = _among(writer, identity, compared, shape, by_bytes=not scanned and not column.bytewise)
        if question.within != ALWAYS:
            where += f" AND {writer.holds(question.within, question.collection, row)}"
        text = f"SELECT {head} FROM {writer.table(question.collection)} AS {row} WHERE {where}"
        if numbered:
            return f"SELECT * FROM ({text}) AS numbered WHERE place <= {question.limit}"
        return text if question.limit is None else f"{text} LIMIT {question.limit}"

    sql = statements.text(what, {}, write)
    return Sql(sql.text, tuple(_filled(bind, values) for bind in sql.binds))


def _among(writer: Writer, identity: Identity, cell: str, shape: Shape, *, by_bytes: bool) -> str:
    dialect = writer.dialect
    if identity.stored.form is Form.LIST:
        sep = identity.stored.text
        parts = []
        for place in range(shape.size):
            text = dialect.joined(writer.text(sep), cell, writer.text(sep))
            parts.append(dialect.contains(text, _element(writer, sep, place)))
        return "(" + " OR ".join(parts) + ")"
    if shape.kind == "array":
        writer.binds.append(Bind(column="value"))
        return f"{cell} = ANY(%s)" + (_and_bytes(writer, cell) if by_bytes else "")
    marks = _marks(writer, shape.size)
    if not by_bytes:
        return f"{cell} IN ({', '.join(marks)})"
    again = [dialect.bytewise(mark) for mark in _marks(writer, shape.size)]
    return f"{cell} IN ({', '.join(marks)}) AND {dialect.bytewise(cell)} IN ({', '.join(again)})"


def _and_bytes(writer: Writer, cell: str) -> str:
    writer.binds.append(Bind(column="value"))
    return f" AND {writer.dialect.bytewise(cell)} = ANY(%s)"


def _marks(writer: Writer, size: int) -> list[str]:
    writer.binds.extend(Bind(column="value", place=place) for place in range(size))
    return [writer.dialect.mark] * size


def _element(writer: Writer, sep: str, place: int) -> str:
    before = writer.text(sep)
    writer.binds.append(Bind(column="value", place=place))
    return writer.dialect.joined(before, writer.typed_mark(), writer.text(sep))


def _filled(bind: Bind, values: Sequence[Scalar]) -> Bind:
    """Return the bind with the value that it stands for."""
    if bind.column != "value" or bind.name is not None:
        return bind
    return Bind(list(values) if bind.place is None else values[bind.place])  # type: ignore[arg-type]
