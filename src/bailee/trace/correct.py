"""Rectification: one attribute of a person, in every own row that has it (GDPR Art. 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from bailee.policy import Form, Spelling, Value
from bailee.policy.predicate import Compare, IsNull, Scalar
from bailee.trace.bind import BoundCollection, BoundMap
from bailee.trace.normal import list_spellings, normalise
from bailee.trace.schema import ColumnKind, SchemaColumn
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, Cell, CellChange, InSet, RowSet, and_, not_
from bailee.trace.walk import Sets, make_through

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST = 2**63  # the integers that every database holds


class Unfit(ValueError):
    """The value does not fit where it should go. Says where and why; never the value."""


def correct(m: BoundMap, attribute: str, value: str) -> tuple[CellChange, ...]:
    """Return the changes that write ``value`` to every column mapped to ``attribute``. Raises `Unfit`."""
    changes = []
    for b in m.bound.values():
        cells = tuple(_make_cells(m, b, attribute, value)) if b.is_person else ()
        if cells:
            rows = InSet(SetKind.OWN(b.name))
            changes.append(CellChange(f"{b.name}/correct.{attribute}", b.name, rows, "corrected", "correction", cells))
    return tuple(changes)


def add_taken_rows(m: BoundMap, sets: Sets, changes: Sequence[CellChange]) -> Iterator[SetName]:
    """Add the sets of other people's rows that have already what is unique and would be written; yield their names."""
    for change in changes:
        b, own = m.bound[change.collection], InSet(SetKind.OWN(change.collection))
        new = {cell.column: cell.value.constant for cell in change.cells if cell.value.constant is not None}
        for unique in sorted(b.table.uniques):
            if mine := [column for column in unique if column in new]:
                rest = [column for column in unique if column not in new]
                there = and_(own, *(not_(IsNull(column)) for column in rest))  # where one is empty, none clashes
                alike = make_through(b.name, tuple((column, column) for column in rest), there)
                same = and_(*(Compare(column, "=", new[column]) for column in mine), alike)
                name = SetKind.TAKEN("+".join(unique), b.name)
                yield sets.add(RowSet(name, b.name, (Alternative(same),), not_(own))).name


def _make_cells(m: BoundMap, b: BoundCollection, attribute: str, value: str) -> Iterator[Cell]:
    columns: dict[str, Spelling] = {i.column: i.stored for i in b.collection.identities if i.attribute == attribute}
    plain = attribute.removeprefix(f"{m.system.name}.")
    if plain in b.collection.fields:
        columns.setdefault(b.collection.fields[plain], Spelling())
    for name, stored in columns.items():
        column = b.table.columns[name]
        text = _spell_value(m, b, column, attribute, stored, value)
        yield Cell(name, Value(constant=_fit_value(f"{b.name}.{name}", column, text)))


def _spell_value(
    m: BoundMap, b: BoundCollection, column: SchemaColumn, attribute: str, stored: Spelling, value: str
) -> str:
    """Return ``value`` as ``column`` spells it."""
    where, firm = f"{b.name}.{column.name}", m.policy.firm
    if all(i.column != column.name for i in b.collection.identities):
        return value
    normal = normalise(attribute, value, firm.region, firm.placeholders)
    if normal is None:
        raise Unfit(f"this is no {attribute} for {where}")
    if stored.form is Form.LIST:
        raise Unfit(f"{where} holds a list, which is corrected by hand")
    return value.strip() if stored.form is Form.RAW else list_spellings(attribute, normal, stored, firm.region)[0]


def _fit_value(where: str, column: SchemaColumn, text: str) -> Scalar:
    """Return ``text`` as a value of the column's kind; an empty one empties a cell that may be empty."""
    if not text.strip():
        if not column.nullable:
            raise Unfit(f"{where} must not be empty")
        return None
    if column.kind is ColumnKind.TEXT:
        if column.length is not None and len(text) > column.length:
            raise Unfit(f"{where} holds {column.length} characters at most")
        return text
    try:
        return _read_value(column, text.strip())
    except (ValueError, KeyError):
        raise Unfit(f"{where} holds {_CALLED.get(column.kind, 'what is corrected by hand')}") from None


_CALLED = {
    ColumnKind.INTEGER: "a whole number",
    ColumnKind.NUMBER: "a number, such as 12.5",
    ColumnKind.BOOLEAN: "true or false",
    ColumnKind.DATE: "a date, such as 2026-05-31",
    ColumnKind.TIME: "a time, such as 2026-05-31 12:30",
}


def _read_value(column: SchemaColumn, text: str) -> Scalar:
    """Return what ``text`` says; raises `ValueError` or `KeyError` where the column cannot hold it."""
    match column.kind:
        case ColumnKind.INTEGER if re.fullmatch(r"[+-]?[0-9]{1,19}", text) and -_MOST <= int(text) < _MOST:
            return int(text)
        case ColumnKind.NUMBER if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
            return Decimal(text)
        case ColumnKind.BOOLEAN:
            return _BOOLEANS[text.lower()]
        case ColumnKind.DATE:
            return date.fromisoformat(text)
        case ColumnKind.TIME:
            return _convert_moment(column, datetime.fromisoformat(text))
    raise ValueError


def _convert_moment(column: SchemaColumn, moment: datetime) -> datetime:
    """Return a time as `now` is written: UTC, and with a zone only where the column has one."""
    if moment.tzinfo is None:
        return moment
    moment = moment.astimezone(UTC)
    return moment if "with time zone" in column.type_name else moment.replace(tzinfo=None)
