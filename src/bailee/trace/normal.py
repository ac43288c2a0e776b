"""How a value that says who somebody is, is spelled: one normal form here, finitely many spellings in a column (8, 9).

What is not surely the same stays apart: two people taken for one is the worst that can happen.
Where a normal form leaves a value out (an internal extension, a placeholder), it names nobody rather than everybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from bailee.policy.model import Form, Stored
from bailee.policy.predicate import Scalar

PLACEHOLDERS = frozenset({"-", "--", "?", "0", "n/a", "none", "null", "unknown", "anonymous"})
"""What people write into a field that must not be empty, whatever the attribute; the firm adds its own."""

NOBODY = PLACEHOLDERS | {"nobody", "test", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply"}
"""Local parts of addresses that are nobody's."""


def normalise(attribute: str, text: str, region: str, placeholders: frozenset[str] = frozenset()) -> str | None:
    """Return the normal value that ``text`` spells, or ``None`` where it names nobody (8).

    ``email``: lower case, NFC, the domain in ASCII. ``phone``: E.164 as read from ``region`` (ISO 3166, ``GB``), with
    ``;ext=`` (RFC 3966) where an extension is given, since the number alone is the whole office's. A number that is too
    short to be dialled from anywhere (an internal extension, a local number without its area) is none: ``204`` is
    somebody else in every system, so it wants an attribute of its own, whose issuer is the system. Numbers need only be
    possible, not assigned: tables of assigned ranges age, and a person must still be found. Any other attribute: the
    text itself, without the space around it. ``placeholders``: the firm's own, in any spelling.
    """
    text = text.strip()
    value = _value(attribute, text, region)
    if value is None:
        return None
    nothing = _placeholders(attribute, region, placeholders)
    return None if text.casefold() in nothing or value.casefold() in nothing else value


