"""Blocks -> sentences, each with what stands before it and over it, which a sentence of a notice leans on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sentencex

from bailee.notice.proposals.blocks import Block, BlockKind

_LEANS = re.compile(r"^(?:They|It|Those|These|Both|That|This|Such|There|The same|Likewise|Each of them)\b")
_GOES_ON = re.compile(r"(?:\b(?:e\.g|i\.e|viz|cf|incl|approx|Mr|Mrs|Ms|Dr|St|Art|Arts|tel)\.\s*)$")
_INITIALS = re.compile(r"\b[A-Z]\.$")
_OF_THE_US = re.compile(r"(?:EU-|Swiss-|UK-|\bthe )U\.\s?S\.\s*$")
_NO_ABBREVIATION = re.compile(r"\b(?:may|no|sun|art|us|mar)\.\s+(?=[A-Z])")
_NUMBER = re.compile(r"\b(?:No|Nos)\.\s*$")
_MAY_GO_ON = re.compile(r"(?:\b(?:Ltd|Inc|Co|plc|etc|Corp|Bros|a\.m|p\.m)\.\s*)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a notice as it stands, its words on one line.

    ``heading``: the heading over it; ``intro``: of an item, the sentence with the colon that the list hangs on;
    ``before``: the sentence before it, in the same block or, where it leans on it, in the block before; ``earlier``:
    the one before that; ``row``: of a cell, the other cells of its row. ``block`` is the number of its block, from 0.
    """

    words: str
    line: int
    kind: BlockKind
    block: int
    heading: str = ""
    intro: str = ""
    before: str = ""
    earlier: str = ""
    row: tuple[str, ...] = ()


def split_sentences(blocks: Iterable[Block]) -> tuple[Sentence, ...]:
    """Return the sentences of ``blocks`` in their order. A heading, an item and a cell have one at least."""
    return tuple(_split_blocks(tuple(blocks)))


def _split_blocks(blocks: tuple[Block, ...]) -> Iterator[Sentence]:
    rows: dict[int, list[str]] = {}
    for block in blocks:
        if block.kind is BlockKind.CELL:
            rows.setdefault(block.level, []).append(_join_lines(block.text))
    heading, intro, last = "", "", ""
    for number, block in enumerate(blocks):
        parts = [(words, at) for words, at in split_text(block.text) if any(c.isalnum() for c in words)]
        if not parts:
            continue
        row = tuple(rows.get(block.level, ())) if block.kind is BlockKind.CELL else ()
        before = last if block.kind is BlockKind.ITEM or _LEANS.match(parts[0][0]) else ""
        earlier = ""
        for words, at in parts:
            line = block.line + block.text.count("\n", 0, at)
            lead = intro if block.kind is BlockKind.ITEM else ""
            yield Sentence(words, line, block.kind, number, heading, lead, before, earlier, row)
            before, earlier = words, before
        last = before if block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM} else ""
        if block.kind is BlockKind.HEADING:
            heading, intro = parts[-1][0], ""
        elif block.kind is BlockKind.PARAGRAPH or before.endswith(":"):
            intro = before if before.endswith((":", "—", "...", "…")) else ""


def is_leaning(words: str) -> bool:
    """Whether a sentence begins with a word for something that was said before it."""
    return bool(_LEANS.match(words))


def split_text(text: str) -> Iterator[tuple[str, int]]:
    """Yield the sentences of ``text`` with the place of each, in characters from its beginning."""
    kept, begins, at = "", 0, 0
    for part in _segment_text(text):
        if not kept.strip():
            kept, begins = "", at
        elif not _is_abbreviation(kept, part):
            yield _join_lines(kept), begins + len(kept) - len(kept.lstrip())
            kept, begins = "", at
        kept += part
        at += len(part)
    if kept.strip():
        yield _join_lines(kept), begins + len(kept) - len(kept.lstrip())


def _segment_text(text: str) -> Iterator[str]:
    """Yield the parts of ``text`` that end like sentences; sentencex takes the verb in "as you may." for a month."""
    for part in sentencex.segment("en", text):
        at = 0
        for end in _NO_ABBREVIATION.finditer(part):
            yield part[at : end.end()]
            at = end.end()
        yield part[at:]


def _is_abbreviation(before: str, after: str) -> bool:
    """Whether the stop that ``before`` ends in is an abbreviation's."""
    follows = after.lstrip()
    if _GOES_ON.search(before) or _OF_THE_US.search(before):
        return True
    if _INITIALS.search(before) and re.match(r"[A-Z]\.", after):
        return True
    if _NUMBER.search(before):
        return follows[:1].isdigit()
    return bool(_MAY_GO_ON.search(before)) and (not follows or not follows[0].isupper())


def _join_lines(text: str) -> str:
    return " ".join(text.split())
