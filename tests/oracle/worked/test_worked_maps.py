from __future__ import annotations

from functools import cache

import pytest

from bailee.trace.check import check_map
from tests.oracle.interpreter import erase
from tests.oracle.made import NOW
from tests.oracle.retention import retain
from tests.oracle.worked.reading import MAPS, worked
from tests.oracle.worked.stories import STORIES, Story
from tests.oracle.world import NOTHING_REMEMBERED, Data, Person, RowKey, World

_world = cache(worked)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.map}-{story.name.replace(' ', '_')}")
def test_what_happens(story: Story) -> None:
    data = _told(_world(story.map), story)
    for shown, rows in story.left.items():
        collection, *columns = shown.split()
        left = [tuple(row[column] for column in columns) for row in data[story.map][collection]]
        assert sorted(left, key=repr) == sorted(rows, key=repr), shown


def _told(world: World, story: Story) -> Data:
    if story.retain:
        return retain(world, world.policy.retention[story.retain], NOW).data
    batch = [Person(frozenset({RowKey(story.map, collection, (key,))})) for collection, key in story.leave]
    outcome = erase(world, batch, NOTHING_REMEMBERED, NOW)
    assert outcome.refused == story.refused
    return outcome.data


@pytest.mark.parametrize("name", MAPS)
def test_every_map_has_a_story_and_rows(name: str) -> None:
    assert any(story.map == name for story in STORIES)
    assert all(rows for rows in _world(name).data[name].values())


@pytest.mark.parametrize("name", MAPS)
def test_a_worked_map_is_accepted(name: str) -> None:
    world = _world(name)
    found = check_map(world.policy.systems[name], world.schemas[name], world.policy)
    assert not [problem for problem in found if problem.severity == "error"]
