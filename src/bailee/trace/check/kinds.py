"""Whether values, conditions and pairs of columns fit the kinds of the columns (T408, T416)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from ipaddress import ip_interface, ip_network
from uuid import UUID

from bailee.policy import Collection, Form, Place, Spelling, Value, ValueKind
from bailee.policy.predicate import And, Compare, HasBits, In, Not, Or, Predicate, Scalar
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundMap
from bailee.trace.check.columns import NamedColumn
from bailee.trace.check.report import quote_names, report_error
from bailee.trace.schema import ColumnKind, SchemaColumn

MOMENTS = frozenset({ColumnKind.DATE, ColumnKind.TIME, ColumnKind.OTHER})
NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.NUMBER})
_TYPES: Mapping[ColumnKind, tuple[type, ...]] = {
    ColumnKind.TEXT: (str, int, float, Decimal),
    ColumnKind.INTEGER: (int,),
    ColumnKind.NUMBER: (int, float, Decimal),
    ColumnKind.DATE: (date,),
    ColumnKind.TIME: (date,),
    ColumnKind.BYTES: (bytes,),
}
DATED = frozenset({"ends", "at", "valid", "changed", "until", "from"})
NOW_AS_TEXT = 25
"""Characters of a time as text, with its offset."""


def explain_misfit(column: SchemaColumn, value: Value) -> str:
    """Return why ``value`` cannot stand in ``column``, or nothing. Null always can, as far as the kind goes."""
    if not _can_hold(column.kind, value):
        return f"which holds {_describe_kind(column)}"
    if column.labels and not (value.kind is ValueKind.CONSTANT and is_label(column, value.constant)):
        return f"which holds {quote_names(column.labels, 'or')} alone"
    long = {ValueKind.NOW: NOW_AS_TEXT, ValueKind.CONSTANT: len(str(value.constant))}.get(value.kind, 0)
    if column.kind is ColumnKind.TEXT and column.length is not None and column.length < long:
        return f"which holds {column.length} characters of its {long}"
    return ""


def _can_hold(kind: ColumnKind, value: Value) -> bool:
    match value.kind:
        case ValueKind.CONSTANT:
            return is_of_kind(kind, value.constant)
        case ValueKind.NOW:
            return kind in {ColumnKind.TEXT, *MOMENTS}
        case ValueKind.COARSEN:
            return kind in ({ColumnKind.TEXT, ColumnKind.OTHER, *NUMBERS} if value.unit.isdigit() else MOMENTS)
    return kind in {ColumnKind.TEXT, ColumnKind.OTHER}


def is_of_kind(kind: ColumnKind, value: Scalar) -> bool:
    """Whether ``value`` can be written into a column of ``kind``, or compared with it. Numbers stand in texts too."""
    if kind is ColumnKind.BOOLEAN:
        return isinstance(value, int) and value in {0, 1}
    if kind is ColumnKind.INTEGER and isinstance(value, float | Decimal):
        return value % 1 == 0
    if kind in {ColumnKind.DATE, ColumnKind.TIME} and isinstance(value, str):
        return _is_moment(value)
    return kind is ColumnKind.OTHER or isinstance(value, _TYPES[kind])


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _describe_kind(column: SchemaColumn) -> str:
    return "a time" if column.kind is ColumnKind.TIME else f"{column.kind}"


# --- conditions and words that want a kind -------------------------------------------------------------------


def check_kinds(m: BoundMap, names: Iterable[NamedColumn]) -> Iterator[Problem]:
    """Yield T408 for conditions, spellings and dates that their columns do not take."""
    for b in m.bound.values():
        columns, place = b.table.columns, b.collection.place
        for condition, word, where in list_conditions(b.collection):
            for column, value in list_compared(condition):
                if not _can_compare(columns[column], value):
                    message = f'{b.name}.{word} does not fit "{column}", which holds {_describe_kind(columns[column])}'
                    yield report_error("T408", message, "compare a column with what it holds", where, place)
        for stored, column, word, where in _list_spelled(b.collection):
            if not can_spell(columns[column].kind, stored):
                holds = _describe_kind(columns[column])
                message = f'{b.name}.{word} looks for {stored.form} in "{column}", which holds {holds}'
                yield report_error("T408", message, "name a column of text", where, place)
    for named in names:
        if named.word in DATED and named.collection in m.bound:
            b = m.bound[named.collection]
            dated = b.table.columns[named.column]
            if dated.kind not in MOMENTS:
                message = f'{b.name}.{named.word} reads a date from "{dated.name}", which holds {_describe_kind(dated)}'
                yield report_error("T408", message, "name a column of dates or times", named.place, b.collection.place)


def list_conditions(c: Collection) -> Iterator[tuple[Predicate, str, Place]]:
    """Yield every condition of a collection, with its word and its place."""
    said = [(c.erased_when, "erased_when", c.place)]
    said += [(identity.verified_when, "verified_when", identity.place) for identity in c.identities]
    said += [(edge.when, "when", edge.place) for edge in c.edges]
    said += [(mention.when, "when", mention.place) for mention in c.mentions]
    return ((condition, word, place) for condition, word, place in said if condition is not None)


def list_compared(condition: Predicate) -> Iterator[tuple[str, Scalar | HasBits]]:
    """Yield each column that ``condition`` compares, with the value, or with the bits that it looks for."""
    match condition:
        case Compare(column=column, value=value):
            yield column, value
        case In(column=column, values=values):
            yield from ((column, value) for value in values)
        case HasBits(column=column):
            yield column, condition
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from list_compared(part)
        case Not(part=part):
            yield from list_compared(part)


def _can_compare(column: SchemaColumn, value: Scalar | HasBits) -> bool:
    if isinstance(value, HasBits):
        return column.kind is ColumnKind.INTEGER or (column.kind is ColumnKind.OTHER and not column.labels)
    if column.labels:
        return is_label(column, value)
    return is_of_kind(column.kind, value) and (column.base not in _READ or _is_read(column, str(value)))


def is_label(column: SchemaColumn, value: Scalar) -> bool:
    """Whether an enumeration can hold ``value``; a set of MariaDB's, several with commas between them."""
    if value is None or str(value) in column.labels:
        return True
    return column.is_set and set(str(value).split(",")) <= {*column.labels, ""}


