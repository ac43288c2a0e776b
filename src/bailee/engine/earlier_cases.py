"""The earlier cases that matter to a plan: of the kept ones, those that it comes upon; no others are opened (21).

A hold keeps rows for years, and with them the case: a firm may have one for nearly every customer who left. A plan must
know of those who own a row that it asks about, since they are not living (5), and of those of whom a row was kept to
which one points that goes now. So it looks up what it asks about, and asks again, until nothing new comes up. What it
does is the same as if all cases had been opened: of whom the algebra asks, of these it has looked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bailee.connectors.base import SealedKeys, Session
from bailee.engine.cases import SealedCase, find_cases
from bailee.engine.kept_rows import is_alike, make_marks, match_own_rows
from bailee.engine.row_marks import RowMark
from bailee.engine.systems import Systems
from bailee.trace import Batch, Key, Ref, Trace
from bailee.trace.closure import Value
from bailee.trace.set_names import SetName


@dataclass
class EarlierCases:
    """The cases that a plan has come upon so far. ``but``: ids of those that are no other's: its own, for instance.

    ``before``: by id, as they stand; ``cases``: each with those of its own rows that are still as they were left.
    """

    systems: Systems
    but: frozenset[str] = frozenset()
    before: dict[str, SealedCase] = field(default_factory=dict)
    cases: dict[str, SealedCase] = field(default_factory=dict)
    _opened: set[str] = field(default_factory=set)
    _looked_up: set[Ref] = field(default_factory=set)
    _is_empty: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no case at all that could be come upon."""
        if self._is_empty is None:
            self._is_empty = not self.systems.store.keeps_cases()
        return self._is_empty

    def open_cases(self, refs: Iterable[Ref], values: Iterable[Value] = ()) -> bool:
        """Open the cases that name one of these rows or values, and those that name an own row of such a case.

        Return whether there is one that was not known before. Raises `StateError`, `ConnectorError`.
        """
        is_grown, values = False, set(values)
        while not self.is_empty:
            new = set(refs) - self._looked_up
            if not new and not values:
                break
            self._looked_up |= new
            found = find_cases(self.systems.store, new, values, self._opened | self.but)
            self._opened |= found.keys()
            refs, values = self.add(case for case in found.values() if case.is_remembered), set()
            is_grown = is_grown or bool(refs)
        return is_grown

    def add(self, cases: Iterable[SealedCase]) -> Collection[Ref]:
        """Take up ``cases``, and return what their persons had for their own rows."""
        new = {case.id: case for case in cases}
        self._opened |= new.keys()
        self.before |= new
        self.cases |= match_own_rows(self.systems, new.values())
        return {s.ref for case in new.values() for s in case.subjects}

    def copy_without(self, but: Collection[str]) -> EarlierCases:
        """Return what has come upon these cases, without those ``but``, and looks for others from the start."""
        but = self.but | set(but)
        before = {id: case for id, case in self.before.items() if id not in but}
        cases = {id: case for id, case in self.cases.items() if id not in but}
        return EarlierCases(self.systems, but, before, cases, set(self._opened))

    def lock(self, system: str, session: Session) -> bool:
        """Lock the own rows in ``system``, and see whether they are as they were left; no other system is asked.

        Return whether one of them is not any more: its person lives.
        """
        here = [case for case in self.cases.values() if any(s.ref.system == system for s in case.subjects)]
        now = match_own_rows(self.systems, here, (system, session))
        self.cases |= now
        return any(len(now[case.id].subjects) < len(case.subjects) for case in here)

    def list_not_living(self, batch: Batch, absorbed: Collection[str] = ()) -> frozenset[Ref]:
        """Return the own rows of those who left, but of ``absorbed`` cases and of the ``batch`` itself (5)."""
        others = {s.ref for case in self.cases.values() if case.id not in absorbed for s in case.subjects}
        return frozenset(others - {s.ref for s in batch.subjects})

    def begin(
        self, session: Session, system: str, trace: Trace, batch: Batch, sealed: SealedKeys | None = None
    ) -> Batch:
        """Begin a ``session`` about ``batch``, of which others know who left, and return that batch.

        Raises `StateError`, `ConnectorError`.
        """
        while True:
            knowing = replace(batch, remembered=self.list_not_living(batch))
            session.begin(knowing, sealed)
            if not self.open_cases(self.list_asked(session, system, trace)):
                return knowing

    def list_asked(self, session: Session, system: str, trace: Trace) -> Iterator[Ref]:
        """Yield the rows of which the trace asks whether they are living, and those that lose a reference."""
        if not self.is_empty:
            yield from list_rows(session, system, trace.asked)
            yield from list_rows(session, system, trace.pointed)


def list_rows(session: Session, system: str, sets: Mapping[str, SetName]) -> Iterator[Ref]:
    """Yield the rows of ``sets``, by collection."""
    for collection, name in sets.items():
        for key in session.keys(name):
            yield Ref(system, collection, tuple(key))


def find_touched_cases(
    earlier: EarlierCases, session: Session, system: str, trace: Trace
) -> tuple[tuple[SealedCase, Mapping[str, frozenset[Key]]], ...]:
    """Return the ``earlier`` cases of which ``trace`` changes rows that are as they left them, with the keys of these.

    The system is asked once for all of them.
    """
    if earlier.is_empty:
        return ()
    due: dict[str, set[Key]] = {}
    for change in trace.changes:
        if not change.deletes:
            due.setdefault(change.collection, set()).update(map(tuple, session.keys_of(change, due=True)))
    refs = [Ref(system, name, key) for name, keys in due.items() for key in keys]
    named = [case for case in find_cases(earlier.systems.store, refs, (), earlier.but).values() if case.is_remembered]
    left = [(case, mine) for case in named if (mine := (case.left or {}).get(system, {}))]
    known: dict[str, set[Key]] = {}
    for _, mine in left:
        for name, rows in mine.items():
            known.setdefault(name, set()).update(rows)
    now = make_marks(
        earlier.systems, session, system, {name: keys & known.get(name, set()) for name, keys in due.items()}
    )
    found = []
    for case, mine in left:
        alike = {
            name: _find_alike(earlier.systems.maps[system].bound[name].key, rows, now[name])
            for name, rows in mine.items()
            if now.get(name)
        }
        if any(alike.values()):
            found.append((case, {name: keys for name, keys in alike.items() if keys}))
    return tuple(found)


def _find_alike(
    key: Iterable[str], rows: Mapping[Key, Sequence[RowMark]], now: Mapping[Key, RowMark]
) -> frozenset[Key]:
    """Return the keys of those ``rows`` that are ``now`` as one of their marks says."""
    return frozenset(k for k, mark in now.items() if any(is_alike(one, mark, key) for one in rows.get(k, ())))
