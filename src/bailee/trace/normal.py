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
from math import prod
from string import ascii_letters, ascii_lowercase, ascii_uppercase

from bailee.policy import Form, Spelling
from bailee.policy.predicate import Scalar

PLACEHOLDERS = frozenset({"-", "--", "?", "0", "n/a", "none", "null", "unknown", "anonymous"})
"""What people write into a field that must not be empty, whatever the attribute; the firm adds its own."""

BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\0"
"""What may stand around a value and is no part of it: all that Unicode calls white space, and the zero byte that ends a
text in C."""

LEADING = f"{BLANKS}{ascii_letters}.:()/-"
"""What may stand before a telephone number and says nothing: ``Tel.: (``."""

WITHIN = f"{BLANKS}-()./\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
"""What may stand between the digits of a telephone number and says nothing."""

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
    text = text.strip(BLANKS)
    value = _normalise_value(attribute, text, region)
    if value is None:
        return None
    nothing = _list_placeholders(attribute, region, placeholders)
    return None if text.casefold() in nothing or value.casefold() in nothing else value


def read_values(
    attribute: str, cell: Scalar, stored: Spelling, region: str, placeholders: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the normal values that a cell carries: one, of a list several, none where it is empty or does not fit."""
    values = [normalise(attribute, text, region, placeholders) for text in split_parts(cell, stored)]
    return tuple(dict.fromkeys([value for value in values if value is not None]))


def list_spellings(attribute: str, value: str, stored: Spelling, region: str) -> tuple[str, ...]:
    """Return every text by which a column so declared can spell the normal ``value``; of a list: one element of it.

    A database compares them bytewise with the cell. Of a raw column that is scanned, and of each element of a list, it
    compares what `scan_text` leaves. No spelling: such a column cannot hold the value, or not so that it is found.
    `normalise` makes ``value`` of each of them again; only a lower case column of an attribute whose case counts says
    less than that.
    """
    forms: Iterable[str]
    forms = texts = _list_plain(attribute, value, region)
    if stored.form is Form.LOWER and len(texts) == 1:  # what is asked for most often
        return (value.lower(),)
    match stored.form:
        case Form.LOWER:
            forms = [form.lower() for form in texts]
        case Form.TEMPLATE:
            forms = [stored.text.replace("{}", form) for form in texts]
        case Form.LIST:
            forms = [form for form in _list_scanned(attribute, value, texts, region) if stored.text not in form]
        case Form.RAW if stored.scan:
            forms = _list_scanned(attribute, value, texts, region)
    return tuple(dict.fromkeys(forms))


def scan_text(attribute: str, text: str) -> str:
    """Return what a declared scan leaves of ``text``, a cell or an element of a list: exactly as each database does it.

    No blanks around it; of an ``email`` the capitals of ASCII small, since no two databases agree on others; of a
    ``phone`` nothing that stands before it or between its digits, unless a ``;`` may begin an extension.
    """
    match attribute:
        case "email":
            return text.strip(BLANKS).translate(_SMALL)
        case "phone" if ";" not in text:
            return text.lstrip(LEADING).translate(_CLOSED)
    return text.strip(BLANKS)


_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_CLOSED = dict.fromkeys(map(ord, WITHIN))


def is_spelling(attribute: str, cell: Scalar, value: str, stored: Spelling, region: str) -> bool:
    """Whether ``cell`` spells ``value``, as a database sees it: what `list_spellings` says, row by row."""
    text = convert_to_text(cell)
    if text is None:
        return False
    forms = list_spellings(attribute, value, stored, region)
    if stored.form is Form.LIST:
        return any(scan_text(attribute, part) in forms for part in text.split(stored.text))
    if stored.form is Form.RAW and stored.scan:
        return scan_text(attribute, text) in forms
    return text.removesuffix("\0") in forms


# --- cells ---------------------------------------------------------------------------------------------------


def convert_to_text(cell: Scalar) -> str | None:
    """Return a cell as text; bytes that are no UTF-8, and numbers with a fraction, are what nobody is called."""
    match cell:
        case None | float():
            return None
        case bytes():
            try:
                return cell.decode()
            except UnicodeDecodeError:
                return None
    return str(cell)


def split_parts(cell: Scalar, stored: Spelling) -> list[str]:
    """Return what of a cell is one value each; nothing where it does not fit its template."""
    text = convert_to_text(cell)
    if text is None:
        return []
    if stored.form is Form.LIST:
        return text.split(stored.text)
    if stored.form is Form.TEMPLATE:
        text = text.rstrip("\0")
        before, _, after = stored.text.partition("{}")
        fits = text.startswith(before) and text.endswith(after) and len(text) >= len(before) + len(after)
        return [text[len(before) : len(text) - len(after)]] if fits else []
    return [text]


# --- normal values -------------------------------------------------------------------------------------------


def _normalise_value(attribute: str, text: str, region: str) -> str | None:
    if "\0" in text:  # SQLite alone can hold one, and no other system can be asked for it
        return None
    match attribute:
        case "email":
            return _normalise_email(text)
        case "phone":
            return _normalise_phone(text, region)
    return text or None


@lru_cache(maxsize=64)
def _list_placeholders(attribute: str, region: str, placeholders: frozenset[str]) -> frozenset[str]:
    """Return all placeholders: the firm's as they stand, and as this attribute would normalise them."""
    texts = {text.strip() for text in placeholders}
    forms = (form.casefold() for text in texts for form in (text, _normalise_value(attribute, text, region)) if form)
    return PLACEHOLDERS.union(forms)


def _normalise_email(text: str) -> str | None:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = unicodedata.normalize("NFC", text.lower())
    local, at, domain = text.rpartition("@")
    if not (local and at and domain) or local in NOBODY:
        return None
    return text if domain.isascii() else f"{local}@{'.'.join(map(_encode_label, domain.split('.')))}"


def _encode_label(label: str) -> str:
    """Return a label of a domain as the DNS has it (RFC 3492).

    Not by the codec ``idna`` of the standard library: that one is of 2003, and makes ``strasse`` of ``straße``, which
    is somebody else's domain now (RFC 5891).
    """
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"


def _decode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _normalise_phone(text: str, region: str) -> str | None:
    text = " ".join(text.split())  # the parser knows no other white space
    value = _format_e164(text, region)
    return value if value is None or _format_e164(value, region) == value else None


def _format_e164(text: str, region: str) -> str | None:
    import phonenumbers  # start-up: 18 ms

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


def _list_plain(attribute: str, value: str, region: str) -> tuple[str, ...]:
    """Return the spellings of a value where it stands alone: itself, and an address with its domain in letters."""
    if attribute != "email" or "xn--" not in value:
        return (value,)
    local, _, domain = value.rpartition("@")
    letters = f"{local}@{'.'.join(map(_decode_label, domain.split('.')))}"
    return (value, letters) if normalise(attribute, letters, region) == value else (value,)


@lru_cache(maxsize=4_096)
def _list_scanned(attribute: str, value: str, texts: tuple[str, ...], region: str) -> tuple[str, ...]:
    """Return what `scan_text` may leave of a spelling of ``value``."""
    match attribute:
        case "email":
            forms: Iterable[str] = [form for text in texts for form in _list_capitals(text)]
        case "phone":
            forms = _list_dialled(value, region)
        case _:
            return texts
    left = dict.fromkeys(scan_text(attribute, form) for form in forms)
    return tuple(form for form in left if normalise(attribute, form, region) == value)


_MOST = 64
"""Spellings of one address; one with more letters beyond ASCII is found as it is, and with all of them in capitals."""

_SINGLES = {"k": "\u212a", "\u00e5": "\u212b", "\u03c9": "\u2126", ";": "\u037e", "`": "\u1fef"}
"""Letters that Unicode has twice, with the other one: which NFC, or the small letter of it, makes the same."""

_DOTTED = "i\u0307"  # the small letter of the dotted capital I, which is two


def _list_capitals(text: str) -> Iterable[str]:
    """Yield the ways to write ``text`` that differ where `scan_text` does nothing: beyond ASCII, capitals and marks."""
    whole = [unicodedata.normalize(form, word) for word in (text, _lower_ascii(text)) for form in ("NFC", "NFD")]
    ways = [_list_letter_forms(letter) for letter in re.findall(f"{_DOTTED}|.", text, re.DOTALL)]
    yield from whole
    if prod(map(len, ways)) <= _MOST:
        yield from map("".join, product(*ways))


def _list_letter_forms(letter: str) -> list[str]:
    if letter == _DOTTED:
        return [letter, "\u0130"]
    ways = [letter, *_SINGLES.get(letter, "")]
    if not letter.isascii():
        ways += [other for other in (letter.upper(), letter.title()) if len(other) == 1]
        ways += [unicodedata.normalize("NFD", way) for way in ways]
    return list(dict.fromkeys(ways))


def _lower_ascii(text: str) -> str:
    """Return what is left of a text in capitals where those of ASCII alone become small."""
    return "".join(c if c.isascii() else c.upper() for c in text)


def _list_dialled(value: str, region: str) -> list[str]:
    """Return the ways in which a number is written in digits; one with an extension, as RFC 3966 writes it alone."""
    import phonenumbers  # start-up: 18 ms

    number = phonenumbers.parse(value, region)
    if number.extension:
        return [value]
    country, rest = str(number.country_code), phonenumbers.national_significant_number(number)
    home = phonenumbers.region_code_for_country_code(number.country_code or 0)
    trunk = phonenumbers.ndd_prefix_for_region(home, strip_non_digits=True) or ""
    abroad = ("+", "00", "011", "")
    forms = [f"{prefix}{country}{inside}{rest}" for prefix, inside in product(abroad, dict.fromkeys(("", trunk)))]
    return [*forms, f"{trunk}{rest}", rest]
