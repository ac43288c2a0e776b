"""The fate of every row when a batch of persons is erased: sets, and the changes made to them (10-22).

Data flows one way: who (`owners`) -> fate (`erase:C`, `del:C`) -> holds -> what goes (`doomed:C`, `pinned:C`,
`goes:C`) -> changes, in the order in which they are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bailee.policy import Gone, Mention, OnLeave, Value, ValueKind
from bailee.policy.predicate import ALWAYS, NEVER, Compare, IsNull, Predicate, Scalar
from bailee.trace.bind import BoundMap, OwnershipFlow, RowReference, may_follow
from bailee.trace.blame import add_blocking, add_owners
from bailee.trace.hold import find_holds, is_held_by_any, is_kept_by_name
from bailee.trace.owners import Hop, add_asked, find_hops, has_living_owner
from bailee.trace.reduce import find_empty_value, list_reducible_columns, order_changes
from bailee.trace.references import (
    Erasure,
    find_clearing_hops,
    find_leaving,
    has_child,
    has_gone_parent,
    is_cleared,
    is_deleted_on_leave,
    is_kept_pointing,
    is_mentioned,
    is_remaining,
)
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import (
    Alternative,
    Cell,
    CellChange,
    Differs,
    InSet,
    RowSet,
    Spells,
    Through,
    and_,
    not_,
    or_,
)
from bailee.trace.walk import Sets, make_through

DELETE = "delete"
"""After its collection: the change by which rows go."""

CHANGED, OTHERS, UNPROVEN = IN_DOUBT = ("changed", "others", "unproven")
"""After a collection: rows under keys of rows kept earlier that are not as these were left; or are another person's
own; or of which nobody knows, since the case is of an earlier version."""


def erase(m: BoundMap, sets: Sets, today: date, kept: frozenset[str]) -> tuple[CellChange, ...]:
    """Return the changes that erase the batch; ``sets`` has the sets of `owners.locate` and gets those of the fate.

    ``kept``: ids of the changes from which a hold withheld rows of this batch earlier.
    """
    e = Erasure(m, sets, today, kept)
    add_asked(m, sets, {collection: _add_fate(e, collection) for collection in m.bound})
    e.deletable = _find_deletable(e)
    _add_roots(e)
    _add_going_rows(e)
    for collection in m.bound:
        _add_blame_start(e, collection)
    _add_blame(e)
    add_owners(m, sets)
    e.changes.extend(_make_cell_changes(e))
    e.changes.extend(_make_parent_gone_changes(e))
    deletes = {
        name: CellChange(
            f"{name}/delete", name, InSet(SetKind.GOES(name)), "erased", _explain_delete(e, name), deletes=True
        )
        for name in e.deletable
    }
    e.changes.extend(order_changes(m, {change.collection: change for change in _make_reductions(e)}, deletes))
    for collection in m.bound:
        _add_pointed(e, collection)
    return tuple(e.changes)


# --- fate ----------------------------------------------------------------------------------------------------


def _add_fate(e: Erasure, name: str) -> Predicate:
    """Add ``erase:C`` (own rows, and owned ones without a living owner), ``leave:C`` and ``del:C`` (10, 11).

    Return the predicate on the rows that are asked about: have they a living owner? Of rows kept earlier go
    those that are as they were left: they may have gone with others, and nobody need own them. One of which that is not
    known goes where it has no living owner (21).
    """
    own, owned = e.sets.rows(SetKind.OWN(name)), e.sets.rows(SetKind.OWNED(name))
    doubts = {mark: kept[0].where for mark in (CHANGED, UNPROVEN) if (kept := _find_kept(e, f"{name}/{mark}", name))}
    asked = [owned] if owned != NEVER and name in e.m.shareable else []
    roots = or_(*asked, *doubts.values())
    living = has_living_owner(e.m, e.sets, name, roots) if roots != NEVER else NEVER
    deleted = _find_kept(e, f"{name}/{DELETE}", name)
    if UNPROVEN in doubts:
        deleted.append(Alternative(and_(doubts[UNPROVEN], not_(living))))
    if own != NEVER or owned != NEVER:
        deleted = [*_add_located_fate(e, name, own, owned, living if asked else NEVER), *deleted]
    if deleted:
        e.sets.add(RowSet(SetKind.DEL(name), name, tuple(deleted)))
    return roots


def _add_located_fate(e: Erasure, name: str, own: Predicate, owned: Predicate, living: Predicate) -> list[Alternative]:
    """Add ``erase:C`` and ``leave:C``, and return the ways into ``del:C``. ``living``: the row has a living owner."""
    ways = [Alternative(p) for p in (own, and_(owned, not_(living))) if p != NEVER]
    e.sets.add(RowSet(SetKind.ERASE(name), name, tuple(ways)))
    if living != NEVER:
        rest = and_(not_(own), not_(InSet(SetKind.ERASE(name))))
        e.sets.add(RowSet(SetKind.LEAVE(name), name, (Alternative(owned),), rest))
    on_erase = e.m.bound[name].collection.on_erase
    ways = [Alternative(InSet(SetKind.ERASE(name)))] if on_erase is not None and on_erase.deletes else []
    leaving = [
        hop.by
        for hop in find_hops(e.m, e.sets, name)
        if hop.owning and hop.flow and is_deleted_on_leave(e.m.on_leave(hop.flow))
    ]
    if leaving and SetKind.LEAVE(name) in e.sets.made:
        ways.append(Alternative(and_(InSet(SetKind.LEAVE(name)), or_(*leaving))))
    return ways


def _find_kept(e: Erasure, change: str, collection: str) -> list[Alternative]:
    """Return the way into ``change`` of rows that were withheld from it earlier, if there are any (21)."""
    if change not in e.kept:
        return []
    return [Alternative(e.sets.add(RowSet(SetKind.KEPT(change), collection, given=True)))]


def add_doubtful_rows(m: BoundMap, sets: Sets, kept: frozenset[str]) -> tuple[dict[str, SetName], dict[str, SetName]]:
    """Add the sets of rows that stand under keys of rows kept earlier, are not as these were left, and do not go (21).

    Return, by collection: those that nobody living owns and no path leads to, for a person to look at; and the others,
    which are somebody else's by now. A person's own row is as ``kept`` says: the batch knows whom it names.
    """
    changed, others = dict[str, SetName](), dict[str, SetName]()
    for name, b in m.bound.items():
        given = {mark: InSet(SetKind.KEPT(f"{name}/{mark}")) for mark in IN_DOUBT if f"{name}/{mark}" in kept}
        if not given:
            continue
        away = [not_(sets.rows(SetName(kind, name))) for kind in (SetKind.OWN, SetKind.OWNED, SetKind.DOOMED)]
        doubt = or_(*(rows for mark, rows in given.items() if mark != OTHERS))
        living = NEVER if b.is_person or doubt == NEVER else has_living_owner(m, sets, name, doubt)
        sets.add(RowSet(SetKind.CHANGED(name), name, (Alternative(and_(doubt, not_(living))),), and_(*away)))
        ways = tuple(Alternative(way) for way in (given.get(OTHERS, NEVER), and_(doubt, living)) if way != NEVER)
        sets.add(RowSet(SetKind.OTHERS(name), name, ways, and_(*away)))
        changed[name], others[name] = SetKind.CHANGED(name), SetKind.OTHERS(name)
    return changed, others


def _find_deletable(e: Erasure) -> frozenset[str]:
    """Return the collections of which a row can go, by its own fate or with a parent's."""
    found = {name for name in e.m.bound if SetKind.DEL(name) in e.sets.made}
    grown = True
    while grown:
        new = {r.child for r in e.m.references if r.gone.action is Gone.DELETE and r.parent in found} - found
        grown = bool(new)
        found |= new
    return frozenset(found)


