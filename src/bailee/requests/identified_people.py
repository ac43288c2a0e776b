"""Whom the identities of a request lead to, each by itself: two that do not meet in the systems are two persons.

Who asks for Alice's data by an address of their own and a number of hers must not get hers by proving the address. So
every identity is searched for alone, and what a proof is worth is what the identities of one found person are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bailee.connectors.base import Session
from bailee.engine.people import Search, call_system, parse_seeds, search_seeds
from bailee.engine.systems import Systems
from bailee.policy import Identity, Joins, Policy
from bailee.policy.predicate import ALWAYS, Scalar
from bailee.requests.rights import find_rules
from bailee.store.models import Right
from bailee.trace import Batch, validity
from bailee.trace.closure import Candidate, Seed
from bailee.trace.normal import read_values
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.sets import KnownValue, Ref, Subject


@dataclass(frozen=True, slots=True)
class IdentifiedPerson:
    """One person to whom ``identities``, as they were asked by, lead.

    ``subjects``: their own rows, ``rows``: what stands there; ``known``: all identities after closure; ``likely``: rows
    that match and wait for a person's word; ``is_mentioned``: rows of others' hold an identity. Without own, likely and
    mentioning rows nobody is found.
    """

    identities: tuple[str, ...]
    seeds: tuple[Seed, ...]
    subjects: tuple[Subject, ...]
    known: tuple[KnownValue, ...]
    likely: tuple[Candidate, ...]
    is_mentioned: bool = False
    rows: tuple[FoundSubject, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether anything is held about them."""
        return bool(self.subjects or self.likely or self.is_mentioned)


@dataclass(frozen=True, slots=True)
class LookUp:
    """The persons of a request, and the search that found them, still open."""

    search: Search
    persons: tuple[IdentifiedPerson, ...]

    def only(self, person: IdentifiedPerson) -> None:
        """Let what follows in all systems be about ``person`` alone."""
        batch = Batch(person.subjects, person.known)
        for system, session in self.search.sessions.items():
            call_system(system, session.begin, batch)


def list_certain_values(systems: Systems, person: IdentifiedPerson) -> tuple[tuple[str, str], ...]:
    """Return what is certainly ``person``'s now, and nobody else's: attributes and normal values, each once.

    What they were found by, and verified identities of their own rows. What somebody wrote on a row of their own, or a
    number that was theirs once, may be another's: two who have it are not one.
    """
    found = dict.fromkeys((seed.attribute, seed.value) for seed in person.seeds)
    shown = {(k.attribute, k.value) for k in person.known}  # without what is shared
    for row in person.rows:
        for place, identity in enumerate(list_identities(systems, row.ref)):
            if identity.joins is Joins.VERIFIED and place in row.verified and is_valid(identity, row, systems.now):
                values = read_cell_values(systems.policy, identity, row)
                found |= dict.fromkeys((identity.attribute, v) for v in values if (identity.attribute, v) in shown)
    return tuple(found)


def list_identities(systems: Systems, ref: Ref) -> tuple[Identity, ...]:
    """Return what the map calls identities in the collection of ``ref``."""
    return systems.maps[ref.system].bound[ref.collection].collection.identities


def read_cell_values(policy: Policy, identity: Identity, row: FoundSubject) -> tuple[str, ...]:
    """Return the normal values of ``identity`` on ``row``."""
    firm = policy.firm
    cell = row.cells[identity.column]
    return read_values(identity.attribute, cell, identity.stored, firm.region, firm.placeholders)


def is_valid(identity: Identity, row: FoundSubject, now: datetime) -> bool:
    """Whether the value is theirs ``now``: numbers are recycled. Where a bound cannot be read it is not."""
    try:
        return validity.read_validity(*(row.cells[c] if c else None for c in identity.valid or ("", ""))).contains(now)
    except ValueError:
        return False


def read_moment(cell: Scalar) -> datetime | None:
    """Return a moment as a system has it, with a zone; what cannot be read is taken for the latest there is."""
    try:
        found = validity.read_moment(cell)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return None if found is None else validity.convert_to_instant(found)


