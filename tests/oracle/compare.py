"""Engine and interpreter on the same case: they must leave the same rows, with the same values, and show the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime

from bailee.connectors.base import ConnectorError
from bailee.policy.problems import Problem
from bailee.trace import CircularFate, KnownValue, Ref
from bailee.trace.check import check_map
from bailee.trace.closure import Seed
from tests.oracle import closure as plain_closure
from tests.oracle import copying, engine, interpreter
from tests.oracle import retention as plain_retention
from tests.oracle import world as plain
from tests.oracle.again import asked_for, is_cleared, is_timed, seen, unexplained
from tests.oracle.cases import Case
from tests.oracle.doors import Door
from tests.oracle.joins import collections_of, is_unique
from tests.oracle.laws import difference, ends_of_holds
from tests.oracle.meanwhile import with_cells, written_by_others
from tests.oracle.world import Data, Memory, Outcome, RowKey, key_columns, rows_of, table_of

HARMLESS = {"T303", "T310"}  # words without effect, which random maps are full of; the rows are worked out all the same


class Refused(Exception):
    """The map of a case is one that the checker refuses."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(", ".join(p.code for p in problems))


def compare(case: Case, doors: Mapping[str, Door], parts: Collection[str] = ()) -> list[str]:
    """Return how engine and interpreter differ on ``case``; raise `Refused` where its map may not be used.

    ``parts``: of `PARTS`, those to look at (none: all).
    """
    g = engine.ground(case, doors)
    found = problems(g)
    if found:
        raise Refused(found)
    if keyless := _list_systems_with_keyless_rows(case):
        if wrong := list(_open_keyless(g, case, keyless)):
            return wrong
        raise Refused([])
    try:
        return [*_keys(case)] or [
            f"{name}: {line}" for name, part in PARTS.items() if not parts or name in parts for line in part(case, g)
        ]
    except CircularFate:
        raise Refused([]) from None


def _keys(case: Case) -> Iterator[str]:
    """Yield the collections of an accepted map whose key two rows may share."""
    for system, collection in collections_of(case.world):
        table = table_of(case.world, system, collection)
        key = key_columns(collection, table)
        if key and not is_unique(collection, table, key, declared=False):
            yield f"{system}.{collection.name}: nothing says that its key is unique, and the map is accepted"


def _list_systems_with_keyless_rows(case: Case) -> set[str]:
    """Return the systems in which a row has no key."""
    return {
        row.system
        for row in rows_of(case.world)
        if row.collection.opaque is None and any(row.cells[c] is None for c in key_columns(row.collection, row.table))
    }


def _open_keyless(g: engine.Ground, case: Case, systems: Collection[str]) -> Iterator[str]:
    """Yield the ``systems`` that let themselves be opened, though a row without a key would be found by nobody."""
    for name in sorted(systems):
        try:
            with g.connectors[name].session(g.trace(name, case.now), write=False):
                yield f"{name}: rows are without a key, and nobody hears of it"
        except ConnectorError as error:
            if error.code != "C513":
                raise


def is_refused(g: engine.Ground, case: Case) -> bool:
    """Return whether nothing may be done in the case: its map has errors, or a row has no key."""
    return bool(problems(g) or _list_systems_with_keyless_rows(case))


def problems(g: engine.Ground) -> list[Problem]:
    """Return what the checker of maps says against the case."""
    found = [p for name, schema in g.schemas.items() for p in check_map(g.policy.systems[name], schema, g.policy)]
    return [p for p in found if p.severity == "error" and p.code not in HARMLESS]


# --- erasing and retaining -----------------------------------------------------------------------------------


def _together(case: Case, g: engine.Ground) -> list[str]:
    """The batch at once; then again; then, when the holds have ended, what they kept (laws b, c, d, h)."""
    want = interpreter.erase(case.world, case.batch, Memory(), case.now)
    got = engine.erase(g, case.world, case.batch, engine.Past(), case.now)
    wrong = [*got.wrong, *_refusals(want, got), *_rows(want.data, g)]
    if wrong:
        return wrong
    world = replace(case.world, data=want.data)
    stayed = [person for place, person in enumerate(case.batch) if place not in want.refused]
    again = engine.erase(g, world, stayed, got.past, case.now)
    wrong = [f"second: {line}" for line in (*again.wrong, *_rows(want.data, g))]
    return wrong or _released(case, g, want, again.past)


