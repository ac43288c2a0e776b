"""The short forms: texts of the policy that say more than one word, read into frozen values.

Every function raises `WordError` where its text cannot be read, and knows nothing of where that text stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from bailee.policy.cells import Value, ValueKind
from bailee.policy.dates import Period, RoundTo, Until
from bailee.policy.identities import Form, Spelling
from bailee.policy.predicate import Scalar
from bailee.policy.processors import Mechanism


class WordError(ValueError):
    """A text that cannot be read. ``offset`` counts characters from its beginning."""

    def __init__(self, message: str, hint: str = "", offset: int = 0) -> None:
        self.message, self.hint, self.offset = message, hint, offset
        super().__init__(message)


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` with the nearest of ``known``, or nothing if none is near."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(word, names, n=1) or [name for name in names if name.lower() == word.lower()]
    return f'did you mean "{near[0]}"?' if near else ""


# --- edges ----------------------------------------------------------------------------------------------------

EDGE_HINT = "write collection.column = own_column; with several columns, a comma between the pairs"


def edge(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the collection and the pairs (their column, own column) of ``contact.id = contact_id``."""
    to, pairs, offset = "", [], 0
    for part in text.split(","):
        theirs, equals, own = (side.strip() for side in part.partition("="))
        collection, dot, column = theirs.partition(".")
        at = offset + len(part) - len(part.lstrip())
        if not (equals and dot and collection and column and own) or "=" in own:
            raise WordError(f'is not a reference at "{part.strip()}"', EDGE_HINT, at)
        if to and collection != to:
            raise WordError(f'points to "{to}" and to "{collection}"', "write two edges, in a list", at)
        to = collection
        pairs.append((column, own))
        offset += len(part) + 1
    return to, tuple(pairs)


_NUMBER = re.compile(r"[-+]?\d{1,18}\Z")
_QUOTED = re.compile(r"'((?:[^']|'')*)'\Z|\"((?:[^\"]|\"\")*)\"\Z")


def stand_in(text: str) -> tuple[str, dict[str, Scalar]]:
    """Return the collection and the cells of ``users.id = 0``; a value is a number, true, false, or text."""
    to, pairs = edge(text)
    return to, {column: _literal(value) for column, value in pairs}


def _literal(text: str) -> Scalar:
    if _NUMBER.match(text):
        return int(text)
    if text in {"true", "false"}:
        return text == "true"
    if quoted := _QUOTED.match(text):
        single, double = quoted.groups()
        return single.replace("''", "'") if single is not None else str(double).replace('""', '"')
    return text


# --- spellings ------------------------------------------------------------------------------------------------

_LIST = re.compile(r"""list\(\s*(?:"([^"]+)"|'([^']+)')\s*\)\Z""")
_FORMS = {form.value: form for form in (Form.RAW, Form.LOWER, Form.E164)}


def stored(text: str, *, scan: bool = False) -> Spelling:
    """Return the spelling that ``raw``, ``lower``, ``e164``, ``list(",")`` or a template with one ``{}`` says."""
    if text in _FORMS:
        return Spelling(_FORMS[text], scan=scan)
    if listed := _LIST.match(text):
        return Spelling(Form.LIST, listed[1] or listed[2], scan)
    if text.count("{}") == 1:
        return Spelling(Form.TEMPLATE, text, scan)
    raise WordError(
        f'is no spelling: "{text}"',
        meant(text, _FORMS) or 'write raw, lower, e164, list(","), or a template with one {}',
    )


# --- new values -----------------------------------------------------------------------------------------------

_FUNCTIONS = {"now": ValueKind.NOW, "pseudonym": ValueKind.PSEUDONYM, "hash": ValueKind.HASH}
_COARSEN = re.compile(r"coarsen\((.*)\)\Z")
_COARSEN_TO = re.compile(r"(?:year|month|day|[1-9]\d{0,17})\Z")


