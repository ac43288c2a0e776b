"""A file of the policy as plain values that remember where they stand, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeAlias

from bailee.policy.places import Place
from bailee.policy.problems import Problem

Path: TypeAlias = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""


@dataclass(frozen=True, slots=True)
class ValueMark:
    """Where a value stands: its key (or itself, in a list), its first character, and its spelling if it is a scalar.

    ``path`` is the one that the file gives it; `PolicyFile.drop` may move it up in its list.
    """

    key: Place
    value: Place
    path: Path
    text: str = ""
    style: str = ""  # "" plain, ' or ", | or >
    one_line: bool = False


class Placed:
    """A value that knows where it stands."""

    __slots__ = ()

    mark: ValueMark
    page: PolicyFile

    def say(self, code: str, message: str, hint: str = "", *, at: Place | None = None) -> None:
        """Note a problem with this value."""
        self.page.say(code, self.mark, message, hint, at=at)


class PlacedText(str, Placed):
    """A text in the file."""

    __slots__ = ("mark", "page")

    def __new__(cls, text: str, mark: ValueMark, page: PolicyFile) -> Self:
        """Return ``text`` with its place."""
        placed = super().__new__(cls, text)
        placed.mark, placed.page = mark, page
        return placed


def get_last_key(written: Placed) -> str:
    """Return the key that a value is under, itself or the list that it is in; the file itself is under none."""
    return next((step for step in reversed(written.mark.path) if isinstance(step, str)), "")


class PlacedList(list[Any], Placed):
    """A list in the file."""

    __slots__ = ("mark", "page")

    def __init__(self, mark: ValueMark, page: PolicyFile) -> None:
        super().__init__()
        self.mark, self.page = mark, page


class PlacedMapping(dict[str, Any], Placed):
    """A mapping in the file. ``marks`` has those of its values, also of numbers, which do not know their place."""

    __slots__ = ("mark", "marks", "page")

    def __init__(self, mark: ValueMark, page: PolicyFile) -> None:
        super().__init__()
        self.mark, self.page = mark, page
        self.marks: dict[str, ValueMark] = {}

    @property
    def name(self) -> str:
        """The key that it is under, itself or the list that it is in."""
        return get_last_key(self)

    def get_mark(self, key: str) -> ValueMark:
        """Return the mark of the value under ``key``; where there is none, where it belongs."""
        return self.marks[key] if key in self and key in self.marks else replace(self.mark, path=(*self.mark.path, key))

    def has_lost(self, *steps: str | int) -> bool:
        """Whether something right below it, or ``steps`` below, was dropped, and may only seem to be missing."""
        around = (*self.mark.path, *steps)
        return any(gone[:-1] == around for gone in self.page.dropped)


@dataclass(slots=True)
class PolicyFile:
    """A file being read: ``data``, the ``marks`` of everything in it, and the ``problems`` found so far."""

    file: str
    source: str = ""
    data: Any = None
    marks: dict[Path, ValueMark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    dropped: set[Path] = field(default_factory=set)  # as the file has them

    def place(self, path: Path) -> Place:
        """Return where the value at ``path`` begins, or the nearest thing around it."""
        return self._nearest(path).value

    def key_place(self, path: Path) -> Place:
        """Return where the key that leads to ``path`` stands, or the nearest thing around it."""
        return self._nearest(path).key

    def place_in(self, where: Path | ValueMark, offset: int) -> Place:
        """Return where character ``offset`` of a text stands, as near as its style lets it be known."""
        mark = where if isinstance(where, ValueMark) else self._nearest(where)
        start = mark.value
        if mark.style == "|":
            before = mark.text[:offset]
            line = start.line + 1 + before.count("\n")
            written = self.source.splitlines()[line - 1 : line]
            indent = len(written[0]) - len(written[0].lstrip(" ")) if written else 0
            return Place(start.file, line, indent + 1 + offset - (before.rfind("\n") + 1))
        if mark.style == ">" or not mark.one_line:
            return start
        return Place(start.file, start.line, start.column + offset + len(mark.style))

    def say(self, code: str, where: Path | ValueMark, message: str, hint: str = "", *, at: Place | None = None) -> None:
        """Note a problem with a value; the message begins with what it is called."""
        place = at or (where.value if isinstance(where, ValueMark) else self.place(where))
        self.problems.append(Problem(code, f"{self.called(where)} {message}", hint, place))

    def called(self, where: Path | ValueMark) -> str:
        """Return what messages call a value: ``call_record.mentions[2].stored``."""
        steps = self._written(where)
        if steps[:1] == ("collections",) and len(steps) > 1:
            steps = steps[1:]
        name = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps)
        return name.removeprefix(".") or "the file"

    def text(self, path: Path) -> str:
        """Return the scalar at ``path`` as it is spelled in the file, before numbers are read."""
        return self.marks[path].text

    def drop(self, path: Path) -> None:
        """Take the value at ``path`` out of ``data``, so that the rest can be looked at without it."""
        self.dropped.add(self._written(path))
        around = self.data
        for step in path[:-1]:
            around = around[step]
        del around[path[-1]]
        self.marks = {
            moved: mark for where, mark in self.marks.items() if (moved := _move_path(path, where)) is not None
        }

    def is_lost(self, path: Path) -> bool:
        """Whether the value at ``path`` was left out or dropped, and said to be wrong already."""
        return self._written(path) in self.dropped

    def lost_below(self, path: Path) -> bool:
        """Whether something right below ``path`` was dropped, so that it may only seem to be missing."""
        around = self._written(path)
        return any(gone[:-1] == around for gone in self.dropped)

    def _written(self, where: Path | ValueMark) -> Path:
        if isinstance(where, ValueMark):
            return where.path
        near, path = self._nearest(where).path, where
        return (*near, *path[len(near) :])

    def _nearest(self, path: Path) -> ValueMark:
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path) or self.start()

    def start(self) -> ValueMark:
        """Return the mark of the file itself, where nothing is in it."""
        return ValueMark(Place(self.file, 1, 1), Place(self.file, 1, 1), ())


def _move_path(gone: Path, path: Path) -> Path | None:
    """Return where ``path`` leads to once the value at ``gone`` is taken out; ``None`` if it is gone itself."""
    at = len(gone) - 1
    if len(path) <= at or path[:at] != gone[:at]:
        return path
    step, last = path[at], gone[at]
    if step == last:
        return None
    if isinstance(step, int) and isinstance(last, int) and step > last:
        return (*path[:at], step - 1, *path[at + 1 :])
    return path
