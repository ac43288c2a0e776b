"""A notice as it stands, in blocks: headings, paragraphs, items of lists, cells of tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bailee.errors import BaileeError, ErrorKind


class BlockKind(StrEnum):
    """What a block is to its page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Block:
    """A block and its ``text``, with its line breaks as the file has them.

    ``line``: where the text begins, from 1. ``level``: of a heading from 1, of an item's list from 1, of a cell the
    number of its row, from 1 throughout the notice.
    """

    kind: BlockKind
    text: str
    line: int
    level: int = 1


class UnreadableNotice(BaileeError, ValueError):
    """A file that cannot be read as a notice. ``code`` is permanent (N2nn); ``hint`` says what to do."""

    kind = ErrorKind.FILES

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code = code
        super().__init__(message, hint)