def _add_roots(e: Erasure) -> None:
    """Add ``roots:C``: every row about which it may be asked whether a hold holds it."""
    for name in e.m.bound:
        ways = [
            Alternative(e.sets.rows(SetName(kind, name)))
            for kind in (SetKind.OWN, SetKind.OWNED, SetKind.TOUCH, SetKind.DEL)
        ]
        ways.extend(
            Alternative(Through(r.parent, r.on, InSet(SetKind.ROOTS(r.parent))))
            for r in e.m.parents_of(name)
            if r.gone.action is Gone.DELETE
        )
        ways.extend(
            way for change in sorted(e.kept) if change.startswith(f"{name}/") for way in _find_kept(e, change, name)
        )
        e.sets.add(RowSet(SetKind.ROOTS(name), name, tuple(way for way in ways if way.where != NEVER)))


# --- what goes -----------------------------------------------------------------------------------------------


def _add_going_rows(e: Erasure) -> None:
    """Add ``doomed:C``, ``pinned:C`` and ``goes:C`` (19, 22)."""
    for name in e.deletable:
        ways = [Alternative(InSet(SetKind.DEL(name)))] if SetKind.DEL(name) in e.sets.made else []
        ways.extend(
            Alternative(and_(has_gone_parent(r), not_(is_cleared(e, r))), r.id)
            for r in e.m.parents_of(name)
            if r.gone.action is Gone.DELETE and r.parent in e.deletable
        )
        e.sets.add(RowSet(SetKind.DOOMED(name), name, tuple(ways)))
    for name in sorted(e.deletable):
        pins = [r for r in e.m.children_of(name) if r.gone.action is Gone.PIN]
        if pins:
            ways = [Alternative(has_child(r, is_remaining(e, r, of_pin=True)), r.id) for r in pins]
            e.sets.add(RowSet(SetKind.PINNED(name), name, tuple(ways), InSet(SetKind.DOOMED(name))))
        doomed = InSet(SetKind.DOOMED(name))
        stay = or_(
            is_held_by_any(e.m, e.sets, name, InSet(SetKind.ROOTS(name)), e.today),
            e.sets.rows(SetKind.PINNED(name)),
        )
        e.sets.add(RowSet(SetKind.GOES(name), name, (Alternative(doomed),), not_(stay)))


