"""Patterns of words, written so that they can be read."""

from __future__ import annotations

import re


def phrases(text: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the phrases in ``text``, which ``|`` parts.

    Capitals do not matter. A phrase begins where a word does; a ``.`` at its end says that a word ends there too, a
    ``*`` in it stands for up to six words.
    """
    every = [" ".join(phrase.split()) for phrase in text.split("|")]
    return re.compile("|".join(map(_phrase, every)), re.IGNORECASE)


def _phrase(phrase: str) -> str:
    ends, words = phrase.endswith("."), phrase.removesuffix(".")
    pattern = re.escape(words).replace(r"\ \*\ ", r"\ (?:[\w'-]+\s+){0,6}").replace(r"\ ", r"\s+")
    return rf"\b{pattern}" + (r"\b" if ends else "")
