"""Holds placed by hand, as for litigation: which rows of which persons must stay, whatever is asked or due.

The rows are located first, by a trace of their own, and handed to whatever plan is made as keys: the algebra subtracts
them from what goes, and climbs from them, as it does with the holds of the policy (17-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bailee.engine.cases import SealedCase, WithheldKeys, find_cases
from bailee.engine.errors import Despite, NotAllowed
from bailee.engine.people import Search, call_system, find_seeds, search_seeds
from bailee.engine.systems import Systems
from bailee.store.holds import HeldByHand
from bailee.trace import Batch, Key, KnownValue, Ref, Subject
from bailee.trace.closure import MatchReason, Seed

MAY_BE = "since it may be of somebody else, whose data must stay"
"""Why rows of one person are kept by a hold on another: it is not said on whom."""


@dataclass(frozen=True, slots=True)
class PlacedHolds:
    """The holds in force, each with the keys of the rows that it keeps: system -> collection -> keys."""

    holds: tuple[tuple[HeldByHand, WithheldKeys], ...]

    @property
    def keys(self) -> WithheldKeys:
        """Return the keys of all holds together."""
        return merge_keys(keys for _, keys in self.holds)

    def list_holds(self, system: str) -> tuple[tuple[HeldByHand, Mapping[str, frozenset[Key]]], ...]:
        """Return the holds that keep rows in ``system``, with their keys there."""
        return tuple((hold, keys[system]) for hold, keys in self.holds if keys.get(system))


def find_placed_holds(systems: Systems) -> PlacedHolds | None:
    """Return what the holds placed by hand keep today; ``None`` where there is none.

    Raises `NotAllowed` where rows of a held person cannot be told from others, `UnknownPerson`, `ConnectorError`.
    """
    today = systems.now.date()
    standing = [hold for hold in systems.held if hold.until is None or hold.until >= today]
    if not standing:
        return None
    return PlacedHolds(tuple(part for hold in standing for part in _find_kept(systems, hold)))


def _find_kept(systems: Systems, hold: HeldByHand) -> Iterator[tuple[HeldByHand, WithheldKeys]]:
    """Yield what a hold keeps since it is the person's, and apart what it keeps since it may be."""
    seeds = [seed for text in hold.seeds for seed in find_seeds(systems, text)]
    sure, *more = _find_by_certainty(systems, seeds, (), "legal claims")
    yield hold, sure
    if more:
        yield replace(hold, law=f"{hold.law} ({MAY_BE})"), _subtract_keys(more[-1], sure)


def find_rows_of_persons(
    systems: Systems, seeds: Sequence[Seed], known: Sequence[KnownValue], despite: Despite
) -> WithheldKeys:
    """Return the rows that are, or may be, of the persons of ``seeds``, what they see among them.

    ``known``: what else mentions are told by. A match that waits for somebody's word counts, too: what is kept in vain
    can still go later. A value that many share does not. Raises as `find_placed_holds` does.
    """
    *_, rows = _find_by_certainty(systems, seeds, known, despite)
    return rows


def _find_by_certainty(
    systems: Systems, seeds: Sequence[Seed], known: Sequence[KnownValue], despite: Despite
) -> Iterator[WithheldKeys]:
    """Yield the rows that are theirs for certain; then, where there are others that may be, these with them."""
    confirmed: frozenset[tuple[int, Ref]] = frozenset()
    while True:
        with search_seeds(systems, seeds, sorted(confirmed), None, despite) as found:
            waiting = {(c.person, c.ref) for c in found.persons.to_confirm if c.reason is not MatchReason.SHARED}
            if not confirmed or waiting <= confirmed:
                told = (*_drop_shared(systems, found, known), *found.persons.known)
                values = {(s.attribute, s.value) for s in seeds} | {(k.attribute, k.value) for k in told}
                cases = find_cases(systems.store, (), values).values()
                earlier = [c for c in cases if c.is_remembered and not values.isdisjoint(c.identities)]
                yield _find_rows(systems, found, found.persons.subjects, told, earlier)
            if waiting <= confirmed:
                return
        confirmed |= waiting


def _subtract_keys(rows: WithheldKeys, others: WithheldKeys) -> WithheldKeys:
    return {
        system: {name: keys - others.get(system, {}).get(name, frozenset()) for name, keys in collections.items()}
        for system, collections in rows.items()
    }


def find_rows_of_case(systems: Systems, case: SealedCase) -> WithheldKeys:
    """Return what is there of the persons of a case: what it kept of them, and what has come to be theirs since."""
    with search_seeds(systems, (), (), case.customer, "legal claims") as found:
        return _find_rows(systems, found, (), (), [case])


def merge_keys(parts: Iterable[WithheldKeys]) -> WithheldKeys:
    """Return the keys of all ``parts`` together."""
    all_of_them: dict[str, dict[str, frozenset[Key]]] = {}
    for part in parts:
        for system, collections in part.items():
            mine = all_of_them.setdefault(system, {})
            for collection, keys in collections.items():
                mine[collection] = mine.get(collection, frozenset()) | keys
    return all_of_them


def _drop_shared(systems: Systems, found: Search, known: Iterable[KnownValue]) -> Iterator[KnownValue]:
    """Yield what is ``known`` and not shared: it may have come to be since (7)."""
    shared = systems.store.shared()
    for one in known:
        value = one.attribute, one.value
        if value not in found.persons.shared and value not in shared:
            yield one


def _find_rows(
    systems: Systems,
    found: Search,
    subjects: Iterable[Subject],
    known: Iterable[KnownValue],
    earlier: Sequence[SealedCase],
) -> WithheldKeys:
    """Return the rows of persons who were found, and of those of ``earlier`` cases: nothing there tells whose it is."""
    own = {s.ref: s for s in (*(s for case in earlier for s in case.subjects), *subjects)}
    batch = Batch(tuple(own.values()), tuple(dict.fromkeys((*known, *(k for case in earlier for k in case.known)))))
    for system, session in found.sessions.items():
        call_system(system, session.begin, batch)
    return merge_keys(
        (_collect_located(systems, found), *(part for case in earlier for part in _list_kept_before(case)))
    )


def _collect_located(systems: Systems, found: Search) -> WithheldKeys:
    keys: dict[str, dict[str, frozenset[Key]]] = {}
    for system, session in found.sessions.items():
        for collection, modes in systems.trace(system).located.items():
            for name in modes.values():
                if systems.maps[system].bound[collection].key:
                    mine = frozenset(call_system(system, session.keys, name))
                    ours = keys.setdefault(system, {})
                    ours[collection] = ours.get(collection, frozenset()) | mine
                elif call_system(system, session.count, name):
                    message = f"a person under a hold or a restriction has rows in {system}.{collection}, without a key"
                    raise NotAllowed(message, "give key: the columns that tell its rows apart")
    return keys


def _list_kept_before(case: SealedCase) -> Iterator[WithheldKeys]:
    """Yield what a hold kept of the persons of ``case`` when they were erased."""
    yield merge_keys({s.ref.system: {s.ref.collection: frozenset({s.ref.key})}} for s in case.subjects)
    for system, changes in case.kept.items():
        yield merge_keys({system: {change.partition("/")[0]: keys}} for change, keys in changes.items())
