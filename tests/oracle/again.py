"""Law i: after an erasure a search finds what was reported as kept, left to others or to be confirmed, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from tests.oracle.cases import Case
from tests.oracle.closure import carried_by, closure, identities_of, in_scope, shared_values
from tests.oracle.holding import kept_by_name
from tests.oracle.interpreter import Facts, Mentioned, Subject, Traced, erase, facts_of, on_leave_of, trace
from tests.oracle.words import issued
from tests.oracle.world import Known, Memory, Outcome, Person, Remembered, RowKey, World, rows_of


@dataclass(frozen=True, slots=True)
class Seen:
    """What a search finds: own rows, rows to confirm, and all that is located."""

    facts: Facts
    own: frozenset[RowKey]
    known: frozenset[Known]
    to_confirm: frozenset[tuple[RowKey, str]]
    traced: Traced

    @property
    def located(self) -> frozenset[RowKey]:
        """The names of the located rows that have one."""
        return frozenset(row.name for row in self.traced.located if row.key)


def asked_for(case: Case) -> Person | None:
    """Return a person as a search finds her, from some value that stands in a row; ``None`` where nobody is found."""
    carried = sorted({(c.known.attribute, c.known.value) for c in carried_by(case.world, rows_of(case.world))})
    if not carried:
        return None
    rnd = Random(case.seed)
    seeds = frozenset(rnd.choices(carried, k=rnd.choice((1, 1, 2))))
    own = closure(case.world, seeds, case.now).own
    return Person(own, seeds) if own else None


def seen(world: World, person: Person, memory: Memory, case: Case) -> Seen:
    """Return what a search by the seeds of ``person`` finds in ``world``."""
    facts = facts_of(world, memory, case.now)
    found = closure(world, person.seeds, case.now, memory)
    identities = identities_of(world, facts.rows, found.own, person.seeds, None)
    shared = shared_values(world, in_scope(world, facts.rows, None)) | memory.shared
    known = frozenset(k for k in identities if (k.attribute, k.value) not in shared)
    return Seen(facts, found.own, known, found.to_confirm, trace(facts, Subject(Remembered(found.own, known))))


def found_again(case: Case) -> list[str]:
    """Law i, of the interpreter alone."""
    person = asked_for(case)
    if person is None:
        return []
    done = erase(case.world, [person], Memory(), case.now)
    return [] if done.refused else list(unexplained(case, person, done))


def unexplained(case: Case, person: Person, done: Outcome) -> Iterator[str]:
    """Yield what is found of ``person`` after ``done`` and was not said, and what was said to stay and is not found."""
    before = seen(case.world, person, Memory(), case)
    after = seen(replace(case.world, data=done.data), person, Memory(shared=done.memory.shared), case)
    (known,) = done.memory.persons
    said = known.kept | {name for name, _, _ in known.withheld}
    yield from (f"i: {name} is found again" for name in after.own - (before.own & said))
    later = {(name, what) for name, what in after.to_confirm - before.to_confirm if name not in said & before.own}
    yield from (f"i: {name} is to be confirmed by {what} only now" for name, what in later)
    if is_timed(case.world, person):
        return  # asked for a number that is nobody's by then, whatever it was used for comes up
    yield from (f"i: {name} is located only now" for name in after.located - before.located)
    mine = {(m.row.name, m.mention.id): m for m in before.traced.mentioned if m.row.key}
    still = {(m.row.name, m.mention.id): m for m in after.traced.mentioned if m.row.key}
    for place, found in still.items():
        first = mine.get(place)
        if first is None or (is_cleared(found) and not _is_kept(before.facts, first, said)):
            yield f"i: {place} still names her"
    there = {row.name for row in after.facts.rows if row.key}
    for place, first in mine.items():
        values = {known.value for known in after.known} & first.values
        stays = not is_cleared(first) and not is_written(first) and place[0] in there and place[0] not in known.kept
        if values and stays and place not in still:
            yield f"i: {place} was left, and is not found"


def is_timed(world: World, person: Person) -> bool:
    """Whether the person was asked for by something that is a person's for a time."""
    timed = {
        issued(system.name, identity.attribute)
        for system in world.policy.systems.values()
        for collection in system.collections.values()
        for identity in collection.identities
        if identity.valid
    }
    return any(attribute in timed for attribute, _ in person.seeds)


def is_cleared(found: Mentioned) -> bool:
    """Whether ``on_leave`` says that the mention goes."""
    return on_leave_of(found.mention, found.row).matched


def is_written(found: Mentioned) -> bool:
    """Whether some word gives the cell of the mention a fixed value."""
    collection = found.row.collection
    words = [on_leave.cells for on_leave in (collection.on_leave, *(e.on_leave for e in collection.edges)) if on_leave]
    words += [collection.on_erase.anonymise] if collection.on_erase and collection.on_erase.anonymise else []
    return any(found.mention.column in word for word in words)


def _is_kept(facts: Facts, found: Mentioned, said: frozenset[RowKey]) -> bool:
    return found.mention.column in kept_by_name(facts.world, facts.holding, found.row) or found.row.name in said
