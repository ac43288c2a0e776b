"""The laws of the algebra, as questions to the interpreter alone: what it does to one case must keep them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from random import Random

from bailee.policy import OnErase
from bailee.policy.predicate import Scalar
from bailee.trace.schema import SchemaColumn
from tests.oracle.again import found_again
from tests.oracle.cases import Case
from tests.oracle.interpreter import erase, facts_of, subjects_of, trace
from tests.oracle.joins import Link, as_compared, joined, links
from tests.oracle.retention import retain
from tests.oracle.world import Data, Memory, Outcome, Row, RowKey, World, rows_of

NOBODY = Memory()
ORDERS = 3  # of a batch, of which there may be two dozen
Shown = Mapping[str, Mapping[str, Sequence[Mapping[str, object]]]]
"""Rows as `Data` has them, or as a copy shows them."""


def check_laws(case: Case) -> list[str]:
    """Return the laws that the interpreter breaks on ``case``, each with what was seen; none is the hope."""
    first = erase(case.world, case.batch, NOBODY, case.now)
    return [
        *_order(case, first),
        *_twice(case, first),
        *_holds_end(case, first),
        *_others(case, first),
        *dangling(case, first.data),
        *_subjects(case, first),
        *_counts(case, first),
        *_retention(case),
        *found_again(case),
    ]


def _order(case: Case, first: Outcome) -> list[str]:
    """Law a: a batch, and its persons one by one in any order, leave the same data (if nobody is refused).

    And so it is when all holds have ended, whichever of them ended between one person and the next.
    """
    if first.refused:
        return []
    wanted = erase(without_holds(case.world), case.batch, NOBODY, case.now)
    broken = []
    for order in _orders(case):
        world, memory = case.world, NOBODY
        for place in order:
            done = erase(world, [case.batch[place]], memory, case.now)
            if done.refused:
                break
            world, memory = replace(world, data=done.data), done.memory
        else:
            broken += [f"a {order}: {line}" for line in difference(first.data, world.data)]
        got = None if wanted.refused else _meanwhile(case, order)
        if got is not None:
            broken += [f"a, d {order}: {line}" for line in difference(wanted.data, got)]
    return broken


def _meanwhile(case: Case, order: Sequence[int]) -> Data | None:
    """Return what is left where holds end between one person and the next; ``None`` where somebody is refused."""
    stages, world, memory = list(ends_of_holds(case)), case.world, NOBODY
    at = [(case.world, case.now), *stages[:-1]]
    for number, place in enumerate(order):
        policy, now = at[min(number, len(at) - 1)]
        done = erase(replace(policy, data=world.data), [case.batch[place]], memory, now)
        if done.refused or done.unreleased:
            return None
        world, memory = replace(policy, data=done.data), done.memory
    left = released(case, Outcome(world.data, memory), stages)
    return None if left is None else left


def _orders(case: Case) -> list[tuple[int, ...]]:
    """Return some of the orders in which the persons can come."""
    found = list(permutations(range(len(case.batch)))) if len(case.batch) > 1 else []
    return Random(case.seed).sample(found, min(ORDERS, len(found)))


def _twice(case: Case, first: Outcome) -> list[str]:
    """Laws b and c: a second apply, whether it names the persons or starts from the books alone, changes nothing."""
    world = replace(case.world, data=first.data)
    stayed = [person for place, person in enumerate(case.batch) if place not in first.refused]
    again = erase(world, stayed, first.memory, case.now)
    alone = erase(world, [], first.memory, case.now)
    broken = [f"b: {line}" for line in difference(first.data, again.data)]
    return broken + [f"c: {line}" for line in difference(first.data, alone.data)]


def _holds_end(case: Case, first: Outcome) -> list[str]:
    """Law d: when the last hold has ended, the releases leave what erasure without holds would have left."""
    wanted = erase(without_holds(case.world), case.batch, NOBODY, case.now)
    if wanted.refused or first.refused:
        return []
    stages = list(ends_of_holds(case))
    broken = []
    for some in (stages[-1:], stages):
        got = released(case, first, some)
        if got is not None:
            broken += [f"d {len(some)}: {line}" for line in difference(wanted.data, got)]
    return broken


def ends_of_holds(case: Case) -> Iterator[tuple[World, datetime]]:
    """Yield the times at which something is released, each with the policy of that day. By then all holds have ended.

    In every other case they end one by one by decree, a second apart, else as the years go by.
    """
    if case.seed % 2:
        names = sorted(case.world.policy.holds)
        Random(case.seed).shuffle(names)
        for number in range(1, max(1, len(names)) + 1):
            yield without_holds(case.world, names[:number]), case.now + timedelta(seconds=number)
        return
    for days in (77, 401, 797, 1303):
        yield case.world, case.now + timedelta(days=days, seconds=days)
    yield without_holds(case.world), case.now + timedelta(days=2001, seconds=1)  # an empty date would hold for ever


def released(case: Case, first: Outcome, stages: Sequence[tuple[World, datetime]]) -> Data | None:
    """Return what the releases of ``stages`` leave, as if all were done at one time; ``None`` where one is refused."""
    data, memory = first.data, first.memory
    for world, now in stages:
        done = erase(replace(world, data=data), [], memory, now)
        if done.unreleased:
            return None
        data, memory = done.data, done.memory
    if any(person.kept or person.withheld for person in memory.persons) and not _pins(case.world):
        return None
    for _, now in ends_of_holds(case):
        data = at_one_time(data, now, case.now)
    return data


def _pins(world: World) -> bool:
    return any(
        edge.on_parent_gone is not None and edge.on_parent_gone.action == "pin"
        for system in world.policy.systems.values()
        for collection in system.collections.values()
        for edge in collection.edges
    )


def without_holds(world: World, names: Iterable[str] | None = None) -> World:
    """Return ``world`` with the holds called ``names``, or every one, at an end. What their dates preserve stays so."""
    over = set(world.policy.holds if names is None else names)
    ended = {
        name: replace(hold, until=replace(hold.until, column=None, day="1900-01-01")) if name in over else hold
        for name, hold in world.policy.holds.items()
    }
    return replace(world, policy=replace(world.policy, holds=ended))


def at_one_time(data: Data, later: datetime, now: datetime) -> Data:
    """Return ``data`` with the plan's later time written as ``now``."""
    same: Mapping[Scalar, Scalar] = {later: now, later.date(): now.date()}
    return {
        system: {
            name: [{c: same.get(v, v) for c, v in row.items()} for row in rows] for name, rows in collections.items()
        }
        for system, collections in data.items()
    }


