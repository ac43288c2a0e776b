"""Correspondence: letters are written, posted to an outbox, and delivered by mail or printed on paper.

`write` makes a letter from facts, `to_pdf` sets it on paper; both read nothing. Once the books are open, `posting`
hears of `LetterWanted` and puts the letter into the outbox, sealed; a worker calls `delivering` until the mail server
has it; paper waits for `printing`. What became of it is told as `LetterLeft` or `LetterFailed`. A letter says what the
person must know, and of itself nothing that names them: not a name, not a row of theirs.
"""

from bailee.requests.letters.facts import CODES, Facts, Kept, Letter, LetterError, LetterWay, Template
from bailee.requests.letters.paper import to_pdf
from bailee.requests.letters.templates import write

__all__ = [
    "CODES",
    "Facts",
    "Kept",
    "Letter",
    "LetterError",
    "LetterWay",
    "Template",
    "to_pdf",
    "write",
]
