"""Correspondence: letters are written, posted to an outbox, and delivered by mail or printed on paper.

`write` makes a letter from facts and reads nothing; `to_pdf` sets it on paper.
"""

from bailee.runner.letters.facts import Asked, Channel, Facts, Kept, Letter, LetterError, Template
from bailee.runner.letters.writing import write

__all__ = [
    "Asked",
    "Channel",
    "Facts",
    "Kept",
    "Letter",
    "LetterError",
    "Template",
    "write",
]