# --- refusals ------------------------------------------------------------------------------------------------


def _add_blame_start(e: Erasure, name: str) -> None:
    """Add ``blame0:C``: rows that would go although a reference to them remains that refuses (22)."""
    if name not in e.deletable:
        return
    refusals = [(r, refusal) for r in e.m.children_of(name) if (refusal := _is_refusing(e, r)) != NEVER]
    ways = [Alternative(has_child(r, refusal), r.id) for r, refusal in refusals]
    for r, refusal in refusals:
        add_blocking(e.sets, r, refusal)
    if ways:
        e.sets.add(RowSet(SetKind.BLAME_START(name), name, tuple(ways), InSet(SetKind.GOES(name))))


def _is_refusing(e: Erasure, r: RowReference) -> Predicate:
    """Return the predicate on a child row that the row that it points to cannot go.

    It may say so; where it is to go along, it may have to stay and keep pointing; and where a stand-in is to take that
    row's place, it may not be there.
    """
    if r.gone.action is Gone.REFUSE:
        return is_remaining(e, r)
    if r.gone.action is Gone.DELETE:
        return is_kept_pointing(e, r)
    if r.gone.action is not Gone.STAND_IN:
        return NEVER
    named = (Compare(column, "=", value) for column, value in sorted(r.gone.stand_in.items()))
    return and_(is_remaining(e, r), not_(Through(r.parent, (), and_(*named, not_(InSet(SetKind.GOES(r.parent)))))))


def _add_blame(e: Erasure) -> None:
    """Add ``blame:C``, from what refuses back along what owns it or took it along, and ``blamed:P``: persons' rows."""
    into = {
        name: [Alternative(InSet(SetKind.BLAME_START(name)))]
        for name in e.m.bound
        if SetKind.BLAME_START(name) in e.sets.made
    }
    queue = list(into)
    for name in queue:  # grows while it is read
        for parent, where in _list_behind(e, name):
            if parent not in into:
                into[parent] = []
                queue.append(parent)
            into[parent].append(Alternative(where))
    for name, ways in into.items():
        e.sets.add(RowSet(SetKind.BLAME(name), name, tuple(ways)))
    for name in e.m.bound:
        own = e.sets.rows(SetKind.OWN(name))
        passing = [
            and_(f.when_source, _has_blamed_row(f.target, f.back, f.when_target))
            for f in e.m.flows_from(name)
            if f.owning and may_follow(f) and f.target in into
        ]
        reached = [way for way in (e.sets.rows(SetKind.BLAME(name)), *passing) if way != NEVER]
        if own != NEVER and reached:
            e.sets.add(RowSet(SetKind.BLAMED(name), name, tuple(map(Alternative, reached)), own))


