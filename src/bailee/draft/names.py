"""Names of tables and columns, taken apart into words: ``tblKundenAdresse`` is a customer's address."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bailee.draft import lexicon

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LINKS = ("", "s", "n", "en", "es", "e")  # what German and Dutch put between the parts of a compound
_SHORTEST = 3
_LONG_WORD = 7  # letters: such a word is no mere ending of another
_KEEP = frozenset({"status", "address", "adres", "business", "news", "series", "sms", "gps", "bus", "plus", "class"})
_SHARED_PREFIX = 0.6  # of the tables; a prefix that so many have says nothing


@lru_cache(maxsize=8192)
def split_words(name: str) -> tuple[str, ...]:
    """Return the words of ``name``: lower case, without accents, singular, compounds taken apart."""
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    found: list[str] = []
    for part in _PARTS.findall(folded):
        found += _take_apart(part.lower())
    return tuple(found)


def make_singular(word: str) -> str:
    """Return an English plural in the singular; other words as they are."""
    if word in _KEEP or len(word) <= _SHORTEST or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word.removesuffix("s")


def _take_apart(word: str) -> list[str]:
    known = lexicon.list_vocabulary()
    for form in (make_singular(word), word):
        if form in known or len(form) <= _SHORTEST + 1:
            return [form]
    for ending in ("n", "en", "e"):  # plurals: Kunden, Adressen, Termine
        if word.endswith(ending) and word.removesuffix(ending) in known:
            return [word.removesuffix(ending)]
    if word.startswith("id") and make_singular(word[2:]) in known:
        return ["id", make_singular(word[2:])]
    for cut in range(len(word) - 2, 2, -1):
        left, right = word[:cut], make_singular(word[cut:])
        if right not in known and word[cut:] not in known:
            continue
        right = right if right in known else word[cut:]
        for link in _LINKS:
            stem = left.removesuffix(link) if link else left
            if len(stem) >= _SHORTEST and (stem in known or make_singular(stem) in known):
                return [stem if stem in known else make_singular(stem), right]
    for cut in range(_SHORTEST + 1, len(word) - _LONG_WORD + 1):
        if (right := make_singular(word[cut:])) in known:  # shippingaddress
            return [word[:cut], right]
    return [make_singular(word)]


def split_by_known_words(parts: tuple[str, ...], own: frozenset[str]) -> tuple[str, ...]:
    """Return ``parts`` with words taken apart that are made of known ones: *employeewage*, where there are wages.

    ``own``: the words of the names of all tables. A word that follows itself counts once: ``order_orderline``.
    """
    found: list[str] = []
    for part in parts:
        known = part in lexicon.list_vocabulary() or len(part) < _LONG_WORD
        found += (part,) if known else (_find_pieces(part, own - {part}) or (part,))
    return tuple(word for n, word in enumerate(found) if n == 0 or word != found[n - 1])


def _find_pieces(word: str, own: frozenset[str]) -> tuple[str, ...]:
    """Return the fewest known words that ``word`` is made of; none where it is not."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], word[start:end]
            least = _SHORTEST if end == len(word) else _SHORTEST + 1
            if before is None or len(piece) < least or end - start == len(word):
                continue
            if piece in own or piece in lexicon.list_vocabulary():
                now = best[end]
                best[end] = (*before, piece) if now is None or len(before) + 1 < len(now) else now
    return best[-1] or ()


def list_grams(parts: tuple[str, ...]) -> Iterable[tuple[int, int, str]]:
    """Yield (start, end, joined) of all runs of one to three words, the longest first."""
    for size in (3, 2, 1):
        for start in range(len(parts) - size + 1):
            yield start, start + size, "".join(parts[start : start + size])


def remove_prefixes(tables: Iterable[str]) -> dict[str, str]:
    """Return table -> its bare name without the prefix that most tables of an application share (``wp_``, ``ps_``).

    Nor with one of some tables that is no word: ``wc_orders`` within it.
    """
    bare = {table: table.rpartition(".")[2] for table in tables}
    heads = _count_heads(bare.values())
    common = {head for head, n in heads.items() if len(bare) > _SHORTEST and n >= _SHARED_PREFIX * len(bare)}
    bare = _strip_heads(bare, common | {"tbl", "tb", "t"} | _find_marks(heads))
    return _strip_heads(bare, _find_marks(_count_heads(bare.values())))


def _count_heads(names: Iterable[str]) -> Counter[str]:
    return Counter(name.partition("_")[0].lower() for name in names if "_" in name)


def _find_marks(heads: Counter[str]) -> set[str]:
    return {head for head, n in heads.items() if n >= _SHORTEST and _is_mark(head)}


def _strip_heads(bare: Mapping[str, str], heads: set[str]) -> dict[str, str]:
    return {
        table: name.partition("_")[2] if name.partition("_")[0].lower() in heads and name.partition("_")[2] else name
        for table, name in bare.items()
    }


def _is_mark(head: str) -> bool:
    """Whether the beginning of a name marks the application that a table is of, and is no word: ``cc_``, ``glpi_``."""
    return (
        bool(head) and not {head.lower(), make_singular(head.lower()), *split_words(head)} & lexicon.list_vocabulary()
    )


def remove_column_prefixes(columns: tuple[str, ...], key: tuple[str, ...]) -> Mapping[str, str]:
    """Return column -> its name without the prefix that most columns of its table share (``rev_``, ``log_``).

    A prefix that is a word counts only where the table's ``key`` is *id* without it: ``order_id`` in a table of
    ``order_item_id`` names an order.
    """
    heads = Counter(name.partition("_")[0] for name in columns if "_" in name)
    head, count = heads.most_common(1)[0] if heads else ("", 0)
    named = _is_mark(head) or (len(key) == 1 and key[0].lower() == f"{head.lower()}_id" and head not in {"", "user"})
    few = count < _SHORTEST and not (count == len(columns) > 1 and _is_mark(head))
    if few or count < _SAME_PREFIX * len(columns) or not named:
        return {name: name for name in columns}
    return {name: name.removeprefix(f"{head}_") or name for name in columns}


_SAME_PREFIX = 0.8  # of the columns
