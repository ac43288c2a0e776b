"""The same work by Bailee, from an open session on: the engine's own steps, less its files and its seals."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import cast

from bailee.connectors.sql.session import SqlSession
from bailee.engine.retention import CHUNK
from bailee.engine.systems import Systems
from bailee.trace import Batch, Trace, build_retention_trace
from bailee.trace.closure import Seed, find_persons

SYSTEM = "shop"
HASTY = "PRAGMA synchronous = OFF"
"""What lets SQLite not wait for its disk, as the servers of the bench do not."""


@dataclass
class Ours:
    """An open session with a system."""

    systems: Systems
    session: SqlSession
    system: str = SYSTEM

    @property
    def executed(self) -> int:
        """How many statements were sent, begin and commit aside."""
        return self.session.executed

    @property
    def trace(self) -> Trace:
        """What the session carries out."""
        return self.session.statements.trace

    def read(self, emails: Sequence[str]) -> int:
        """Find persons and read all their rows, in one transaction; return how many they are."""
        self.session.begin_again()
        self.session.begin(self._find(emails))
        rows = sum(len(page.cells) for collection in self.trace.located for page in self.session.read(collection))
        self.session.connection.commit()
        return rows

    def erase(self, emails: Sequence[str]) -> int:
        """Find persons and erase them, in one transaction; return how many rows were touched.

        This is what `apply` does in one system, less the case file that it seals.
        """
        self.session.begin_again()
        self.session.begin(self._find(emails))
        self.session.fix()
        if any(self.session.count(name) for name in self.trace.refusing):
            raise AssertionError("somebody else's rows point to rows that would go")
        rows = sum(tally.count for tally in self.session.apply_all(self.trace.changes))
        self.session.connection.commit()
        return rows

    def retain(self) -> int:
        """Carry out the retention that the session is about, partitions first, then a chunk a transaction."""
        self.session.begin_again()
        self.session.begin(Batch())
        self.session.fix()
        (change,) = self.trace.changes
        rows = self.session.drop_partitions(change, sys.maxsize).count
        while (count := self.session.apply(change, CHUNK).count) == CHUNK:
            self.session.commit()
            rows += count
        self.session.connection.commit()
        return rows + count

    def _find(self, emails: Sequence[str]) -> Batch:
        seeds = [Seed(number, "email", text) for number, text in enumerate(emails)]
        maps = {self.system: self.systems.maps[self.system]}
        persons = find_persons(maps, seeds, lambda _, questions: self.session.identify(questions), now=self.systems.now)
        if persons.unknown or persons.to_confirm:
            raise AssertionError("somebody of the bench was not found")
        return Batch(persons.subjects, persons.known)


@contextmanager
def by_bailee(systems: Systems, *, write: bool, system: str = SYSTEM) -> Iterator[Ours]:
    """Yield a session that locates and erases. Between two turns it has no transaction, and locks nobody out."""
    with systems.connectors[system].session(systems.trace(system), write=write) as session:
        yield _resting(Ours(systems, cast(SqlSession, session), system))


@contextmanager
def retaining(systems: Systems, rule: str, today: date, system: str = SYSTEM) -> Iterator[Ours]:
    """Yield a session that carries out a retention rule as of ``today``."""
    trace = build_retention_trace(systems.maps[system], systems.policy.retention[rule], today)
    with systems.connectors[system].session(trace, write=True) as session:
        yield _resting(Ours(systems, cast(SqlSession, session), system))


def _resting(ours: Ours) -> Ours:
    ours.session.connection.commit()
    if ours.session.statements.dialect.name == "sqlite":
        ours.session.connection.execute(HASTY)
    return ours
