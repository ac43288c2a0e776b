"""What makes random cases wider: natural keys, texts that are compared in ways of their own, lists as people type them.

It draws from numbers of its own, so that a seed without it makes the case that it made before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TypeVar

from bailee.policy import Form
from bailee.policy.predicate import Scalar
from bailee.trace.schema import Equality, SchemaColumn
from tests.oracle.joins import collections_of
from tests.oracle.world import ENUM, FOLDING, NOCASE, PADDED, Data, World, key_columns, table_of

T = TypeVar("T")


class Wider:
    """Chances beside those that make the rest of a case."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"wider {seed}")

    def chance(self, of: float) -> bool:
        """Whether something that happens in the share ``of`` cases does."""
        return self._random.random() < of

    def choice(self, of: Sequence[T]) -> T:
        """Return one of them."""
        return self._random.choice(of)

    def typed(self, column: SchemaColumn, *, enum: bool = False) -> SchemaColumn:
        """Return a text column with a type of its own, or as it was."""
        if self.chance(0.75):
            return column
        kind = ENUM if enum and self.chance(0.5) else self.choice((FOLDING, NOCASE, PADDED, PADDED))
        return replace(column, type_name=kind, equality=Equality.FOLDED)

    def pointing(self, column: SchemaColumn, at: SchemaColumn) -> SchemaColumn:
        """Return a column that points ``at`` another: of its type as a rule, else padded or not where that is."""
        kind = at.type_name
        if kind in {"", PADDED} and at.kind == "text" and self.chance(0.3):
            kind = "" if kind else PADDED
        return replace(column, type_name=kind, equality=Equality.FOLDED if kind else Equality.BYTES)


def spelled_otherwise(more: Wider, world: World) -> Data:
    """Return the rows: lists with blanks and capitals, references in other letters where the database takes them."""
    made: dict[str, dict[str, Sequence[Mapping[str, Scalar]]]] = {}
    for system, collection in collections_of(world):
        table = table_of(world, system, collection)
        lists = {mention.column for mention in collection.mentions if mention.stored.form is Form.LIST}
        lists |= {identity.column for identity in collection.identities if identity.stored.form is Form.LIST}
        keys = {c for key in (key_columns(collection, table), table.primary_key, *table.uniques) for c in key}
        # SQLite compares a row that points to itself byte by byte, whatever the collation.
        pointing = {c for key in table.foreign_keys if key.table != table.name for c in key.columns} - keys
        pointing -= {c for key in table.foreign_keys if key.table == table.name for c in key.columns}
        folding = {c for c in pointing if table.columns[c].type_name in {FOLDING, NOCASE}}
        rows = []
        for row in world.data[system][collection.name]:
            cells = dict(row)
            for name, cell in row.items():
                if name in lists and isinstance(cell, str):
                    typed = _as_typed(more, cell)
                    cells[name] = typed.rstrip() if table.columns[name].type_name == PADDED else typed
                elif name in folding and isinstance(cell, str) and more.chance(0.5):
                    cells[name] = cell.swapcase()
            rows.append(cells)
        made.setdefault(system, {})[collection.name] = rows
    return made


def _as_typed(more: Wider, text: str) -> str:
    elements = text.split(",")
    if more.chance(0.3):
        elements.append(more.choice(("d@x", "c@x", "")))
    elements = [element.upper() if "@" in element and more.chance(0.2) else element for element in elements]
    return more.choice((",", ", ", " ,", ",")).join(elements)
