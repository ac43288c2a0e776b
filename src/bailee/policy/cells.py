"""What becomes of the cells of a row: new values, and what erasing, leaving, objecting, copying write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal

from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Scalar
from bailee.policy.words import WordError


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


@dataclass(frozen=True, slots=True)
class OnErase:
    """``anonymise`` is ``None`` for *delete*, else column -> new value."""

    anonymise: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.anonymise is None


@dataclass(frozen=True, slots=True)
class OnObject:
    """What objecting to marketing changes (GDPR Art. 21(3)). ``cells``: ``None`` for *delete*, else column -> value."""

    cells: Mapping[str, Value] | None = None
    place: Place = NOWHERE

    @property
    def deletes(self) -> bool:
        """Whether the row itself goes."""
        return self.cells is None


@dataclass(frozen=True, slots=True)
class OnCopy:
    """Masks for a copy. ``unmatched_mentions``: ``None`` where nothing is said (they are masked)."""

    unmatched_mentions: Literal["mask", "show"] | None = None
    masks: frozenset[str] = frozenset()


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
