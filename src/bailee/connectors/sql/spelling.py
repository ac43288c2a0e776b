"""Whether a cell spells a value: by an index where the column is declared so, else by what a scan leaves of it (9).

What is compared on the side of the database is what `trace.normal.is_spelling` compares, on each of the three the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.shapes import Bind, Materialisation
from bailee.policy import Form, Spelling
from bailee.trace.schema import Equality, SchemaColumn
from bailee.trace.sets import Spells

_FEW = 32  # values for which a cheap look comes before what a scan leaves is worked out


class LookedFor(Protocol):
    """What says where a value is looked for: a mention, or an identity."""

    @property
    def attribute(self) -> str:
        """What is looked for."""

    @property
    def stored(self) -> Spelling:
        """How the column spells it."""


class SpellingWriter(Protocol):
    """A writer of statements, as far as it is needed here."""

    dialect: Dialect
    binds: list[Bind]


InTime = Callable[[str, Callable[[str], str]], str]
"""Write that a value was valid: the cell that is compared, and how a value is written to be compared with it."""


def write_spelling(
    writer: SpellingWriter,
    asked: LookedFor,
    column: SchemaColumn,
    cell: str,
    shape: Materialisation,
    name: Spells | None = None,
    in_time: InTime | None = None,
) -> str:
    """Write the condition that ``cell`` spells one of the values materialised under ``name``; of a list, an element.

    ``in_time`` writes what is asked besides of each value that is spelled.
    """
    dialect = writer.dialect
    if asked.stored.form is Form.LIST:
        source, element = dialect.elements(cell, asked.stored.text, asked.attribute)
        first = _write_resemblance(writer, asked, cell, shape, name)
        text = write_comparison(writer, element, shape, name, in_time)
        return f"({first}EXISTS (SELECT 1 FROM {source} WHERE {text}))"
    if asked.stored.form is Form.RAW and asked.stored.scan:
        first = _write_resemblance(writer, asked, cell, shape, name)
        return f"({first}{write_comparison(writer, dialect.plain(cell, asked.attribute), shape, name, in_time)})"
    text = _write_one_of(writer, cell, shape, name, _write_same, dialect.typed(column), dialect.array_of(column))
    wrap: Callable[[str], str] = _write_same
    if column.is_text and column.equality is not Equality.BYTES:
        cell, wrap = dialect.bytewise(cell), dialect.bytewise
        text += f" AND {_write_one_of(writer, cell, shape, name, wrap, wrap(dialect.mark))}"
    more = in_time(cell, wrap) if in_time else ""
    return f"({text} AND {more})" if more else f"({text})"


def _write_same(text: str) -> str:
    return text


def write_comparison(
    writer: SpellingWriter, cell: str, shape: Materialisation, name: Spells | None, in_time: InTime | None
) -> str:
    """Write that what a scan leaves is one of the values: both by their bytes."""
    text = _write_one_of(writer, cell, shape, name, writer.dialect.bytewise, writer.dialect.mark)
    more = in_time(cell, _write_same if shape.kind != "table" else writer.dialect.bytewise) if in_time else ""
    return f"{text} AND {more}" if more else text


def _write_one_of(
    writer: SpellingWriter,
    cell: str,
    shape: Materialisation,
    name: Spells | None,
    wrap: Callable[[str], str],
    mark: str,
    array: str = "%s",
) -> str:
    if shape.kind == "table":
        return f"{cell} IN (SELECT {wrap('value')} FROM {shape.table})"
    if shape.kind == "array":
        writer.binds.append(Bind(name=name, column="value"))
        return f"{cell} = ANY({array})"
    writer.binds.extend(Bind(name=name, column="value", place=place) for place in range(shape.size))
    return f"{cell} IN ({', '.join([mark] * shape.size)})"


def _write_resemblance(
    writer: SpellingWriter, asked: LookedFor, cell: str, shape: Materialisation, name: Spells | None
) -> str:
    """Write that a value is found somewhere in a cell, as it is wherever a scan leaves it: that is seen at once."""
    whole = writer.dialect.folded(cell, asked.attribute)
    if not whole or shape.kind != "list" or shape.size > _FEW:
        return ""
    parts = []
    for place in range(shape.size):
        writer.binds.append(Bind(name=name, column="value", place=place))
        parts.append(writer.dialect.contains(whole, writer.dialect.text_mark))
    return f"({' OR '.join(parts)}) AND "
