"""Names of tables and columns, taken apart into words: ``tblKundenAdresse`` is a customer's address."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from bailee.draft import lexicon

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LINKS = ("", "s", "n", "en", "es", "e")  # what German and Dutch put between the parts of a compound
_SHORTEST = 3
_KEEP = frozenset({"status", "address", "adres", "business", "news", "series", "sms", "gps", "bus", "plus", "class"})
_SHARED_PREFIX = 0.6  # of the tables; a prefix that so many have says nothing


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the words of ``name``: lower case, without accents, singular, compounds taken apart."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    found: list[str] = []
    for part in _PARTS.findall(folded):
        found += _taken_apart(part.lower())
    return tuple(found)


def singular(word: str) -> str:
    """Return an English plural in the singular; other words as they are."""
    if word in _KEEP or len(word) <= _SHORTEST or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def _taken_apart(word: str) -> list[str]:
    known = lexicon.vocabulary()
    for form in (singular(word), word):
        if form in known or len(form) <= _SHORTEST + 1:
            return [form]
    for ending in ("n", "en", "e"):  # plurals: Kunden, Adressen, Termine
        if word.endswith(ending) and word.removesuffix(ending) in known:
            return [word.removesuffix(ending)]
    if word.startswith("id") and singular(word[2:]) in known:
        return ["id", singular(word[2:])]
    for cut in range(len(word) - 2, 2, -1):
        left, right = word[:cut], singular(word[cut:])
        if right not in known and word[cut:] not in known:
            continue
        right = right if right in known else word[cut:]
        for link in _LINKS:
            stem = left.removesuffix(link) if link else left
            if len(stem) >= _SHORTEST and (stem in known or singular(stem) in known):
                return [stem if stem in known else singular(stem), right]
    return [singular(word)]


def grams(parts: tuple[str, ...]) -> Iterable[tuple[int, int, str]]:
    """Yield (start, end, joined) of all runs of one to three words, the longest first."""
    for size in (3, 2, 1):
        for start in range(len(parts) - size + 1):
            yield start, start + size, "".join(parts[start : start + size])


def without_prefix(tables: Iterable[str]) -> dict[str, str]:
    """Return table -> its bare name without the prefix that most tables of an application share (``wp_``, ``ps_``)."""
    bare = {table: table.rpartition(".")[2] for table in tables}
    heads = Counter(name.partition("_")[0] for name in bare.values() if "_" in name)
    common = {head for head, n in heads.items() if len(bare) > _SHORTEST and n >= _SHARED_PREFIX * len(bare)}
    common |= {"tbl", "tb", "t"}
    return {
        table: name.partition("_")[2] if name.partition("_")[0].lower() in common and name.partition("_")[2] else name
        for table, name in bare.items()
    }
