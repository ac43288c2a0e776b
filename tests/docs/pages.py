"""What stands in the pages under docs/: their parts, examples and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_HEADING = re.compile(r"(#+) (.*)")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"^\|.*\|\n\|[-|]+\|\n(?:\|.*\|\n?)+", re.MULTILINE)


@dataclass(frozen=True)
class Table:
    """A table of a page: its first line, and the others."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read(name: str) -> str:
    return (DOCS / name).read_text()


def sections(text: str, level: int) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each part under a heading of this level."""
    title, lines, in_code = "", list[str](), False
    for line in [*text.splitlines(keepends=True), "# \n"]:
        in_code ^= line.startswith("```")
        heading = _HEADING.match(line)
        if heading and not in_code and len(heading[1]) <= level:
            if title:
                yield title, "".join(lines)
            title, lines = heading[2] if len(heading[1]) == level else "", []
        else:
            lines.append(line)


def fenced(text: str, language: str) -> list[str]:
    return [body for word, body in _FENCED.findall(text) if word == language]


def tables(text: str) -> list[Table]:
    found = []
    for table in _TABLE.findall(text):
        head, _, *rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()]
        found.append(Table(head, tuple(rows)))
    return found
