"""Retention: which rows are due, which of them wait, and what becomes of the rest [24, 25]."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bailee.policy import Collection, EdgeKind, RetentionRule
from tests.oracle.holding import counted_from, emptied, held, kept_by_name, remaining
from tests.oracle.joins import OWNING, TO_DECLARER, Counts, Joined, followed, joined, links, stand_ins, step
from tests.oracle.words import day_of, plus, targets, witnesses
from tests.oracle.world import Outcome, Row, World, data_of, rows_of


def upwards(joins: Sequence[Joined], row: Row) -> set[Row]:
    """Return what ``row`` belongs to: up along flows of ownership and ``belongs_to``, through persons too."""
    found: set[Row] = set()
    waiting: list[tuple[Row, Counts]] = [(row, frozenset())]
    seen = set(waiting)
    while waiting:
        below, counts = waiting.pop()
        for join in joins:
            declarer = join.declarer.collection.name
            if join.edge.kind not in {*OWNING, EdgeKind.BELONGS_TO} or not followed(join.edge, declarer):
                continue
            lower, upper = join.declarer, join.other
            if join.edge.kind not in {*TO_DECLARER, EdgeKind.BELONGS_TO}:
                lower, upper = upper, lower
            used = step(counts, join.edge, declarer)
            if lower is not below or used is None:
                continue
            found.add(upper)
            if (upper, used) not in seen:
                seen.add((upper, used))
                waiting.append((upper, used))
    return found


def is_counted(world: World, system: str, collection: Collection) -> bool:
    """Whether the collection's rule has something to count from: a column, or parties with ``ends`` in reach [24]."""
    if counted_from(world, collection) is not None:
        return True
    declared = world.policy.systems[system].collections
    found, waiting = {collection.name}, [collection.name]
    while waiting:
        below = waiting.pop()
        for declarer in declared.values():
            for edge in declarer.edges:
                up = {*OWNING, EdgeKind.BELONGS_TO}
                lower, upper = declarer.name, edge.to
                if edge.kind is EdgeKind.OWNS:
                    lower, upper = upper, lower
                if edge.kind in up and followed(edge, declarer.name) and lower == below and upper not in found:
                    found.add(upper)
                    waiting.append(upper)
    return any(declared[name].party and declared[name].ends for name in found)


def is_due(world: World, rule: RetentionRule, joins: Sequence[Joined], row: Row, now: datetime) -> bool | None:
    """Whether the period of ``row`` has run out; ``None`` where nothing says so, and a person has to look [24]."""
    column = counted_from(world, row.collection)
    if column is not None:
        day = day_of(row.cells[column])
        return None if day is None else plus(day, rule.period) < now.date()
    parties = [above for above in {row, *upwards(joins, row)} if above.collection.party and above.collection.ends]
    if not parties:
        return None
    ends = [day_of(party.cells[party.collection.ends or ""]) for party in parties]
    return all(day is not None and plus(day, rule.period) < now.date() for day in ends)


def retain(world: World, rule: RetentionRule, now: datetime) -> Outcome:
    """Return what one run of ``rule`` leaves."""
    rows = rows_of(world)
    nobody = stand_ins(world, rows)  # a stand-in is no party, so nothing is kept on its account
    joins = joined(world, rows)
    upward = [j for j in joins if not {j.declarer, j.other} & nobody]
    answers = {row: is_due(world, rule, upward, row, now) for row in rows if row.collection.retain == rule.name}
    due = [row for row, answer in answers.items() if answer]
    counts: Counter[tuple[str, str, str]] = Counter()
    for row, answer in answers.items():
        if answer is None:
            counts[row.system, row.collection.name, "listed"] += 1
    left: Sequence[Row]
    if rule.then is None:
        left = _deleted(world, rows, joins, due, now, counts)
    else:
        left = _anonymised(world, rule, rows, joins, due, now, counts)
    return Outcome(data_of(world, left), counts=dict(counts))


def _deleted(
    world: World,
    rows: Sequence[Row],
    joins: Sequence[Joined],
    due: Sequence[Row],
    now: datetime,
    counts: Counter[tuple[str, str, str]],
) -> list[Row]:
    """Delete what is due, reduce what is due and held, and let wait what a row that stays points to [25]."""
    references = links(world, rows, joins)
    holding = held(world, rows, references, now.date())
    reduced = [row for row in due if row in holding]
    goes = set(due) - set(reduced)
    while True:
        remains = remaining(world, references, holding, goes, reduced, {})
        waits = {link.parent for link in remains.links if link.parent in goes}
        if not waits:
            break
        goes -= waits
    for row in due:
        if row not in goes and row not in holding:
            counts[row.system, row.collection.name, "waits"] += 1
    for row in goes:
        counts[row.system, row.collection.name, "deleted"] += 1
    for row in reduced:
        before = dict(row.cells)
        row.cells.update({c: emptied(world, row, c) for c in row.cells if c not in remains.kept[row]})
        if row.cells != before:
            counts[row.system, row.collection.name, "reduced"] += 1
    return [row for row in rows if row not in goes]


def _anonymised(
    world: World,
    rule: RetentionRule,
    rows: Sequence[Row],
    joins: Sequence[Joined],
    due: Sequence[Row],
    now: datetime,
    counts: Counter[tuple[str, str, str]],
) -> Sequence[Row]:
    holding = held(world, rows, links(world, rows, joins), now.date())
    for row in due:
        keeps = kept_by_name(world, holding, row)
        values = {c: v for c, v in (rule.then or {}).items() if c not in keeps}
        changes = targets(row.cells, {}, values, world.secret, row.table.columns, now, witnesses([rule.then or {}]))
        if any(row.cells[column] != value for column, value in changes.items()):
            counts[row.system, row.collection.name, "changed"] += 1
        row.cells.update(changes)
    return rows
