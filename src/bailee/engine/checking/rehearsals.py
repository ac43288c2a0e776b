"""Rehearsals: a violation is planted in a copy, never in a system, and the light must turn.

The copy has the tables of the map, without their rows and their constraints, in SQLite; what a system would answer, or
the policy says, is altered in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

from bailee.checks import (
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    EarlierLook,
    Failure,
    Plant,
    Verdict,
    World,
    judge_check,
    load_checks,
)
from bailee.connectors.base import Connector, Countable
from bailee.connectors.sql.twin import flatten_name, make_twin, make_twin_schema
from bailee.engine.checking.opened_policy import bind_map, open_policy
from bailee.engine.checking.runs import Ask, choose_checks, make_asker
from bailee.engine.systems import make_connector
from bailee.policy import Bound, Policy, System
from bailee.store.sealed_store import Store
from bailee.trace import BoundMap

MOST = 3
"""Violations planted for one check of one promise: of some kinds there is one for each system."""


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """``outcome``: the light ``turned``, the violation was ``missed``, or it could ``not`` be ``planted``, and why."""

    check: str
    promise: str
    planted: str
    outcome: Literal["turned", "missed", "not planted"]
    says: str = ""


def rehearse_checks(
    folder: Path, *, now: datetime | None = None, only: Collection[str] = ()
) -> tuple[RehearsalResult, ...]:
    """Plant violations for the checks of ``folder`` and return which were seen; raises as `look` does."""
    now = now or datetime.now(UTC).replace(microsecond=0)
    with open_policy(folder, now) as systems, tempfile.TemporaryDirectory(prefix="bailee-rehearsal-") as place:
        stage = _RehearsalContext(systems.world, systems.systems, Path(place))
        return tuple(
            one
            for promise, bounds in choose_checks(systems.world, only)
            for bound in bounds
            for one in _rehearse_check(stage, promise.name, bound)
        )


@dataclass
class _RehearsalContext:
    """The live ``world``, and where copies are made."""

    world: World
    systems: Mapping[str, Connector]
    place: Path
    copies: int = 0


def _rehearse_check(stage: _RehearsalContext, promise: str, bound: Bound) -> Iterator[RehearsalResult]:
    twin = make_twin_world(stage.world)
    plants = [*islice(load_checks()[bound.check].plant(twin, bound), MOST), *islice(_plant_emptiness(twin, bound), 1)]
    if not plants:
        unread = ", ".join(stage.world.unread)
        says = f"the map of {unread} cannot be read" if unread else "no violation can be made up for this policy"
        yield RehearsalResult(bound.check, promise, "nothing", "not planted", says)
    already = {(f.about, f.says) for f in _run_plant(stage, twin, bound, Plant("nothing"))} if plants else set()
    for plant in plants:
        findings = _run_plant(stage, twin, bound, plant)
        turned = {plant.wants, Verdict.BROKEN}
        broken = [f for f in findings if f.verdict in turned]
        if any((f.about, f.says) not in already for f in broken):
            yield RehearsalResult(bound.check, promise, plant.says, "turned")
        elif broken:
            says = f"the light is {plant.wants} already, so that it cannot be seen to turn"
            yield RehearsalResult(bound.check, promise, plant.says, "not planted", says)
        else:
            seen = findings[0].says if findings else "nothing"
            yield RehearsalResult(bound.check, promise, plant.says, "missed", f"the check said: {seen}")


def _plant_emptiness(twin: World, bound: Bound) -> Iterator[Plant]:
    """Yield what must turn every light that counts: yesterday there was something to look at, and now nothing is."""
    for question in load_checks()[bound.check].ask(twin, bound):
        if question.sized:
            looks = {question.size_key: EarlierLook(twin.now - timedelta(days=1), {"": 7})}
            says = f"{question.about} without all seven {load_checks()[bound.check].unit}s that it held yesterday"
            yield Plant(says, looks=looks, wants=Verdict.UNKNOWN)


def _run_plant(stage: _RehearsalContext, twin: World, bound: Bound, plant: Plant) -> tuple[CheckFinding, ...]:
    """Return what the check finds in a copy with the violation of ``plant``."""
    policy = make_twin_policy(plant.policy) if plant.policy is not None else twin.policy
    maps: dict[str, BoundMap] = {}
    unread: dict[str, Failure] = {}
    for name, m in twin.maps.items():
        laid, failure = bind_map(policy, policy.systems[name], m.schema)
        if laid is not None:
            maps[name] = laid
        elif failure is not None:
            unread[name] = failure
    looks = plant.looks if plant.looks is not None else twin.looks
    world = replace(twin, policy=policy, maps=maps, unread={**twin.unread, **unread}, looks=looks)
    stage.copies += 1
    file = stage.place / f"{stage.copies}"
    file.mkdir()
    copies = dict(_make_copies(twin, plant, file, stage.world.now))
    told = bound if plant.bound is None else plant.bound
    ask = _answer_as_planted(make_asker(world, copies), plant)
    check = load_checks()[told.check]
    return tuple(judge_check(check, world, told, [ask(question) for question in check.ask(world, told)]))


def _answer_as_planted(ask: Ask, plant: Plant) -> Ask:
    def answer_question(question: CheckQuestion) -> CheckAnswer:
        if plant.answer is not None and question.kind in {"facts", "reader", "writer"}:
            return CheckAnswer(question, plant.answer(question))
        return ask(question)

    return answer_question


# --- the copies ----------------------------------------------------------------------------------------------


def make_twin_world(world: World) -> World:
    """Return ``world`` with every map laid over a copy of its tables in SQLite."""
    policy = make_twin_policy(world.policy)
    maps: dict[str, BoundMap] = {}
    for name, m in world.maps.items():
        laid, _ = bind_map(policy, policy.systems[name], make_twin_schema(m.schema))
        if laid is not None:
            maps[name] = laid
    lost = {n: Failure("C519", "no copy of it can be made", "") for n in world.maps if n not in maps}
    return replace(world, policy=policy, maps=maps, unread={**world.unread, **lost})


def make_twin_policy(policy: Policy) -> Policy:
    """Return ``policy`` with tables called as they are in a copy."""
    return replace(policy, systems={name: _make_twin_system(system) for name, system in policy.systems.items()})


def _make_twin_system(system: System) -> System:
    collections = {
        c.name: replace(c, schema=None, table=flatten_name(f"{c.schema}.{c.table}" if c.schema else c.table))
        for c in system.collections.values()
    }
    return replace(system, collections=collections)


def _make_copies(twin: World, plant: Plant, place: Path, now: datetime) -> Iterator[tuple[str, Countable]]:
    """Yield each system's copy, empty but for the rows that ``plant`` plants in it."""
    for name, m in twin.maps.items():
        file = place / f"{name}.db"
        planted = [(c.partition(".")[2], cells) for c, cells in plant.rows if c.partition(".")[0] == name]
        make_twin(file, m.schema, [(m.bound[c].table.name, cells) for c, cells in planted])
        system = replace(m.system, url=f"sqlite:///{file}", write_url=None, connector="sql")
        yield name, make_connector(system, place, Store(place), now)
