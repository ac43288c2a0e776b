"""What a few values of a column look like: counted, and forgotten at once. No value is ever kept.

Numbers with a checksum are told by `phonenumbers` and `python-stdnum`. One number in ten passes a checksum by chance:
it says something only of a whole column, so what is counted is how many of the values have a shape.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

VALUES = 100
"""So many rows of a table are looked at, and never more."""

_NUMBERS = 30  # telephone numbers and checksums are slow to tell; so many values say enough


class ValueShape(StrEnum):
    """What a value looks like."""

    EMAIL = "e-mail address"
    E164 = "telephone number as +442079460101"
    PHONE = "telephone number"
    IBAN = "bank account (IBAN)"
    VAT = "VAT number"
    NATIONAL_ID = "national identity number"
    CARD = "payment card number"
    IP = "IP address"
    UUID = "UUID"
    HASH = "hash"
    FILE = "file name"
    URL = "web address"
    WORDS = "several words"
    DIGITS = "number"
    JSON = "JSON"
    MARKUP = "markup"


PERSONAL = frozenset(
    {
        ValueShape.EMAIL,
        ValueShape.E164,
        ValueShape.PHONE,
        ValueShape.IBAN,
        ValueShape.NATIONAL_ID,
        ValueShape.CARD,
        ValueShape.IP,
    }
)
"""Shapes that speak of somebody by themselves."""


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column in a sample. ``values``: how many were looked at, each counted once; ``filled`` and ``empty``: cells.

    ``lower``: how many of the values have no capital letter.
    """

    filled: int = 0
    empty: int = 0
    values: int = 0
    lower: int = 0
    shapes: Mapping[ValueShape, int] = field(default_factory=dict)
    tested: int = 0  # of how many values numbers and checksums were looked at
    span: tuple[int, int] | None = None  # the least and the greatest, of whole numbers

    def share(self, shape: ValueShape) -> float:
        """Return which part of the values has ``shape``, from 0 to 1."""
        of = self.tested if shape in _SLOW else self.values
        return self.shapes.get(shape, 0) / of if of else 0.0

    @property
    def empties(self) -> float:
        """Which part of the cells is empty, from 0 to 1."""
        cells = self.filled + self.empty
        return self.empty / cells if cells else 0.0


@dataclass(frozen=True, slots=True)
class Sample:
    """``columns``: (table, column) -> what was seen there. ``rows``: table -> how many of its rows were looked at.

    ``unread``: table -> why it could not be looked at. ``inside``: (table, column) -> path -> what was seen there, of
    columns with JSON in them.
    """

    columns: Mapping[tuple[str, str], SampledColumn] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[tuple[str, str], Mapping[str, SampledColumn]] = field(default_factory=dict)

    def seen(self, table: str, column: str) -> SampledColumn:
        """Return what was seen in a column: nothing, where it was not looked at."""
        return self.columns.get((table, column), SampledColumn())


# --- telling ---------------------------------------------------------------------------------------------------

_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+\Z")
_E164 = re.compile(r"\+[1-9]\d{6,14}\Z")
_DIALLED = re.compile(r"\+?[\d\s()./-]{7,24}(?:\s*(?:x|ext\.?)\s*\d{1,6})?\Z")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\Z", re.IGNORECASE)
_HASH = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|\$\d\w?\$.{20,})\Z", re.IGNORECASE)
_FILE = re.compile(
    r"[^\s?*<>|][^?*<>|]{0,250}\.(?:wav|mp3|ogg|gsm|pdf|png|jpe?g|gif|docx?|xlsx?|csv|txt|zip|eml|mp4)\Z", re.IGNORECASE
)
_URL = re.compile(r"(?:https?|ftp)://\S+\Z", re.IGNORECASE)
_WORDS = re.compile(r"\S+(?:\s+\S+){4,}")
_QUICK: tuple[tuple[ValueShape, re.Pattern[str]], ...] = (
    (ValueShape.EMAIL, _EMAIL),
    (ValueShape.UUID, _UUID),
    (ValueShape.HASH, _HASH),
    (ValueShape.URL, _URL),
    (ValueShape.FILE, _FILE),
    (ValueShape.WORDS, _WORDS),
    (ValueShape.DIGITS, re.compile(r"\d+\Z")),
    (ValueShape.JSON, re.compile(r"[{\[].*(?:[:,}\]]|\Z)", re.DOTALL)),
    (ValueShape.MARKUP, re.compile(r"<(?:\?xml|!|[A-Za-z])", re.DOTALL)),
)
_SLOW = frozenset(
    {
        ValueShape.PHONE,
        ValueShape.E164,
        ValueShape.IBAN,
        ValueShape.VAT,
        ValueShape.NATIONAL_ID,
        ValueShape.CARD,
        ValueShape.IP,
    }
)


