"""When two cells join. On a foreign key, where the database's `=` does; else where their texts are the same bytes.

Padding is no part of a text. Each condition is written so that an index of either column serves it: once as each of the
two compares by itself, and once by bytes, unless one of these says that much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.shapes import Bind, Materialisation
from bailee.trace.schema import Equality, SchemaColumn
from bailee.trace.set_names import SetName


class PairedColumns(NamedTuple):
    """Two columns that an edge pairs. ``parent``: the one that the other refers to by a foreign key, if one does."""

    theirs: SchemaColumn
    own: SchemaColumn
    parent: SchemaColumn | None


def is_plain(dialect: Dialect, pair: PairedColumns) -> bool:
    """Whether the database's `=` between the two columns is all that is to be said, and an index of either serves."""
    exact = pair.own.equality in {Equality.BYTES, Equality.PADDED}
    return dialect.is_like(pair.theirs, pair.own) and (exact or pair.parent is not None)


def write_equality(dialect: Dialect, pair: PairedColumns, theirs: str, own: str) -> str:
    """Write the condition that two cells join; ``theirs`` and ``own`` are the cells of the columns of ``pair``."""
    if is_plain(dialect, pair):
        return f"{theirs} = {own}"
    if pair.parent is pair.theirs:
        return f"{theirs} = {dialect.as_in(pair.theirs, own, pair.own)}"
    if pair.parent is pair.own:
        return f"{own} = {dialect.as_in(pair.own, theirs, pair.theirs)}"
    parts = [f"{theirs} = {dialect.as_in(pair.theirs, own, pair.own)}"]
    if not dialect.is_like(pair.theirs, pair.own):
        parts.append(f"{own} = {dialect.as_in(pair.own, theirs, pair.theirs)}")
    if dialect.is_untyped(pair.theirs, pair.own):
        parts.append(f"CAST({theirs} AS TEXT) = CAST({own} AS TEXT)")
    elif not (pair.own.bytewise or pair.theirs.bytewise):
        parts.append(f"{dialect.bytewise(theirs)} = {dialect.bytewise(own)}")
    return f"({' AND '.join(dict.fromkeys(parts))})"


class _Looked(NamedTuple):
    """How one column is looked up: ``own`` is compared with what is materialised in ``column``.

    It is put in the place of ``{}``: in ``cell`` where it is in a table, in ``value`` where it is a parameter, which
    PostgreSQL is told to be of ``type_name``.
    """

    own: str
    column: str
    type_name: str
    cell: str = "{}"
    value: str = "{}"


def write_membership(
    dialect: Dialect, shape: Materialisation, name: SetName, own: Sequence[str], pairs: Sequence[PairedColumns]
) -> tuple[str, list[Bind]]:
    """Write the condition that the cells ``own`` join those of a row that is materialised under ``name``.

    Of ``pairs``, theirs are the columns in which the row is materialised. Returns the parameters too, in order.
    """
    if shape.kind == "none":
        return "1=0", []
    by_index = [_compare_by_index(dialect, cell, pair) for cell, pair in zip(own, pairs, strict=True)]
    text, binds = _write_in(dialect, shape, name, by_index)
    by_bytes = [_compare_by_bytes(dialect, cell, pair) for cell, pair in zip(own, pairs, strict=True)]
    if not any(by_bytes):
        return text, binds
    exact, more = _write_in(dialect, shape, name, [b or i for b, i in zip(by_bytes, by_index, strict=True)])
    return f"({text} AND {exact})", [*binds, *more]


def _compare_by_index(dialect: Dialect, own: str, pair: PairedColumns) -> _Looked:
    theirs = pair.theirs
    if is_plain(dialect, pair):
        return _Looked(own, theirs.name, theirs.type_name)
    if dialect.is_untyped(pair.theirs, pair.own):  # no index of the other kind would serve
        spelled = "CASE WHEN typeof({0}) <> 'blob' THEN CAST({0} AS TEXT) END"
        cell = spelled.replace("{0}", "{}")
        return _Looked(spelled.replace("{0}", own), theirs.name, "", cell, "CAST({} AS TEXT)")
    if pair.parent is theirs:
        return _Looked(dialect.as_in(theirs, own, pair.own), theirs.name, theirs.type_name)
    return _Looked(own, theirs.name, pair.own.base or "text", dialect.as_in(pair.own, "{}", theirs))


def _compare_by_bytes(dialect: Dialect, own: str, pair: PairedColumns) -> _Looked | None:
    """Return how texts are compared where the database takes several for the same and no foreign key says so."""
    if pair.parent is None and dialect.makes_numbers(pair.theirs, pair.own):
        as_text = "CAST({} AS TEXT)"
        return _Looked(as_text.replace("{}", own), pair.theirs.name, "text", as_text, as_text)
    if (
        pair.parent is not None
        or pair.own.bytewise
        or is_plain(dialect, pair)
        or dialect.is_untyped(pair.theirs, pair.own)
    ):
        return None
    return _Looked(dialect.bytewise(own), pair.theirs.name, "text", dialect.bytewise("{}"), dialect.bytewise("{}"))


def _write_in(
    dialect: Dialect, shape: Materialisation, name: SetName, looked: Sequence[_Looked]
) -> tuple[str, list[Bind]]:
    left = looked[0].own if len(looked) == 1 else f"({', '.join(one.own for one in looked)})"
    match shape.kind:
        case "table":
            cells = ", ".join(one.cell.replace("{}", dialect.quote(one.column)) for one in looked)
            return f"{left} IN (SELECT {cells} FROM {shape.table})", []
        case "array":
            binds = [Bind(name=name, column=one.column) for one in looked]
            arrays = ", ".join(f"%s::{one.type_name}[]" for one in looked)
            single = len(looked) == 1
            return (f"{left} = ANY({arrays})" if single else f"{left} IN (SELECT * FROM unnest({arrays}))"), binds
    binds, rows = [], []
    for place in range(shape.size):
        binds.extend(Bind(name=name, column=one.column, place=place) for one in looked)
        rows.append(", ".join(one.value.replace("{}", dialect.mark) for one in looked))
    if len(looked) == 1:
        return f"{left} IN ({', '.join(rows)})", binds
    values = ", ".join(f"({row})" for row in rows)
    return f"{left} IN ({dialect.values_in_lists}{values})", binds
