"""What may be counted in a system besides a plan: rows of a set, rows by the day, groups with too many rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bailee.policy.predicate import Predicate
from bailee.trace import Trace
from bailee.trace.bind import BoundMap
from bailee.trace.graph import find_components
from bailee.trace.names import find_names_of_set
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, Key, RowSet
from bailee.trace.walk import Sets

# --- predicates that no map can say --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Starts(Predicate):
    """The text in the cell begins with one of ``texts``, by bytes."""

    column: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LooksLikeEmail(Predicate):
    """The text in the cell has the look of an e-mail address: something, an @, something, a dot, two signs or more."""

    column: str


@dataclass(frozen=True, slots=True)
class NotADay(Predicate):
    """What is in the cell is no date, written as ISO 8601 does: it would be compared, and would mean nothing.

    Only SQLite keeps such in a column of dates; elsewhere it holds of no row. An empty cell is none of them.
    """

    column: str


@dataclass(frozen=True, slots=True)
class NotSure(Predicate):
    """There is something in the cell, and not all of it is ``pattern``: what `trace.spellings` is sure of."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class NotBefore(Predicate):
    """A row of ``collection`` exists, joined by ``on`` (theirs, own), whose cell ``their`` is not later than our own.

    Where either cell is empty there is no such row.
    """

    column: str
    collection: str
    on: tuple[tuple[str, str], ...]
    their: str
    where: Predicate


# --- what is counted -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SetCount:
    """How many rows are in the set ``name`` of ``trace``. ``kept``: collection -> keys of the rows held by hand."""

    trace: Trace
    name: SetName
    kept: Mapping[str, frozenset[Key]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Ways:
    """How many rows are in the set ``name``, and how many of these in each set of ``parts``, all of one collection.

    ``kept`` is as in `SetCount`. Where there are none at all, no part is counted.
    """

    trace: Trace
    name: SetName
    parts: tuple[SetName, ...]
    kept: Mapping[str, frozenset[Key]] = field(default_factory=dict, repr=False)

    def rows(self, name: SetName) -> SetCount:
        """Return how the rows of one of its sets are counted."""
        return SetCount(self.trace, name, self.kept)


@dataclass(frozen=True)
class Cells:
    """What ``sorted_as`` makes of the text in ``column`` of each row of the set: how often each (word, rows).

    Every cell is read, for at most as long as a question may take; no cell is kept, and none is told. ``tells_cut``:
    if that is not long enough, `CUT` is among the words, with no rows.
    """

    trace: Trace
    name: SetName
    column: str
    sorted_as: Callable[[str], str]
    tells_cut: bool = False


@dataclass(frozen=True)
class Days:
    """How many rows of the set there are of each day in the date ``column``: (ISO day, rows), by day."""

    trace: Trace
    name: SetName
    column: str


@dataclass(frozen=True)
class Groups:
    """How many groups of rows, equal in the columns ``per``, have more than ``most`` rows of the set."""

    trace: Trace
    name: SetName
    per: tuple[str, ...]
    most: int


Counting: TypeAlias = SetCount | Ways | Cells | Days | Groups

CUT = "cut"
"""The word that says that there was not time for every cell."""

ASKED = SetKind.COUNTED()
"""The name of the set that `trace_rows` makes."""


def trace_rows(m: BoundMap, collection: str, where: Predicate, sets: Sets | None = None) -> Trace:
    """Return a trace that has one set to count, `ASKED`: the rows of ``collection`` for which ``where`` holds.

    ``sets`` are those that ``where`` looks at.
    """
    made = dict(sets.made) if sets else {}
    made[ASKED] = RowSet(ASKED, collection, (Alternative(where),))
    return trace_sets(m, made.values())


def trace_sets(m: BoundMap, row_sets: Iterable[RowSet]) -> Trace:
    """Return a trace of ``row_sets`` alone, that changes nothing."""
    made = {row_set.name: row_set for row_set in row_sets}
    stages = find_components({name: list(find_names_of_set(row_set)) for name, row_set in made.items()})
    return Trace(m, made, stages, (), {}, {}, (), {}, {})