def _others(case: Case, first: Outcome) -> list[str]:
    """Law e: rows that the batch neither owns nor sees are untouched, save references to a row that went."""
    facts = facts_of(case.world, NOBODY, case.now)
    located: set[RowKey] = set()
    for subject in subjects_of(facts, case.batch):
        located |= {row.name for row in trace(facts, subject).located}
    before, after = _by_name(facts.rows), _by_name(rows_of(replace(case.world, data=first.data)))
    went = set(before) - set(after)
    broken = []
    for name, row in before.items():
        if name in located or not row.key:
            continue
        mine = [link for link in facts.links if link.child is row and link.parent.name in went]
        allowed = {column for link in mine for column in link.reference.child_columns}
        if any(link.reference.action == "delete" for link in mine):
            continue  # it went along, or a hold reduced it
        if name not in after:
            broken.append(f"e: {name} went")
        elif any(row.cells[c] != v and c not in allowed for c, v in after[name].cells.items()):
            broken.append(f"e: {name} changed")
    return broken


def _by_name(rows: Iterable[Row]) -> dict[RowKey, Row]:
    return {row.name: row for row in rows if row.key}


def dangling(case: Case, data: Data) -> list[str]:
    """Return how ``data``, what is left, breaks law f: no reference dangles that did not, every foreign key holds."""
    after = replace(case.world, data=data)
    rows = rows_of(after)
    standing = [(link.reference, _cells(link)) for link in links(after, rows, joined(after, rows))]
    names = _by_name(rows)
    old = rows_of(case.world)
    broken = []
    for link in links(case.world, old, joined(case.world, old)):
        child = names.get(link.child.name) if link.child.key else None
        columns = sorted(link.reference.child_columns)
        same = child is not None and all(child.cells[c] == link.child.cells[c] for c in columns)
        if same and child is not None and (link.reference, tuple(child.cells[c] for c in columns)) not in standing:
            broken.append(f"f: {link.child.name} points to {link.parent.name}")
    return broken + _foreign_keys(after)