def unite_found(found: Search) -> IdentifiedPerson:
    """Return the one person whom a search is about that `people.search_person` has begun."""
    one = found.persons
    likely = tuple(one.to_confirm)
    return IdentifiedPerson(
        (), tuple(found.seeds), one.subjects, one.known, likely, rows=tuple(_find_rows(found, one.subjects))
    )


@contextmanager
def look_up_people(systems: Systems, identities: Sequence[str], right: Right) -> Iterator[LookUp]:
    """Yield the persons to whom ``identities`` lead, who ask for ``right``.

    Raises `UnknownPerson`, `ConnectorError`.
    """
    seeds = [seed for number, text in enumerate(identities) for seed in parse_seeds(systems.policy, text, number)]
    with search_seeds(systems, seeds, (), despite=find_rules(right).despite) as search:
        found = LookUp(search, tuple(_separate_persons(search, identities)))
        yield LookUp(search, tuple(_add_own_rows(found)))


def parse_identities(policy: Policy, identities: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the attributes and normal values that ``identities`` may mean; raises `UnknownPerson`."""
    return tuple((seed.attribute, seed.value) for text in identities for seed in parse_seeds(policy, text))


def _separate_persons(search: Search, identities: Sequence[str]) -> Iterator[IdentifiedPerson]:
    persons = search.persons
    places = range(len(identities))
    own: dict[int, set[Ref]] = {n: {s.ref for s in persons.subjects if s.person == n} for n in places}
    for group in _group_identities(own):
        refs = set[Ref]().union(*(own[n] for n in group))
        likely = (c for c in persons.to_confirm if c.person in group and c.ref not in refs)
        yield IdentifiedPerson(
            tuple(identities[n] for n in group),
            tuple(dict.fromkeys(Seed(0, s.attribute, s.value) for s in search.seeds if s.person in group)),
            tuple(_deduplicate_subjects(s for s in persons.subjects if s.person in group)),
            tuple(dict.fromkeys(_unite_known(k) for k in persons.known if k.person in group)),
            tuple(likely),
        )


def _group_identities(own: dict[int, set[Ref]]) -> list[list[int]]:
    """Return which identities are one person's: their own rows meet.

    That one of them stands on a row of the other's is not enough: people write what they like on a row of their own.
    """
    groups: list[list[int]] = []
    for n, rows in own.items():
        meets = [g for g in groups if any(rows & own[m] for m in g)]
        groups = [g for g in groups if g not in meets] + [sorted({n, *(m for g in meets for m in g)})]
    return sorted(groups)


def _deduplicate_subjects(subjects: Iterable[Subject]) -> Iterator[Subject]:
    seen: dict[Ref, Subject] = {}
    for subject in subjects:
        seen.setdefault(subject.ref, Subject(0, subject.ref, subject.links))
    yield from seen.values()


def _unite_known(known: KnownValue) -> KnownValue:
    return KnownValue(0, known.attribute, known.value, known.since, known.until, known.source)


def _add_own_rows(found: LookUp) -> Iterator[IdentifiedPerson]:
    """Yield the persons with what stands on their own rows; of one without any, whether others' rows mention them."""
    for person in found.persons:
        if person.subjects:
            yield replace(person, rows=tuple(_find_rows(found.search, person.subjects)))
        elif person.likely:
            yield person
        else:
            found.only(person)
            yield replace(person, is_mentioned=any(True for _ in found.search.find_holdings()))


def _find_rows(search: Search, subjects: Iterable[Subject]) -> Iterator[FoundSubject]:
    wanted: dict[tuple[str, str], list[Ref]] = {}
    for subject in subjects:
        wanted.setdefault((subject.ref.system, subject.ref.collection), []).append(subject.ref)
    for (system, collection), refs in wanted.items():
        question = SubjectQuestion(collection, None, (), ALWAYS, keys=tuple(ref.key for ref in refs))
        yield from call_system(system, _ask_rows, search.sessions[system], question)


def _ask_rows(session: Session, question: SubjectQuestion) -> list[FoundSubject]:
    return list(session.identify([question]))
