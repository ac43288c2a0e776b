"""Correspondence: letters are written, posted to an outbox, and delivered by mail or printed on paper.

`write` makes a letter from facts, `to_pdf` sets it on paper; both read nothing. `post` puts a letter into the outbox,
sealed; a worker calls `deliver` until the mail server has it; paper waits for `print_all` and `tick_off`. A letter
says what the person must know, and of itself nothing that names them: not a name, not a row of theirs.
"""

from bailee.runner.letters.delivering import deliver
from bailee.runner.letters.facts import CODES, Asked, Channel, Facts, Kept, Letter, LetterError, Template
from bailee.runner.letters.paper import to_pdf
from bailee.runner.letters.posting import again, can_go, post
from bailee.runner.letters.printing import print_all, print_one, tick_off
from bailee.runner.letters.waiting import Waiting, waiting, without_a_server
from bailee.runner.letters.writing import write

__all__ = [
    "CODES",
    "Asked",
    "Channel",
    "Facts",
    "Kept",
    "Letter",
    "LetterError",
    "Template",
    "Waiting",
    "again",
    "can_go",
    "deliver",
    "post",
    "print_all",
    "print_one",
    "tick_off",
    "to_pdf",
    "waiting",
    "without_a_server",
    "write",
]
