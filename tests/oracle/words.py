"""The words of the map that look at one row: predicates, spellings, periods, and the values that changes write."""

from __future__ import annotations

import hashlib
import hmac
import operator
import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import phonenumbers

from bailee.policy import Firm, Form, Period, RoundTo, Spelling, Until, Value, ValueKind
from bailee.policy.predicate import And, Compare, HasBits, In, IsNull, Not, Or, Predicate, Scalar
from bailee.trace.schema import ColumnKind, SchemaColumn
from tests.oracle.world import Cells, moment

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(predicate: Predicate | None, cells: Cells) -> bool:  # noqa: PLR0911 - a way for each word
    """Whether ``predicate`` holds on a row. Two-valued: a comparison with an empty cell is false, ``!=`` then true."""
    match predicate:
        case None:
            return True
        case Compare(column=column, op="!=", value=value):
            return not holds(Compare(column, "=", value), cells)
        case Compare(column=column, op=op, value=value):
            cell = cells[column]
            if cell is None or value is None:
                return False
            left, right = (moment(cell) or cell, moment(value) or value)
            return _COMPARE[op](left, right)
        case In(column=column, values=values):
            return any(holds(Compare(column, "=", value), cells) for value in values)
        case IsNull(column=column):
            return cells[column] is None
        case HasBits(column=column, mask=mask):
            cell = cells[column]
            return isinstance(cell, int) and cell & mask == mask
        case And(parts=parts):
            return all(holds(part, cells) for part in parts)
        case Or(parts=parts):
            return any(holds(part, cells) for part in parts)
        case Not(part=part):
            return not holds(part, cells)
    raise TypeError(predicate)


# --- identities ----------------------------------------------------------------------------------------------


def issued(system: str, attribute: str) -> str:
    """Return ``attribute`` with its issuer: the system, save for ``email``, ``phone`` and those with a dot [8]."""
    everybodys = attribute in {"email", "phone"} or "." in attribute
    return attribute if everybodys else f"{system}.{attribute}"


