"""How findings are worded: numbers with their nouns, places; and for the public, who knows no table and no column."""

from __future__ import annotations

from collections.abc import Iterable

from bailee.policy import Firm, Notice, Place


def spell_rows(number: int) -> str:
    """Return a number of rows with its noun."""
    return f"{number:,} row" if number == 1 else f"{number:,} rows"


def spell_count(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def pluralise_kind(about: str) -> str:
    """Return what the collection ``about`` (``phones.call_record``) holds, as the public says it: ``call records``."""
    one = spell_name(about)
    if one.endswith(("s", "data")):
        return one
    if one.endswith("y") and one[-2:-1] not in set("aeiou"):
        return f"{one[:-1]}ies"
    return f"{one}es" if one.endswith(("x", "z", "ch", "sh")) else f"{one}s"


def spell_kinds(number: int, about: str) -> str:
    """Return a number of what the collection ``about`` holds: ``1 call record``."""
    return spell_count(number, spell_name(about), pluralise_kind(about))


def spell_name(name: str) -> str:
    """Return a name of the map in words: the last part of it, without underscores."""
    return name.rpartition(".")[2].replace("_", " ")


def list_names(names: Iterable[str], most: int = 5) -> str:
    """Return ``names`` as a sentence lists them, at most so many of them."""
    all_ = list(names)
    said = ", ".join(all_[:most])
    return said if len(all_) <= most else f"{said} and {len(all_) - most} more"


def spell_place(place: Place) -> str:
    """Return where something is written, as an editor opens it."""
    return str(place) if place.file else "the policy"


def locate_firm_key(firm: Firm, key: str) -> str:
    """Return where ``key`` is written in ``bailee.yaml``, or is to be."""
    return spell_place(firm.places[key]) if key in firm.places else "bailee.yaml"


def join_sentences(notice: Notice) -> str:
    """Return the words of ``notice``, a sentence a line: its Markdown would hide some of them behind signs."""
    return "\n".join(sentence.words for sentence in notice.sentences)
