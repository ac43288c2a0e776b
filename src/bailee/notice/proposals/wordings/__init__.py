"""Ways of saying each promise, written for Bailee: what proposals are learnt from, and what they quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PLAIN = "plain"
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence, and the promises that it makes, the main one first; none where it is plain."""

    words: str
    promises: tuple[str, ...]


@cache
def load_wordings() -> tuple[Wording, ...]:
    """Return all the wordings, in the order of the files and their lines."""
    texts = sorted((f for f in files(__name__).iterdir() if f.name.endswith(".txt")), key=lambda f: f.name)
    return tuple(wording for text in texts for wording in _parse_wordings(text.read_text(encoding="utf-8")))


def _parse_wordings(text: str) -> Iterator[Wording]:
    main = PLAIN
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            main = line.removeprefix("# ")
            continue
        words, *others = (part.strip() for part in line.split("||"))
        yield Wording(words, () if main == PLAIN else (main, *others))


@cache
def _load_bags() -> tuple[tuple[Wording, frozenset[str]], ...]:
    return tuple((wording, _collect_words(wording.words)) for wording in load_wordings())


def find_nearest(words: str, promise: str) -> str:
    """Return the wording of ``promise`` that shares most of its words with ``words``, or nothing where none does."""
    ours = _collect_words(words)
    alike = [
        (len(ours & theirs) / (len(ours | theirs) or 1), wording.words)
        for wording, theirs in _load_bags()
        if promise in wording.promises
    ]
    share, best = max(alike, default=(0.0, ""))
    return best if share else ""


def _collect_words(words: str) -> frozenset[str]:
    return frozenset(_WORD.findall(words.lower()))