def value(said: Scalar) -> Value:
    """Return the new value of a cell: a function where ``said`` names one, else the constant itself.

    A text that nearly names a function is refused, lest a slip be written into every row.
    """
    if not isinstance(said, str):
        return Value(constant=said)
    if said in _FUNCTIONS:
        return Value(_FUNCTIONS[said])
    if coarse := _COARSEN.match(said):
        unit = coarse[1].strip()
        if not _COARSEN_TO.match(unit):
            raise WordError(f'coarsens to "{unit}"', "write coarsen(year), coarsen(month), coarsen(day) or coarsen(3)")
        return Value(ValueKind.COARSEN, unit=unit)
    # Short words are near to many: "no" is not a slip for "now", but "NOW" is.
    cutoff = 0.8 if len(said) > len("hash") else 1.0
    near = get_close_matches(said.lower(), [*_FUNCTIONS, "coarsen"], n=1, cutoff=cutoff)
    if near:
        raise WordError(f'is nearly the function "{near[0]}"', f'write {near[0]}, or {{text: "{said}"}} for the words')
    return Value(constant=said)


# --- periods and dates ----------------------------------------------------------------------------------------

_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?\Z")
PERIOD_HINT = "write an ISO 8601 period of years, months, weeks or days: P6Y, P18M, P30D"
_UNTIL = re.compile(r"(?:(year|month)\s+end\s+of\s+)?(?P<column>[^\s+]+)(?:\s*\+\s*(?P<period>\S+))?\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
UNTIL_HINT = "write a column, year end of column + P6Y, month end of column + P30D, or a date such as 2030-12-31"


def day(text: str) -> str:
    """Return ``text``, a date that looks like one, if the calendar has it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise WordError("names a date that does not exist", "look at the month and the day") from None
    return text


def period(text: str) -> Period:
    """Return the calendar period that ``text`` says in ISO 8601: whole years, months, weeks and days."""
    said = _PERIOD.match(text)
    if not said:
        raise WordError(f'is not a period: "{text}"', PERIOD_HINT)
    years, months, weeks, days = (int(number or 0) for number in said.groups())
    return Period(years * 12 + months, weeks * 7 + days)


def until(text: str) -> Until:
    """Return when a hold ends: ``year end of issued_on + P6Y``, ``closed_on``, or a date."""
    if _DAY.match(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise WordError("names a date that does not exist", UNTIL_HINT) from None
        return Until(day=text)
    said = _UNTIL.match(text)
    if not said:
        raise WordError(f'is no end: "{text}"', UNTIL_HINT)
    round_to = RoundTo(f"{said[1]} end") if said[1] else RoundTo.DAY
    return Until(said["column"], period(said["period"]) if said["period"] else Period(), round_to)


# --- countries ------------------------------------------------------------------------------------------------

AREAS = ("EEA", "EU", "UK")


def country(text: str) -> str:
    """Return ``text``, two capital letters, if ISO 3166 has such a country."""
    import pycountry  # start-up: 43 ms

    if pycountry.countries.get(alpha_2=text):
        return text
    raise WordError(
        f'names no country: "{text}"', "write GB" if text == "UK" else "write a code of ISO 3166, such as IE"
    )


def area(text: str) -> str:
    """Return ``text`` if it is a country, or one of the `AREAS`."""
    return text if text in AREAS else country(text)


def country_name(code: str) -> str:
    """Return what people call the country (ISO 3166 alpha-2) or area ``code``; an unknown code names itself."""
    import pycountry  # start-up: 43 ms

    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)).partition(",")[0] if found else code


SAFEGUARDS: Mapping[Mechanism, str] = {
    Mechanism.ADEQUACY: "where the law finds data well protected",
    Mechanism.DPF: "certified to the EU-US Data Privacy Framework",
    Mechanism.IDTA: "under the International Data Transfer Agreement",
    Mechanism.SCC: "under standard contractual clauses",
    Mechanism.BCR: "under binding corporate rules",
    Mechanism.NONE: "without a safeguard",
}
"""What safeguards a transfer, as it is said after a country, by EU law."""


def safeguard(mechanism: Mechanism, regime: str) -> str:
    """Return what safeguards a transfer under the law of ``regime``, as it is said after a country.

    From the United Kingdom data goes to those alone who are certified to the extension (SI 2023/1028).
    """
    if mechanism is Mechanism.DPF and regime == "uk":
        return "certified to the UK Extension to the EU-US Data Privacy Framework"
    return SAFEGUARDS[mechanism]
