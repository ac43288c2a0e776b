"""A letter as text, 72 characters a line as mail has it, taken apart for a page of any width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

Block: TypeAlias = tuple[str, tuple[str, ...]]
"""``heading``, ``items`` or ``lines``, and the texts of it; an item may have several lines."""

_RULE = re.compile(r"[=\-]{3,}")
_ITEM = "- "
_FULL = 50
"""A line as long as this was broken where the mail's width ends; a shorter one, as of an address, is its own line."""


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the blocks of a letter, of which the first two are the firm's name and the title."""
    for part in re.split(r"\n{2,}", text.strip()):
        lines = part.split("\n")
        if len(lines) > 1 and _RULE.fullmatch(lines[1].strip()):
            yield "heading", (lines[0].strip(),)
            lines = lines[2:]
        if lines and lines[0].startswith(_ITEM):
            yield "items", tuple(_split_items(lines))
        elif lines:
            yield "lines", tuple(_unwrap(lines))


def body_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a letter under its title, for a page that has said whose letter it is and what it says."""
    return tuple(blocks_of(text))[2:]


def items_of(text: str) -> tuple[str, ...]:
    """Return the items of the lists in a letter."""
    return tuple(item for kind, items in blocks_of(text) if kind == "items" for item in items)


def _split_items(lines: list[str]) -> Iterator[str]:
    for item in re.split(rf"(?:^|\n){_ITEM}", "\n".join(lines))[1:]:
        yield "\n".join(_unwrap(item.split("\n")))


def _unwrap(lines: list[str]) -> Iterator[str]:
    whole = ""
    for line in lines:
        whole = f"{whole} {line.strip()}".strip()
        if len(line) < _FULL:
            yield whole
            whole = ""
    if whole:
        yield whole
