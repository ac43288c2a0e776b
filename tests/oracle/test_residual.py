"""The residual starts from what was sealed: from live rows it would pass where what led to a row is gone."""

from __future__ import annotations

from typing import get_args

import pytest

from bailee.trace import Batch
from tests.oracle import engine
from tests.oracle.cases import Case
from tests.oracle.conftest import Doors
from tests.oracle.databases import Dialect
from tests.oracle.examples import EXAMPLES
from tests.oracle.made import ALICE, NOW, SYSTEM, person

POSTS = next(example for example in EXAMPLES if example.name.startswith("posts go with the thread")).world


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_posts_that_were_left_behind_are_found_when_their_thread_is_gone(dialect: Dialect, doors: Doors) -> None:
    ground = engine.ground(Case(0, POSTS, (), NOW), {SYSTEM: doors(dialect)["s"]})
    trace, connector = ground.trace(SYSTEM, NOW), ground.connectors[SYSTEM]
    batch = engine.batch_of(ground, POSTS, [person(ALICE)], engine.Past())
    thread, post = (next(c for c in trace.changes if c.id == f"{name}/delete") for name in ("thread", "post"))
    with connector.session(trace, write=True) as session:
        session.begin(batch)
        sealed = session.fix()
        assert session.apply(thread).count == 1
    with connector.session(trace, write=False) as session:
        session.begin(batch, sealed)
        assert session.tally(post).count == 1
        session.begin(Batch(batch.subjects, batch.known))
        assert session.tally(post).count == 0
