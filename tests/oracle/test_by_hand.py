"""A hold placed by hand, and a restriction, on random maps: what is located for a person stays while it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, SealedCase, load_kept_cases
from bailee.engine.people import Search
from bailee.engine.plans import PlanningResult, plan_release, plan_retain, replan_case, seal_plan
from bailee.engine.systems import Systems
from bailee.policy import KEY_NONE
from bailee.store.holds import HeldByHand
from bailee.store.restrictions import StoredOnly, put_restriction
from bailee.store.sealed_store import Store
from bailee.trace import Batch, CircularFate, KnownValue
from bailee.trace.closure import Persons, Seed
from tests.oracle import engine, interpreter
from tests.oracle.cases import Case as Example
from tests.oracle.cases import random_case
from tests.oracle.compare import is_refused
from tests.oracle.conftest import Doors
from tests.oracle.doors import Door
from tests.oracle.interpreter import facts_of, subjects_of, trace
from tests.oracle.laws import at_one_time, dangling, difference
from tests.oracle.printed import printed
from tests.oracle.test_release import is_dated_ahead, systems_of
from tests.oracle.world import Memory, Row, RowKey, rows_of

SEEDS, BLOCK = 30, 15
HOLD = HeldByHand("Doe v Firm", "a law", None, ("held",))


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("start", range(0, SEEDS, BLOCK))
def test_what_is_held_by_hand_stays_to_the_last_cell_and_goes_when_it_is_over(
    start: int, doors: Doors, tmp_path: Path
) -> None:
    held = 0
    for seed in range(start, start + BLOCK):
        example = random_case(800_000 + seed)
        keyless = any(c.key == KEY_NONE for s in example.world.policy.systems.values() for c in s.collections.values())
        if keyless:
            continue
        wrong, some = _held(example, doors("sqlite"), tmp_path / str(seed))
        assert not wrong, "\n".join([printed(example), *wrong])
        held += some
    assert held > 2


def _held(example: Example, doors: Mapping[str, Door], folder: Path) -> tuple[list[str], bool]:
    """Erase everybody and carry out every rule while the first is held; then lift it; return what went wrong."""
    g = engine.ground(example, doors)
    if is_refused(g, example):
        return [], False
    rows = _located(example)
    whole, first = (
        engine.batch_of(g, example.world, some, engine.Past()) for some in (example.batch, example.batch[:1])
    )
    try:
        with _finding(whole, first):
            wrong = [
                f"retained, {place}: {line}"
                for rule in example.rules
                for place, made in (("held", _by_hand), ("restricted", _restricted))
                for line in _retained(g, made(g, folder / place, example), example, rule, rows)
            ]
            g.fill(example.world.data)
            _apply(_by_hand(g, folder, example), None)
            wrong += [f"erased: {line}" for line in (*_lost(example, g, rows), *dangling(example, g.read()))]
            if wrong:
                return wrong, True
            return _lifted(g, folder, example), bool(rows)
    except CircularFate:
        return [], False


def _lifted(g: engine.Ground, folder: Path, example: Example) -> list[str]:
    """Release what was held; return how that differs from an erasure without the hold."""
    want = interpreter.erase(example.world, example.batch, Memory(), example.now)
    kept = [case for case in load_kept_cases(Store(folder)) if case.stage == KEPT]
    if want.refused or not kept or is_dated_ahead(example):
        return []
    later = example.now + timedelta(seconds=1)
    systems = systems_of(g, folder, later)
    planned = plan_release(systems, kept[0].id)
    if planned.plan.refused:
        return []
    _apply(systems, planned)
    return [f"lifted: {line}" for line in difference(want.data, at_one_time(g.read(), later, example.now))]


def _by_hand(g: engine.Ground, folder: Path, example: Example) -> Systems:
    return systems_of(g, folder, example.now, (HOLD,))


def _restricted(g: engine.Ground, folder: Path, example: Example) -> Systems:
    systems = systems_of(g, folder, example.now)
    put_restriction(systems.store, "r-first", StoredOnly(systems.now, None, (KnownValue(0, "email", "held"),)))
    return systems


def _retained(
    g: engine.Ground, systems: Systems, example: Example, rule: str, rows: Mapping[RowKey, Row]
) -> Iterator[str]:
    g.fill(example.world.data)
    _apply(systems, plan_retain(systems, rule))
    yield from _lost(example, g, rows)
    yield from dangling(example, g.read())


def _located(example: Example) -> Mapping[RowKey, Row]:
    """Return the rows that the rules locate for the first of the batch."""
    facts = facts_of(example.world, Memory(), example.now)
    (subject,) = subjects_of(facts, example.batch[:1])
    return {row.name: row for row in trace(facts, subject).located}


def _lost(example: Example, g: engine.Ground, rows: Mapping[RowKey, Row]) -> Iterator[str]:
    after = {row.name: row for row in rows_of(replace(example.world, data=g.read()))}
    for name, row in rows.items():
        if name not in after:
            yield f"{name} went"
        elif after[name].cells != row.cells:
            yield f"{name} changed: {row.cells} became {after[name].cells}"


def _apply(systems: Systems, planned: PlanningResult | None) -> None:
    planned = planned or replan_case(
        systems, "erase", SealedCase("c-first", salt=b"salt", asked=((0, "email", "somebody"),))
    )
    seal_plan(systems, planned)
    assert apply_plan(systems, planned.plan).is_clean


@contextmanager
def _finding(whole: Batch, held: Batch) -> Iterator[None]:
    """Let whoever is looked for be ``whole``, or ``held`` where a hold asks; a release looks for nobody."""

    @contextmanager
    def searching(systems: Systems, seeds: Sequence[Seed], *_: object) -> Iterator[Search]:
        found = Batch() if not seeds else held if seeds[0].value == "held" else whole
        with ExitStack() as stack:
            sessions = {
                name: stack.enter_context(systems.connectors[name].session(systems.trace(name), write=False))
                for name in systems.maps
            }
            for session in sessions.values():
                session.begin(found)
            yield Search(systems, sessions, Persons(found.subjects, found.known, (), frozenset(), ()), found, seeds)

    def seeds_of(_systems: Systems, text: str) -> list[Seed]:
        return [Seed(0, "email", text)]

    with (
        patch("bailee.engine.plans.search_seeds", searching),
        patch("bailee.engine.holds.search_seeds", searching),
        patch("bailee.engine.holds.find_seeds", seeds_of),
    ):
        yield