def _list_behind(e: Erasure, name: str) -> Iterator[tuple[str, Predicate]]:
    """Yield what owned, or took along, a blamed row of ``name``: a collection, and which of its rows.

    Ownership comes through rows that are no person's: a person who owns the row itself is found at the end (2).
    """
    for f in e.m.flows_into(name, owning=True):
        owned = e.sets.rows(SetKind.OWNED(f.source))
        if may_follow(f) and not e.m.bound[f.source].is_person and owned != NEVER:
            yield f.source, and_(owned, f.when_source, _has_blamed_row(name, f.back, f.when_target))
    for r in e.m.parents_of(name):
        if r.gone.action is Gone.DELETE and r.parent in e.deletable:
            yield (
                r.parent,
                and_(InSet(SetKind.GOES(r.parent)), r.when_parent, _has_blamed_row(name, r.down, r.when_child)),
            )


def _add_pointed(e: Erasure, name: str) -> None:
    """Add ``pointed:C``, rows to which a row points no more when all is done: what keeps them may have gone (21).

    The row that pointed goes, or is reduced and does not keep the reference, or *matched* clears that.
    """
    ways = [
        Alternative(and_(r.when_parent, make_through(r.child, r.down, and_(r.when_child, lost))), r.id)
        for r in e.m.children_of(name)
        if (lost := _is_reference_lost(e, r)) != NEVER
    ]
    if ways and name in e.deletable:
        e.sets.add(RowSet(SetKind.POINTED(name), name, tuple(ways)))


def _is_reference_lost(e: Erasure, r: RowReference) -> Predicate:
    """Return the predicate on a child row that its reference ``r``, which is there now, is not when all is done."""
    doomed = e.sets.rows(SetKind.DOOMED(r.child))
    gone = and_(doomed, not_(is_remaining(e, r, of_held=True))) if doomed != NEVER else NEVER
    return or_(gone, and_(is_cleared(e, r, but_kept=True), e.stays(r.child)))


def _has_blamed_row(collection: str, on: tuple[tuple[str, str], ...], when: Predicate) -> Predicate:
    return Through(collection, on, and_(when, InSet(SetKind.BLAME(collection))))


# --- changes -------------------------------------------------------------------------------------------------


def _make_cell(e: Erasure, name: str, column: str, value: Value, remove: Spells | None = None) -> Cell:
    return Cell(
        column,
        value,
        is_kept_by_name(e.m, e.sets, name, column, InSet(SetKind.ROOTS(name)), e.today),
        remove=remove,
    )


def _make_cell_changes(e: Erasure) -> Iterator[CellChange]:
    """Yield what is done to rows that stay: anonymise, fixed values of leaving, matched (11-13)."""
    for name in e.m.bound:
        collection = e.m.bound[name].collection
        values = (collection.on_erase.anonymise if collection.on_erase else None) or {}
        erased = and_(e.sets.rows(SetKind.ERASE(name)), e.stays(name)) if values else NEVER
        fixed = list(_make_fixed_changes(e, name))
        if erased != NEVER:
            cells = tuple(_make_cell(e, name, column, value) for column, value in values.items())
            fixed.insert(0, CellChange(f"{name}/anonymise", name, erased, "anonymised", "on_erase", cells))
        again = [_add_kept(e, change, _find_time_tellers(e, change, fixed)) for change in fixed]
        fixed = list(_limit_times(e, name, _count_once(e, again)))
        yield from fixed
        yield from _make_matched_changes(e, name, frozenset(values), erased, fixed)


def _find_time_tellers(e: Erasure, change: CellChange, changes: Iterable[CellChange]) -> list[str]:
    """Return those of ``changes`` that write a witness of a *now* of ``change``, and not that *now* itself (16)."""
    found = []
    for time in (cell.column for cell in change.cells if cell.value.kind is ValueKind.NOW):
        seen = find_witnesses(e.m, change.collection, time)
        for other in changes:
            columns = {cell.column for cell in other.cells}
            if columns & seen and time not in columns:
                found.append(other.id)
    return found


