"""Rectification: one attribute of a person, in every own row that has it (GDPR Art. 16)."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.policy.model import Form, Stored, Value
from bailee.trace.bind import Bound, Map
from bailee.trace.normal import normalise, spellings
from bailee.trace.schema import Column
from bailee.trace.sets import Cell, Change, InSet


class Unfit(ValueError):
    """The value does not fit where it should go. Says where and why; never the value."""


def correct(m: Map, attribute: str, value: str) -> tuple[Change, ...]:
    """Return the changes that write ``value`` to every column mapped to ``attribute``. Raises `Unfit`."""
    changes = []
    for b in m.bound.values():
        cells = tuple(_cells(m, b, attribute, value)) if b.is_person else ()
        if cells:
            rows = InSet(f"own:{b.name}")
            changes.append(Change(f"{b.name}/correct.{attribute}", b.name, rows, "corrected", "correction", cells))
    return tuple(changes)


def _cells(m: Map, b: Bound, attribute: str, value: str) -> Iterator[Cell]:
    columns: dict[str, Stored] = {i.column: i.stored for i in b.collection.identities if i.attribute == attribute}
    plain = attribute.removeprefix(f"{m.system.name}.")
    if plain in b.collection.fields:
        columns.setdefault(b.collection.fields[plain], Stored())
    for column, stored in columns.items():
        yield Cell(column, Value(constant=_spelled(m, b, b.table.columns[column], attribute, stored, value)))


def _spelled(m: Map, b: Bound, column: Column, attribute: str, stored: Stored, value: str) -> str:
    """Return ``value`` as ``column`` spells it."""
    where, firm = f"{b.name}.{column.name}", m.policy.firm
    text = value
    if any(i.column == column.name for i in b.collection.identities):
        normal = normalise(attribute, value, firm.region, firm.placeholders)
        if normal is None:
            raise Unfit(f"this is no {attribute} for {where}")
        if stored.form is Form.LIST:
            raise Unfit(f"{where} holds a list, which is corrected by hand")
        text = value.strip() if stored.form is Form.RAW else spellings(attribute, normal, stored, firm.region)[0]
    if column.length is not None and len(text) > column.length:
        raise Unfit(f"{where} holds {column.length} characters at most")
    return text