def look_at(cells: Iterable[object], region: str) -> SampledColumn:
    """Return what the ``cells`` of a column look like. ``region`` reads national telephone numbers (``GB``)."""
    filled, empty = 0, 0
    distinct: dict[object, None] = {}
    for cell in cells:
        if cell is None or cell in {"", 0}:
            empty += 1
        else:
            filled += 1
            distinct[cell] = None
    texts = [cell.strip() for cell in distinct if isinstance(cell, str)]
    shapes: dict[ValueShape, int] = {}
    for shape, pattern in _QUICK:
        if count := sum(1 for text in texts if pattern.match(text)):
            shapes[shape] = count
    few = texts[:_NUMBERS]
    for shape, tells in _list_tellers(region):
        if count := sum(1 for text in few if tells(text)):
            shapes[shape] = count
    lower = sum(1 for text in texts if text == text.lower())
    whole = [cell for cell in distinct if isinstance(cell, int) and not isinstance(cell, bool)]
    span = (min(whole), max(whole)) if whole and len(whole) == len(distinct) else None
    return SampledColumn(filled, empty, len(distinct), lower, shapes, len(few), span)


def _list_tellers(region: str) -> tuple[tuple[ValueShape, Callable[[str], bool]], ...]:
    return (
        (ValueShape.E164, lambda text: bool(_E164.match(text))),
        (ValueShape.PHONE, lambda text: _is_phone(text, region)),
        (ValueShape.IP, _is_ip),
        (ValueShape.IBAN, _is_iban),
        (ValueShape.VAT, _is_vat),
        (ValueShape.NATIONAL_ID, _is_national_id),
        (ValueShape.CARD, _is_card),
    )


def _is_phone(text: str, region: str) -> bool:
    """Whether ``text`` can be dialled: a date, an amount or a mere serial number cannot."""
    if not _DIALLED.match(text) or re.match(r"\d{4}-\d\d-\d\d", text):
        return False
    import phonenumbers  # start-up: 18 ms

    if not text.startswith(("+", "0", "(")):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _is_ip(text: str) -> bool:
    if text.count(".") != 3 and ":" not in text:  # noqa: PLR2004 - the dots of an address
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_iban(text: str) -> bool:
    if not text[:2].isalpha() or not text[2:4].isdigit():
        return False
    from stdnum import iban  # start-up: 38 ms

    return bool(iban.is_valid(text))


def _is_vat(text: str) -> bool:
    if not text[:2].isalpha() or not any(c.isdigit() for c in text[2:]):
        return False
    from stdnum.eu import vat  # start-up: 36 ms
    from stdnum.gb import vat as british  # start-up: 44 ms

    return bool(vat.is_valid(text) or (text.startswith("GB") and british.is_valid(text)))


def _is_national_id(text: str) -> bool:
    """Whether ``text`` has the checksum of a number that a state gives a person (of the UK, Ireland, D, NL, F)."""
    if not 8 <= len(text.replace(" ", "")) <= 15 or not any(c.isdigit() for c in text):  # noqa: PLR2004 - their lengths
        return False
    from stdnum.de import idnr  # start-up: 47 ms
    from stdnum.fr import nir  # start-up: 36 ms
    from stdnum.gb import nhs  # start-up: 44 ms
    from stdnum.ie import pps  # start-up: 36 ms
    from stdnum.nl import bsn  # start-up: 38 ms

    return any(kind.is_valid(text) for kind in (pps, nhs, idnr, bsn, nir)) or bool(_NINO.match(text.replace(" ", "")))


_NINO = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]\Z")  # it has no checksum, and a form of its own


def _is_card(text: str) -> bool:
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isdigit() or not 13 <= len(digits) <= 19 or digits[0] not in "3456":  # noqa: PLR2004 - ISO/IEC 7812
        return False
    from stdnum import luhn  # start-up: 38 ms

    return bool(luhn.is_valid(digits))
