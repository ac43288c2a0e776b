"""One YAML file of the policy, as plain values that remember where they stand.

YAML 1.2 with its core schema, read from ruamel's events, so that what could grow (aliases, depth, size) is refused
before it is built: ``no`` is a word, a date is text, and every key is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from bailee.policy.places import Place
from bailee.policy.problems import Problem

Path: TypeAlias = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""

DEEPEST = 32
"""Levels of lists and mappings in one file."""

# The core schema of YAML 1.2.2, section 10.3.2.
_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_TRUTH = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FRACTION = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_UNWRITABLE = re.compile("[\\0\ud800-\udfff]")  # an escape can name them; no file or database takes them
_LONGEST_NUMBER = 40  # characters; a longer one is text that happens to be digits


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

    def place_in(self, path: Path, offset: int) -> Place:
        """Return where character ``offset`` of the scalar at ``path`` stands, as near as its style lets it be known."""
        mark = self._nearest(path)
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

    def say(self, code: str, path: Path, message: str, hint: str = "", *, at: Place | None = None) -> None:
        """Note a problem with the value at ``path``; the message begins with what it is called."""
        self.problems.append(Problem(code, f"{self.called(path)} {message}", hint, at or self.place(path)))

    def called(self, path: Path) -> str:
        """Return what messages call the value at ``path``: ``call_record.mentions[2].stored``."""
        steps = self._written(path)
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
        self.marks = {moved: mark for where, mark in self.marks.items() if (moved := _without(path, where)) is not None}

    def is_lost(self, path: Path) -> bool:
        """Whether the value at ``path`` was left out or dropped, and said to be wrong already."""
        return self._written(path) in self.dropped

    def lost_below(self, path: Path) -> bool:
        """Whether something right below ``path`` was dropped, so that it may only seem to be missing."""
        around = self._written(path)
        return any(gone[:-1] == around for gone in self.dropped)

    def _written(self, path: Path) -> Path:
        near = self._nearest(path).path
        return (*near, *path[len(near) :])

    def _nearest(self, path: Path) -> ValueMark:
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path) or ValueMark(Place(self.file, 1, 1), Place(self.file, 1, 1), ())


class _RefusedError(Exception):
    """Reading stops here: what follows could not be trusted."""

    def __init__(self, code: str, event: Event, message: str, hint: str) -> None:
        self.code, self.event, self.message, self.hint = code, event, message, hint
        super().__init__(message)


def _without(gone: Path, path: Path) -> Path | None:
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


def read(file: str, source: str) -> PolicyFile:
    """Return ``source`` as a page called ``file``.

    Never raises for what the file says: a page that cannot be read whole has ``problems``, and ``data`` is what was
    read if nothing more than doubled keys and the like is wrong with it, else ``None``.
    """
    # libyaml is many times faster, and knows no YAML 1.2: what it refuses is read again, and that counts.
    page = _read(file, source, pure=False)
    return _read(file, source, pure=True) if page.data is None and page.problems else page


def _read(file: str, source: str, *, pure: bool) -> PolicyFile:
    page = PolicyFile(file, source)
    try:
        events: Iterator[Event] = YAML(typ="safe", pure=pure).parse(source)
        _Builder(page).document(events)
    except _RefusedError as refused:
        page.data = None
        page.problems.append(Problem(refused.code, refused.message, refused.hint, _start(page, refused.event)))
    except MarkedYAMLError as error:
        page.data = None
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        hint = "look for a missing quote, bracket or space after a colon, here or in the line before"
        page.problems.append(Problem("P008", f"this is not YAML: {error.problem or error.context}", hint, place))
    except ReaderError as error:
        page.data = None
        line = source.count("\n", 0, error.position) + 1
        column = error.position - (source.rfind("\n", 0, error.position) + 1) + 1
        hint = "remove it, or write it as an escape in double quotes"
        page.problems.append(Problem("P008", "this is not YAML: a control character", hint, Place(file, line, column)))
    return page


@dataclass(slots=True)
class _Builder:
    """Turns events into values. Recursion is safe: it stops at `DEEPEST`."""

    page: PolicyFile

    def document(self, events: Iterator[Event]) -> None:
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError("P015", event, "a second document begins here", "keep one document in a file")
            elif isinstance(event, AliasEvent):
                self.is_left_out(event, ())
            elif isinstance(event, ScalarEvent | CollectionStartEvent):
                self.page.data = self.value(event, events, (), _start(self.page, event))

    def value(self, event: Event, events: Iterator[Event], path: Path, key: Place) -> Any:
        self.refuse(event, path)
        start = _start(self.page, event)
        if isinstance(event, ScalarEvent):
            one_line = event.start_mark.line == event.end_mark.line
            self.page.marks[path] = ValueMark(key, start, path, event.value, event.style or "", one_line)
            return event.value if event.style else plain(event.value)
        self.page.marks[path] = ValueMark(key, start, path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, path)
        return self.mapping(events, path)

    def sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            below = (*path, len(items))
            if not self.is_left_out(event, below):
                items.append(self.value(event, events, below, _start(self.page, event)))
        return items

    def mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            name = self.key(event, path)
            place = _start(self.page, event)
            below = (*path, name)
            if name in cells:
                first = self.page.marks[below].key
                message = f"stands here again; it stands in line {first.line} already"
                self.page.say("P010", below, message, "keep one of the two", at=place)
            following = next(events)
            if name == "<<" and isinstance(event, ScalarEvent) and not event.style:
                self.note("P013", event, "merge keys are not read", "write the keys out")
                if not isinstance(following, AliasEvent):
                    self.value(following, events, below, place)
            elif not self.is_left_out(following, below):
                # A key given twice is read whole, for the mistakes in it; the second one counts.
                cells[name] = self.value(following, events, below, place)
        return cells

    def key(self, event: Event, path: Path) -> str:
        if isinstance(event, AliasEvent):
            raise _RefusedError("P009", event, "aliases are not read", "write the key out")
        self.refuse(event, path)
        if not isinstance(event, ScalarEvent):
            raise _RefusedError("P014", event, "a list or a mapping stands as a key", "write one word before the colon")
        name: str = event.value
        return name

    def is_left_out(self, event: Event, path: Path) -> bool:
        """Whether the value at ``path`` is an alias, which is noted; what it stands for is not looked up."""
        if isinstance(event, AliasEvent):
            self.note("P009", event, "aliases are not read", "write the value out")
            self.page.dropped.add(path)
        return isinstance(event, AliasEvent)

    def refuse(self, event: Event, path: Path) -> None:
        """Note what may not stand at a value, which is read all the same; raise where reading cannot go on."""
        if getattr(event, "anchor", None) is not None:
            self.note("P009", event, "anchors are not read", "remove it, and write the value out where it is used")
        if isinstance(event, ScalarEvent) and _UNWRITABLE.search(event.value):
            raise _RefusedError("P008", event, "this is not YAML: an escape names no character", "remove it")
        tag = getattr(event, "ctag", None)
        if tag is not None:
            self.note("P012", event, f"the tag {tag} is not read", "remove it")
        if isinstance(event, CollectionStartEvent) and len(path) >= DEEPEST:
            raise _RefusedError(
                "P011", event, f"this is nested deeper than {DEEPEST} levels", "policies are flatter than this"
            )

    def note(self, code: str, event: Event, message: str, hint: str) -> None:
        self.page.problems.append(Problem(code, message, hint, _start(self.page, event)))


def plain(text: str) -> str | int | float | bool | None:
    """Return what an unquoted scalar means under the core schema of YAML 1.2."""
    if _NULL.match(text):
        return None
    if _TRUTH.match(text):
        return text.lower() == "true"
    return text if len(text) > _LONGEST_NUMBER else _number(text)


def _number(text: str) -> str | int | float:
    if _WHOLE.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _FRACTION.match(text) and isfinite(number := float(text)):
        return number
    return text


def _start(page: PolicyFile, event: Event) -> Place:
    mark = event.start_mark
    return Place(page.file, mark.line + 1, mark.column + 1)
