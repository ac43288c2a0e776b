"""Retention: which rows are past their time, which of these wait, and what happens to the rest (24, 25)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from bailee.policy import EdgeKind, RetentionRule, Value, ValueKind
from bailee.policy.dates import first_day_not_due
from bailee.policy.predicate import ALWAYS, NEVER, Compare, IsNull, Predicate
from bailee.trace.bind import BoundMap, RowReference, may_follow
from bailee.trace.hold import find_holds, is_held_by_any, is_kept_by_name
from bailee.trace.reduce import find_empty_value, list_reducible_columns, order_changes
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Alternative, Cell, CellChange, Differs, InSet, RowSet, Through, and_, not_, or_
from bailee.trace.walk import Node, Sets, Walk, WalkStep, has_path, make_through


def retain(m: BoundMap, sets: Sets, rule: RetentionRule, today: date) -> tuple[CellChange, ...]:
    """Return the changes that carry ``rule`` out on ``today``.

    Adds the sets ``due:C`` and, for rows that have no date, ``undated:C``; for rows that wait ``waits:C``, and of these
    the ones that wait for rows by a reference, ``waits:N:C`` (`find_waiting_reasons` tells which is which).
    """
    names = [b.name for b in m.bound.values() if b.collection.retain == rule.name]
    for name in names:
        due, undated = _find_due(m, sets, rule, name, today)
        sets.add(RowSet(SetKind.DUE(name), name, (Alternative(due),)))
        sets.add(RowSet(SetKind.UNDATED(name), name, (Alternative(undated),)))
    if rule.then is not None:
        return tuple(_make_anonymise_change(m, sets, rule.then, name, today) for name in names)
    for name in names:
        held = is_held_by_any(m, sets, name, InSet(SetKind.DUE(name)), today)
        waits = tuple(
            Alternative(way, r.id)
            for r in m.children_of(name)
            for way in (*_list_waiting(r, names), *_list_kept_pointing(m, sets, r, names, today, by_name=False))
        )
        sets.add(RowSet(SetKind.WAITS(name), name, waits, and_(InSet(SetKind.DUE(name)), not_(held))))
        for number, (hop, ways) in enumerate(_group_by_reference(waits).items()):
            one = tuple(Alternative(way, hop) for way in ways)
            sets.add(RowSet(SetKind.WAITS(name, str(number)), name, one, InSet(SetKind.WAITS(name))))
        waiting = not_(InSet(SetKind.WAITS(name)))
        sets.add(
            RowSet(
                SetKind.GOES(name),
                name,
                (Alternative(InSet(SetKind.DUE(name))),),
                and_(not_(held), waiting),
            )
        )
    reductions = {name: change for name in names for change in _make_reductions(m, sets, name, names, today)}
    deletes = {
        name: CellChange(
            f"{name}/delete",
            name,
            InSet(SetKind.GOES(name)),
            "erased",
            f"retention: {rule.name}",
            deletes=True,
        )
        for name in names
    }
    return tuple(order_changes(m, reductions, deletes))


def _group_by_reference(waits: tuple[Alternative, ...]) -> Mapping[str, list[Predicate]]:
    found: dict[str, list[Predicate]] = {}
    for way in waits:
        found.setdefault(way.hop, []).append(way.where)
    return found


def find_waiting_reasons(m: BoundMap, rule: RetentionRule, name: str) -> Mapping[SetName, tuple[RowReference, str]]:
    """Return the sets ``waits:N:C`` of collection ``name``: the reference by which rows wait, and why they do (25)."""
    references = {r.id: r for r in m.children_of(name)}
    return {
        SetKind.WAITS(name, str(number)): (one, _explain_stay(m, rule, one))
        for number, one in enumerate(references.values())
    }


def _explain_stay(m: BoundMap, rule: RetentionRule, r: RowReference) -> str:
    child = m.bound[r.child].collection
    edge = ", ".join(e.id for e in r.edges) or ", ".join(r.child_columns)
    if child.name not in m.system.collections:
        return f"table {child.table} ({edge}) is on no map"
    if child.retain is None:
        return f"{child.name} ({edge}) has no retain"
    if child.retain != rule.name:
        return f"{child.name} ({edge}) goes by the rule {child.retain}"
    return f"{child.name} ({edge}) has rows that are not due, that wait themselves, or that a hold keeps in part"


def find_start_column(rule: RetentionRule, collection: str) -> str | None:
    """Return the column that the period of ``rule`` runs from, or ``None`` where it runs from the party's end."""
    return rule.from_.get(collection, rule.from_.get("*"))


