"""What others do between a plan and its being carried out: where a row would fare worse than approved, it is stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import SealedCase as Planned
from bailee.engine.plans import replan_case, seal_plan
from bailee.engine.results import StalePlan
from bailee.policy import OnErase, OnLeave, Value
from bailee.policy.predicate import Compare, Scalar
from tests.oracle import engine
from tests.oracle.cases import Case as Example
from tests.oracle.conftest import Doors
from tests.oracle.databases import Dialect
from tests.oracle.doors import Door
from tests.oracle.examples import POST, POSTS
from tests.oracle.interpreter import erase, facts_of, subjects_of, trace, with_living_owner
from tests.oracle.laws import difference
from tests.oracle.made import (
    ALICE,
    BOB,
    CAROL,
    DELETE,
    GONE,
    MATCHED,
    NOW,
    PERSON,
    PERSONS,
    SYSTEM,
    UNCHANGED,
    Made,
    person,
    thread,
    world,
)
from tests.oracle.meanwhile import Written, with_cells
from tests.oracle.test_release import finding, systems_of
from tests.oracle.world import Memory, RowKey, World, rows_of

CASES, BLOCK = 50, 25
LEAVES = (MATCHED, UNCHANGED, replace(MATCHED, cells={"title": GONE}))
ERASES = (DELETE, OnErase({"title": GONE}))


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("start", range(0, CASES, BLOCK))
def test_no_row_fares_worse_than_was_approved(start: int, doors: Doors, tmp_path: Path) -> None:
    worse = applied = 0
    for seed in range(start, start + BLOCK):
        fate = _between(seed, doors("sqlite"), tmp_path / str(seed))
        worse += fate == "worse"
        applied += fate == "applied"
    assert worse > 2
    assert applied > 2


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_a_plan_is_carried_out_that_nobody_has_come_between(dialect: Dialect, doors: Doors, tmp_path: Path) -> None:
    is_gone = Compare("gone", "=", True)
    gone = OnErase({"gone": Value(constant=True), "email": Value()})
    words = {"on_erase": gone, "on_leave": OnLeave(cells={"name": GONE})}
    members = replace(PERSON, erased_when=is_gone, **words)  # type: ignore[arg-type] # the words of a collection
    first = world(Made(members, "id:integer! name email gone:boolean", ((1, "A", "a@x", None), (2, "B", "b@x", None))))
    example = Example(0, first, (person(ALICE),), NOW)
    g = engine.ground(example, {SYSTEM: doors(dialect)["s"]})
    systems = systems_of(g, tmp_path, NOW)
    with finding(engine.batch_of(g, first, example.batch, engine.Past())):
        planned = replan_case(systems, "erase", Planned("c-first", salt=b"salt", asked=((0, "email", "a@x"),)))
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    assert not difference(erase(first, example.batch, Memory(), NOW).data, g.read())


def _between(seed: int, doors: Mapping[str, Door], folder: Path) -> str:
    """Plan to erase Alice, let others write, and carry out. Return what became of it; `worse`: stale, rightly."""
    rnd = Random(seed)
    first = _threads(rnd)
    written = _by_others(rnd, first)
    then = replace(first, data=with_cells(first.data, first, written))
    example = Example(seed, first, (person(ALICE),), NOW)
    g = engine.ground(example, {SYSTEM: doors["s"]})
    systems = systems_of(g, folder, NOW)
    with finding(engine.batch_of(g, first, example.batch, engine.Past())):
        planned = replan_case(systems, "erase", Planned("c-first", salt=b"salt", asked=((0, "email", "alice@x"),)))
        seal_plan(systems, planned)
        g.write(written)
        try:
            apply_plan(systems, planned.plan)
        except StalePlan:
            assert not difference(then.data, g.read())
            return "worse" if _is_worse(first, then, example) else "stale"
    assert not _is_worse(first, then, example)
    assert not difference(erase(then, example.batch, Memory(), NOW).data, g.read())
    return "applied"


def _threads(rnd: Random) -> World:
    """Return threads of two members each, with posts."""
    members = (ALICE, ALICE, BOB, CAROL, None)
    rows = tuple((number, "title", rnd.choice(members), rnd.choice(members)) for number in range(1, 5))
    posts = tuple((number, rnd.randint(1, 4)) for number in range(1, 6))
    return world(PERSONS, thread(rnd.choice(LEAVES), rows, rnd.choice(ERASES)), Made(POST, POSTS.columns, posts))


def _by_others(rnd: Random, first: World) -> Written:
    """Return who takes the place of one or two members meanwhile: nobody as a rule, where Alice shares a thread."""
    found: dict[RowKey, dict[str, Scalar]] = {}
    for row in rnd.sample(first.data[SYSTEM]["thread"], rnd.choice((1, 1, 2))):
        column = "one_id" if row["other_id"] == ALICE else "other_id"
        found[RowKey(SYSTEM, "thread", (row["id"],))] = {column: rnd.choice((ALICE, BOB, None, None, None))}
    return found


def _is_worse(first: World, then: World, example: Example) -> bool:
    """Whether a row of Alice's goes, or is anonymised, that was to be left. What becomes hers later is bounded."""
    now = _harm(then, example)
    return any(now.get(name, 0) > harm for name, harm in _harm(first, example).items())


def _harm(at: World, example: Example) -> Mapping[RowKey, int]:
    """Return how each row of Alice's fares: it is left to others (0), gets `on_erase` and stays (1), or goes (2)."""
    facts = facts_of(at, Memory(), NOW)
    there = {row.name for row in rows_of(replace(at, data=erase(at, example.batch, Memory(), NOW).data))}
    (subject,) = subjects_of(facts, example.batch)
    hers = trace(facts, subject)
    erased = hers.owned - with_living_owner(facts, hers.own)
    return {row.name: 2 if row.name not in there else int(row in erased) for row in hers.located}