def _is_read(column: SchemaColumn, text: str) -> bool:
    try:
        _READ[column.base](text)
    except ValueError:
        return False
    return True


_READ: Mapping[str, Callable[[str], object]] = {
    "uuid": UUID,
    "inet": ip_interface,
    "cidr": ip_network,
    "time without time zone": time.fromisoformat,
    "time with time zone": time.fromisoformat,
}
"""Types of which a server refuses a text that is none of them, with what reads one."""


def _list_spelled(c: Collection) -> Iterator[tuple[Spelling, str, str, Place]]:
    yield from ((i.stored, i.column, "identity", i.place) for i in c.identities)
    yield from ((mention.stored, mention.column, "mentions", mention.place) for mention in c.mentions)


def can_spell(kind: ColumnKind, stored: Spelling) -> bool:
    """Whether a column of ``kind`` can hold such spellings: a number spells an account, never an address."""
    as_number = stored.form in {Form.RAW, Form.LOWER} and not stored.scan
    return kind in {ColumnKind.TEXT, ColumnKind.OTHER} or (kind is ColumnKind.INTEGER and as_number)


def check_paired_kinds(m: BoundMap) -> Iterator[Problem]:
    """Yield T416: edges that pair columns of different kinds."""
    for b in m.bound.values():
        for edge in b.collection.edges:
            if edge.to not in m.bound:
                continue
            for theirs, own in edge.on:
                there, here = m.bound[edge.to].table.columns[theirs], b.table.columns[own]
                kinds = {there.kind, here.kind}
                if len(kinds) > 1 and kinds != NUMBERS and ColumnKind.OTHER not in kinds:
                    message = (
                        f'{b.name}.{edge.kind} pairs "{own}", which holds {_describe_kind(here)}, '
                        f'with {edge.to}."{theirs}", which holds {_describe_kind(there)}'
                    )
                    yield report_error("T416", message, "pair columns of one kind", edge.place, b.collection.place)
