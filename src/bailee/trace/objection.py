"""Objecting to marketing: what the map says that it changes, on the rows that are the person's (GDPR Art. 21(3)).

The right is absolute, so no hold is asked: `check` sees to it that a hold keeps nothing that an objection changes
(T324). Nobody is erased by it, and nothing else is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bailee.policy import ValueKind
from bailee.policy.predicate import NEVER, IsNull, Predicate
from bailee.trace.bind import BoundMap, RowReference
from bailee.trace.owners import has_living_owner
from bailee.trace.reduce import make_unlinks, order_deletes
from bailee.trace.set_names import SetKind
from bailee.trace.sets import Alternative, Cell, CellChange, Differs, InSet, RowSet, Through, and_, not_, or_
from bailee.trace.walk import Sets


def apply_objection(m: BoundMap, sets: Sets) -> tuple[CellChange, ...]:
    """Return the changes of an objection; ``sets`` has the sets of `owners.locate`.

    Adds ``object:C``, the rows that change, and ``shared:C``: rows that would go, were they not somebody else's too.
    """
    changes = []
    for b in m.bound.values():
        said = b.collection.on_object
        if said is not None and said.cells is not None:
            rows = _add_rows(sets, b.name, [Alternative(_is_theirs(sets, b.name))])
            cells = tuple(_limit_times([Cell(column, value) for column, value in said.cells.items()]))
            changes.append(CellChange(f"{b.name}/object", b.name, rows, "objected", "on_object", cells))
    names = find_going(m)
    for name in names:
        _add_going_rows(m, sets, name, names)
    for group in order_deletes(m, names):
        changes.extend(make_unlinks(m, group, SetKind.OBJECT))
        changes.extend(
            CellChange(f"{name}/object", name, InSet(SetKind.OBJECT(name)), "erased", "on_object", deletes=True)
            for name in group
        )
    return tuple(changes)


def find_going(m: BoundMap) -> frozenset[str]:
    """Return the collections of which a row goes when its person objects."""
    said = {b.name: b.collection.on_object for b in m.bound.values()}
    return frozenset(name for name, on_object in said.items() if on_object is not None and on_object.deletes)


def _is_theirs(sets: Sets, name: str) -> Predicate:
    return or_(sets.rows(SetKind.OWN(name)), sets.rows(SetKind.OWNED(name)))


def _add_rows(sets: Sets, name: str, ways: list[Alternative]) -> Predicate:
    return sets.add(RowSet(SetKind.OBJECT(name), name, tuple(way for way in ways if way.where != NEVER)))


def _add_going_rows(m: BoundMap, sets: Sets, name: str, names: frozenset[str]) -> None:
    own, owned = sets.rows(SetKind.OWN(name)), sets.rows(SetKind.OWNED(name))
    living: Predicate = NEVER
    if owned != NEVER and name in m.shareable:
        living = has_living_owner(m, sets, name, owned)
        sets.add(RowSet(SetKind.SHARED(name), name, (Alternative(and_(owned, living)),), not_(own)))
    along = [Alternative(_has_gone_parent(r), r.id) for r in m.parents_of(name) if r.parent in names]
    _add_rows(sets, name, [Alternative(own), Alternative(and_(owned, not_(living))), *along])


def _has_gone_parent(r: RowReference) -> Predicate:
    return and_(r.when_child, Through(r.parent, r.on, and_(r.when_parent, InSet(SetKind.OBJECT(r.parent)))))


def _limit_times(cells: list[Cell]) -> Iterator[Cell]:
    """Yield ``cells``, *now* written only where its cell is empty or another is not yet what it should be (16)."""
    unfinished = [Differs(c.column, c.value) for c in cells if c.value.kind is not ValueKind.NOW]
    for cell in cells:
        is_time = cell.value.kind is ValueKind.NOW
        yield replace(cell, only=or_(IsNull(cell.column), *unfinished)) if is_time else cell
