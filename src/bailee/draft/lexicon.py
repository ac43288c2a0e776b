"""What words in the names of tables and columns stand for; the words themselves are in ``lexicon.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_SAID = tomllib.loads((files("bailee.draft") / "lexicon.toml").read_text(encoding="utf-8"))


def _of(name: str) -> frozenset[str]:
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
FILE = _of("file")
CALLER = _of("caller")
CALLEE = _of("callee")
ENDS = _of("ends")
STARTS = _of("starts")

# References: whom they name, and what for.
NOT_THEIRS = _of("not_theirs")
MAKER = _of("maker")
ONLOOKER = _of("onlooker")
AUTHOR = _of("author")
CUSTOMER = _of("customer")
SIGNED_IN = _of("signed_in")
POINTER = _of("pointer")
ANYTHING = _of("anything")

# Tables: what a row is.
PERSON = _of("person")
LINE = _of("line")
STAFF = _of("staff")
ORGANISATION = _of("organisation")
LOOKUP = _of("lookup")
SHARED = _of("shared")
THING = _of("thing")
LOG = _of("log")
CALL = _of("call")
ADDRESSLIKE = _of("addresslike")

# Words that say little.
NEUTRAL = _of("neutral")
GENERIC = _of("generic")
IDS = _of("ids")


@cache
def vocabulary() -> frozenset[str]:
    """Return every word that is known here."""
    return frozenset(COLUMN).union(*(said.split() for said in _SAID["words"].values()))
