"""Printing: a page of nested lines, coloured as a tree on a terminal and plain everywhere else; JSON; progress."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import typer

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

EVERY = 2.0
"""Seconds between two lines of progress in a log."""

_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what is under it. ``style``: a Rich style, for terminals. ``whole``: to be pasted, never broken."""

    text: str
    below: tuple[Line, ...] = ()
    style: str = ""
    whole: bool = False


def printable(text: str) -> str:
    """Return ``text`` with what would steer a terminal escaped: names and keys come out of somebody's database."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def show(lines: Iterable[Line]) -> None:
    """Print ``lines`` on standard output: as trees on a terminal, else indented."""
    if sys.stdout.isatty():
        _as_trees(lines)
        return
    for line in lines:
        _plain(line, "")


def _plain(line: Line, indent: str) -> None:
    typer.echo(f"{indent}{printable(line.text)}".rstrip())
    for one in line.below:
        _plain(one, indent + _INDENT)


def _as_trees(lines: Iterable[Line]) -> None:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    def tree(line: Line) -> Tree:
        made = Tree(Text(printable(line.text), line.style), guide_style="dim")
        made.children = [tree(one) for one in line.below]
        return made

    console = Console(highlight=False)
    for line in lines:
        console.print(tree(line) if line.below else Text(printable(line.text), line.style), soft_wrap=line.whole)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return each row as one text, its cells below each other; the first to the left, a number to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    return ["  ".join([*map(_padded, row, widths), row[-1]]).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    return cell.rjust(width) if cell.replace(",", "").isdigit() else cell.ljust(width)


def show_json(value: Any) -> None:
    """Print ``value`` as one JSON document."""
    typer.echo(json.dumps(value, indent=2))


@contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that is told how far the work is: a line that changes on a terminal, else one now and then."""
    if not sys.stderr.isatty():
        yield _now_and_then(what)
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True, highlight=False).status(Text(what)) as status:
        yield lambda text: status.update(Text(f"{what}: {printable(text)}"))


def _now_and_then(what: str) -> Callable[[str], None]:
    last = time.monotonic()

    def say(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            typer.echo(f"{what}: {printable(text)}", err=True)
            last = time.monotonic()

    return say


def warn_of(problems: Iterable[object], most: int | None = None, rest: str = "") -> None:
    """Say on standard error what can be lived with and a person should know, a line each.

    No more than ``most``, and of the others how many they are; ``rest`` is the command that shows them.
    """
    said = list(problems)
    for problem in said[:most]:
        typer.echo(f"warning: {printable(str(problem))}", err=True)
    if most is not None and len(said) > most:
        left = len(said) - most
        typer.echo(f"{left} more {'warning' if left == 1 else 'warnings'}: {rest}", err=True)