def _count_once(e: Erasure, changes: list[CellChange]) -> list[CellChange]:
    """Return ``changes``, those of leaving without rows from which a hold withheld the cell of `on_erase` too (12).

    A hold withholds a change each time that an owner leaves, and that of `on_erase` when the last one has. When it ends
    one of them writes the cell, and counts the row.
    """
    if not changes or changes[0].fate != "anonymised":
        return changes
    first, *leaving = changes
    columns = {cell.column for cell in first.cells}
    return [
        first,
        *(
            replace(change, rows=and_(change.rows, not_(first.rows)))
            if columns & {cell.column for cell in change.cells} and not e.kept.isdisjoint({first.id, change.id})
            else change
            for change in leaving
        ),
    ]


def _limit_times(e: Erasure, name: str, changes: list[CellChange]) -> Iterator[CellChange]:
    """Yield ``changes``, *now* written only where its cell is empty or a witness is not yet what it should be (16).

    A witness is a cell that no word writes without that *now*. Were it any other cell, what is written would depend on
    what an earlier plan has written already.
    """
    for change in changes:
        cells = []
        for cell in change.cells:
            if cell.value.kind is not ValueKind.NOW:
                cells.append(cell)
                continue
            seen = find_witnesses(e.m, name, cell.column)
            ways = tuple(
                Alternative(and_(other.rows, not_(c.kept), Differs(c.column, c.value)))
                for other in changes
                for c in other.cells
                if c.column in seen
            )
            due = e.sets.add(RowSet(SetKind.NOW(f"{name}.{cell.column}"), name, ways)) if ways else NEVER
            cells.append(replace(cell, only=or_(IsNull(cell.column), due)))
        yield replace(change, cells=tuple(cells))


def find_witnesses(m: BoundMap, name: str, time: str) -> frozenset[str]:
    """Return the columns of ``name`` that no word writes without writing *now* to ``time``."""
    collection = m.bound[name].collection
    leaves = [collection.on_leave, *(f.edge.on_leave for f in m.flows_into(name, owning=True))]
    said = [dict((collection.on_erase.anonymise if collection.on_erase else None) or {})]
    said += [dict(on_leave.cells) for on_leave in leaves if on_leave is not None]
    times = {c for word in said for c, value in word.items() if value.kind is ValueKind.NOW}
    cells = {c for word in said for c in word} - times - {mention.column for mention in collection.mentions}
    return frozenset(c for c in cells if all(time in word for word in said if c in word))


@dataclass(frozen=True, slots=True)
class _Word:
    """One `on_leave` with fixed values: the rows that somebody leaves by it, and those that are anonymised by it."""

    id: str
    on_leave: OnLeave
    left: Predicate
    erased: Predicate


def _label_flow(flow: OwnershipFlow) -> str:
    """Return a name for ``flow`` among those into its target: the edge's own id, where the target declares it."""
    return flow.edge.id if flow.id == f"{flow.target}.{flow.edge.id}" else flow.id


def _make_fixed_changes(e: Erasure, name: str) -> Iterator[CellChange]:
    """Yield the fixed values of leaving, a change for all columns that the same words name (11, 12)."""
    on_erase = e.m.bound[name].collection.on_erase
    anonymised = frozenset((on_erase.anonymise if on_erase else None) or {})
    words = list(_list_words(e, name))
    columns: dict[str, tuple[Value, list[_Word]]] = {}
    for word in words:
        for column, value in word.on_leave.cells.items():
            columns.setdefault(column, (value, []))[1].append(word)
    groups: dict[tuple[str, bool], tuple[list[_Word], list[tuple[str, Value]]]] = {}
    for column, (value, saying) in columns.items():
        key = ("+".join(dict.fromkeys(w.id for w in saying)), column in anonymised)
        groups.setdefault(key, (saying, []))[1].append((column, value))
    for (label, by_on_erase), (saying, written) in groups.items():
        parts = [part for w in saying for part in ((w.left,) if by_on_erase else (w.left, w.erased))]
        rows = and_(or_(*parts), e.stays(name))
        cells = tuple(_make_cell(e, name, column, value) for column, value in written)
        if rows != NEVER:
            change = f"{name}/leave" + (f".{label}" if label else "") + ("'" if by_on_erase else "")
            yield CellChange(change, name, rows, "left", "on_leave", cells)


