"""One YAML file of the policy, as plain values that remember where they stand.

YAML 1.2 with its core schema, read from ruamel's events, so that what could grow (aliases, depth, size) is refused
before it is built: ``no`` is a word, a date is text, and every key is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

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

from bailee.policy.placed import Path, PlacedList, PlacedMapping, PlacedText, PolicyFile, ValueMark
from bailee.policy.places import Place
from bailee.policy.problems import Problem

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


class _RefusedError(Exception):
    """Reading stops here: what follows could not be trusted."""

    def __init__(self, code: str, event: Event, message: str, hint: str) -> None:
        self.code, self.event, self.message, self.hint = code, event, message, hint
        super().__init__(message)


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
        page.problems.append(Problem(refused.code, refused.message, refused.hint, _find_start(page, refused.event)))
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
                self.page.data = self.value(event, events, (), _find_start(self.page, event))

    def value(self, event: Event, events: Iterator[Event], path: Path, key: Place) -> Any:
        self.refuse(event, path)
        start = _find_start(self.page, event)
        if isinstance(event, ScalarEvent):
            one_line = event.start_mark.line == event.end_mark.line
            mark = ValueMark(key, start, path, event.value, event.style or "", one_line)
            self.page.marks[path] = mark
            value = event.value if event.style else plain(event.value)
            return PlacedText(value, mark, self.page) if isinstance(value, str) else value
        mark = self.page.marks[path] = ValueMark(key, start, path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, path, PlacedList(mark, self.page))
        return self.mapping(events, path, PlacedMapping(mark, self.page))

    def sequence(self, events: Iterator[Event], path: Path, items: PlacedList) -> PlacedList:
        while not isinstance(event := next(events), SequenceEndEvent):
            below = (*path, len(items))
            if not self.is_left_out(event, below):
                items.append(self.value(event, events, below, _find_start(self.page, event)))
        return items

    def mapping(self, events: Iterator[Event], path: Path, cells: PlacedMapping) -> PlacedMapping:
        while not isinstance(event := next(events), MappingEndEvent):
            name = self.key(event, path)
            place = _find_start(self.page, event)
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
                cells.marks[name] = self.page.marks[below]
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
        self.page.problems.append(Problem(code, message, hint, _find_start(self.page, event)))


def plain(text: str) -> str | int | float | bool | None:
    """Return what an unquoted scalar means under the core schema of YAML 1.2."""
    if _NULL.match(text):
        return None
    if _TRUTH.match(text):
        return text.lower() == "true"
    return text if len(text) > _LONGEST_NUMBER else _read_number(text)


def _read_number(text: str) -> str | int | float:
    if _WHOLE.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _FRACTION.match(text) and isfinite(number := float(text)):
        return number
    return text


def _find_start(page: PolicyFile, event: Event) -> Place:
    mark = event.start_mark
    return Place(page.file, mark.line + 1, mark.column + 1)
