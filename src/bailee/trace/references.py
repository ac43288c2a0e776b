"""References of rows that stay, while a batch is erased: which of them are still there, and point to what (18, 22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bailee.policy import Gone, Mention, OnLeave
from bailee.policy.predicate import ALWAYS, NEVER, Predicate
from bailee.trace.bind import BoundMap, RowReference, may_follow
from bailee.trace.hold import find_holds, is_held_by_any, is_kept_by_name
from bailee.trace.owners import Hop
from bailee.trace.set_names import SetKind
from bailee.trace.sets import Alternative, CellChange, InSet, RowSet, Spells, Through, and_, not_, or_
from bailee.trace.walk import Sets, make_through


@dataclass(slots=True)
class Erasure:
    """The sets and changes of one erasure in one system, while they are made."""

    m: BoundMap
    sets: Sets
    today: date
    kept: frozenset[str] = frozenset()  # ids of changes from which a hold withheld rows earlier
    deletable: frozenset[str] = frozenset()
    changes: list[CellChange] = field(default_factory=list)
    clearing: dict[str, tuple[tuple[Hop, tuple[str, ...]], ...]] = field(default_factory=dict)  # made once a table

    def stays(self, collection: str) -> Predicate:
        """Return the predicate that the row is not doomed."""
        return not_(self.sets.rows(SetKind.DOOMED(collection)))


def has_gone_parent(r: RowReference) -> Predicate:
    """Return the predicate on the child that it points to a row that goes."""
    return and_(r.when_child, Through(r.parent, r.on, and_(r.when_parent, InSet(SetKind.GOES(r.parent)))))


def has_child(r: RowReference, child_holds: Predicate) -> Predicate:
    """Return the predicate on the parent that a child row points to it of which ``child_holds`` holds."""
    return and_(r.when_parent, make_through(r.child, r.down, and_(r.when_child, child_holds)))


def is_remaining(e: Erasure, r: RowReference, *, of_pin: bool = False, of_held: bool = False) -> Predicate:
    """Return the predicate on a child row that stays that its reference is still there after its own changes (22).

    What a hold keeps of a reference by name keeps the row that it points to as well: that need not be looked at to say
    whether that row goes, but it must be to say what of it stays, ``of_held``. ``of_pin``: it is asked in order to say
    what is pinned, so without asking for what goes.
    """
    if is_going_along(e, r):
        return NEVER
    plain = and_(e.stays(r.child), not_(is_cleared(e, r, but_kept=of_held)))
    if r.child not in e.deletable:
        return plain
    loose = [c for c in r.child_columns if c not in e.m.preserved[r.child]]
    if of_pin and not loose:  # a held row's kept references need no look here: what they point to is held too
        return or_(plain, _is_pinned(e, r.child))
    cells = and_(*(_is_cell_kept(e, r.child, column, by_name=of_held) for column in loose))
    if cells == NEVER:
        return plain
    return or_(plain, and_(_is_reduced(e, r.child) if of_pin else _is_doomed_and_stays(e, r.child), cells))


def is_kept_pointing(e: Erasure, r: RowReference) -> Predicate:
    """Return the predicate on a row that is to go along by ``r`` that it stays, and its reference with it (18, 22).

    A hold or a pin keeps the row, and each column of ``r`` is one that no row loses, or one by which a row that stays
    points to it. Where a hold keeps the reference, by name or as such a column, it holds the other end too: that need
    not be looked at.
    """
    if e.sets.made[SetKind.GOES(r.child)].where == ALWAYS or is_going_along(e, r):
        return NEVER
    loose = [c for c in r.child_columns if c not in e.m.preserved[r.child]]
    if not loose:
        return _is_pinned(e, r.child)
    return and_(
        _is_doomed_and_stays(e, r.child), *(_is_cell_kept(e, r.child, column, by_name=False) for column in loose)
    )


def _is_doomed_and_stays(e: Erasure, name: str) -> Predicate:
    return and_(e.sets.rows(SetKind.DOOMED(name)), not_(InSet(SetKind.GOES(name))))


def _is_reduced(e: Erasure, name: str) -> Predicate:
    """Return the same as `_is_doomed_and_stays`, said by what keeps the row, so that a pin may ask for it."""
    held = is_held_by_any(e.m, e.sets, name, InSet(SetKind.ROOTS(name)), e.today)
    return and_(InSet(SetKind.DOOMED(name)), or_(held, _is_pinned(e, name)))


def _is_pinned(e: Erasure, name: str) -> Predicate:
    pins = any(p.gone.action is Gone.PIN for p in e.m.children_of(name))
    return InSet(SetKind.PINNED(name)) if pins else NEVER


def _is_cell_kept(e: Erasure, name: str, column: str, *, by_name: bool) -> Predicate:
    """Return the predicate on a reduced row of ``name`` that it keeps the cell ``column``, which the map lets go (18).

    A hold may keep it by name, or a row that stays still points to it by it.
    """
    held = is_kept_by_name(e.m, e.sets, name, column, InSet(SetKind.ROOTS(name)), e.today) if by_name else NEVER
    pointing = [
        has_child(r, _is_still_pointing(e, r))
        for r in e.m.children_of(name)
        if column in r.parent_columns and not is_going_along(e, r)
    ]
    return or_(held, *pointing)


def _is_still_pointing(e: Erasure, r: RowReference) -> InSet:
    """Return the set of the rows whose reference ``r`` remains, whatever keeps it; such sets may look at each other."""
    name = SetKind.STILL(r.id)
    if name not in e.sets.made:
        e.sets.add(RowSet(name, r.child))  # for those that lead back to it
        ways = [and_(e.stays(r.child), not_(is_cleared(e, r, but_kept=True)))]
        if r.child in e.deletable:
            loose = (c for c in r.child_columns if c not in e.m.preserved[r.child])
            ways.append(and_(_is_reduced(e, r.child), *(_is_cell_kept(e, r.child, c, by_name=True) for c in loose)))
        e.sets.add(RowSet(name, r.child, tuple(Alternative(way) for way in ways if way != NEVER)))
    return InSet(name)


def is_going_along(e: Erasure, r: RowReference) -> bool:
    """Whether a child always goes with its parent, so that nobody needs to look.

    It does where the reference is the only way to own the child, without condition, the child is deleted on erasure,
    and nothing can hold or pin it; and the parent goes only as somebody's own or owned row.
    """
    name = r.child
    on_erase = e.m.bound[name].collection.on_erase
    owning = [f for f in e.m.flows_into(name, owning=True) if may_follow(f)]
    return (
        name != r.parent
        and f"{r.parent}/delete" not in e.kept
        and on_erase is not None
        and on_erase.deletes
        and len(owning) == 1
        and owning[0].source == r.parent
        and frozenset(owning[0].on) == frozenset(r.on)
        and owning[0].when_target == ALWAYS
        and owning[0].when_source == ALWAYS
        and name not in e.m.shareable
        and not any(True for _ in find_holds(e.m, name))
        and not any(c.gone.action is Gone.PIN for c in e.m.children_of(name))
        and not _can_be_dragged(e, r.parent)
        and (e.m.bound[r.parent].is_person or not e.m.bound[r.parent].is_party)
        and (not e.m.bound[r.parent].is_person or SetKind.OWNED(r.parent) not in e.sets.made)
    )


def _can_be_dragged(e: Erasure, name: str) -> bool:
    """Whether rows of ``name`` can be doomed other than by the fate of ``erase``."""
    on_erase = e.m.bound[name].collection.on_erase
    by_leaving = any(f.owning and is_deleted_on_leave(e.m.on_leave(f)) for f in e.m.flows_into(name))
    by_parent = any(r.gone.action is Gone.DELETE for r in e.m.parents_of(name))
    return by_leaving or by_parent or on_erase is None


def is_cleared(e: Erasure, r: RowReference, *, but_kept: bool = False) -> Predicate:
    """Return the predicate on a child row that *matched* clears one of the columns of ``r``.

    ``but_kept``: and no hold keeps that cell from it; whatever it keeps of a reference it keeps the other end of, too.
    """
    ways, mine = [], r.child_columns
    for hop, columns in find_clearing_hops(e, r.child):
        for column in (c for c in columns if c in mine):
            kept = (
                is_kept_by_name(e.m, e.sets, r.child, column, InSet(SetKind.ROOTS(r.child)), e.today)
                if but_kept
                else NEVER
            )
            ways.append(and_(hop.by, not_(kept)))
    for mention in e.m.bound[r.child].collection.mentions:
        on_leave = find_leaving(e, r.child, mention)
        if mention.column in mine and on_leave is not None and on_leave.matched:
            column, roots = mention.column, InSet(SetKind.ROOTS(r.child))
            kept = is_kept_by_name(e.m, e.sets, r.child, column, roots, e.today) if but_kept else NEVER
            ways.append(and_(mention.when or ALWAYS, is_mentioned(r.child, mention), not_(kept)))
    return or_(*ways)


def find_leaving(e: Erasure, name: str, mention: Mention) -> OnLeave | None:
    """Return what ``mention`` says of leaving a row of ``name``: its own word, else that of the collection."""
    return mention.on_leave if mention.on_leave is not None else e.m.bound[name].collection.on_leave


def is_mentioned(name: str, mention: Mention) -> Spells:
    """Return the predicate on a row of ``name`` that ``mention`` names somebody of the batch, whatever its `when`."""
    return Spells(name, mention.column, mention.attribute, mention.stored, mention.at)


def find_clearing_hops(e: Erasure, name: str) -> Iterator[tuple[Hop, tuple[str, ...]]]:
    """Yield the hops from the leaver's own rows whose columns in ``name`` *matched* clears, with these columns (13)."""
    if name not in e.clearing:
        e.clearing[name] = tuple(_search_clearing_hops(e, name))
    return iter(e.clearing[name])


def _search_clearing_hops(e: Erasure, name: str) -> Iterator[tuple[Hop, tuple[str, ...]]]:
    for flow in e.m.flows_into(name):
        columns = e.m.cleared_by(flow)
        if columns:
            own = and_(flow.when_source, InSet(SetKind.OWN(flow.source)))
            by = and_(flow.when_target, Through(flow.source, flow.on, own))
            yield Hop(flow.id, flow, flow.owning, by), columns


def is_deleted_on_leave(on_leave: OnLeave | None) -> bool:
    """Whether a row goes when one of its owners leaves, by this word."""
    return on_leave is not None and on_leave.delete