def _cells(link: Link) -> tuple[Scalar, ...]:
    return tuple(link.child.cells[c] for c in sorted(link.reference.child_columns))


def _foreign_keys(world: World) -> list[str]:
    broken = []
    for system, schema in world.schemas.items():
        for name, rows in world.data[system].items():
            for key in schema.tables[name].foreign_keys:
                columns = [schema.tables[name].columns[c] for c in key.columns]
                parents = [_compared(columns, p, key.their_columns) for p in world.data[system][key.table]]
                cells = [_compared(columns, row, key.columns) for row in rows]
                broken += [f"f: {key.name} of {c}" for c in cells if None not in c and c not in parents]
    return broken


def _compared(columns: Sequence[SchemaColumn], row: Mapping[str, Scalar], names: Sequence[str]) -> tuple[Scalar, ...]:
    return tuple(as_compared(column, row[name]) for column, name in zip(columns, names, strict=True))


def _subjects(case: Case, first: Outcome) -> list[str]:
    """Law g: a subject's row is gone, anonymised, or reduced and remembered as kept."""
    kept = {name for person in first.memory.persons for name in person.kept}
    after = _by_name(rows_of(replace(case.world, data=first.data)))
    return [
        f"g: {name} is there"
        for place, person in enumerate(case.batch)
        if place not in first.refused
        for name in person.own
        if name in after and name not in kept
        if (after[name].collection.on_erase or OnErase()).deletes
    ]


def _counts(case: Case, first: Outcome) -> list[str]:
    """Law h, the interpreter's half: the counts are what happens."""
    broken = []
    for system, collections in case.world.data.items():
        for name, rows in collections.items():
            went = len(rows) - len(first.data[system][name])
            if went != first.counts.get((system, name, "deleted"), 0):
                broken.append(f"h: {went} of {system}.{name} went")
    return broken


def _retention(case: Case) -> list[str]:
    """A second run of each retention rule changes nothing, what is not due is untouched, and nothing dangles."""
    broken = []
    for name in case.rules:
        rule = case.world.policy.retention[name]
        done = retain(case.world, rule, case.now)
        after = replace(case.world, data=done.data)
        broken += [f"r {name}: {line}" for line in difference(done.data, retain(after, rule, case.now).data)]
        broken += [f"r {name}: {line}" for line in dangling(case, done.data)]
        broken += [
            f"r {name}: {line}"
            for line in difference(case.world.data, done.data)
            if case.world.policy.systems[line[0]].collections[line.split(".")[1].split(":")[0]].retain != name
        ]
    return broken


def difference(one: Shown, other: Shown) -> list[str]:
    """Return what differs between two states of the data, as sets of rows."""
    return [
        f"{system}.{name}: {sign} {dict(row)}"
        for system, collections in one.items()
        for name, rows in collections.items()
        for sign, left, right in (("-", rows, other[system][name]), ("+", other[system][name], rows))
        for row in _missing(left, right)
    ]


def _missing(left: Sequence[Mapping[str, object]], right: Sequence[object]) -> list[Mapping[str, object]]:
    rest = list(right)
    missing = []
    for row in left:
        if row in rest:
            rest.remove(row)
        else:
            missing.append(row)
    return missing