def _list_words(e: Erasure, name: str) -> Iterator[_Word]:
    bound = e.m.bound[name].collection
    anonymises = bound.on_erase is not None and not bound.on_erase.deletes
    leave, own = e.sets.rows(SetKind.LEAVE(name)), e.sets.rows(SetKind.OWN(name))
    erased = and_(e.sets.rows(SetKind.ERASE(name)), e.sets.rows(SetKind.OWNED(name))) if anonymises else NEVER
    if bound.on_leave is not None and bound.on_leave.cells and anonymises and own != NEVER:
        yield _Word("", bound.on_leave, NEVER, own)
    for hop in find_hops(e.m, e.sets, name):
        on_leave = e.m.on_leave(hop.flow) if hop.flow and hop.owning else None
        if on_leave is not None and on_leave.cells and hop.flow is not None:
            label = "" if on_leave is bound.on_leave else _label_flow(hop.flow)
            yield _Word(label, on_leave, and_(leave, hop.by), and_(erased, hop.by))


def _make_matched_changes(
    e: Erasure, name: str, erased_cells: frozenset[str], erased: Predicate, fixed: Iterable[CellChange]
) -> Iterator[CellChange]:
    """Yield what *matched* clears. A fixed value wins, be it one that a hold withheld earlier (12, 21).

    What a hold withheld from *matched* needs no keys to be found again: it is cleared where it still is the leaver's,
    and what somebody has written there since is not.
    """
    collection, words = e.m.bound[name].collection, list(_list_words(e, name))
    for mention in collection.mentions:
        on_leave = find_leaving(e, name, mention)
        if on_leave is None or not on_leave.matched:
            continue
        id = f"{name}/matched.{mention.id}"
        spells, ahead = is_mentioned(name, mention), _is_dated_ahead(e, id, name, mention)
        rows = and_(mention.when or ALWAYS, or_(spells, ahead), e.stays(name))
        rows = and_(rows, not_(erased)) if mention.column in erased_cells else rows
        rows = and_(rows, *(not_(or_(w.left, w.erased)) for w in words if mention.column in w.on_leave.cells))
        earlier = (c for c in fixed if c.id in e.kept and any(cell.column == mention.column for cell in c.cells))
        rows = and_(rows, *(not_(InSet(SetKind.KEPT(c.id))) for c in earlier))
        listed = None
        if mention.stored.form == "list":
            listed = spells if ahead == NEVER else replace(spells, at=None)
        cell = _make_cell(e, name, mention.column, Value(constant=on_leave.matched_value), listed)
        yield CellChange(id, name, rows, "left", "matched", (cell,))
    by_columns: dict[tuple[tuple[str, ...], Scalar], list[Hop]] = {}
    for hop, columns in find_clearing_hops(e, name):
        unset = hop.flow.edge.unset if hop.flow else None
        by_columns.setdefault((columns, unset), []).append(hop)
    for (columns, unset), reaching in by_columns.items():
        by = or_(*(hop.by for hop in reaching))
        label = f"{name}/matched." + "+".join(_label_flow(hop.flow) for hop in reaching if hop.flow)
        rest = tuple(c for c in columns if c not in erased_cells)
        parts = (
            [("", columns, by)]
            if rest == columns
            else [("", columns, and_(by, not_(erased))), ("'", rest, and_(by, erased))]
        )
        for mark, emptied, rows in parts:
            cells = tuple(_make_cell(e, name, c, Value(constant=unset)) for c in emptied)
            if cells and rows != NEVER:
                yield CellChange(label + mark, name, and_(rows, e.stays(name)), "left", "matched", cells)


