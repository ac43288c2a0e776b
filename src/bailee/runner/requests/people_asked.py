"""Whom the identities of a request lead to, each by itself: two that do not meet in the systems are two persons.

Who asks for Alice's data by an address of their own and a number of hers must not get hers by proving the address. So
every identity is searched for alone, and what a proof is worth is what the identities of one found person are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bailee.books.models import Right
from bailee.policy import Policy
from bailee.runner.allowed import Despite
from bailee.runner.house import House
from bailee.runner.people import Search, searching, seeds_in, within_system
from bailee.trace import Batch
from bailee.trace.closure import Candidate, Seed
from bailee.trace.sets import Known, Ref, Subject


@dataclass(frozen=True, slots=True)
class Someone:
    """One person to whom ``identities``, as they were asked by, lead.

    ``subjects``: their own rows; ``known``: all identities after closure; ``likely``: rows that match and wait for a
    person's word; ``is_mentioned``: rows of others' hold an identity. With none of the three nobody is found.
    """

    identities: tuple[str, ...]
    seeds: tuple[Seed, ...]
    subjects: tuple[Subject, ...]
    known: tuple[Known, ...]
    likely: tuple[Candidate, ...]
    is_mentioned: bool = False

    @property
    def is_found(self) -> bool:
        """Whether anything is held about them."""
        return bool(self.subjects or self.likely or self.is_mentioned)

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """All that they are known by: attribute and normal value, each once."""
        known = [(k.attribute, k.value) for k in self.known]
        return tuple(dict.fromkeys([*known, *((s.attribute, s.value) for s in self.seeds)]))


@dataclass(frozen=True, slots=True)
class LookUp:
    """The persons of a request, and the search that found them, still open."""

    search: Search
    persons: tuple[Someone, ...]

    def only(self, person: Someone) -> None:
        """Let what follows in all systems be about ``person`` alone."""
        batch = Batch(person.subjects, person.known)
        for system, session in self.search.sessions.items():
            within_system(system, session.begin, batch)


DESPITE: Mapping[Right, Despite] = {
    Right.COPY: "their own copy",
    Right.PORTABILITY: "their own copy",
    Right.CORRECT: "correction they asked for",
    Right.ERASE: "erasure they asked for",
    Right.RESTRICT: "restriction they asked for",
    Right.OBJECT: "objection they asked for",
}
"""Right -> why persons are looked for whose data is restricted: they ask for it themselves (Art. 18(2), consent)."""


@contextmanager
def look_up(house: House, identities: Sequence[str], right: Right) -> Iterator[LookUp]:
    """Yield the persons to whom ``identities`` lead, who ask for ``right``.

    Raises `UnknownPerson`, `ConnectorError`.
    """
    seeds = [seed for number, text in enumerate(identities) for seed in seeds_in(house.policy, text, number)]
    with searching(house, seeds, (), despite=DESPITE[right]) as search:
        found = LookUp(search, tuple(_persons(search, identities)))
        yield LookUp(search, tuple(_with_mentions(found)))


def values_in(policy: Policy, identities: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the attributes and normal values that ``identities`` may mean; raises `UnknownPerson`."""
    return tuple((seed.attribute, seed.value) for text in identities for seed in seeds_in(policy, text))


def _persons(search: Search, identities: Sequence[str]) -> Iterator[Someone]:
    persons = search.persons
    places = range(len(identities))
    own: dict[int, set[Ref]] = {n: {s.ref for s in persons.subjects if s.person == n} for n in places}
    for group in _groups(own):
        refs = set[Ref]().union(*(own[n] for n in group))
        likely = (c for c in persons.to_confirm if c.person in group and c.ref not in refs)
        yield Someone(
            tuple(identities[n] for n in group),
            tuple(dict.fromkeys(Seed(0, s.attribute, s.value) for s in search.seeds if s.person in group)),
            tuple(_once(s for s in persons.subjects if s.person in group)),
            tuple(dict.fromkeys(_as_one(k) for k in persons.known if k.person in group)),
            tuple(likely),
        )


def _groups(own: dict[int, set[Ref]]) -> list[list[int]]:
    """Return which identities are one person's: their own rows meet.

    That one of them stands on a row of the other's is not enough: people write what they like on a row of their own.
    """
    groups: list[list[int]] = []
    for n, rows in own.items():
        meets = [g for g in groups if any(rows & own[m] for m in g)]
        groups = [g for g in groups if g not in meets] + [sorted({n, *(m for g in meets for m in g)})]
    return sorted(groups)


def _once(subjects: Iterable[Subject]) -> Iterator[Subject]:
    seen: dict[Ref, Subject] = {}
    for subject in subjects:
        seen.setdefault(subject.ref, Subject(0, subject.ref, subject.links))
    yield from seen.values()


def _as_one(known: Known) -> Known:
    return Known(0, known.attribute, known.value, known.since, known.until, known.source)


def _with_mentions(found: LookUp) -> Iterator[Someone]:
    """Yield the persons; of one without a row of their own also whether others' rows mention them."""
    for person in found.persons:
        if person.subjects or person.likely:
            yield person
            continue
        found.only(person)
        held = any(True for _ in found.search.holdings())
        yield Someone(person.identities, person.seeds, (), person.known, (), held)