def _released(case: Case, g: engine.Ground, first: Outcome, past: engine.Past) -> list[str]:
    """As the holds end one after the other, the releases leave what they should; what others wrote meanwhile stays."""
    rnd, data, memory = random.Random(case.seed), first.data, first.memory
    *some, last = ends_of_holds(case)
    for number, (policy, now) in enumerate([*rnd.sample(some, min(1, len(some))), last]):
        if rnd.random() < 0.7:
            written = written_by_others(replace(policy, data=data), memory, now, rnd)
            data = with_cells(data, policy, written)
            g.write(written)
        world = replace(policy, data=data)
        want = interpreter.erase(world, [], memory, now)
        got = engine.erase(g.under(world.policy), world, [], past, now)
        if want.unreleased and got.unreleased:
            return []  # the books keep a batch as one case: where one of it cannot be released, nobody is
        wrong = [f"released {number}: {line}" for line in (*got.wrong, *_rows(want.data, g))]
        if wrong:
            return wrong
        data, memory, past = want.data, want.memory, got.past
    return []


def _one_by_one(case: Case, g: engine.Ground) -> list[str]:
    """The persons one after the other, in any order, with what the books remember; then what the holds kept (law a)."""
    if len(case.batch) < 2:
        return []
    g.fill(case.world.data)
    left, past = Outcome(case.world.data), engine.Past()
    order = list(case.batch)
    random.Random(case.seed).shuffle(order)
    for number, person in enumerate(order):
        world = replace(case.world, data=left.data)
        want = interpreter.erase(world, [person], left.memory, case.now)
        got = engine.erase(g, world, [person], past, case.now)
        if want.unreleased and got.stale:
            return []
        wrong = [*got.wrong, *_refusals(want, got), *_rows(want.data, g)]
        if wrong or want.refused:
            return [f"{number + 1}: {line}" for line in wrong]
        left, past = want, got.past
    return _released(case, g, left, past)


def _refusals(want: Outcome, got: engine.Done) -> list[str]:
    if want.refused == got.refused:
        return []
    return [f"refused: {sorted(want.refused)} by the rules, {sorted(got.refused)} by the engine"]


def _rows(want: Data, g: engine.Ground) -> list[str]:
    return difference(want, g.read())


def _retention(case: Case, g: engine.Ground) -> list[str]:
    wrong = []
    for rule in case.rules:
        g.fill(case.world.data)
        want = plain_retention.retain(case.world, case.world.policy.retention[rule], case.now)
        engine.retain(g, rule, case.now)
        found = [*_rows(want.data, g)]
        again = engine.retain(g, rule, case.now)
        found += [f"second: {what} {count}" for what, count in again.items() if count]
        wrong += [f"{rule}: {line}" for line in found]
    return wrong


def _found_again(case: Case, g: engine.Ground) -> list[str]:
    """Law i: after an erasure a search finds what was reported as kept, left to others or to be confirmed; no more."""
    person = asked_for(case)
    if person is None:
        return []
    g.fill(case.world.data)
    want = interpreter.erase(case.world, [person], Memory(), case.now)
    got = engine.erase(g, case.world, [person], engine.Past(), case.now)
    wrong = [*got.wrong, *_refusals(want, got), *_rows(want.data, g)]
    if wrong or want.refused:
        return wrong
    after = seen(replace(case.world, data=want.data), person, Memory(shared=want.memory.shared), case)
    own, to_confirm, located = engine.found(g, person.seeds, got.past, case.now)
    told: Mapping[str, tuple[AbstractSet[object], AbstractSet[object]]] = {
        "own": (after.own, own),
        "listed": (after.to_confirm, to_confirm),
        "located": (after.located, located),
    }
    wrong = [f"{what}: {_sided(one, other)}" for what, (one, other) in told.items() if one != other]
    reported = engine.reported(got.past)
    wrong += [f"{name} is found again, and nothing was said of it" for name in own - reported]
    named = {m.row.name for m in after.traced.mentioned if m.row.key and is_cleared(m)}
    named = set() if is_timed(case.world, person) else named
    wrong += [f"{name} still names the person, and nothing was said of it" for name in named & located - reported]
    return wrong + list(unexplained(case, person, want))