def _find_due(m: BoundMap, sets: Sets, rule: RetentionRule, name: str, today: date) -> tuple[Predicate, Predicate]:
    """Return the predicates that a row is due, and that it has no date to count from."""
    first = first_day_not_due(rule.period, today)
    column = find_start_column(rule, name)
    if column is not None:
        return Compare(column, "<", first), IsNull(column)
    anything = InSet(SetKind.ANY(name))
    if SetKind.ANY(name) not in sets.made:
        sets.add(RowSet(SetKind.ANY(name), name, (Alternative(ALWAYS),)))

    def ended(node: Node) -> Predicate:
        ends = m.bound[node[0]].collection.ends
        return Compare(ends, "<", first) if ends else NEVER

    def going_on(node: Node) -> Predicate:
        ends = m.bound[node[0]].collection.ends
        return not_(Compare(ends, "<", first)) if ends else NEVER

    def any_party(node: Node) -> Predicate:
        return ALWAYS if m.bound[node[0]].collection.ends else NEVER

    start: Node = (name, ())
    over = has_path(sets, Walk(f"ended.{rule.name}", ended, lambda n: step_upward(m, n)), start, anything)
    lasts = has_path(sets, Walk(f"lasts.{rule.name}", going_on, lambda n: step_upward(m, n)), start, anything)
    party = has_path(sets, Walk("party", any_party, lambda n: step_upward(m, n)), start, anything)
    return and_(over, not_(lasts)), not_(party)


def step_upward(m: BoundMap, node: Node) -> Iterator[WalkStep]:
    """Yield the steps from a row to what it belongs to: ownership upwards, ``belongs_to``, through persons too (24)."""
    name, used = node
    for flow in m.flows_into(name, owning=True):
        counted = _count_use(used, flow.id, flow.depth if flow.source == flow.target else None)
        if may_follow(flow) and counted is not None:
            yield WalkStep((flow.source, counted), flow.on, flow.when_target, flow.when_source)
    for edge in m.bound[name].collection.edges:
        if edge.kind is not EdgeKind.BELONGS_TO or edge.to not in m.bound or (edge.to == name and edge.depth is None):
            continue
        bound = int(edge.depth) if edge.to == name and edge.depth not in (None, "all") else None
        counted = _count_use(used, f"{name}.{edge.id}", bound)
        if counted is not None:
            yield WalkStep((edge.to, counted), edge.on, edge.when or ALWAYS, not_(m.nobody[edge.to]))


def _count_use(used: tuple[tuple[str, int], ...], edge: str, bound: int | None) -> tuple[tuple[str, int], ...] | None:
    if bound is None:
        return used
    count = dict(used)
    count[edge] = count.get(edge, 0) + 1
    return tuple(sorted(count.items())) if count[edge] <= bound else None


def _list_waiting(r: RowReference, names: list[str]) -> Iterator[Predicate]:
    """Yield the predicates on a parent that a row that does not go still points to it through ``r`` (25)."""
    if r.child not in names:
        yield and_(r.when_parent, Through(r.child, r.down, r.when_child))
        return
    yield and_(r.when_parent, Through(r.child, r.down, and_(r.when_child, not_(InSet(SetKind.DUE(r.child))))))
    yield and_(r.when_parent, Through(r.child, r.down, and_(r.when_child, InSet(SetKind.WAITS(r.child)))))


def _list_kept_pointing(
    m: BoundMap, sets: Sets, r: RowReference, names: list[str], today: date, *, by_name: bool
) -> Iterator[Predicate]:
    """Yield the predicate on a parent that a due row still points to it, which is reduced and keeps the reference (18).

    What a hold keeps by name keeps the parent too: that need be looked at only to say what of it stays, ``by_name``.
    """
    if r.child not in names:
        return
    loose = [c for c in r.child_columns if c not in m.preserved[r.child]]
    cells = and_(*(_is_cell_kept(m, sets, r.child, c, names, today, by_name=by_name) for c in loose))
    if cells != NEVER and (loose or by_name):
        yield and_(
            r.when_parent,
            make_through(r.child, r.down, and_(r.when_child, _is_reduced(m, sets, r.child, today), cells)),
        )


