"""The release by a plan keeps law d: when the last hold has ended it leaves what the interpreter says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, SealedCase, load_kept_cases
from bailee.engine.people import Search
from bailee.engine.plans import PlanningResult, plan_release, replan_case, seal_plan
from bailee.engine.results import ApplyResult, RemainingValue, WhyRemaining
from bailee.engine.systems import Systems
from bailee.policy import Mode
from bailee.store.holds import HeldByHand
from bailee.store.sealed_store import Store
from bailee.trace import Batch, CircularFate
from bailee.trace.closure import Persons, Seed
from tests.oracle import engine, interpreter
from tests.oracle.cases import Case as Example
from tests.oracle.cases import random_case
from tests.oracle.compare import is_refused
from tests.oracle.conftest import Doors
from tests.oracle.doors import Door
from tests.oracle.laws import difference, without_holds
from tests.oracle.printed import printed
from tests.oracle.world import Memory, moment, rows_of

SEEDS, BLOCK = 60, 30


@pytest.mark.usefixtures("unwatched")
@pytest.mark.parametrize("start", range(0, SEEDS, BLOCK))
def test_what_holds_kept_goes_as_if_they_had_never_been(start: int, doors: Doors, tmp_path: Path) -> None:
    released = 0
    for seed in range(start, start + BLOCK):
        example = random_case(700_000 + seed)
        wrong, some = _released(example, doors("sqlite"), tmp_path / str(seed))
        assert not wrong, "\n".join([printed(example), *wrong])
        released += some
    assert released > 1


def _released(example: Example, doors: Mapping[str, Door], folder: Path) -> tuple[list[str], bool]:
    """Erase, end every hold, and release; return what differs, and whether there was anything to release."""
    g = engine.ground(example, doors)
    if is_refused(g, example):
        return [], False
    want = interpreter.erase(example.world, example.batch, Memory(), example.now)
    batch = engine.batch_of(g, example.world, example.batch, engine.Past())
    try:
        with finding(batch):
            _apply(
                systems_of(g, folder, example.now), replan_case(systems_of(g, folder, example.now), "erase", _case())
            )
    except CircularFate:
        return [], False
    wrong = [f"erased: {line}" for line in difference(want.data, g.read())]
    kept = [case for case in load_kept_cases(Store(folder)) if case.stage == KEPT]
    if wrong or want.refused or not kept or is_dated_ahead(example):
        return wrong, False
    free, later = replace(without_holds(example.world), data=want.data), example.now + timedelta(seconds=1)
    after = interpreter.erase(free, [], want.memory, later)
    if after.unreleased:
        return [], False
    with finding(batch):
        systems = systems_of(g.under(free.policy), folder, later)
        _apply(systems, plan_release(systems, kept[0].id))
    return [f"released: {line}" for line in difference(after.data, g.read())], after.data != want.data


def is_dated_ahead(example: Example) -> bool:
    """Whether somebody is mentioned at a time to come: what was theirs till they were erased is not theirs then."""
    return any(
        (at := moment(row.cells[mention.at])) is not None and at > example.now
        for row in rows_of(example.world)
        for mention in row.collection.mentions
        if mention.at is not None
    )


def _apply(systems: Systems, planned: PlanningResult) -> None:
    seal_plan(systems, planned)
    must_be_clean(systems, apply_plan(systems, planned.plan))


def must_be_clean(systems: Systems, applied: ApplyResult) -> None:
    """Expect that nothing is left but what a hold keeps.

    A column of a random map that is no identity may have a value of one by chance, and no word of the map to clear it.
    """

    def has_a_word(one: RemainingValue) -> bool:
        c = systems.policy.systems[one.system].collections[one.collection]
        on_erase = c.on_erase
        assert on_erase is not None
        return one.column in {*(i.column for i in c.identities), *(on_erase.anonymise or ())} or on_erase.deletes

    told = tuple(one for one in applied.standing if one.why is not WhyRemaining.UNKEPT or has_a_word(one))
    left = [*(str(one) for one in applied.residuals if one.count), *map(str, told)]
    assert replace(applied, standing=told).is_clean, left


def _case() -> SealedCase:
    return SealedCase("c-first", salt=b"salt", asked=((0, "email", "somebody"),))


def systems_of(g: engine.Ground, folder: Path, now: datetime, held: Sequence[HeldByHand] = ()) -> Systems:
    """Return the systems of a case's tables, with its books in ``folder``."""
    policy = replace(g.policy, firm=replace(g.policy.firm, mode=Mode.ACT))
    now = now.replace(tzinfo=UTC)
    return Systems(folder, policy, Store(folder), now, g.connectors, {}, g.schemas, g.maps, held=held)


@contextmanager
def finding(batch: Batch) -> Iterator[None]:
    """Let whoever is looked for be ``batch``; a release looks for nobody."""

    @contextmanager
    def searching(systems: Systems, seeds: Sequence[Seed], *_: object) -> Iterator[Search]:
        found = batch if seeds else Batch()
        with ExitStack() as stack:
            sessions = {
                name: stack.enter_context(systems.connectors[name].session(systems.trace(name), write=False))
                for name in systems.maps
            }
            persons = Persons(found.subjects, found.known, (), frozenset(), ())
            yield Search(systems, sessions, persons, found, seeds)

    with patch("bailee.engine.plans.search_seeds", searching):
        yield
