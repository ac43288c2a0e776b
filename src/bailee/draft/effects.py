"""What would become of whose rows, if a guess counted: in numbers, for who reads the draft.

An edge is told by the person it names most often: that is what one mistake would do. Of a large table the first rows
alone are counted, so that the numbers are *at least*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bailee.draft.columns import guess_by_name
from bailee.draft.guess import Draft, Guess, Note
from bailee.draft.names import split_words
from bailee.trace.schema import Schema

MOST = 200
"""So many edges are counted; a database of more is told of the others without numbers."""

_WORDS = ("owned_by", "names", "accessed_by")


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows of ``table`` by whom ``own`` names; ``other``: the column of another person in them, or empty."""

    table: str
    own: str
    other: str


@dataclass(frozen=True, slots=True)
class ReachedPersons:
    """Of whom a column names most often: ``rows``, and in them so many different ``others``. ``whole``: all rows."""

    rows: int
    others: int
    whole: bool


def list_reaches(draft: Draft) -> tuple[Reach, ...]:
    """Return what is to be counted of the edges of ``draft`` that lead to people."""
    return tuple(dict.fromkeys(one for _, one, _ in _list_edges(draft)))[:MOST]


def add_effects(draft: Draft, counted: Mapping[Reach, ReachedPersons], schema: Schema) -> Draft:
    """Return ``draft`` with what each guess would do, as far as it was ``counted``, and with what is to be asked."""
    told = {
        id(guess): text
        for guess, one, to in _list_edges(draft)
        if (text := _describe_edge(guess, one, to, draft, counted))
    }
    guesses = tuple(replace(g, then=told.get(id(g), "") or _describe_others(g)) for g in draft.guesses)
    return replace(draft, guesses=guesses, notes=(*draft.notes, *_list_questions(draft, schema)))


def _list_edges(draft: Draft) -> Iterator[tuple[Guess, Reach, str]]:
    """Yield the edges to people by one column, what is to be counted of each, and the people's collection."""
    people = {g.collection for g in draft.guesses if g.says.get("party") == "person"}
    found: dict[str, list[tuple[Guess, str, str, str]]] = {}
    for guess in draft.guesses:
        for word in _WORDS:
            edge = _find_column(guess.says.get(word))
            if edge and edge[0] in people and edge[0] != guess.collection:
                found.setdefault(guess.collection, []).append((guess, word, *edge))
    for collection, edges in found.items():
        place = draft.places.get(collection)
        table = (place.table if place else "") or collection
        for guess, _, to, own in edges:
            others = [(word != "owned_by", column) for _, word, _, column in edges if column != own]
            yield guess, Reach(table, own, min(others)[1] if others else ""), to


def _find_column(said: Any) -> tuple[str, str] | None:
    """Return where an edge leads, and its own column; None where it has several, or holds for some rows only."""
    if isinstance(said, str) and "," not in said:
        to, _, rest = said.partition(".")
        return to, rest.partition("=")[2].strip()
    if isinstance(said, Mapping) and not said.keys() & {"when", "depth"} and len(said["on"]) == 1:
        return str(said["to"]), str(next(iter(said["on"].values())))
    return None


def _describe_edge(guess: Guess, one: Reach, to: str, draft: Draft, counted: Mapping[Reach, ReachedPersons]) -> str:
    number = counted.get(one)
    if number is None or not number.rows:
        return ""
    name, person = guess.collection, _name_one(to)
    least = "up to" if number.whole else "at least"
    rows = f"{least} {number.rows:,} {'row' if number.rows == 1 else 'rows'} of {name}"
    word, others = _find_other(one, draft, name)
    theirs = f", those of {number.others:,} {others}" if number.others > 1 and word == "owned_by" else ""
    if "owned_by" in guess.says:
        fate = _describe_fate(draft, name)
        return f"erasing one {person} would {fate} {rows}{theirs}" if fate else ""
    if "names" in guess.says:
        return f"were it owned_by, erasing one {person} would delete {rows}{theirs}; as it is, they stay"
    return f"one {person} would see {rows}{theirs}, and own none"


def _describe_fate(draft: Draft, collection: str) -> str:
    says = next((g.says["on_erase"] for g in draft.guesses if g.collection == collection and "on_erase" in g.says), "")
    return "delete" if says == "delete" else "anonymise" if says else ""


def _find_other(one: Reach, draft: Draft, collection: str) -> tuple[str, str]:
    """Return the word of the edge over `Reach.other`, and where it leads; empty where there is none."""
    for guess in draft.guesses:
        for word in _WORDS:
            edge = _find_column(guess.says.get(word))
            if guess.collection == collection and edge and edge[1] == one.other:
                return word, edge[0]
    return "", ""


def _name_one(collection: str) -> str:
    parts = split_words(collection)
    return " ".join(parts) if parts else collection


def _describe_others(guess: Guess) -> str:
    says = guess.says
    if says.get("party") == "organisation":
        return "it has no rights of a person, and what it owns stays until its retention ends"
    if any(one.get("joins") == "verified" for one in says.get("identity", {}).values()):
        return "two rows with the same value are taken for one person, and nobody is asked"
    if "identity" in says:
        return _THEN_FOUND
    return next((text for word, text in _THEN.items() if word in says and not isinstance(says[word], dict)), "")


_THEN = {
    "party": "each row is somebody, who is found, gets a copy of what is theirs, and can be erased",
    "opaque": "no search, copy or erasure looks at its rows",
    "mentions": "who has the address or number sees the row, and owns nothing of it",
    "owned_by": "a row goes with the row that it belongs to",
}
_THEN_FOUND = "who gives the same value is found by it, once somebody has confirmed that it is the same person"


def _list_questions(draft: Draft, schema: Schema) -> Iterator[Note]:
    """Yield what is to be asked about the addresses of people who log in: whether they have proved them theirs.

    Where nobody logs in, it is asked of the one table that has addresses of people.
    """
    found = {g.collection: g.says["identity"]["email"] for g in draft.guesses if "email" in g.says.get("identity", {})}
    tables = {name: schema.tables[draft.places[name].table or name] for name in found}
    own = [name for name, table in tables.items() if any(guess_by_name(c) == "secret" for c in table.columns.values())]
    for name in own or (list(found) if len(found) == 1 else []):
        email = found[name]
        marks = [c for c in tables[name].columns if _PROVED.intersection(split_words(c)) and not _is_count(c)]
        when = f', with verified_when where "{marks[0]}" says so' if marks and "joins" not in email else ""
        because = (
            "does an address stand here only once somebody has proved that it is theirs, as by a link that was sent to"
            f" it? Then say joins: verified{when}, and an equal address is certain; if not, say joins: confirm, and a"
            " person has to confirm each match"
        )
        yield Note(name, "question", str(email["column"]), because)


def _is_count(column: str) -> bool:
    return bool({"token", "code", "key", "hash", "attempt"}.intersection(split_words(column)))


_PROVED = frozenset({"verified", "confirmed", "validated", "confirmation", "verification", "authenticated"})
