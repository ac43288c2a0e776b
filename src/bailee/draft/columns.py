"""What a column holds: told by its name, its type, and what its values look like. Values weigh more than names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bailee.draft import lexicon
from bailee.draft.names import list_grams, split_words
from bailee.draft.sample import SampledColumn, ValueShape
from bailee.trace.schema import ColumnKind, SchemaColumn

ENOUGH = 5
"""From so many different values on, what they look like decides."""

MOST, SOME = 0.8, 0.2  # shares of the values


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """A column holds ``what`` (a word of the lexicon); ``sure`` from 0 to 1, and why."""

    what: str
    sure: float
    because: str


_BY_SHAPE = {
    ValueShape.EMAIL: "email",
    ValueShape.E164: "phone",
    ValueShape.IBAN: "iban",
    ValueShape.IP: "ip_address",
    ValueShape.VAT: "vat",
}
_TEXTS = frozenset({"email", "phone", "fax", "given_name", "family_name", "full_name", "name", "username", "postal"})
_TELLING = {
    "email": (ValueShape.EMAIL,),
    "phone": (ValueShape.PHONE, ValueShape.E164),
    "fax": (ValueShape.PHONE, ValueShape.E164),
    "ip_address": (ValueShape.IP,),
    "iban": (ValueShape.IBAN,),
    "vat": (ValueShape.VAT,),
}
_UNTOLD = frozenset({"phone", "fax", "ip_address", "iban", "vat"})  # values in a form that is not known here may be so


def guess_role(column: SchemaColumn, seen: SampledColumn) -> ColumnRole | None:
    """Return what ``column`` holds, or ``None`` where nothing tells."""
    if column.type_name in {"inet", "cidr"}:
        return ColumnRole("ip_address", 0.95, f"its type is {column.type_name}")
    named = guess_by_name(column)
    by_value = _guess_by_value(column, seen) if named != "secret" else None  # a token may be made of an address
    if by_value is not None:
        same = named is not None and named == by_value.what
        return ColumnRole(by_value.what, min(0.99, by_value.sure + 0.04 * same), by_value.because)
    if named is None or not _is_fitting(named, column):
        return None
    telling = _TELLING.get(named)
    if telling is None or seen.values == 0:
        return ColumnRole(named, 0.85 if telling is None else 0.75, f'it is called "{column.name}"')
    share = max(seen.share(shape) for shape in telling)
    if seen.values >= ENOUGH and share < SOME and named not in _UNTOLD:
        return None
    counted = max(seen.shapes.get(shape, 0) for shape in telling)
    of = max(seen.tested if named in _UNTOLD else seen.values, 1)
    sure = min(0.95, 0.75 + 0.25 * share) if seen.values >= ENOUGH else 0.6 + 0.25 * share
    return ColumnRole(named, sure, f'it is called "{column.name}", and {counted} of {of} values look so')


def _guess_by_value(column: SchemaColumn, seen: SampledColumn) -> ColumnRole | None:
    if column.kind is not ColumnKind.TEXT or seen.values < ENOUGH:
        return None
    for shape, what in _BY_SHAPE.items():
        share = seen.share(shape)
        if share >= MOST:
            of = seen.tested if shape is not ValueShape.EMAIL else seen.values
            because = f"{seen.shapes[shape]} of {of} different values look like an {shape}"
            return ColumnRole(what, round(0.55 + 0.4 * share, 2), because.replace("an telephone", "a telephone"))
    return None


def guess_by_name(column: SchemaColumn) -> str | None:
    """Return what a column holds as far as its name says it."""
    parts = split_words(column.name)
    while len(parts) > 1 and parts[-1] in lexicon.GENERIC and not _find_known("".join(parts[-2:])):
        parts = parts[:-1]
    if len(parts) > 1 and parts[-1].isdigit():
        parts = parts[:-1]
    for _, end, gram in list_grams(parts):
        if end == len(parts) and (found := _find_known(gram)):
            return found
    return None


def _find_known(gram: str) -> str | None:
    return lexicon.COLUMN.get(gram)


def _is_fitting(what: str, column: SchemaColumn) -> bool:
    match what:
        case "date_of_birth":
            return column.kind in {ColumnKind.DATE, ColumnKind.TIME, ColumnKind.TEXT, ColumnKind.INTEGER}
        case "coordinates":
            return True
        case "customer_number" | "national_id" | "card" | "iban" | "phone":
            return column.kind in {ColumnKind.TEXT, ColumnKind.INTEGER}
        case "photo":
            return column.kind in {ColumnKind.TEXT, ColumnKind.BYTES}
        case "gender" | "marital_status":
            return column.kind in {ColumnKind.TEXT, ColumnKind.INTEGER, ColumnKind.OTHER}
    return column.kind is ColumnKind.TEXT or (what == "free_text" and column.kind is ColumnKind.OTHER)


def is_called(column: SchemaColumn, known: Iterable[str]) -> bool:
    """Whether the name of ``column``, or its end, is among ``known`` words."""
    parts, wanted = split_words(column.name), frozenset(known)
    return any(end == len(parts) and gram in wanted for _, end, gram in list_grams(parts))


def explain_path(path: str, seen: SampledColumn) -> str:
    """Return why the values at a path inside JSON say something of somebody; empty where nothing tells."""
    name = re.split(r"[.\[\]]+", path.removesuffix("[]"))[-1]
    found = guess_role(SchemaColumn(name, ColumnKind.TEXT), seen)
    if found is None or found.what not in lexicon.PERSONAL | {"name", "free_text"}:
        return ""
    return found.because
