"""Blocks of a notice that is plain text: what its author meant by blank lines, dashes and short lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median

from bailee.notice.proposals.blocks import Block, BlockKind

_ITEM = re.compile(r"^(\s*)(?:[-*+•·–—▪◦o]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)])\s+(?=\S)")  # noqa: RUF001
_RULE = re.compile(r"^\s*([=\-_*~#])\1{2,}\s*$")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]?|section \d+:?)\s+", re.IGNORECASE)
_LONGEST_HEADING = 80
_ONE_LINE_PARAGRAPHS = 110
"""Characters: where lines are longer than this as a rule, each is a paragraph of its own."""


def parse_plaintext(source: str) -> tuple[Block, ...]:
    """Return the blocks of a plain text.

    A blank line ends a block, a dash or number begins an item, a short line that ends in no stop is a heading.
    """
    return tuple(_split_blocks(source))


def _split_blocks(source: str) -> Iterator[Block]:
    lines = source.split("\n")
    filled = [len(line) for line in lines if line.strip()]
    each = bool(filled) and median(filled) > _ONE_LINE_PARAGRAPHS
    group: list[str] = []
    begins = 1
    for number, line in enumerate([*lines, ""], start=1):
        ends = not line.strip() or _RULE.match(line)
        if group and (ends or each or _ITEM.match(line) or _is_heading(group[0], alone=False)):
            alone = bool(ends) or each
            yield _build_block(group, begins, alone=alone, ruled=bool(_RULE.match(line)))
            group = []
        if ends:
            continue
        if not group:
            begins = number
        group.append(line)


def _build_block(lines: list[str], begins: int, *, alone: bool, ruled: bool) -> Block:
    first = lines[0]
    if len(lines) == 1 and (ruled or _is_heading(first, alone=alone)):
        return Block(BlockKind.HEADING, _NUMBERED.sub("", first).strip(), begins, 1 if begins == 1 else 2)
    if item := _ITEM.match(first):
        text = "\n".join([first[item.end() :], *lines[1:]])
        return Block(BlockKind.ITEM, text.strip(), begins, 1 + len(item.group(1).expandtabs(4)) // 3)
    return Block(BlockKind.PARAGRAPH, "\n".join(lines).strip(), begins)


def _is_heading(line: str, *, alone: bool) -> bool:
    """Whether a line is a heading: capitals, or, where it stands alone, short and without a stop."""
    text = line.strip()
    if len(text) > _LONGEST_HEADING or not any(c.isalpha() for c in text):
        return False
    if text.isupper() and " " in text:
        return True
    bullet = _ITEM.match(line)
    if bullet and not _NUMBERED.match(line):
        return False
    return alone and text.rstrip("\"'\u201d\u2019)")[-1] not in ".!;:," and text[0].isupper() | text[0].isdigit()
