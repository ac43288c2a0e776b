"""What a retention rule would still take of a collection, and what of it stays by hand: counted, and not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bailee.policy import ValueKind
from bailee.policy.predicate import ALWAYS, NEVER, IsNull, Predicate
from bailee.trace import Trace
from bailee.trace.hold import is_held_by_hand
from bailee.trace.names import simplify
from bailee.trace.row_counts import ASKED, SetCount, Starts, Ways, trace_sets
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, Cell, Differs, InSet, Key, RowSet, and_, not_, or_
from bailee.trace.walk import Sets

Keys: TypeAlias = Mapping[str, frozenset[Key]]
"""Collection -> keys of rows that stay by hand, in one system: they keep what they point to, too."""

_GOES = SetKind.COUNTED("goes")
_LAST = ("/delete", "/retain")  # the ids of the changes that a rule is about; others only prepare them


def build_overdue_count(trace: Trace, collection: str, kept: Keys) -> SetCount | Ways:
    """Return how to count what is past its time under the retention of ``trace``, but for what ``kept`` keeps.

    In all; where rows may wait, then what would go now, and what waits (`list_waiting_parts`), overdue too (25).
    """
    takes, waits = is_left_to_do(trace, collection), is_waiting(trace, collection)
    sets, past = dict(trace.sets), or_(takes, waits)
    stays = _is_staying(trace, sets, collection, past, kept)
    goes = RowSet(_GOES, collection, (Alternative(and_(takes, not_(stays))),))
    parts = {
        SetKind.COUNTED(key.about, key.part): and_(InSet(name), not_(stays))
        for name, key in list_waiting_parts(trace, collection).items()
    }
    if waits == NEVER:
        return _build_count(trace, collection, sets, and_(takes, not_(stays)), kept)
    asked = RowSet(ASKED, collection, (Alternative(and_(past, not_(stays))),))
    rest = (RowSet(name, collection, (Alternative(where),)) for name, where in parts.items())
    return Ways(trace_sets(trace.map, [*sets.values(), asked, goes, *rest]), ASKED, (_GOES, *parts), kept)


def is_waiting(trace: Trace, collection: str) -> Predicate:
    """Return the predicate on a row that it is overdue, and waits for rows that stay (25)."""
    found = trace.listed.get(SetKind.WAITS(collection))
    return InSet(found[0]) if found else NEVER


def list_waiting_parts(trace: Trace, collection: str) -> Mapping[SetName, SetName]:
    """Return the sets of rows that wait by one reference each, in the order of `waiting_for`: set -> its key there."""
    keys = (key for key in trace.listed if isinstance(key, SetName) and key.kind is SetKind.WAITS and key.part)
    return {trace.listed[key][0]: key for key in keys if key.about == collection}


def build_staying_count(trace: Trace, collection: str, kept: Keys, *, waits: bool = False) -> SetCount | None:
    """Return how to count what the retention of ``trace`` would take and ``kept`` keeps, if that keeps anything.

    ``waits``: and what would wait, did ``kept`` not keep it.
    """
    takes, sets = is_left_to_do(trace, collection), dict(trace.sets)
    if waits:
        takes = or_(takes, is_waiting(trace, collection))
    stays = and_(takes, _is_staying(trace, sets, collection, takes, kept))
    return None if stays == NEVER else _build_count(trace, collection, sets, stays, kept)


def merge_keys(parts: Sequence[Keys]) -> Keys:
    """Return the keys of all ``parts``."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: frozenset[Key]().union(*(part.get(name, ()) for part in parts)) for name in names}


def is_left_to_do(trace: Trace, collection: str) -> Predicate:
    """Return the predicate on a row that the retention of ``trace`` would still delete it, or write a cell of it."""
    changes = (c for c in trace.changes if c.collection == collection and c.id.endswith(_LAST))
    change = next(changes, None)
    if change is None:
        return NEVER
    if change.deletes:
        return change.rows
    return and_(change.rows, or_(*(and_(not_(c.kept), c.only, _is_old(c)) for c in change.cells)))


def _is_old(cell: Cell) -> Predicate:
    """Return the predicate that a cell is not yet what it should be. A pseudonym is known by its sign: no key shows."""
    match cell.value.kind:
        case ValueKind.PSEUDONYM:
            return and_(not_(IsNull(cell.column)), not_(Starts(cell.column, ("anon~",))))
        case ValueKind.HASH:
            return and_(not_(IsNull(cell.column)), not_(Starts(cell.column, ("hash~",))))
        case ValueKind.NOW:
            return ALWAYS  # `only` says when
    return Differs(cell.column, cell.value)


def _is_staying(trace: Trace, sets: dict[SetName, RowSet], collection: str, takes: Predicate, kept: Keys) -> Predicate:
    """Return the predicate on a row that ``kept`` keeps it; what it looks at is added to ``sets``."""
    added = Sets()
    stays = NEVER if takes == NEVER else is_held_by_hand(trace.map, added, collection, takes, kept)
    simple, rewrite = simplify(added.made)
    sets.update(simple)
    return rewrite(stays)


def _build_count(trace: Trace, collection: str, sets: dict[SetName, RowSet], where: Predicate, kept: Keys) -> SetCount:
    asked = RowSet(ASKED, collection, (Alternative(where),))
    return SetCount(trace_sets(trace.map, [*sets.values(), asked]), ASKED, kept)
