"""Which cells spell what they carry as their column is declared to; and which may name somebody who is not found (9).

A pattern that all databases read alike picks the cells that surely do. It is sound and not whole: of another cell
nobody knows until `is_misspelt` has looked at it. So a database counts the doubtful ones, and few have to be read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bailee.policy import Form, Spelling
from bailee.policy.predicate import Scalar
from bailee.trace.normal import BLANKS, NOBODY, PLACEHOLDERS, convert_to_text, is_spelling, normalise, split_parts

_BETWEEN = r"[ ()./-]*"  # what stands between the digits of a number and says nothing
_DOMAIN = "[a-z0-9_-]+(?:[.][a-z0-9_-]+)*"
_LOCAL = "[a-z0-9_+-]+(?:[.][a-z0-9_+-]+)*"
_ADDRESS = f"{_LOCAL}@{_DOMAIN}"
_ANY_ADDRESS = _ADDRESS.replace("a-z", "A-Za-z")
_SHORT = 6
"""Digits of a number that is dialled inside a house, or of a service: it names nobody elsewhere."""

_LONGEST = 17
"""Digits of the longest text that is taken for one telephone number: E.164 has 15, and some dial two before them."""

_NONE = "|".join(re.sub(r"[^a-z0-9]", lambda sign: f"[{sign[0]}]", word) for word in sorted(PLACEHOLDERS))


def make_sure_pattern(attribute: str, stored: Spelling, region: str, *, is_own: bool = True) -> str:
    """Return a regular expression, of the whole cell, of those that are surely not `is_misspelt`.

    ``region``: of national telephone numbers (``GB``). ``is_own``: of an identity; a mention may be anything else that
    names nobody, too. Read alike by Python, PostgreSQL and PCRE.
    """
    found = [_NONE, *_list_nobody_patterns(attribute, is_own=is_own)]
    if stored.form is Form.LIST:
        found.append(_make_list_pattern(attribute, stored.text))
    elif stored.form is Form.TEMPLATE:
        before, _, after = stored.text.partition("{}")
        value = _make_value_pattern(attribute, stored, region)
        found.append(f"{_escape_literal(before)}(?:{value}){_escape_literal(after)}")
    else:
        found.append(_make_value_pattern(attribute, stored, region))
    return f"(?:{'|'.join(found)})?"


def _list_nobody_patterns(attribute: str, *, is_own: bool) -> Iterator[str]:
    """Yield patterns of cells that name nobody, whatever they say."""
    if attribute == "email" and not is_own:
        yield "[ -?A-~]*"
    if attribute == "phone":
        yield f"[*#]?[0-9]{{1,{_SHORT}}}"
        if not is_own:
            yield f"[ -)/:-~.]*(?:[0-9][ -)/:-~.]*){{0,{_SHORT}}}"


def _make_list_pattern(attribute: str, separator: str) -> str:
    """Return the pattern of a list: what a scan leaves of each element is compared, and between them may be blanks."""
    if attribute not in {"phone", "email"}:
        return "[ -~]*"
    one = _ANY_ADDRESS if attribute == "email" else _make_international_pattern("")
    if set(separator) & set("+0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@._-"):
        return "[+]"
    return f"(?:{one})(?:{_escape_literal(separator)} ?(?:{one}))*"


def _make_value_pattern(attribute: str, stored: Spelling, region: str) -> str:
    """Return the pattern of one value: of the cell, or of what stands in a template."""
    scanned = stored.form is Form.RAW and stored.scan
    match attribute:
        case "email":
            return f" *{_ANY_ADDRESS} *" if scanned else _ADDRESS
        case "phone":
            return _make_dialled_pattern(region) if scanned else _make_international_pattern("")
    if scanned:
        return "[ -~]*"
    return r"[!-@\[-~](?:[ -@\[-~]*[!-@\[-~])?" if stored.form is Form.LOWER else "[!-~](?:[ -~]*[!-~])?"


def _escape_literal(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", lambda sign: f"[{sign[0]}]" if sign[0] not in r"\^[]" else "\\" + sign[0], text)


def _make_dialled_pattern(region: str) -> str:
    """Return the pattern of a number as people write it: from abroad, or from home with the zero before it."""
    from phonenumbers import PhoneMetadata  # start-up: 18 ms

    found = [_make_international_pattern(_BETWEEN)]
    known = PhoneMetadata.metadata_for_region(region, None)
    trunk = known.national_prefix_for_parsing if known else None
    if known and trunk and "0" in trunk.split("|") and known.international_prefix == "00":
        found.append(f"0{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{5,11}}")
    return "|".join(found)


@lru_cache(maxsize=4)
def _make_international_pattern(between: str) -> str:
    """Return the pattern of numbers in E.164 of which no digit is read as dialled before a number at home.

    Only of countries where what is dialled before it is plain digits; others, and extensions, are left in doubt.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata  # start-up: 18 ms

    by_first: dict[str, list[str]] = {}
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        known = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        before = (known.national_prefix_for_parsing if known else "?") or ""
        if re.fullmatch("[0-9|]*", before) and not (known and known.national_prefix_transform_rule):
            dialled = {digits[:1] for digits in before.split("|")}
            by_first.setdefault("".join(d for d in "0123456789" if d not in dialled), []).append(str(code))
    parts = (f"(?:{'|'.join(codes)}){between}[{first}]" for first, codes in by_first.items())
    return f"[+](?:{'|'.join(parts)})(?:{between}[0-9]){{3,13}}"


