"""Which cells surely spell what they carry as their column is declared to: a pattern that all databases read alike (9).

It is sound and not whole: a cell that it matches is found by each value that it carries, and of another nobody knows
until `normal` has looked at it. So a database counts the doubtful ones, and few of them have to be read.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bailee.policy.model import Form, Stored

_BETWEEN = r"[ ()./-]*"  # what stands between the digits of a number and says nothing


def sure(attribute: str, stored: Stored, region: str) -> str:
    """Return a regular expression, of the whole cell; one without a cell that it leaves in doubt is ``.*``.

    ``region``: of national telephone numbers (``GB``). Read alike by Python, PostgreSQL and PCRE.
    """
    if stored.form is Form.LIST:
        return _listed(attribute, stored.text)
    one = _one(attribute, stored, region)
    if stored.form is Form.TEMPLATE:
        before, _, after = stored.text.partition("{}")
        return f"{_literal(before)}(?:{one}){_literal(after)}"
    return one


def _listed(attribute: str, separator: str) -> str:
    """Return the pattern of a list: what a scan leaves of each element is compared, and between them may be blanks."""
    if attribute != "phone":
        return "[ -~]*"
    one = _international("")
    return f"(?:{one})(?:{_literal(separator)} ?(?:{one}))*" if not set(separator) & set("+0123456789") else "[+]"


def _one(attribute: str, stored: Stored, region: str) -> str:
    """Return the pattern of one value: of the cell, or of what stands in a template."""
    scanned = stored.form is Form.RAW and stored.scan
    match attribute:
        case "email":
            return "[ -~]*" if scanned else r"[!-@\[-~]+"
        case "phone":
            return _dialled(region) if scanned else _international("")
    if scanned:
        return "[ -~]*"
    return r"[!-@\[-~](?:[ -@\[-~]*[!-@\[-~])?" if stored.form is Form.LOWER else "[!-~](?:[ -~]*[!-~])?"


def _literal(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", lambda sign: f"[{sign[0]}]" if sign[0] not in r"\^[]" else "\\" + sign[0], text)


def _dialled(region: str) -> str:
    """Return the pattern of a number as people write it: from abroad, or from home with the zero before it."""
    from phonenumbers import PhoneMetadata

    found = [_international(_BETWEEN)]
    known = PhoneMetadata.metadata_for_region(region, None)
    trunk = known.national_prefix_for_parsing if known else None
    if known and trunk and "0" in trunk.split("|") and known.international_prefix == "00":
        found.append(f"0{_BETWEEN}[1-9](?:{_BETWEEN}[0-9]){{5,11}}")
    return "|".join(found)


@lru_cache(maxsize=4)
def _international(between: str) -> str:
    """Return the pattern of numbers in E.164 of which no digit is read as dialled before a number at home.

    Only of countries where what is dialled before it is plain digits; others, and extensions, are left in doubt.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    by_first: dict[str, list[str]] = {}
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        known = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        before = (known.national_prefix_for_parsing if known else "?") or ""
        if re.fullmatch("[0-9|]*", before) and not (known and known.national_prefix_transform_rule):
            dialled = {digits[:1] for digits in before.split("|")}
            by_first.setdefault("".join(d for d in "0123456789" if d not in dialled), []).append(str(code))
    parts = (f"(?:{'|'.join(codes)}){between}[{first}]" for first, codes in by_first.items())
    return f"[+](?:{'|'.join(parts)})(?:{between}[0-9]){{3,13}}"
