from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import get_args

import pytest

from bailee.policy.predicate import Scalar
from bailee.trace.check import check_map
from tests.oracle import engine
from tests.oracle.cases import Case
from tests.oracle.conftest import Doors
from tests.oracle.databases import Dialect
from tests.oracle.made import NOW
from tests.oracle.worked.reading import statements, value, worked
from tests.oracle.worked.stories import STORIES, Story
from tests.oracle.world import Person, RowKey, table_of

_world = cache(worked)


@pytest.mark.parametrize("dialect", get_args(Dialect))
@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.map}-{story.name.replace(' ', '_')}")
def test_what_happens(story: Story, dialect: Dialect, doors: Doors) -> None:
    ground = _built(story, dialect, doors)
    _tell(ground, story)
    for shown, rows in story.left.items():
        collection, *columns = shown.split()
        assert sorted(_read(ground, story.map, collection, columns), key=repr) == sorted(rows, key=repr), shown


def _built(story: Story, dialect: Dialect, doors: Doors) -> engine.Ground:
    """Return the map of ``story`` on the tables that its own SQL makes."""
    world, door = _world(story.map), doors(dialect)["s"]
    engine.build(door, tuple(world.schemas[story.map].tables), [(text, ()) for text in statements(story.map)])
    ground = engine.standing(Case(0, world, (), NOW), {story.map: door})
    found = check_map(ground.policy.systems[story.map], ground.schemas[story.map], ground.policy)
    assert not [problem for problem in found if problem.severity == "error"]
    return ground


def _tell(ground: engine.Ground, story: Story) -> None:
    if story.retain:
        engine.retain(ground, story.retain, NOW)
        return
    batch = [Person(frozenset({RowKey(story.map, collection, (key,))})) for collection, key in story.leave]
    done = engine.erase(ground, _world(story.map), batch, engine.Past(), NOW)
    assert (done.refused, done.wrong) == (story.refused, ())


def _read(ground: engine.Ground, system: str, name: str, columns: Sequence[str]) -> list[tuple[Scalar, ...]]:
    world = _world(system)
    table = table_of(world, system, world.policy.systems[system].collections[name])
    rows = ground.doors[system].ask({name: f"SELECT {', '.join(columns)} FROM {table.name}"})[name]
    return [tuple(value(table.columns[c], cell) for c, cell in zip(columns, row, strict=True)) for row in rows]
