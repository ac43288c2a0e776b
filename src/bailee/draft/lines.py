"""A draft as a file: a line of JSON for each guess, so that it is read at once, and who strikes a line strikes a guess.

It stands beside the system's own file, which nobody but its owner writes: nothing here counts, and no other command
reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bailee.draft.guess import COUNTS_FROM, Draft, Guess, Note, TablePlace
from bailee.draft.page import WORDS


class UnreadableLineError(Exception):
    """Line ``number`` (from 1) is no guess."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"line {number} is no guess")


def write_draft(draft: Draft, name: str) -> str:
    """Return the file of the ``draft`` of system ``name``: places that a name does not tell, and guesses, by table."""
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in _list_lines(draft, name))


def _list_lines(draft: Draft, name: str) -> Iterator[Mapping[str, Any]]:
    about = (
        "drafted by bailee connect, a guess a line; nothing of it counts until it is taken over, as by"
        f" bailee map {name} --accept 0.9; strike a line, and the guess is gone"
    )
    yield {"about": about}
    last = ""
    for guess in draft.guesses:
        place = draft.places.get(guess.collection, TablePlace())
        if guess.collection != last and place != TablePlace():
            yield {"collection": guess.collection, "table": place.table, "key": place.key}
        last = guess.collection
        then = {"then": guess.then} if guess.then else {}
        yield {"collection": last, "says": guess.says, "sure": guess.sure, "because": guess.because, **then}
    for note in draft.notes:
        yield {"collection": note.collection, note.kind: note.about, "because": note.because}


def read_draft(text: str) -> Draft:
    """Return the draft that `write_draft` wrote, less what was struck out.

    People edit it: raises `UnreadableLineError`.
    """
    places: dict[str, TablePlace] = {}
    guesses: list[Guess] = []
    notes: list[Note] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            said = json.loads(line or "{}")
            if "says" in said:
                guesses.append(_read_guess(said))
            elif kind := next((kind for kind in NOTES if kind in said), ""):
                notes.append(Note(str(said["collection"]), kind, str(said[kind]), str(said["because"])))
            elif "about" not in said and said:
                key = said["key"]
                places[said["collection"]] = TablePlace(said["table"], tuple(key) if isinstance(key, list) else key)
        except (ValueError, KeyError, TypeError):
            raise UnreadableLineError(number) from None
    return Draft(places, tuple(guesses), tuple(notes))


def _read_guess(said: Mapping[str, Any]) -> Guess:
    says = dict(said["says"])
    if not says or not says.keys() <= _WORDS:
        raise ValueError
    return Guess(str(said["collection"]), says, float(said["sure"]), str(said["because"]), str(said.get("then", "")))


_WORDS = frozenset((*WORDS, COUNTS_FROM))

NOTES = ("undecided", "question")
"""Kinds of notes: what is left for a person to say."""
