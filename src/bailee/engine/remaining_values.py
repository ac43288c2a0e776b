"""Where a person is still called something when a plan has been carried out, and how that is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bailee.engine.cases import SealedCase
from bailee.engine.people import open_session
from bailee.engine.results import RemainingValue, WhyRemaining
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument
from bailee.policy import FirmRole
from bailee.trace import build_remaining_trace


def find_remaining_values(systems: Systems, case: SealedCase) -> Iterator[RemainingValue]:
    """Yield where the values that the persons of ``case`` were known by still stand, in all systems it looks in."""
    for system, m in systems.maps.items():
        if system != case.customer.system if case.customer else m.system.role is not FirmRole.CONTROLLER:
            continue
        kept = case.kept.get(system, {})
        trace, places = build_remaining_trace(m, kept)
        if not places:
            continue
        with open_session(systems, system, trace, write=False) as session:
            session.begin(replace(case.make_batch(system), kept=kept))
            for place in places:
                if count := session.count(place.name):
                    why = (
                        WhyRemaining.KEPT
                        if place.is_kept
                        else WhyRemaining.UNKEPT
                        if place.is_own
                        else WhyRemaining.LEFT
                    )
                    yield RemainingValue(system, place.collection, place.column, count, why)


def describe_remaining_values(plan: PlanDocument, standing: Iterable[RemainingValue]) -> Iterator[str]:
    """Yield where what the person was known by still is, by system and reason, without anybody's data."""
    titles = {system.system: system.title for system in plan.systems}
    for why, words in _STILL.items():
        found: dict[str, dict[str, None]] = {}
        for one in standing:
            if one.why is why:
                found.setdefault(one.system, {})[
                    f"{one.collection.replace('_', ' ')} ({one.column.replace('_', ' ')})"
                ] = None
        yield from (f"{titles.get(system, system)}: {words}: {', '.join(names)}" for system, names in found.items())


_STILL = {
    WhyRemaining.KEPT: "what you are known by stays with what must stay",
    WhyRemaining.LEFT: "what you are known by stays in records of others",
    WhyRemaining.UNKEPT: "what you are known by stays in your own records",
}
"""Why a value is still somewhere -> what the person is told of it."""