# --- copies --------------------------------------------------------------------------------------------------


def _copies(case: Case, g: engine.Ground) -> list[str]:
    """What each person's copy shows: the rows, the masks, and of a list the person's own elements [26]."""
    wrong = []
    for place, person in enumerate(case.batch):
        want = copying.copy(case.world, person, case.now)
        for (system, name), got in engine.copied(g, case.world, person, case.now).items():
            data = {system: {name: want[system][name]}}
            wrong += [f"person {place}: {line}" for line in difference(data, {system: {name: got}})]
    return wrong


# --- closure -------------------------------------------------------------------------------------------------


def _closures(case: Case, g: engine.Ground) -> list[str]:
    """Who is found from random seeds, who is listed, and what they are known by [6-8]; several persons at once."""
    rnd = random.Random(case.seed)
    rows = rows_of(case.world)
    carried = sorted({(c.known.attribute, c.known.value) for c in plain_closure.carried_by(case.world, rows)})
    people = [row.name for row in rows if row.is_person]
    if not carried:
        return []
    asked = [frozenset(rnd.choices(carried, k=rnd.choice((1, 1, 2)))) for _ in range(3)]
    yes = [frozenset(rnd.sample(people, 1) if rnd.random() < 0.4 else ()) for _ in asked]
    whose = rnd.choice([row.name for row in rows if row.key]) if rnd.random() < 0.3 else None
    seeds = [Seed(number, *seed) for number, some in enumerate(asked) for seed in sorted(some)]
    confirmed = [(number, _ref(name)) for number, some in enumerate(yes) for name in some]
    got = engine.closed(g, seeds, case.now, confirmed, _ref(whose) if whose else None)
    scope = plain_closure.in_scope(case.world, rows, whose)
    shared = plain_closure.shared_values(case.world, scope)
    wrong = []
    for number, some in enumerate(asked):
        want = plain_closure.closure(case.world, some, case.now, confirmed=yes[number], customer=whose)
        known = plain_closure.identities_of(case.world, rows, want.own, some, whose)
        told: Mapping[str, tuple[AbstractSet[object], AbstractSet[object]]] = {
            "own": (want.own, {engine.named(case, s.ref) for s in got.subjects if s.person == number}),
            "listed": (
                want.to_confirm,
                {(engine.named(case, c.ref), c.attribute) for c in got.to_confirm if c.person == number},
            ),
            "known": (
                {k for k in known if (k.attribute, k.value) not in shared},
                {_plain(k) for k in got.known if k.person == number},
            ),
        }
        wrong += [f"{number} {what}: {_sided(one, other)}" for what, (one, other) in told.items() if one != other]
    return wrong


def _sided(one: AbstractSet[object], other: AbstractSet[object]) -> str:
    return f"{sorted(map(str, one - other))} by the rules alone, {sorted(map(str, other - one))} by the engine alone"


def _ref(name: RowKey) -> Ref:
    return Ref(name.system, name.collection, name.key)


def _plain(known: KnownValue) -> plain.Known:
    return plain.Known(known.attribute, known.value, _moment(known.since), _moment(known.until))


def _moment(bound: date | None) -> datetime | None:
    return plain.moment(bound)


PARTS: Mapping[str, Callable[[Case, engine.Ground], list[str]]] = {
    "closure": _closures,
    "copy": _copies,
    "erase": _together,
    "found again": _found_again,
    "one by one": _one_by_one,
    "retain": _retention,
}
"""In this order: the first two find the rows as they were made, and the last four put them back."""

ALWAYS = ("erase", "retain")
BY_TURNS = ("closure", "copy", "one by one", "found again")


def parts_of(case: Case) -> tuple[str, ...]:
    """Return the parts to look at where a database takes its time: of the lesser ones a fourth."""
    return (*ALWAYS, BY_TURNS[case.seed % len(BY_TURNS)])
