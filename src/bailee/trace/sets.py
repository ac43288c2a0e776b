"""The language that a trace is written in: named sets of rows, and changes to them. It says *what*, never how.

A `RowSet` is the least set of rows of one collection for which one of its alternatives holds; alternatives may look at
other sets, and at themselves. A connector turns it into the language of its system (`connectors/sql/compile.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from bailee.policy import Spelling, Value
from bailee.policy.predicate import ALWAYS, NEVER, And, Not, Or, Predicate, Scalar
from bailee.trace.set_names import SetKind, SetName

Key: TypeAlias = tuple[Scalar, ...]
Moment: TypeAlias = date | datetime


# --- predicates that look beyond one row ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InSet(Predicate):
    """The row is in the set called ``name`` (of the same collection)."""

    name: SetName


@dataclass(frozen=True, slots=True)
class Through(Predicate):
    """A row of ``collection`` exists, its cells equal to this row's (``on``: theirs, own), and ``where`` holds."""

    collection: str
    on: tuple[tuple[str, str], ...]
    where: Predicate


@dataclass(frozen=True, slots=True)
class Spells(Predicate):
    """The cell spells an identity of the batch that was valid at the time in the column ``at`` (or at any time)."""

    collection: str
    column: str
    attribute: str
    stored: Spelling
    at: str | None


@dataclass(frozen=True, slots=True)
class Differs(Predicate):
    """The cell is not what ``value`` would make of it."""

    column: str
    value: Value


def and_(*parts: Predicate) -> Predicate:
    """Return the conjunction of ``parts``, without what is always true; never true if one of them never is."""
    flat: list[Predicate] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else (part,))
    if any(isinstance(part, Or) and not part.parts for part in flat):
        return Or(())
    return flat[0] if len(flat) == 1 else And(tuple(dict.fromkeys(flat)))


def or_(*parts: Predicate) -> Predicate:
    """Return the disjunction of ``parts``, without what is never true; always true if one of them always is."""
    flat: list[Predicate] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    if any(isinstance(part, And) and not part.parts for part in flat):
        return ALWAYS
    return flat[0] if len(flat) == 1 else Or(tuple(dict.fromkeys(flat)))


def not_(part: Predicate) -> Predicate:
    """Return the negation of ``part``."""
    match part:
        case Or(parts=()):
            return ALWAYS
        case And(parts=()):
            return Or(())
        case Not(part=inner):
            return inner
    return Not(part)


IDENTITY = SetKind.IDENTITY()
"""What stands for a set where a mention leads to an identity value, and to no row."""


# --- sets ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way into a set: ``hop`` is the id of the edge or mention.

    ``source``: the set at its other end, or `IDENTITY` where that is an identity value.
    """

    where: Predicate
    hop: str = ""
    source: SetName | None = None


@dataclass(frozen=True, slots=True)
class RowSet:
    """The least set of rows of ``collection`` with one of ``any_of`` and all of ``where``.

    ``given``: the rows are named by the batch instead, by key and link values.
    """

    name: SetName
    collection: str
    any_of: tuple[Alternative, ...] = ()
    where: Predicate = ALWAYS
    given: bool = False


# --- changes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A new value for a column, in rows where ``only`` holds and ``kept`` (a hold, by name) does not."""

    column: str
    value: Value
    kept: Predicate = NEVER
    only: Predicate = ALWAYS
    remove: Spells | None = None  # a list: take out the elements that this spells, and leave the rest


@dataclass(frozen=True, slots=True)
class CellChange:
    """One change to one collection. ``id`` is permanent; either the rows are deleted, or ``cells`` are written.

    ``fate``: ``erased``, ``anonymised``, ``left`` (to others), ``kept`` (reduced to held cells), ``unlinked``.
    ``theirs``: it touches rows of others, because a row that they point to goes.
    """

    id: str
    collection: str
    rows: Predicate
    fate: str
    reason: str
    cells: tuple[Cell, ...] = ()
    theirs: bool = False
    laws: tuple[str, ...] = ()
    deletes: bool = False


# --- the batch -----------------------------------------------------------------------------------------------


class Ref(NamedTuple):  # of which many are made and hashed
    """One row (or file) of a system."""

    system: str
    collection: str
    key: Key


@dataclass(frozen=True, slots=True)
class KnownValue:
    """An identity value of a person: normal form, and when it was theirs (half-open; ``None``: without bound)."""

    person: int
    attribute: str
    value: str
    since: Moment | None = None
    until: Moment | None = None
    source: Ref | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject's own row. ``links``: the cells by which others point to it, so that they are found when it is gone."""

    person: int
    ref: Ref
    links: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Who a plan is about.

    ``kept``: change id -> keys of rows withheld by a hold earlier, and collection -> keys of rows held by hand now;
    ``remembered``: subjects erased or partly kept
    before, who are not living. ``at``: the plan's own time, where it is not the session's.
    """

    subjects: tuple[Subject, ...] = ()
    known: tuple[KnownValue, ...] = ()
    kept: Mapping[str, frozenset[Key]] = field(default_factory=dict)
    remembered: frozenset[Ref] = frozenset()
    at: datetime | None = None

    def of(self, system: str) -> tuple[Subject, ...]:
        """Return the subject rows in ``system``."""
        return tuple(s for s in self.subjects if s.ref.system == system)

    def without(self, persons: frozenset[int]) -> Batch:
        """Return the batch less ``persons``."""
        return Batch(
            tuple(s for s in self.subjects if s.person not in persons),
            tuple(k for k in self.known if k.person not in persons),
            self.kept,
            self.remembered,
            self.at,
        )
