"""What a check's parameters point to: systems, collections, rules; and the systems that cannot be read now."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.checks.model import (
    CheckAnswer,
    CheckFinding,
    CheckQuestion,
    Listing,
    Parameter,
    Verdict,
    World,
    build_finding,
)
from bailee.checks.words import list_names, spell_count, spell_place
from bailee.policy import Bound, RetentionRule
from bailee.policy.systems import has_files
from bailee.trace.bind import BoundCollection, BoundMap
from bailee.trace.check.coverage import find_unmapped

MAY_BE_EMPTY = "may_be_empty"
EMPTY = Parameter("collections", "collections, as system.collection, that may hold nothing: by the firm's own word")
"""Where there is nothing to look at a light is unknown, unless the promise says so: alike for every check of rows."""


def list_row_systems(world: World, bound: Bound) -> list[str]:
    """Return the names of the systems with rows that ``bound`` is about: the one that it names, or all."""
    named = bound.parameters.get("system")
    return [
        name
        for name, system in world.policy.systems.items()
        if name not in world.file_stores and named in {None, name} and not has_files(system)
    ]


def ask_unread(world: World, bound: Bound) -> Iterator[CheckQuestion]:
    """Yield a question that fails for each system that ``bound`` is about and that cannot be read."""
    return (CheckQuestion(name, "reach", name) for name in list_row_systems(world, bound) if name in world.unread)


def list_rules(world: World, bound: Bound) -> list[RetentionRule]:
    """Return the retention rules that ``bound`` is about: the one that it names, or all."""
    named = bound.parameters.get("rule")
    return [rule for rule in world.policy.retention.values() if named in {None, rule.name}]


def list_maps(world: World, bound: Bound) -> Iterator[tuple[str, BoundMap]]:
    """Yield the maps of the systems that ``bound`` is about and that could be read."""
    return ((name, world.maps[name]) for name in list_row_systems(world, bound) if name in world.maps)


def resolve_collection(world: World, text: str) -> tuple[str, str]:
    """Return the system and the collection that ``system.collection`` names, or ``collection`` where one has it."""
    system, dot, name = text.partition(".")
    if dot and system in world.policy.systems:
        return system, name
    having = [s.name for s in world.policy.systems.values() if text in s.collections]
    return (having[0] if having else ""), text


def find_collection(world: World, text: str) -> tuple[str, BoundMap | None, BoundCollection | None]:
    """Return the system of a collection, with its map and the collection on it, where the system could be read."""
    system, name = resolve_collection(world, text)
    m = world.maps.get(system)
    return system, m, m.bound.get(name) if m else None


def judge_listing(world: World, bound: Bound, answer: CheckAnswer) -> Iterator[CheckFinding]:
    """Yield what is not known, where the system has tables that no map mentions, or may have some."""
    system, listing = answer.question.system, answer.value
    assert isinstance(listing, Listing)
    m, place = world.maps[system], world.policy.systems[system].place
    off = find_unmapped(m)
    if off:
        stand = "is on no map" if len(off) == 1 else "are on no map"
        says = (
            f"{spell_count(len(off), 'table')} of {system} {stand}: {list_names(off)}; nothing is known of"
            " what they hold"
        )
        hint = (
            f"`bailee connect {system}` drafts them; put them on the map, opaque with the reason where nothing"
            f" is personal: {spell_place(place)}"
        )
        public = f"some of what {system} holds has not been gone through yet"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, count=len(off), place=place, public=public)
    if m.schema.is_partial or not listing.is_whole:
        says = f"the account that reads {system} is told only of tables that it has rights on: there may be others"
        hint = f"`bailee grants {system}` prints a reader that is told of every table, and reads those of the map"
        public = f"it cannot be told whether {system} holds anything besides"
        yield build_finding(bound, answer, Verdict.UNKNOWN, says, hint, place=place, public=public)


def is_processor(world: World, system: str) -> bool:
    """Whether the system's data belongs to customers (Art. 28)."""
    return world.policy.systems[system].role.value == "processor"


def is_other(world: World, system: str) -> bool:
    """Whether the system answers, and is not what its map says: no check of the map's own passed."""
    return system in world.unread and world.unread[system].code.startswith("T")
