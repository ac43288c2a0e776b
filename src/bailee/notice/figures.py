"""Figures in the words of a notice: how long, which countries, whose names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from bailee.notice.headings import is_misspelt_heading

_UP_TO_NINETEEN = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_ONES = _UP_TO_NINETEEN.split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_NUMBERS = {**{word: number for number, word in enumerate(_ONES)}, **_TENS, "a": 1, "an": 1, "dozen": 12, "couple": 2}
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNITS = {"year": "Y", "yr": "Y", "month": "M", "week": "W", "day": "D", "decade": "Y", "fortnight": "D"}
_TIMES = {"decade": 10, "fortnight": 14}
_PERIOD = re.compile(
    rf"\b(?P<number>\d{{1,4}}|(?:{_NUMBER})(?:[- ](?:{'|'.join(_ONES[1:10])}))?)\s*(?:\(\s*\w+\s*\)\s*)?"
    r"(?:full|whole|complete|calendar|more|further|clear|working|business|financial|tax)?[\s-]*"
    r"(?P<unit>year|yr|month|week|day|decade|fortnight)s?\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\bP\d+[YMWD]\b")
_HOURS = re.compile(rf"\b(?:\d{{1,3}}|{_NUMBER}(?:[- ]\w+)?)[\s-]*hours?\b", re.IGNORECASE)
_A_TIME = re.compile(r"\b(?:times?|once|twice|emails?|messages?|mailings?|letters?)\s+(?:in\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: the words that say it, what they mean (an ISO 8601 duration, a country's code, a name), and where."""

    words: str
    means: str
    start: int


def find_periods(text: str) -> tuple[Figure, ...]:
    """Return the lengths of time in ``text``: ``six years`` means ``P6Y``. "Three times a year" is none."""
    return tuple(_find_periods(text))


def _find_periods(text: str) -> Iterator[Figure]:
    for found in _PERIOD.finditer(text):
        number, unit = found["number"].lower(), found["unit"].lower()
        if number in {"a", "an"} and _A_TIME.search(text[: found.start()]):
            continue
        count = _parse_number(number) * _TIMES.get(unit, 1)
        yield Figure(found[0], f"P{count}{_UNITS[unit]}", found.start())
    for found in _ISO.finditer(text):
        yield Figure(found[0], found[0], found.start())


def _parse_number(words: str) -> int:
    if words.isdigit():
        return int(words)
    return sum(_NUMBERS[word] for word in re.split(r"[- ]", words))


def has_hours(text: str) -> bool:
    """Whether ``text`` speaks of a number of hours."""
    return bool(_HOURS.search(text))


# --- places --------------------------------------------------------------------------------------------------

_AREAS = {
    "European Economic Area": "EEA", "European Union": "EU", "EEA": "EEA", "EU": "EU", "Europe": "EU", "Union": "EU",
    "European": "EU", "United Kingdom": "GB", "UK": "GB", "U.K.": "GB", "Britain": "GB", "Great Britain": "GB",
    "England": "GB", "Scotland": "GB", "Wales": "GB", "Northern Ireland": "GB", "British": "GB", "London": "GB",
    "USA": "US", "U.S.A.": "US", "U.S.": "US", "US": "US", "United States": "US", "America": "US", "States": "US",
    "American": "US", "Irish": "IE", "Dublin": "IE", "Republic of Ireland": "IE", "Holland": "NL", "Netherlands": "NL",
    "Frankfurt": "DE", "German": "DE", "Dutch": "NL", "French": "FR", "Amsterdam": "NL", "Finnish": "FI",
    "member states": "EU", "member state": "EU", "South Korea": "KR",
}  # fmt: skip


@cache
def _load_places() -> tuple[re.Pattern[str], dict[str, str]]:
    import pycountry  # start-up: 43 ms

    names = {str(country.name): str(country.alpha_2) for country in pycountry.countries}
    names |= {str(c.common_name): str(c.alpha_2) for c in pycountry.countries if hasattr(c, "common_name")}
    known = names | _AREAS
    found = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<![\w.]){'(?:' + found + ')'}(?!\w)"), known


def find_places(text: str) -> tuple[Figure, ...]:
    """Return the countries and areas named in ``text``: alpha-2 codes of ISO 3166, ``EU`` or ``EEA``."""
    pattern, known = _load_places()
    return tuple(Figure(found[0], known[found[0]], found.start()) for found in pattern.finditer(text))


