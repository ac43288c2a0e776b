"""Typed predicates over the columns of one row: what ``when`` and its kin may say. Never SQL.

A predicate is two-valued: a comparison with an empty cell is false, so ``!=`` and ``not`` of it are true.
Text is compared bytewise on every database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from bailee.policy.words import WordError

Scalar: TypeAlias = str | int | float | bool | Decimal | date | datetime | bytes | None
"""A value that a cell can hold."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """The base of all predicates; ``trace`` adds those that look beyond one row."""


@dataclass(frozen=True, slots=True)
class Compare(Predicate):
    """``column op value``; ``op`` is one of ``= != < <= > >=`` and ``value`` is never empty."""

    column: str
    op: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class In(Predicate):
    """The cell is one of ``values``."""

    column: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class IsNull(Predicate):
    """The cell is empty."""

    column: str


@dataclass(frozen=True, slots=True)
class HasBits(Predicate):
    """All bits of ``mask`` are set in the integer cell."""

    column: str
    mask: int


@dataclass(frozen=True, slots=True)
class And(Predicate):
    """All ``parts`` hold; no parts: always true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or(Predicate):
    """One of ``parts`` holds; no parts: never true."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not(Predicate):
    """``part`` does not hold."""

    part: Predicate


ALWAYS = And(())
NEVER = Or(())


def columns_read(predicate: Predicate) -> frozenset[str]:
    """Return the columns of the row itself that ``predicate`` reads."""
    match predicate:
        case Compare(column=c) | In(column=c) | IsNull(column=c) | HasBits(column=c):
            return frozenset({c})
        case And(parts=parts) | Or(parts=parts):
            return frozenset[str]().union(*(columns_read(p) for p in parts))
        case Not(part=part):
            return columns_read(part)
    return frozenset()


EXPECTED = "compare columns with = != < <= > >=, in (..), is null, has_bits, and join with and, or, not"


class ConditionError(WordError):
    """A condition that cannot be read. ``offset`` counts characters from the beginning of the text."""

    def __init__(self, message: str, hint: str = EXPECTED, offset: int = 0) -> None:
        super().__init__(message, hint, offset)