def _is_dated_ahead(e: Erasure, id: str, name: str, mention: Mention) -> Predicate:
    """Return the predicate on a row withheld earlier from ``id`` that it mentions the leaver yet, whatever its time.

    Nobody is mentioned later than they were erased, since their number is somebody else's by then. A value that does
    not change hands is theirs also in a row that was dated ahead when it was withheld.
    """
    identities = (i for s in e.m.policy.systems.values() for c in s.collections.values() for i in c.identities)
    changes_hands = any(i.attribute == mention.attribute and i.valid is not None for i in identities)
    if mention.at is None or changes_hands:
        return NEVER
    kept = or_(*(way.where for way in _find_kept(e, id, name)))
    return and_(kept, replace(is_mentioned(name, mention), at=None)) if kept != NEVER else NEVER


def _add_kept(e: Erasure, change: CellChange, telling_time: Iterable[str] = ()) -> CellChange:
    """Return ``change`` on the rows withheld earlier from it, or from those that are ``telling_time`` for it (21)."""
    kept = [way.where for id in (change.id, *telling_time) for way in _find_kept(e, id, change.collection)]
    if not kept:
        return change
    ways = (Alternative(change.rows), Alternative(and_(or_(*kept), e.stays(change.collection))))
    return replace(change, rows=e.sets.add(RowSet(SetKind.ROWS(change.id), change.collection, ways)))


def _make_parent_gone_changes(e: Erasure) -> Iterator[CellChange]:
    """Yield what is done to rows that point to a row that goes: null and stand-in (22)."""
    for r in e.m.references:
        if r.gone.action not in {Gone.NULL, Gone.STAND_IN} or r.parent not in e.deletable:
            continue
        still = is_remaining(e, r)
        if still == NEVER:
            continue
        rows = and_(has_gone_parent(r), still)
        name = e.sets.add(RowSet(SetKind.ROWS(r.id), r.child, (Alternative(rows),)))
        if r.gone.action is Gone.NULL:
            unset = next((edge.unset for edge in r.edges if edge.unset is not None), None)
            columns = e.m.clearable(r.child, r.child_columns, r.on)
            cells = tuple(Cell(c, Value(constant=unset)) for c in columns)
        else:
            values = {child: r.gone.stand_in[parent] for parent, child in r.on if parent in r.gone.stand_in}
            cells = tuple(Cell(child, Value(constant=value)) for child, value in values.items())
        yield CellChange(
            f"{r.id}/{r.gone.action}", r.child, name, "unlinked", f"on_parent_gone: {r.gone.action}", cells, theirs=True
        )


def _make_reductions(e: Erasure) -> Iterator[CellChange]:
    """Yield what is taken from doomed rows that stay: all but the cells that are kept (19)."""
    for name in sorted(e.deletable):
        stay = e.sets.made[SetKind.GOES(name)].where
        if stay == ALWAYS:
            continue
        rows = e.sets.add(
            RowSet(
                SetKind.REDUCED(name),
                name,
                (Alternative(InSet(SetKind.DOOMED(name))),),
                not_(InSet(SetKind.GOES(name))),
            )
        )
        cells = tuple(_make_reduced_cells(e, name))
        laws = tuple(hold.name for hold in find_holds(e.m, name))
        yield CellChange(f"{name}/reduce", name, rows, "kept", "hold" if laws else "pin", cells, laws=laws)


def _make_reduced_cells(e: Erasure, name: str) -> Iterator[Cell]:
    """Yield the cells that a doomed row of ``name`` loses when it stays: none by which a row points to it yet (18)."""
    for column in list_reducible_columns(e.m, name):
        value, stands = find_empty_value(e.m, name, column)
        if not stands:
            continue  # `check` saw to it that a hold keeps it in every row that can be reduced
        kept = [is_kept_by_name(e.m, e.sets, name, column.name, InSet(SetKind.ROOTS(name)), e.today)]
        kept.extend(
            has_child(r, is_remaining(e, r, of_held=True))
            for r in e.m.children_of(name)
            if column.name in r.parent_columns
        )
        yield Cell(column.name, Value(constant=value), or_(*kept))


def _explain_delete(e: Erasure, name: str) -> str:
    by_parent = [r for r in e.m.parents_of(name) if r.gone.action is Gone.DELETE and r.parent in e.deletable]
    return "on_erase" if SetKind.DEL(name) in e.sets.made or not by_parent else f"on_parent_gone of {by_parent[0].id}"