# --- what a pattern leaves in doubt --------------------------------------------------------------------------


def is_misspelt(
    attribute: str,
    cell: Scalar,
    stored: Sequence[Spelling],
    region: str,
    placeholders: frozenset[str] = frozenset(),
    *,
    is_own: bool = True,
) -> bool:
    """Whether a cell may name somebody whom no look-up finds by it: it is not written in any form that is ``stored``.

    Of an identity (``is_own``) that is whatever is no value in that form, but a placeholder, what is nobody's address,
    and a number that is only dialled inside a house. Of a mention it is what has an address or a number of somebody's
    in it all the same: a call that ``withheld`` its number names nobody.
    """
    text = convert_to_text(cell)
    if text is None:
        return False
    return all(_is_misspelt(attribute, text, one, region, placeholders, is_own=is_own) for one in stored)


def _is_misspelt(
    attribute: str, text: str, stored: Spelling, region: str, placeholders: frozenset[str], *, is_own: bool
) -> bool:
    parts = split_parts(text, stored)
    if not parts:  # of a template, which it does not fit
        return _can_name(attribute, text, region, placeholders, is_own=is_own)
    for part in parts:
        value = normalise(attribute, part, region, placeholders)
        if value is None:
            wrong = _can_name(attribute, part, region, placeholders, is_own=is_own)
        else:
            wrong = not (_is_plain(attribute, part, value) and is_spelling(attribute, text, value, stored, region))
        if wrong:
            return True
    return False


def _can_name(attribute: str, text: str, region: str, placeholders: frozenset[str], *, is_own: bool) -> bool:
    """Whether a text that is no value may name somebody all the same."""
    bare = text.strip(BLANKS)
    if not bare or bare.casefold() in PLACEHOLDERS | {word.strip().casefold() for word in placeholders}:
        return False
    if normalise(attribute, bare, region, placeholders) is not None:  # of a template, without what stands around it
        return True
    if is_own and attribute == "email":
        return bare.rpartition("@")[0].lower() not in NOBODY
    if is_own and attribute == "phone":
        digits = re.sub(r"[^0-9]", "", bare)  # a number that cannot be dialled is nobody's
        is_number = re.fullmatch(r"[+*#]?[0-9 ()./-]+[*#]?", bare) and len(digits) <= _LONGEST
        return not is_number and len(set(digits)) != 1
    return is_own or _has_name(attribute, bare, region, placeholders)


def _has_name(attribute: str, text: str, region: str, placeholders: frozenset[str]) -> bool:
    """Whether an address, or a number, of somebody's stands somewhere in ``text``."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] != "C")
    match attribute:
        case "email":
            found = [one.rpartition(":")[2] for one in re.split(r"[\s<>\"'(),;/|\[\]{}]+", seen) if "@" in one]
        case "phone":
            found = [*re.findall(r"[+][0-9][0-9 ().-]{6,}[0-9]", seen), *_find_dialled(seen, region)]
        case _:
            return False
    return any(normalise(attribute, one, region, placeholders) is not None for one in found)


def _find_dialled(text: str, region: str) -> Iterator[str]:
    from phonenumbers import PhoneNumberMatcher  # start-up: 18 ms

    return (match.raw_string for match in PhoneNumberMatcher(text, region))


def _is_plain(attribute: str, text: str, value: str) -> bool:
    """Whether the ``text`` of a normal ``value`` has nothing around it that only looks like a part of it: ``<a@b>``."""
    if attribute != "email":
        return True
    local, _, domain = value.rpartition("@")
    strange = any(unicodedata.category(c)[0] in "CZ" for c in text.strip(BLANKS)) or set(local) & set('<>()[],;:"\\@')
    return not strange and bool(re.fullmatch(_DOMAIN, domain))
