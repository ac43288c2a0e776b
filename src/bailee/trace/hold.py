"""Holds: which rows must stay, with which cells; from data and date alone (17-20).

A hold's date rule only ever moves forward with its column, so *not yet over* is a comparison of the column with one
date worked out beforehand: the same on every database, and served by an index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from bailee.policy import Hold, Until
from bailee.policy.dates import first_day_held
from bailee.policy.predicate import ALWAYS, NEVER, Compare, IsNull, Predicate
from bailee.trace.bind import BoundMap, RowReference
from bailee.trace.set_names import SetKind
from bailee.trace.sets import Key, RowSet, or_
from bailee.trace.walk import Node, Sets, Walk, WalkStep, has_path

BY_HAND = "by hand"
"""The name of the hold on rows that the batch names; no hold of a policy can have it."""


def add_hand_hold(m: BoundMap) -> BoundMap:
    """Return ``m`` with one hold more, which keeps all of the rows in the given sets ``hand:C``, and climbs from them.

    Such a hold is placed by hand on a person, and its rows were located before.
    """
    hold = Hold(BY_HAND, "", tuple((name, "*") for name in m.bound), Until())
    bound = {
        name: replace(b, collection=replace(b.collection, hold=(*b.collection.hold, BY_HAND)))
        for name, b in m.bound.items()
    }
    return replace(m, policy=replace(m.policy, holds={**m.policy.holds, BY_HAND: hold}), bound=bound)


def add_hand_sets(m: BoundMap, sets: Sets) -> None:
    """Add the given sets ``hand:C`` of rows held by hand."""
    for b in m.bound.values():
        if b.key:
            sets.add(RowSet(SetKind.HAND(b.name), b.name, given=True))


def is_held_by_hand(
    m: BoundMap, sets: Sets, collection: str, roots: Predicate, kept: Mapping[str, frozenset[Key]]
) -> Predicate:
    """Return the predicate on a row of ``collection`` that it is among the rows of ``kept``, or that one keeps it.

    ``kept``: collection -> keys. Adds the given sets ``hand:C`` of those that have some.
    """
    given = [name for name, keys in kept.items() if keys and name in m.bound]
    for name in given:
        sets.add(RowSet(SetKind.HAND(name), name, given=True))
    if not given:
        return NEVER
    by_hand = add_hand_hold(m)
    return is_held(by_hand, sets, by_hand.policy.holds[BY_HAND], collection, roots, date.max)  # it ends on no day


def find_held_columns(m: BoundMap, hold: Hold, collection: str) -> frozenset[str]:
    """Return the columns that ``hold`` names for ``collection``."""
    columns = m.bound[collection].table.columns
    found: set[str] = set()
    for where, what in hold.keeps:
        if where in {collection, f"{m.system.name}.{collection}"}:
            found.update(columns if what == "*" else (what,))
    return frozenset(found)


def can_climb(m: BoundMap, hold: Hold, reference: RowReference) -> bool:
    """Whether a row held by ``hold`` keeps all cells of ``reference``, and so the row that it points to (18)."""
    kept = find_held_columns(m, hold, reference.child) | m.preserved[reference.child]
    return kept.issuperset(reference.child_columns)


def is_held(m: BoundMap, sets: Sets, hold: Hold, collection: str, roots: Predicate, today: date) -> Predicate:
    """Return the predicate on a row of ``collection``, which ``hold`` can hold, that it does so on ``today``."""
    reach = _find_reach(m, hold)

    def ends(node: Node) -> Predicate:
        if hold.name == BY_HAND:
            return sets.rows(SetKind.HAND(node[0]))
        return _is_not_over(m, hold, today) if hold.name in m.bound[node[0]].collection.hold else NEVER

    def steps(node: Node) -> Iterator[WalkStep]:
        for reference in m.children_of(node[0]):
            if reference.child in reach and can_climb(m, hold, reference):
                yield WalkStep((reference.child, ()), reference.down, reference.when_parent, reference.when_child)

    return has_path(sets, Walk(f"held.{hold.name}", ends, steps), (collection, ()), roots)


def _find_reach(m: BoundMap, hold: Hold) -> frozenset[str]:
    """Return the collections of which ``hold`` can hold a row."""
    found = {b.name for b in m.bound.values() if hold.name in b.collection.hold}
    grown = True
    while grown:
        new = {r.parent for r in m.references if r.child in found and can_climb(m, hold, r)} - found
        grown = bool(new)
        found |= new
    return frozenset(found)


def find_holds(m: BoundMap, collection: str) -> Iterator[Hold]:
    """Yield the holds that can hold a row of ``collection``."""
    return (hold for hold in m.policy.holds.values() if collection in _find_reach(m, hold))


def is_held_by_any(m: BoundMap, sets: Sets, collection: str, roots: Predicate, today: date) -> Predicate:
    """Return the predicate that some hold holds the row."""
    return or_(*(is_held(m, sets, hold, collection, roots, today) for hold in find_holds(m, collection)))


def is_kept_by_name(m: BoundMap, sets: Sets, collection: str, column: str, roots: Predicate, today: date) -> Predicate:
    """Return the predicate that a hold keeps the cell ``column`` of the row by name (19)."""
    return or_(
        *(
            is_held(m, sets, h, collection, roots, today)
            for h in find_holds(m, collection)
            if column in find_held_columns(m, h, collection)
        )
    )


def _is_not_over(m: BoundMap, hold: Hold, today: date) -> Predicate:
    if hold.until.column is None:
        return ALWAYS if hold.until.day is None or date.fromisoformat(hold.until.day) >= today else NEVER
    first = first_day_held(hold.until, today, m.policy.firm.year_end)
    still = NEVER if first is None else Compare(hold.until.column, ">=", first)
    return or_(IsNull(hold.until.column), still)
