"""One round of the closure in a database: who carries these identity values?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Any

from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.dialects.base import is_scanned
from bailee.connectors.sql.shapes import Bind, Materialisation
from bailee.connectors.sql.spelling import write_spelling
from bailee.connectors.sql.statements import Statements
from bailee.policy import Form, Identity
from bailee.policy.predicate import ALWAYS
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.sets import Key, Ref

_AT_ONCE = 2_000  # values in one statement: SQLite takes 32,766 parameters


def write_questions(statements: Statements, question: SubjectQuestion) -> Iterator[tuple[str, list[object]]]:
    """Yield the statements that ask ``question``, one for each two thousand values, with their parameters."""
    bound = statements.trace.map.bound[question.collection]
    if question.identity is None:
        for start in range(0, len(question.keys), _AT_ONCE):
            yield _ask_by_keys(statements, question, question.keys[start : start + _AT_ONCE])
        return
    column, stored = bound.table.columns[question.identity.column], question.identity.stored
    values = [v for text in question.spellings for v in statements.dialect.spelled(text, column, stored)]
    for start in range(0, len(values), _AT_ONCE):
        yield _ask_by_values(statements, question, question.identity, values[start : start + _AT_ONCE])


def read_answers(statements: Statements, collection: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[FoundSubject]:
    """Yield what the rows of a statement of `write_questions` say."""
    m, columns = statements.trace.map, statements.identifying[collection]
    bound = m.bound[collection]
    k, places = len(bound.key), range(len(bound.collection.identities))
    for row in rows:
        cells = dict(zip(columns, row[k:], strict=False))
        verified = frozenset(compress(places, row[k + len(columns) :]))
        yield FoundSubject(Ref(m.system.name, collection, row[:k]), cells, verified)


def _write_head(writer: Writer, statements: Statements, collection: str, row: str) -> str:
    bound = statements.trace.map.bound[collection]
    cells = [writer.cell(row, c) for c in (*bound.key, *statements.identifying[collection])]
    for identity in bound.collection.identities:
        verified = "1" if identity.verified_when is None else writer.holds(identity.verified_when, collection, row)
        cells.append(verified if verified == "1" else f"CASE WHEN {verified} THEN 1 ELSE 0 END")
    return ", ".join(f"{cell} AS c{n}" for n, cell in enumerate(cells))


def _ask_by_keys(statements: Statements, question: SubjectQuestion, keys: tuple[Key, ...]) -> tuple[str, list[object]]:
    writer = Writer(statements.trace, statements.dialect, {})
    row, key = writer.alias(), statements.trace.map.bound[question.collection].key
    head = _write_head(writer, statements, question.collection, row)
    left = ", ".join(writer.cell(row, c) for c in key)
    marks = []
    for values in keys:
        writer.binds.extend(Bind(value) for value in values)
        marks.append("(" + ", ".join([statements.dialect.mark] * len(key)) + ")")
    among = statements.dialect.values_in_lists + ", ".join(marks)
    where = writer.holds(question.within, question.collection, row)
    source = f"{writer.table(question.collection)} AS {row}"
    text = f"SELECT {head} FROM {source} WHERE ({left}) IN ({among}) AND {where}"
    return text, [bind.constant for bind in writer.binds]


def _ask_by_values(
    statements: Statements, question: SubjectQuestion, identity: Identity, values: Sequence[object]
) -> tuple[str, list[object]]:
    """Write the question; where only so many rows a value are wanted, the database stops counting there."""
    dialect = statements.dialect
    listed = identity.stored.form is Form.LIST
    shape = (
        Materialisation("array")
        if dialect.arrays and len(values) > 1 and not listed
        else Materialisation("list", len(values))
    )
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
        head = _write_head(writer, statements, question.collection, row)
        compared = dialect.plain(cell, identity.attribute) if is_scanned(identity.stored) and not listed else cell
        numbered = question.limit is not None and len(values) > 1
        if numbered:
            head += f", row_number() OVER (PARTITION BY {compared}) AS place"
        where = write_spelling(writer, identity, column, cell, shape)
        if question.within != ALWAYS:
            where += f" AND {writer.holds(question.within, question.collection, row)}"
        text = f"SELECT {head} FROM {writer.table(question.collection)} AS {row} WHERE {where}"
        if numbered:
            return f"SELECT * FROM ({text}) AS numbered WHERE place <= {question.limit}"
        return text if question.limit is None else f"{text} LIMIT {question.limit}"

    sql = statements.text(what, {}, write)
    return sql.text, [_fill_bind(bind, values) for bind in sql.binds]


def _fill_bind(bind: Bind, values: Sequence[object]) -> object:
    """Return what the bind stands for."""
    if bind.column != "value":
        return bind.constant
    return list(values) if bind.place is None else values[bind.place]
