from __future__ import annotations

import sqlite3

import pytest

from bailee.trace.check import check_map
from tests.oracle.cases import random_case
from tests.oracle.closure import closure
from tests.oracle.copying import Masked, copy
from tests.oracle.databases import create_statements, insert_statements, read_back, select_statements
from tests.oracle.examples import EXAMPLES
from tests.oracle.examples_of_staying import MISTAKES, Mistake
from tests.oracle.interpreter import erase
from tests.oracle.laws import check_laws, difference
from tests.oracle.made import SYSTEM, Copy, Erase, Example, Find, Retain
from tests.oracle.printed import printed
from tests.oracle.retention import retain
from tests.oracle.world import NOTHING_REMEMBERED, World

SEEDS = 300


@pytest.mark.parametrize("start", range(0, SEEDS, 30))
def test_the_interpreter_keeps_every_law(start: int) -> None:
    for seed in range(start, start + 30):
        case = random_case(seed)
        broken = check_laws(case)
        assert not broken, "\n".join([printed(case), *broken])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}-{example.name.replace(' ', '_')}")
def test_as_the_rule_says(example: Example) -> None:
    world, refused = _carried_out(example)
    for name, rows in example.left.items():
        left = [tuple(row.values()) for row in world.data[SYSTEM][name]]
        assert sorted(left, key=repr) == sorted(rows, key=repr), name
    assert refused == example.refused


def _carried_out(example: Example) -> tuple[World, frozenset[int]]:
    world, memory, refused = example.world, NOTHING_REMEMBERED, frozenset[int]()
    for step in example.steps:
        match step:
            case Erase(persons=persons, now=now):
                done = erase(world, persons, memory, now)
                memory, refused = done.memory, done.refused
                world = World(world.policy, world.schemas, done.data, world.secret)
            case Retain(rule=rule, now=now):
                world = World(world.policy, world.schemas, retain(world, world.policy.retention[rule], now).data)
            case Find():
                _found(world, step)
            case Copy():
                _copied(world, step)
    return world, refused


def _found(world: World, step: Find) -> None:
    result = closure(world, step.seeds, Erase(()).now)
    assert {name.key[0] for name in result.own} == set(step.found)
    assert {name.key[0] for name, _ in result.to_confirm} == set(step.listed)


def _copied(world: World, step: Copy) -> None:
    result = copy(world, step.person, Erase(()).now)
    for name, rows in step.shows.items():
        shown = [tuple("MASKED" if isinstance(v, Masked) else v for v in row.values()) for row in result[SYSTEM][name]]
        assert shown == list(rows), name


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.rule}-{mistake.name.replace(' ', '_')}")
def test_a_map_is_refused_where(mistake: Mistake) -> None:
    world = mistake.world
    found = check_map(world.policy.systems[SYSTEM], world.schemas[SYSTEM], world.policy)
    assert mistake.code in {problem.code for problem in found if problem.severity == "error"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name.replace(" ", "_"))
def test_the_map_of_an_example_is_accepted(example: Example) -> None:
    world = example.world
    found = check_map(world.policy.systems[SYSTEM], world.schemas[SYSTEM], world.policy)
    assert not [problem for problem in found if problem.severity == "error"]


def test_each_rule_has_an_example() -> None:
    assert {example.rule for example in EXAMPLES} == set(range(1, 27))


def test_examples_and_mistakes_have_names_of_their_own() -> None:
    names = [example.name for example in EXAMPLES] + [mistake.name for mistake in MISTAKES]
    assert len(names) == len(set(names))


def test_a_seed_makes_the_same_case_each_time() -> None:
    assert printed(random_case(7)) == printed(random_case(7))


@pytest.mark.parametrize("seed", range(20))
def test_a_case_goes_into_a_database_and_comes_back(seed: int) -> None:
    case = random_case(seed)
    for system in case.world.data:
        database = sqlite3.connect(":memory:")
        try:
            for text in create_statements(case, system, "sqlite"):
                database.execute(text)
            for text, values in insert_statements(case, system, "sqlite"):
                database.execute(text, values)
            assert not database.execute("PRAGMA foreign_key_check").fetchall()
            queries = select_statements(case, system, "sqlite")
            rows = {name: database.execute(query).fetchall() for name, query in queries.items()}
        finally:
            database.close()
        assert not difference({system: case.world.data[system]}, read_back(case, system, rows))
