"""How findings are worded: numbers with their nouns, places, names that were probably meant."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.policy.model import Firm, Notice, Place


def rows(number: int) -> str:
    """Return a number of rows with its noun."""
    return f"{number:,} row" if number == 1 else f"{number:,} rows"


def many(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return ``names`` as a sentence lists them, at most so many of them."""
    all_ = list(names)
    said = ", ".join(all_[:most])
    return said if len(all_) <= most else f"{said} and {len(all_) - most} more"


def at(place: Place) -> str:
    """Return where something is written, as an editor opens it."""
    return str(place) if place.file else "the policy"


def in_firm(firm: Firm, key: str) -> str:
    """Return where ``key`` is written in ``bailee.yaml``, or is to be."""
    return at(firm.places[key]) if key in firm.places else "bailee.yaml"


def said(notice: Notice) -> str:
    """Return the words of ``notice``, a sentence a line: its Markdown would hide some of them behind signs."""
    return "\n".join(sentence.words for sentence in notice.sentences)
