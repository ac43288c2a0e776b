"""How a plan left rows of which a hold keeps something: marks of their cells, as a sealed case has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from bailee.trace import Key


class RowMark(NamedTuple):
    """One row as a plan left it: its columns, and the digests of their cells, one after the other."""

    columns: tuple[str, ...]
    digests: bytes


LeftRows: TypeAlias = Mapping[str, Mapping[str, Mapping[Key, tuple[RowMark, ...]]]]
"""System -> collection -> key -> the marks of the row: as the plan of the case left it, then as later ones did."""


def pack_marks(left: LeftRows | None) -> Any:
    """Return ``left`` as a case has it: the columns once for all rows that have the same."""
    if left is None:
        return None
    plain: dict[str, dict[str, list[tuple[tuple[str, ...], list[tuple[Key, bytes]]]]]] = {}
    for system, collections in left.items():
        for name, rows in collections.items():
            by_columns: dict[tuple[str, ...], list[tuple[Key, bytes]]] = {}
            for key, marks in rows.items():
                for mark in marks or (RowMark((), b""),):
                    by_columns.setdefault(mark.columns, []).append((key, mark.digests))
            plain.setdefault(system, {})[name] = list(by_columns.items())
    return plain


def unpack_marks(plain: Any) -> LeftRows | None:
    """Return what `pack_marks` was given."""
    if plain is None:
        return None
    left: dict[str, dict[str, dict[Key, tuple[RowMark, ...]]]] = {}
    for system, collections in plain.items():
        for name, groups in collections.items():
            rows = left.setdefault(system, {}).setdefault(name, {})
            for columns, some in groups:
                for key, digests in some:
                    rows[tuple(key)] = (*rows.get(tuple(key), ()), RowMark(tuple(columns), bytes(digests)))
    return left