def _is_reduced(m: BoundMap, sets: Sets, name: str, today: date) -> Predicate:
    due = InSet(SetKind.DUE(name))
    return and_(due, is_held_by_any(m, sets, name, due, today))


def _is_cell_kept(
    m: BoundMap, sets: Sets, name: str, column: str, names: list[str], today: date, *, by_name: bool
) -> Predicate:
    """Return the predicate on a reduced row of ``name`` that it keeps the cell ``column``: by a hold, or for a row."""
    held = is_kept_by_name(m, sets, name, column, InSet(SetKind.DUE(name)), today) if by_name else NEVER
    pointing = (r for r in m.children_of(name) if column in r.parent_columns)
    return or_(
        held,
        *(
            and_(r.when_parent, make_through(r.child, r.down, _is_still_pointing(m, sets, r, names, today)))
            for r in pointing
        ),
    )


def _is_still_pointing(m: BoundMap, sets: Sets, r: RowReference, names: list[str], today: date) -> InSet:
    """Return the set of the rows whose reference ``r`` remains, whatever keeps it; such sets may look at each other."""
    name = SetKind.STILL(r.id)
    if name not in sets.made:
        sets.add(RowSet(name, r.child))  # for those that lead back to it
        ways: list[Predicate] = [ALWAYS]
        if r.child in names:
            loose = (c for c in r.child_columns if c not in m.preserved[r.child])
            cells = (_is_cell_kept(m, sets, r.child, c, names, today, by_name=True) for c in loose)
            ways = [
                not_(InSet(SetKind.DUE(r.child))),
                InSet(SetKind.WAITS(r.child)),
                and_(_is_reduced(m, sets, r.child, today), *cells),
            ]
        sets.add(RowSet(name, r.child, tuple(Alternative(and_(r.when_child, way)) for way in ways if way != NEVER)))
    return InSet(name)


def _make_anonymise_change(m: BoundMap, sets: Sets, values: Mapping[str, Value], name: str, today: date) -> CellChange:
    cells = [
        Cell(column, value, is_kept_by_name(m, sets, name, column, InSet(SetKind.DUE(name)), today))
        for column, value in values.items()
    ]
    unfinished = [and_(not_(c.kept), Differs(c.column, c.value)) for c in cells if c.value.kind is not ValueKind.NOW]
    timed = tuple(
        replace(c, only=or_(IsNull(c.column), *unfinished)) if c.value.kind is ValueKind.NOW else c for c in cells
    )
    return CellChange(f"{name}/retain", name, InSet(SetKind.DUE(name)), "anonymised", "retention", timed)


def _make_reductions(m: BoundMap, sets: Sets, name: str, names: list[str], today: date) -> Iterator[CellChange]:
    """Yield what a due row loses that a hold keeps; it stays, so nobody need wait for it."""
    held = is_held_by_any(m, sets, name, InSet(SetKind.DUE(name)), today)
    if held == NEVER:
        return
    rows = sets.add(RowSet(SetKind.REDUCED(name), name, (Alternative(InSet(SetKind.DUE(name))),), held))
    cells = []
    for column in list_reducible_columns(m, name):
        value, stands = find_empty_value(m, name, column)
        if not stands:
            continue
        kept = [is_kept_by_name(m, sets, name, column.name, InSet(SetKind.DUE(name)), today)]
        for r in m.children_of(name):
            if column.name in r.parent_columns:
                kept.extend((*_list_waiting(r, names), *_list_kept_pointing(m, sets, r, names, today, by_name=True)))
        cells.append(Cell(column.name, Value(constant=value), or_(*kept)))
    laws = tuple(hold.name for hold in find_holds(m, name))
    yield CellChange(f"{name}/reduce", name, rows, "kept", "hold", tuple(cells), laws=laws)
