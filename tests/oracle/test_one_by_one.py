"""Law a through plans: persons erased one by one, each by a plan, leave what the batch of them would have left.

The books remember who was erased, and each plan takes up of them what it touches, and no more (21).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import SealedCase
from bailee.engine.plans import replan_case, seal_plan
from bailee.trace import CircularFate
from tests.oracle import engine, interpreter
from tests.oracle.cases import Case as Example
from tests.oracle.cases import random_case
from tests.oracle.closure import in_scope, shared_values
from tests.oracle.compare import is_refused
from tests.oracle.conftest import Doors
from tests.oracle.doors import Door
from tests.oracle.laws import difference
from tests.oracle.printed import printed
from tests.oracle.test_release import finding, must_be_clean, systems_of
from tests.oracle.world import Memory, rows_of

SEEDS, BLOCK = 400, 40


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("start", range(0, SEEDS, BLOCK))
def test_one_by_one_is_as_all_at_once(start: int, doors: Doors, tmp_path: Path) -> None:
    some = 0
    for seed in range(start, start + BLOCK):
        example = random_case(900_000 + seed)
        wrong, looked = _one_by_one(example, doors("sqlite"), tmp_path / str(seed))
        assert not wrong, "\n".join([printed(example), *wrong])
        some += looked
    assert some > 5


def _one_by_one(example: Example, doors: Mapping[str, Door], folder: Path) -> tuple[list[str], bool]:
    """Erase each of the batch by a plan of their own; return how that differs from all at once, and whether it did."""
    g = engine.ground(example, doors)
    if is_refused(g, example) or len(example.batch) < 2 or not all(person.own for person in example.batch):
        return [], False  # one who is known by a value alone is somebody else once nobody carries it any more
    want = interpreter.erase(example.world, example.batch, Memory(), example.now)
    if want.refused:
        return [], False
    rows = rows_of(example.world)
    past = engine.Past(shared=shared_values(example.world, in_scope(example.world, rows, None)))  # as the books have it
    for place, person in enumerate(example.batch):
        world = replace(example.world, data=g.read())
        case = SealedCase(f"c-{place}", salt=b"salt", asked=((0, "email", f"somebody {place}"),))
        try:
            with finding(engine.batch_of(g, world, [person], past)):
                systems = systems_of(g, folder, example.now)
                planned = replan_case(systems, "erase", case)
                if planned.plan.refused:
                    return [], False
                seal_plan(systems, planned)
                must_be_clean(systems, apply_plan(systems, planned.plan))
        except CircularFate:
            return [], False
    return difference(want.data, g.read()), True
