"""What words in the names of tables and columns stand for; the words themselves are in ``lexicon.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_SAID = tomllib.loads((files("bailee.draft") / "lexicon.toml").read_text(encoding="utf-8"))


def _read_words(name: str) -> frozenset[str]:
    return frozenset(_SAID["words"][name].split())


COLUMN: Mapping[str, str] = {word: what for what, said in _SAID["columns"].items() for word in said.split()}
"""A word -> what a cell under that name holds."""

PERSONAL = frozenset(_SAID["columns"]) - {
    *("name", "free_text", "secret", "website", "organisation", "coordinates", "county"),
}
"""What speaks of somebody, wherever it stands."""

PARTY_NAMES = frozenset({"given_name", "family_name", "full_name", "name", "organisation"})
CONTACT = frozenset({"email", "phone"})
ADDRESS = frozenset({"postal", "city", "postcode"})

# Cells: a file's name, the numbers of a call, dates.
FILE = _read_words("file")
CALLER = _read_words("caller")
CALLEE = _read_words("callee")
ENDS = _read_words("ends")
STARTS = _read_words("starts")

# References: whom they name, and what for.
NOT_THEIRS = _read_words("not_theirs")
MAKER = _read_words("maker")
ONLOOKER = _read_words("onlooker")
AUTHOR = _read_words("author")
CUSTOMER = _read_words("customer")
SIGNED_IN = _read_words("signed_in")
POINTER = _read_words("pointer")
ANYTHING = _read_words("anything")

# Tables: what a row is.
PERSON = _read_words("person")
LINE = _read_words("line")
STAFF = _read_words("staff")
ORGANISATION = _read_words("organisation")
LOOKUP = _read_words("lookup")
SHARED = _read_words("shared")
THING = _read_words("thing")
LOG = _read_words("log")
CALL = _read_words("call")
ADDRESSLIKE = _read_words("addresslike")

# Words that say little.
NEUTRAL = _read_words("neutral")
GENERIC = _read_words("generic")
IDS = _read_words("ids")


@cache
def list_vocabulary() -> frozenset[str]:
    """Return every word that is known here."""
    return frozenset(COLUMN).union(*(said.split() for said in _SAID["words"].values()))