_NOBODY = {"-", "--", "?", "0", "n/a", "none", "null", "unknown", "anonymous"}
_NOBODYS_BOXES = _NOBODY | {"nobody", "test", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"}


def normal(firm: Firm, attribute: str, text: str) -> str | None:
    """Return the normal value that ``text`` spells; ``None`` where it names nobody, or nothing at all [8]."""
    text = text.strip()
    if not text or text.casefold() in _NOBODY | {placeholder.casefold() for placeholder in firm.placeholders}:
        return None
    if attribute == "email":
        box, at, domain = text.lower().rpartition("@")
        return text.lower() if box and at and domain and box not in _NOBODYS_BOXES else None
    if attribute == "phone":
        return _e164(text, firm.region)
    return text


@cache
def _e164(text: str, region: str) -> str | None:
    """Return a number that can be dialled from anywhere, with its extension; anything else is nobody's."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or len(set(phonenumbers.national_significant_number(number))) == 1:
        return None
    whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{whole};ext={number.extension}" if number.extension else whole


def values_in(firm: Firm, attribute: str, stored: Spelling, cell: Scalar) -> frozenset[str]:
    """Return the normal values that an identity cell carries: one, or none, or many where it is a list."""
    if cell is None:
        return frozenset()
    texts = [str(cell)]
    if stored.form is Form.LIST:
        texts = str(cell).split(stored.text)
    elif stored.form is Form.TEMPLATE:
        before, after = stored.text.split("{}")
        text = str(cell)
        fits = text.startswith(before) and text.endswith(after) and len(text) >= len(before) + len(after)
        texts = [text[len(before) : len(text) - len(after)]] if fits else []
    return frozenset(value for text in texts if (value := normal(firm, attribute, text)) is not None)


def spells(firm: Firm, attribute: str, stored: Spelling, cell: Scalar, value: str) -> bool:
    """Whether ``cell`` spells the normal ``value``, byte by byte [9]."""
    if cell is None:
        return False
    text = str(cell)
    match stored.form:
        case Form.RAW if stored.scan:
            return normal(firm, attribute, text) == value
        case Form.LOWER:
            return text == value.lower()
        case Form.TEMPLATE:
            return text == stored.text.replace("{}", value)
        case Form.LIST:
            return any(normal(firm, attribute, element) == value for element in text.split(stored.text))
    return text == value


def without(
    firm: Firm, attribute: str, stored: Spelling, cell: Scalar, values: frozenset[str], empty: Scalar
) -> Scalar:
    """Return a mention cell without the leaver's ``values``: ``empty``, or what is left of a list [13]."""
    if stored.form is not Form.LIST:
        return empty
    left = [element for element in str(cell).split(stored.text) if normal(firm, attribute, element) not in values]
    return stored.text.join(left) if left else empty


# --- dates ---------------------------------------------------------------------------------------------------


def day_of(value: Scalar) -> date | None:
    """Return the day of a date or time; ``None`` for an empty cell."""
    when = moment(value)
    return None if when is None else when.date()


def plus(day: date, period: Period) -> date:
    """Return ``day + period``: months first, and a day that a month does not have becomes its last."""
    months = day.year * 12 + day.month - 1 + period.months
    year, month = divmod(months, 12)
    return _clamped(year, month + 1, day.day) + timedelta(days=period.days)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def year_end(day: date, firm: Firm) -> date:
    """Return the first end of the firm's year on or after ``day``."""
    month, last = (int(part) for part in firm.year_end.split("-"))
    this_year = _clamped(day.year, month, last)
    return this_year if this_year >= day else _clamped(day.year + 1, month, last)


def still_holds(until: Until, cells: Cells, firm: Firm, today: date) -> bool:
    """Whether a hold on this row lasts: its last day is today or later, or its date is empty [17]."""
    if until.day is not None:
        return date.fromisoformat(until.day) >= today
    if until.column is None:
        return True
    day = day_of(cells[until.column])
    if day is None:
        return True
    if until.round_to is RoundTo.MONTH_END:
        day = _clamped(day.year, day.month, 31)
    elif until.round_to is RoundTo.YEAR_END:
        day = year_end(day, firm)
    return plus(day, until.period) >= today


# --- values that a change writes -----------------------------------------------------------------------------

_PSEUDONYM = re.compile(r"anon~[0-9a-f]{16}")
_HASH = re.compile(r"hash~[0-9a-f]{64}")


def written(value: Value, cell: Scalar, secret: bytes) -> Scalar:
    """Return what ``value`` makes of ``cell``. Idempotent [16]. ``now`` is not decided by the cell alone."""
    if value.kind is ValueKind.CONSTANT:
        return value.constant
    if cell is None:
        return None
    if value.kind is ValueKind.COARSEN:
        return _coarsened(cell, value.unit)
    digest = hmac.new(secret, str(cell).encode(), hashlib.sha256).hexdigest()
    if value.kind is ValueKind.PSEUDONYM:
        return cell if _PSEUDONYM.fullmatch(str(cell)) else f"anon~{digest[:16]}"
    return cell if _HASH.fullmatch(str(cell)) else f"hash~{digest}"


def _coarsened(cell: Scalar, unit: str) -> Scalar:
    if isinstance(cell, date):
        first = cell.replace(day=1) if unit in {"year", "month"} else cell
        first = first.replace(month=1) if unit == "year" else first
        return first.replace(hour=0, minute=0, second=0, microsecond=0) if isinstance(first, datetime) else first
    if isinstance(cell, int):
        return cell // int(unit) * int(unit)
    return str(cell)[: int(unit)]


def witnesses(words: Iterable[Mapping[str, Value]], cleared: Collection[str] = ()) -> dict[str, frozenset[str]]:
    """Return for each column that some word of a collection gives ``now`` the cells that nothing writes without it.

    ``cleared``: columns that *matched* may clear, which are no witness.
    """
    said = [dict(word) for word in words]
    times = {c for word in said for c, value in word.items() if value.kind is ValueKind.NOW}
    cells = {c for word in said for c in word} - times - set(cleared)
    return {time: frozenset(c for c in cells if all(time in word for word in said if c in word)) for time in times}


def as_now(column: SchemaColumn, now: datetime) -> Scalar:
    """Return the plan's own time as ``column`` can hold it."""
    return now.date() if column.kind is ColumnKind.DATE else now


def targets(
    cells: Cells,
    clears: Cells,
    values: Mapping[str, Value],
    secret: bytes,
    columns: Mapping[str, SchemaColumn],
    now: datetime,
    witnesses: Mapping[str, frozenset[str]],
) -> dict[str, Scalar]:
    """Return the target of each cell of one change: ``clears`` are cells that matched, ``values`` win over them [12].

    ``now`` is written where its cell is empty or a witness of it (a cell never written without it) differs from its
    target. Were it any other cell, what is written would depend on what an earlier change has written already (law a).
    """
    result = dict(clears)
    result |= {c: written(v, cells[c], secret) for c, v in values.items() if v.kind is not ValueKind.NOW}
    times = [column for column, value in values.items() if value.kind is ValueKind.NOW]
    for column in times:
        differs = any(cells[c] != result[c] for c in witnesses[column] if c in result)
        result[column] = as_now(columns[column], now) if differs or cells[column] is None else cells[column]
    return result
