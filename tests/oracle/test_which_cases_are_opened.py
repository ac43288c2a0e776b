"""The law of the index: a plan is the same whether it opens the kept cases that it comes upon, or all of them (21).

Persons are erased one by one, each by a plan. Before each is carried out it is made a second time with all cases open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import SealedCase, find_cases, load_kept_cases
from bailee.engine.earlier_cases import EarlierCases
from bailee.engine.plans import PlanningResult, replan_case, seal_plan
from bailee.store.sealed_store import Store
from bailee.trace import CircularFate, Ref
from bailee.trace.closure import Value
from tests.oracle import engine
from tests.oracle.cases import Case as Example
from tests.oracle.cases import random_case
from tests.oracle.closure import in_scope, shared_values
from tests.oracle.compare import is_refused
from tests.oracle.conftest import Doors
from tests.oracle.doors import Door
from tests.oracle.printed import printed
from tests.oracle.test_release import finding, systems_of
from tests.oracle.world import rows_of

SEEDS, BLOCK = 600, 300


@dataclass
class Counted:
    """``plans`` that were compared while something was kept; in ``some`` a case was opened, in ``not_all`` not each."""

    plans: int = 0
    some: int = 0
    not_all: int = 0
    opened: set[str] = field(default_factory=set)


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("start", range(0, SEEDS, BLOCK))
def test_a_plan_is_the_same_whether_it_opens_what_it_comes_upon_or_all(
    start: int, doors: Doors, tmp_path: Path
) -> None:
    counted = Counted()
    for seed in range(start, start + BLOCK):
        example = random_case(1_500_000 + seed)
        wrong = _compared(example, doors("sqlite"), tmp_path / str(seed), counted)
        assert not wrong, "\n".join([printed(example), *wrong])
    assert counted.plans > counted.some > 0
    assert counted.not_all


def _compared(example: Example, doors: Mapping[str, Door], folder: Path, counted: Counted) -> list[str]:
    """Erase each of the batch by a plan of their own; return how those differ that are made twice."""
    g = engine.ground(example, doors)
    if is_refused(g, example) or len(example.batch) < 2 or not all(person.own for person in example.batch):
        return []
    past = engine.Past(shared=shared_values(example.world, in_scope(example.world, rows_of(example.world), None)))
    for place, person in enumerate(example.batch):
        world = replace(example.world, data=g.read())
        case = SealedCase(f"c-{place}", salt=b"salt", asked=((0, "email", f"somebody {place}"),))
        try:
            with finding(engine.batch_of(g, world, [person], past)):
                systems, kept = systems_of(g, folder, example.now), {one.id for one in load_kept_cases(Store(folder))}
                with _noting(counted.opened):
                    planned = replan_case(systems, "erase", case)
                with _opening_all():
                    whole = replan_case(systems_of(g, folder, example.now), "erase", case)
                if wrong := _difference(planned, whole):
                    return wrong
                counted.plans += bool(kept)
                counted.some += bool(kept & counted.opened)
                counted.not_all += bool(kept - counted.opened)
                if planned.plan.refused:
                    return []
                seal_plan(systems, planned)
                applied = apply_plan(
                    systems, planned.plan, settle=place % 2 == 0
                )  # until it has settled, a case is remembered
                assert not any(one.count for one in applied.residuals)
        except CircularFate:
            return []
    return []


def _difference(planned: PlanningResult, whole: PlanningResult) -> list[str]:
    mine, other = planned.case, whole.case
    told = [] if planned.plan == whole.plan else [f"{planned.plan}\nwith all open: {whole.plan}"]
    for name in ("again", "doubted", "left", "by_hand", "spared", "files"):
        one, two = getattr(mine, name), getattr(other, name)
        told += [] if one == two else [f"{name}: {one}\nwith all open: {two}"]
    if {s.ref for s in mine.subjects} != {s.ref for s in other.subjects} or {*mine.absorbs} != {*other.absorbs}:
        told.append(f"takes up {mine.absorbs}\nwith all open: {other.absorbs}")
    if not {*mine.passed_on} <= {*other.passed_on}:
        told.append(f"passed on: {mine.passed_on}\nwith all open: {other.passed_on}")
    return told


@contextmanager
def _noting(opened: set[str]) -> Iterator[None]:
    opened.clear()

    def noted(
        store: Store, refs: Iterable[Ref], values: Iterable[Value] = (), but: Collection[str] = ()
    ) -> Mapping[str, SealedCase]:
        found = find_cases(store, refs, values, but)
        opened.update(found)
        return found

    with patch("bailee.engine.earlier_cases.find_cases", noted):
        yield


@contextmanager
def _opening_all() -> Iterator[None]:
    def all_of_them(
        store: Store, _refs: Iterable[Ref], _values: Iterable[Value] = (), but: Collection[str] = ()
    ) -> Mapping[str, SealedCase]:
        return {case.id: case for case in load_kept_cases(store) if case.id not in but}

    with (
        patch("bailee.engine.earlier_cases.find_cases", all_of_them),
        patch.object(EarlierCases, "is_empty", property(lambda _: False)),
    ):
        yield
