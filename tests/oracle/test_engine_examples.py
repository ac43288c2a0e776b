"""The examples of the rules, carried out by the engine on each database."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bailee.trace.closure import Seed
from tests.oracle import engine
from tests.oracle.cases import Case
from tests.oracle.conftest import Doors
from tests.oracle.copying import Masked
from tests.oracle.databases import Dialect
from tests.oracle.examples import EXAMPLES
from tests.oracle.made import NOW, SYSTEM, Copy, Erase, Example, Find, Retain


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.rule}-{example.name.replace(' ', '_')}")
def test_as_the_rule_says(example: Example, dialect: Dialect, doors: Doors) -> None:
    ground = engine.ground(Case(0, example.world, (), NOW), {SYSTEM: doors(dialect)["s"]})
    refused = _carried_out(ground, example)
    data = ground.read()[SYSTEM]
    for name, rows in example.left.items():
        left = [tuple(row.values()) for row in data[name]]
        assert sorted(left, key=repr) == sorted(rows, key=repr), name
    assert refused == example.refused


def _carried_out(ground: engine.Ground, example: Example) -> frozenset[int]:
    past, refused = engine.Past(), frozenset[int]()
    for step in example.steps:
        match step:
            case Erase(persons=persons, now=now):
                world = replace(example.world, data=ground.read())
                done = engine.erase(ground, world, persons, past, now)
                assert not done.wrong
                past, refused = done.past, done.refused
            case Retain(rule=rule, now=now):
                engine.retain(ground, rule, now)
            case Find():
                _found(ground, step)
            case Copy():
                _copied(ground, example, step)
    return refused


def _found(ground: engine.Ground, step: Find) -> None:
    persons = engine.closed(ground, [Seed(0, *seed) for seed in step.seeds], NOW)
    assert {subject.ref.key[0] for subject in persons.subjects} == set(step.found)
    assert {candidate.ref.key[0] for candidate in persons.to_confirm} == set(step.listed)


def _copied(ground: engine.Ground, example: Example, step: Copy) -> None:
    copied = engine.copied(ground, example.world, step.person, NOW)
    for name, rows in step.shows.items():
        shown = [tuple("MASKED" if isinstance(v, Masked) else v for v in row.values()) for row in copied[SYSTEM, name]]
        assert sorted(shown, key=repr) == sorted(rows, key=repr), name
