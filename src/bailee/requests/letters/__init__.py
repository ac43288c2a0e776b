"""Correspondence: letters are written, posted to an outbox, and delivered by mail or printed on paper.

`write_letter` makes a letter from facts, `to_pdf` sets it on paper; both read nothing. Once the books are open,
`outbox` hears of `LetterWanted` and puts the letter into the outbox, sealed; a worker calls `delivery` until the mail
server has it; paper waits for `print_jobs`. What became of it is told as `LetterLeft` or `LetterFailed`. A letter says
what the person must know, and of itself nothing that names them: not a name, not a row of theirs.
"""

from bailee.requests.letters.facts import CODES, Facts, KeptData, Letter, LetterError, LetterWay, Template
from bailee.requests.letters.paper import to_pdf
from bailee.requests.letters.templates import write_letter

__all__ = [
    "CODES",
    "Facts",
    "KeptData",
    "Letter",
    "LetterError",
    "LetterWay",
    "Template",
    "to_pdf",
    "write_letter",
]
