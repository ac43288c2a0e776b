"""What a retention rule would still take of a collection, and what of it stays by hand: counted, and not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bailee.policy.model import ValueKind
from bailee.policy.predicate import ALWAYS, NEVER, IsNull, Predicate
from bailee.trace import Trace
from bailee.trace.counting import ASKED, Rows, Starts, traced
from bailee.trace.hold import held_by_hand
from bailee.trace.names import simplify
from bailee.trace.sets import Alternative, Cell, Differs, Key, RowSet, both, either, unless
from bailee.trace.walk import Sets

Keys: TypeAlias = Mapping[str, frozenset[Key]]
"""Collection -> keys of rows that stay by hand, in one system: they keep what they point to, too."""

_LAST = ("/delete", "/retain")  # the ids of the changes that a rule is about; others only prepare them


def overdue(trace: Trace, collection: str, kept: Keys) -> Rows:
    """Return how to count what the retention of ``trace`` would still take, but for what ``kept`` keeps."""
    takes, sets = left_to_do(trace, collection), dict(trace.sets)
    return _counted(trace, collection, sets, both(takes, unless(_stays(trace, sets, collection, takes, kept))), kept)


def staying(trace: Trace, collection: str, kept: Keys) -> Rows | None:
    """Return how to count what the retention of ``trace`` would take and ``kept`` keeps, if that keeps anything."""
    takes, sets = left_to_do(trace, collection), dict(trace.sets)
    stays = both(takes, _stays(trace, sets, collection, takes, kept))
    return None if stays == NEVER else _counted(trace, collection, sets, stays, kept)


def together(parts: Sequence[Keys]) -> Keys:
    """Return the keys of all ``parts``."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: frozenset[Key]().union(*(part.get(name, ()) for part in parts)) for name in names}


def left_to_do(trace: Trace, collection: str) -> Predicate:
    """Return the predicate on a row that the retention of ``trace`` would still delete it, or write a cell of it."""
    changes = (c for c in trace.changes if c.collection == collection and c.id.endswith(_LAST))
    change = next(changes, None)
    if change is None:
        return NEVER
    if change.deletes:
        return change.rows
    return both(change.rows, either(*(both(unless(c.kept), c.only, _is_old(c)) for c in change.cells)))


def _is_old(cell: Cell) -> Predicate:
    """Return the predicate that a cell is not yet what it should be. A pseudonym is known by its sign: no key shows."""
    match cell.value.kind:
        case ValueKind.PSEUDONYM:
            return both(unless(IsNull(cell.column)), unless(Starts(cell.column, ("anon~",))))
        case ValueKind.HASH:
            return both(unless(IsNull(cell.column)), unless(Starts(cell.column, ("hash~",))))
        case ValueKind.NOW:
            return ALWAYS  # `only` says when
    return Differs(cell.column, cell.value)


def _stays(trace: Trace, sets: dict[str, RowSet], collection: str, takes: Predicate, kept: Keys) -> Predicate:
    """Return the predicate on a row that ``kept`` keeps it; what it looks at is added to ``sets``."""
    added = Sets()
    stays = NEVER if takes == NEVER else held_by_hand(trace.map, added, collection, takes, kept)
    simple, rewrite = simplify(added.made)
    sets.update(simple)
    return rewrite(stays)


def _counted(trace: Trace, collection: str, sets: dict[str, RowSet], where: Predicate, kept: Keys) -> Rows:
    asked = RowSet(ASKED, collection, (Alternative(where),))
    return Rows(traced(trace.map, [*sets.values(), asked]), ASKED, kept)
