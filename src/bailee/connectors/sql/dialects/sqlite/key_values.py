"""Values of keys as SQLite keeps them."""

from __future__ import annotations

from typing import Any

from bailee.trace.keys import is_number, is_whole_number, read_bytes
from bailee.trace.schema import ColumnKind, SchemaColumn

_OF_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER, ColumnKind.BOOLEAN})


def read_value(text: str, column: SchemaColumn, is_quoted: bool) -> Any:  # noqa: FBT001 - see `DatabaseKind.read_value`
    """Return a value by the affinity of the column; any may hold bytes or text. Raises `ValueError`."""
    if is_quoted:
        return text
    found = read_bytes(text)
    if found is not None:
        return found
    if column.kind in _OF_NUMBERS or not column.type_name:
        if is_whole_number(text):
            return int(text)
        if column.kind is ColumnKind.INTEGER:
            raise ValueError(text)
        if column.kind is ColumnKind.NUMBER or (not column.type_name and is_number(text)):
            return float(text)
    return text
