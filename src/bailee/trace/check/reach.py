"""What can happen to the rows of a collection at all, whoever is erased and whatever is due."""

from __future__ import annotations

from bailee.policy import Gone
from bailee.trace.bind import BoundCollection, BoundMap, OwnershipFlow, RowReference, may_follow
from bailee.trace.objection import find_going


def find_deletable(m: BoundMap) -> frozenset[str]:
    """Return the collections of which a row can go: by erasing, leaving, objecting, retention, or with its parent."""
    found = {b.name for b in m.bound.values() if _can_fall_due(m, b) or _is_erased(m, b)}
    return _add_children(m, found) | find_going(m)


def find_erasable(m: BoundMap) -> frozenset[str]:
    """Return the collections of which a row can go when somebody is erased."""
    return _add_children(m, {b.name for b in m.bound.values() if _is_erased(m, b)})


def _add_children(m: BoundMap, found: set[str]) -> frozenset[str]:
    grown = True
    while grown:
        new = {r.child for r in m.references if r.gone.action is Gone.DELETE and r.parent in found} - found
        grown = bool(new)
        found |= new
    return frozenset(found)


def _can_fall_due(m: BoundMap, b: BoundCollection) -> bool:
    rule = m.policy.retention.get(b.collection.retain or "")
    return rule is not None and rule.then is None


def _is_erased(m: BoundMap, b: BoundCollection) -> bool:
    on_erase = b.collection.on_erase
    if b.name in m.ownable and on_erase is not None and on_erase.deletes:
        return True
    leaving = [m.on_leave(f) for f in m.flows_into(b.name, owning=True) if may_follow(f)]
    return any(on_leave is not None and on_leave.delete for on_leave in leaving)


def can_clear(m: BoundMap, flow: OwnershipFlow) -> bool:
    """Whether *matched* finds a column to empty in a row reached by ``flow`` from a person's own row (13).

    Unlike `BoundMap.cleared_by` it does not ask whether such a row ever stays: where none does, the word is idle.
    """
    if not m.bound[flow.source].is_person or not may_follow(flow):
        return False
    pointing = (r for r in m.parents_of(flow.target) if flow.edge in r.edges and r.parent == flow.source)
    return any(m.clearable(flow.target, r.child_columns, r.on) for r in pointing)


def find_visible(m: BoundMap) -> frozenset[str]:
    """Return the collections of which a person can own or see a row."""
    found = {b.name for b in m.bound.values() if b.is_person or b.collection.mentions}
    grown = True
    while grown:
        new = {f.target for f in m.flows if f.source in found and may_follow(f)} - found
        grown = bool(new)
        found |= new
    return frozenset(found)


def list_pins(m: BoundMap, name: str) -> tuple[RowReference, ...]:
    """Return the references that pin rows of ``name``."""
    return tuple(r for r in m.children_of(name) if r.gone.action is Gone.PIN)


def is_stray(m: BoundMap, name: str) -> bool:
    """Whether ``name`` is a table outside the map, bound because it points into it."""
    return name not in m.system.collections