def values_of(
    attribute: str, cell: Scalar, stored: Stored, region: str, placeholders: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the normal values that a cell carries: one, of a list several, none where it is empty or does not fit."""
    values = [normalise(attribute, text, region, placeholders) for text in _parts(cell, stored)]
    return tuple(dict.fromkeys([value for value in values if value is not None]))


def spellings(attribute: str, value: str, stored: Stored, region: str) -> tuple[str, ...]:
    """Return every text by which a column so declared can spell the normal ``value``; of a list: one element of it.

    A database compares them bytewise with the cell, or with each element of a list as it stands. Where a raw column is
    scanned it compares what is left of the cell: ``lower(trim(cell))`` of an ``email``, the digits and plus signs of a
    ``phone``, ``trim(cell)`` of anything else. No spelling: such a column cannot hold the value. `normalise` makes
    ``value`` of each of them again; only a lower case column of an attribute whose case counts says less than that.
    """
    forms: Iterable[str]
    forms = plain = _plain(attribute, value, region)
    if stored.form is Form.LOWER and len(plain) == 1:  # what is asked for most often
        return (value.lower(),)
    match stored.form:
        case Form.LOWER:
            forms = [form.lower() for form in plain]
        case Form.TEMPLATE:
            forms = [stored.text.replace("{}", form) for form in plain]
        case Form.LIST:
            forms = [form for form in plain if stored.text not in form]
        case Form.RAW if stored.scan:
            forms = _scanned(attribute, value, plain, region)
    return tuple(dict.fromkeys(forms))


def matches(attribute: str, cell: Scalar, value: str, stored: Stored, region: str) -> bool:
    """Whether ``cell`` spells ``value``, as a database sees it: what `spellings` says, row by row."""
    if cell is None:
        return False
    forms = spellings(attribute, value, stored, region)
    text = _text(cell)
    if stored.form is Form.LIST:
        return any(part in forms for part in text.split(stored.text))
    if stored.form is Form.RAW and stored.scan:
        return _left_by_a_scan(attribute, text) in forms
    return text in forms


# --- cells ---------------------------------------------------------------------------------------------------


def _text(cell: Scalar) -> str:
    """Return a cell as text; bytes that are no UTF-8 spell nothing that anybody is called."""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)


def _parts(cell: Scalar, stored: Stored) -> list[str]:
    if cell is None:
        return []
    text = _text(cell)
    if stored.form is Form.LIST:
        return text.split(stored.text)
    if stored.form is Form.TEMPLATE:
        before, _, after = stored.text.partition("{}")
        fits = text.startswith(before) and text.endswith(after) and len(text) >= len(before) + len(after)
        return [text[len(before) : len(text) - len(after)]] if fits else []
    return [text]


def _left_by_a_scan(attribute: str, text: str) -> str:
    match attribute:
        case "email":
            return text.strip().lower()
        case "phone":
            return re.sub(r"[^0-9+]", "", text)
    return text.strip()


# --- normal values -------------------------------------------------------------------------------------------


def _value(attribute: str, text: str, region: str) -> str | None:
    if "\0" in text:  # SQLite alone can hold one, and no other system can be asked for it
        return None
    match attribute:
        case "email":
            return _email(text)
        case "phone":
            return _phone(text, region)
    return text or None


@lru_cache(maxsize=64)
def _placeholders(attribute: str, region: str, placeholders: frozenset[str]) -> frozenset[str]:
    """Return all placeholders: the firm's as they stand, and as this attribute would normalise them."""
    texts = {text.strip() for text in placeholders}
    forms = (form.casefold() for text in texts for form in (text, _value(attribute, text, region)) if form)
    return PLACEHOLDERS.union(forms)


def _email(text: str) -> str | None:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = unicodedata.normalize("NFC", text.lower())
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or local in NOBODY:
        return None
    return text if domain.isascii() else f"{local}@{'.'.join(map(_ascii_label, domain.split('.')))}"


def _ascii_label(label: str) -> str:
    """Return a label of a domain as the DNS has it (RFC 3492).

    Not by the codec ``idna`` of the standard library: that one is of 2003, and makes ``strasse`` of ``straße``, which
    is somebody else's domain now (RFC 5891).
    """
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _phone(text: str, region: str) -> str | None:
    value = _e164(text, region)
    return value if value is None or _e164(value, region) == value else None


def _e164(text: str, region: str) -> str | None:
    import phonenumbers

    if "@" in text:  # the parser would find a number in the address of somebody else
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    if len(set(phonenumbers.national_significant_number(number))) == 1:  # 0000000000: a placeholder
        return None
    value: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{value};ext={number.extension}" if number.extension else value


# --- spellings -----------------------------------------------------------------------------------------------


def _plain(attribute: str, value: str, region: str) -> tuple[str, ...]:
    """Return the spellings of a value where it stands alone: itself, and an address with its domain in letters."""
    if attribute != "email" or "xn--" not in value:
        return (value,)
    local, _, domain = value.rpartition("@")
    letters = f"{local}@{'.'.join(map(_unicode_label, domain.split('.')))}"
    return (value, letters) if normalise(attribute, letters, region) == value else (value,)


def _scanned(attribute: str, value: str, plain: tuple[str, ...], region: str) -> tuple[str, ...]:
    match attribute:
        case "email":
            forms = [form for text in plain for form in (text, unicodedata.normalize("NFD", text), _half_lowered(text))]
        case "phone":
            forms = _dialled(value, region)
        case _:
            return plain
    return tuple(form for form in forms if normalise(attribute, form, region) == value)


def _half_lowered(text: str) -> str:
    """Return what ``lower`` leaves of a text in capitals where it knows ASCII alone, as SQLite's does."""
    return "".join(c if c.isascii() else c.upper() for c in text)


def _dialled(value: str, region: str) -> list[str]:
    """Return the ways in which a number is written in digits: none for an extension, which would be lost among them."""
    import phonenumbers

    number = phonenumbers.parse(value, region)
    if number.extension:
        return []
    country, rest = str(number.country_code), phonenumbers.national_significant_number(number)
    home = phonenumbers.region_code_for_country_code(number.country_code or 0)
    trunk = phonenumbers.ndd_prefix_for_region(home, strip_non_digits=True) or ""
    abroad = ("+", "00", "011", "")
    forms = [f"{prefix}{country}{inside}{rest}" for prefix, inside in product(abroad, dict.fromkeys(("", trunk)))]
    return [*forms, f"{trunk}{rest}", rest]
