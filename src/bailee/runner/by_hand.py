"""Holds placed by hand, as for litigation: which rows of which persons must stay, whatever is asked or due.

The rows are located first, by a trace of their own, and handed to whatever plan is made as keys: the algebra subtracts
them from what goes, and climbs from them, as it does with the holds of the policy (17-20).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bailee.runner.allowed import NotAllowed
from bailee.runner.cases import Case, Withheld, kept_cases
from bailee.runner.held import HeldByHand
from bailee.runner.house import House
from bailee.runner.people import Search, searching, seeds_of, within_system
from bailee.trace import Key, Ref
from bailee.trace.closure import Reason, Value


@dataclass(frozen=True, slots=True)
class ByHand:
    """The holds that stand, each with the keys of the rows that it keeps: system -> collection -> keys."""

    holds: tuple[tuple[HeldByHand, Withheld], ...]

    @property
    def keys(self) -> Withheld:
        """Return the keys of all holds together."""
        return _merged(keys for _, keys in self.holds)

    def of(self, system: str) -> tuple[tuple[HeldByHand, Mapping[str, frozenset[Key]]], ...]:
        """Return the holds that keep rows in ``system``, with their keys there."""
        return tuple((hold, keys[system]) for hold, keys in self.holds if keys.get(system))


def held_by_hand(house: House) -> ByHand | None:
    """Return what the holds placed by hand keep today; ``None`` where none stands.

    Raises `NotAllowed` where rows of a held person cannot be told from others, `UnknownPerson`, `ConnectorError`.
    """
    today = house.now.date()
    standing = [hold for hold in house.held if hold.until is None or hold.until >= today]
    if not standing:
        return None
    return ByHand(tuple((hold, _kept_by(house, hold)) for hold in standing))


def _kept_by(house: House, hold: HeldByHand) -> Withheld:
    """Return the rows that are, or may be, of the person whom ``hold`` is about, what they see among them.

    A match that waits for somebody's word counts, too: what is kept in vain can still go later. A value that many share
    does not.
    """
    seeds = [seed for text in hold.seeds for seed in seeds_of(house, text)]
    confirmed: frozenset[tuple[int, Ref]] = frozenset()
    while True:
        with searching(house, seeds, sorted(confirmed), None, "legal claims") as found:
            waiting = {(0, c.ref) for c in found.persons.to_confirm if c.reason is not Reason.SHARED}
            if waiting <= confirmed:
                values = {(s.attribute, s.value) for s in seeds} | {(k.attribute, k.value) for k in found.persons.known}
                return _merged((_located(house, found), *_kept_before(house, values)))
        confirmed |= waiting


def _located(house: House, found: Search) -> Withheld:
    keys: dict[str, dict[str, frozenset[Key]]] = {}
    for system, session in found.sessions.items():
        for collection, modes in house.trace(system).located.items():
            for name in modes.values():
                if house.maps[system].bound[collection].key:
                    mine = frozenset(within_system(system, session.keys, name))
                    ours = keys.setdefault(system, {})
                    ours[collection] = ours.get(collection, frozenset()) | mine
                elif within_system(system, session.count, name):
                    message = f"a person under a hold has rows in {system}.{collection}, which have no key"
                    raise NotAllowed(message, "give key: the columns that tell its rows apart")
    return keys


def _kept_before(house: House, values: set[Value]) -> Iterator[Withheld]:
    """Yield what a hold kept of the person when they were erased: nothing there tells any more whose it is."""
    for case in kept_cases(house.state):
        if not values.isdisjoint(_values(case)):
            yield _merged({s.ref.system: {s.ref.collection: frozenset({s.ref.key})}} for s in case.subjects)
            for system, changes in case.kept.items():
                yield _merged({system: {change.partition("/")[0]: keys}} for change, keys in changes.items())


def _values(case: Case) -> Iterator[Value]:
    yield from ((attribute, value) for _, attribute, value in case.asked)
    yield from ((k.attribute, k.value) for k in case.known)


def _merged(parts: Iterable[Withheld]) -> Withheld:
    merged: dict[str, dict[str, frozenset[Key]]] = {}
    for part in parts:
        for system, collections in part.items():
            mine = merged.setdefault(system, {})
            for collection, keys in collections.items():
                mine[collection] = mine.get(collection, frozenset()) | keys
    return merged