# --- names ---------------------------------------------------------------------------------------------------

_NAME = re.compile(
    r"(?<![\w@./-])[A-Z][\w&'-]*(?:\.(?:com|io|net|eu|co\.uk))?"
    r"(?:\s+(?:[A-Z][\w&'-]*|(?:of|&)(?=\s[A-Z])))*(?![\w@])"
)
_SHORTEST_NAME = 3
_LEGAL_FORMS = frozenset({"ltd", "limited", "plc"})
_NUMBER_PLATE = re.compile(r"\d{4}")
_INNER = re.compile(r"[a-z][A-Z]|[A-Z]{2,}\d{1,3}(?!\d)|\d[A-Z]{2,}")
_NO_FIRM = re.compile(
    r"\b(?:Agency|Authority|Court|Police|Ombudsman|Ofcom|ComReg|Commission\w*|Office|Department|Ministry|Council|Act|"
    r"Regulations?|Directive|Parliament|Government|Street|Road|Lane|Square|Quay|Avenue)\b"
)
_A_PLACE = re.compile(
    r"\b(?:of|near|across|around|throughout|(?<!store )(?<!stored )(?<!held )(?<!kept )in|based at)\s+(?:the\s+)?"
    r"(?:[A-Z]\w+(?:,| and| or)\s+)*$",
    re.IGNORECASE,
)
_WORDS_WITH_CAPITALS = """
    i we you he she it they our your my their his the a an this that these those all any each every no none nobody
    if when where while what who why how which in on at to for from by with as and or but not never only once after
    before during since until unless under over data controller protection officer act gdpr uk-gdpr dpa pecr ico dpc
    cvs vat hmrc eu eea uk us usa tls ssl https http pdf url html cv id ip dbs garda aes luks vpn cctv pin sms sim
    voip january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday privacy notice policy limited ltd plc mr mrs ms dr commissioner
    commission information regulation directive article art section office revenue customs standard contractual
    clauses agreement addendum framework personal security internet email mailing list customers customer clients
    companies house street road lane avenue square park please however some most many other others here there
    backups backup recordings calls call staff everyone anyone nothing everything something rights right iso scc
    sccs idta dpf bcr bcrs adequacy extension binding corporate rules general british irish european union so is are
    was will can must do does did have has both either neither one two three four five six ten questions question
    complaint complaints concerns just also then yes ok faq faqs north south east west city christmas easter
    engineers team technicians passwords encryption cookies name country purpose
"""
_NO_NAMES = frozenset(_WORDS_WITH_CAPITALS.split())


def find_names(text: str, known: Collection[str] = ()) -> tuple[Figure, ...]:
    """Return what may be the names of firms in ``text``: the ``known`` ones, and capitalised words that are no others.

    A word that begins a sentence counts only where its capitals are inside (``SendPulse``, ``SMTP2GO``).
    """
    registered = [
        Figure(found[0], name, found.start())
        for name in known
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    ]
    countries = {place.start for place in find_places(text)}
    taken = {figure.start for figure in registered}
    guessed = [name for name in _guess_names(text) if name.start not in countries | taken]
    return tuple(sorted([*registered, *guessed], key=lambda figure: figure.start))


def _guess_names(text: str) -> Iterator[Figure]:
    for found in _NAME.finditer(text):
        words = found[0].split()
        before = list(takewhile(_is_no_name, words))
        after = list(takewhile(lambda word: _is_no_name(word) and word.lower() not in _LEGAL_FORMS, words[::-1]))
        name = " ".join(words[len(before) : len(words) - len(after)])
        start = found.start() + len(" ".join(before)) + bool(before)
        if _can_be_firm(name, text[:start]):
            yield Figure(name, name, start)


def _is_no_name(word: str) -> bool:
    return word.lower() in _NO_NAMES or word.lower().removesuffix("'s") in _NO_NAMES


def _can_be_firm(name: str, before: str) -> bool:
    if len(name) < _SHORTEST_NAME or _NUMBER_PLATE.search(name) or _NO_FIRM.search(name):
        return False
    if is_misspelt_heading(name):
        return False
    if _INNER.search(name):
        return True
    begins = not before.strip() or before.rstrip()[-1] in ".!?"
    return not _A_PLACE.search(before) and not (begins and " " not in name)
