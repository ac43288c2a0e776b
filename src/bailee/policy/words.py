"""What is wrong with a text of the policy, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class WordError(ValueError):
    """A text that cannot be read. ``offset`` counts characters from its beginning."""

    def __init__(self, message: str, hint: str = "", offset: int = 0) -> None:
        self.message, self.hint, self.offset = message, hint, offset
        super().__init__(message)


def meant(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` with the nearest of ``known``, or nothing if none is near."""
    names = list(dict.fromkeys(known))
    near = get_close_matches(word, names, n=1) or [name for name in names if name.lower() == word.lower()]
    return f'did you mean "{near[0]}"?' if near else ""
