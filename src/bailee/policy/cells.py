"""What becomes of the cells of a row: new values, and what erasing, leaving, objecting, copying write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import Field, Tag

from bailee.policy.kinds import (
    BY_KIND,
    Columns,
    Maybe,
    TaggedAnyText,
    TaggedNothing,
    TaggedNumber,
    TaggedTruth,
    TaggedWhole,
)
from bailee.policy.placed import Placed, PlacedMapping, PlacedText
from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Scalar
from bailee.policy.words import WordError
from bailee.policy.written import MadeFrom, Unwritten, Written, parse_placed


class ValueKind(StrEnum):
    """How the new value of a cell is made. All are idempotent."""

    CONSTANT = "constant"
    NOW = "now"
    PSEUDONYM = "pseudonym"
    HASH = "hash"
    COARSEN = "coarsen"


@dataclass(frozen=True, slots=True)
class Value:
    """A new value: a ``constant``, or a function of the old one. ``unit``: year, month, day, or a number as text."""

    kind: ValueKind = ValueKind.CONSTANT
    constant: Scalar = None
    unit: str = ""


_FUNCTIONS = {"now": ValueKind.NOW, "pseudonym": ValueKind.PSEUDONYM, "hash": ValueKind.HASH}
_COARSEN = re.compile(r"coarsen\((.*)\)\Z")
_COARSEN_TO = re.compile(r"(?:year|month|day|[1-9]\d{0,17})\Z")


def parse_value(said: Scalar) -> Value:
    """Return the new value of a cell: a function where ``said`` names one, else the constant itself.

    A text that nearly names a function is refused, lest a slip be written into every row.
    """
    if not isinstance(said, str):
        return Value(constant=said)
    if said in _FUNCTIONS:
        return Value(_FUNCTIONS[said])
    if coarse := _COARSEN.match(said):
        unit = coarse[1].strip()
        if not _COARSEN_TO.match(unit):
            raise WordError(f'coarsens to "{unit}"', "write coarsen(year), coarsen(month), coarsen(day) or coarsen(3)")
        return Value(ValueKind.COARSEN, unit=unit)
    # Short words are near to many: "no" is not a slip for "now", but "NOW" is.
    cutoff = 0.8 if len(said) > len("hash") else 1.0
    near = get_close_matches(said.lower(), [*_FUNCTIONS, "coarsen"], n=1, cutoff=cutoff)
    if near:
        raise WordError(f'is nearly the function "{near[0]}"', f'write {near[0]}, or {{text: "{said}"}} for the words')
    return Value(constant=said)


@dataclass(frozen=True, slots=True)
class Literally(Written):
    """A text that would otherwise be read as a function: ``{text: now}``."""

    text: str


def _make_value(given: Scalar | Literally, written: object) -> Value:
    if isinstance(given, Literally):
        return Value(constant=given.text)
    if isinstance(written, PlacedText):
        return parse_placed(written, "P111", lambda: parse_value(given), Value())
    return Value(constant=given)


_Cell: TypeAlias = Annotated[
    TaggedAnyText | TaggedTruth | TaggedWhole | TaggedNumber | TaggedNothing | Annotated[Literally, Tag("a mapping")],
    BY_KIND,
]
WrittenValue: TypeAlias = Annotated[Value, MadeFrom(_Cell, _make_value)]
Cells: TypeAlias = Annotated[Columns[WrittenValue], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Anonymise(Written):
    """Column -> new value: null, text, a number, now, pseudonym, hash, coarsen(year), or {text: now}."""

    anonymise: Cells


Erasure: TypeAlias = Annotated[
    Annotated[Literal["delete"], Tag("text")] | Annotated[Anonymise, Tag("a mapping")], BY_KIND
]


@dataclass(frozen=True, slots=True)
class OnErase:
    """``anonymise`` is ``None`` for *delete*, else column -> new value."""

    anonymise: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.anonymise is None


def _make_on_erase(given: Literal["delete"] | Anonymise, written: Placed) -> OnErase:
    return OnErase(given.anonymise if isinstance(given, Anonymise) else None, written.mark.key)


WrittenOnErase: TypeAlias = Annotated[OnErase, MadeFrom(Erasure, _make_on_erase)]


@dataclass(frozen=True, slots=True)
class OnObject:
    """What objecting to marketing changes (GDPR Art. 21(3)). ``cells``: ``None`` for *delete*, else column -> value."""

    cells: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.cells is None


def _make_on_object(given: Literal["delete"] | Mapping[str, Value], written: Placed) -> OnObject:
    return OnObject(None if isinstance(given, str) else given, written.mark.key)


WrittenOnObject: TypeAlias = Annotated[
    OnObject,
    MadeFrom(
        Annotated[Annotated[Literal["delete"], Tag("text")] | Annotated[Cells, Tag("a mapping")], BY_KIND],
        _make_on_object,
    ),
]


@dataclass(frozen=True, slots=True)
class OnLeave:
    """What becomes of a row that others keep. ``matched``: clear the cells that are the leaver's own.

    ``cells``: fixed values, applied when an owner leaves. ``delete`` excludes both.
    """

    delete: bool = False
    matched: bool = False
    matched_value: Scalar = None  # what a cleared mention cell becomes
    cells: Mapping[str, Value] = field(default_factory=dict)
    place: Place = NOWHERE


def _make_on_leave(given: Literal["delete"] | Mapping[str, Scalar | Literally], written: Any) -> OnLeave:
    if isinstance(given, str):
        return OnLeave(delete=True, place=written.mark.key)
    matched = given.get("matched")
    return OnLeave(
        matched="matched" in given,
        matched_value=matched.text if isinstance(matched, Literally) else matched,
        cells={column: _make_value(cell, written[column]) for column, cell in given.items() if column != "matched"},
        place=written.mark.key,
    )


WrittenOnLeave: TypeAlias = Annotated[
    OnLeave,
    MadeFrom(
        Annotated[Annotated[Literal["delete"], Tag("text")] | Annotated[Columns[_Cell], Tag("a mapping")], BY_KIND],
        _make_on_leave,
    ),
]


@dataclass(frozen=True, slots=True)
class OnCopy(Written):
    """Masks for a copy. ``unmatched_mentions``: ``None`` where nothing is said (they are masked).

    Every other key is a column, with ``mask``.
    """

    other_keys: ClassVar[Any] = Literal["mask"]

    unmatched_mentions: Maybe[Literal["mask", "show"]] = None
    masks: Unwritten[frozenset[str]] = frozenset()

    @classmethod
    def read(cls, given: dict[str, Any], others: Mapping[str, Any], _written: PlacedMapping) -> Self:
        """Return the masks of the columns, which are the ``others``."""
        return cls(**given, masks=frozenset(others))
