"""What becomes of the cells of a row: new values, and what erasing, leaving, objecting, copying write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bailee.policy.places import NOWHERE, Place
from bailee.policy.predicate import Scalar


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


class Gone(StrEnum):
    """What becomes of a row when the row that it points to goes."""

    REFUSE = "refuse"
    NULL = "null"
    DELETE = "delete"
    PIN = "pin"
    STAND_IN = "stand_in"


@dataclass(frozen=True, slots=True)
class OnParentGone:
    """``stand_in``: their column -> the value of the row that takes its place."""

    action: Gone = Gone.REFUSE
    stand_in: Mapping[str, Scalar] = field(default_factory=dict)


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
