"""The engine, run on a case in a real database, through the same faces that the runner uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Engine

from bailee.connectors.base import Session
from bailee.connectors.sql import SqlConnector
from bailee.connectors.sql.engine import open_engine, raw
from bailee.policy.model import Collection, Policy, Role
from bailee.trace import Batch, Key, Known, Map, Ref, Subject, Trace, bind, erasure, retention
from bailee.trace.schema import Schema
from tests.oracle import world as plain
from tests.oracle.cases import Case
from tests.oracle.closure import identities_of, in_scope
from tests.oracle.databases import Dialect, create_statements, insert_statements, quoted, read_back, select_statements
from tests.oracle.interpreter import facts_of
from tests.oracle.words import issued
from tests.oracle.world import Data, Person, RowKey, World

Kept = Mapping[str, Mapping[str, frozenset[Key]]]
"""system -> change -> keys of rows withheld."""


@dataclass(frozen=True)
class Past:
    """What the books would remember of an erasure: the batch, and what holds kept of it."""

    batch: Batch = Batch()
    kept: Kept = field(default_factory=dict)


@dataclass
class Ground:
    """The tables of one case, each system in a database of its own."""

    case: Case
    dialect: Dialect
    engines: Mapping[str, Engine]
    policy: Policy
    connectors: Mapping[str, SqlConnector]
    schemas: Mapping[str, Schema]

    def map(self, system: str, policy: Policy | None = None) -> Map:
        """Return the bound map of ``system``."""
        policy = with_tables(policy) if policy else self.policy
        return bind(policy.systems[system], self.schemas[system], policy)

    def fill(self, data: Data) -> None:
        """Put ``data`` in the tables instead of what is there."""
        case = replace(self.case, world=replace(self.case.world, data=data))
        for system in data:
            with closing(raw(self.engines[system])) as connection, closing(connection.cursor()) as cursor:
                self._unchecked(cursor)
                for table in self.case.world.schemas[system].tables:
                    cursor.execute(f"DELETE FROM {quoted(table, self.dialect)}")
                for text, values in insert_statements(case, system, self.dialect):
                    cursor.execute(text, values)
                connection.commit()

    def _unchecked(self, cursor: object) -> None:
        words = {
            "sqlite": "PRAGMA defer_foreign_keys = ON",
            "postgresql": "SET CONSTRAINTS ALL DEFERRED",
            "mariadb": "SET SESSION foreign_key_checks = 0",
        }
        cursor.execute(words[self.dialect])  # type: ignore[attr-defined]

    def read(self) -> Data:
        """Return what is in the tables."""
        found: dict[str, Mapping[str, Sequence[Mapping[str, object]]]] = {}
        for system in self.case.world.data:
            rows = {}
            with closing(raw(self.engines[system])) as connection, closing(connection.cursor()) as cursor:
                for name, text in select_statements(self.case, system, self.dialect).items():
                    cursor.execute(text)
                    rows[name] = [tuple(row) for row in cursor.fetchall()]
                connection.rollback()
            found.update(read_back(self.case, system, rows))
        return found  # type: ignore[return-value] # the interpreter's values


def with_tables(policy: Policy) -> Policy:
    """Return ``policy`` as the loader gives it: collections with the name of their table, attributes with their issuer."""
    systems = {
        name: replace(system, collections={n: _as_loaded(name, n, c) for n, c in system.collections.items()})
        for name, system in policy.systems.items()
    }
    return replace(policy, systems=systems)


def _as_loaded(system: str, name: str, c: Collection) -> Collection:
    return replace(
        c,
        table=c.table or name,
        identities=tuple(replace(i, attribute=issued(system, i.attribute)) for i in c.identities),
        mentions=tuple(replace(m, attribute=issued(system, m.attribute)) for m in c.mentions),
    )


@contextmanager
def ground(case: Case, urls: Mapping[str, str], dialect: Dialect) -> Iterator[Ground]:
    """Yield the case's tables, in an empty database for each system (``urls``); they are dropped afterwards."""
    policy = with_tables(case.world.policy)
    systems = policy.systems
    engines = {name: open_engine(urls[name], write=True) for name in systems}
    try:
        for name in systems:
            with closing(raw(engines[name])) as connection, closing(connection.cursor()) as cursor:
                for text in create_statements(case, name, dialect):
                    cursor.execute(text + _deferrable(text, dialect))
                connection.commit()
        connectors = {
            name: SqlConnector(system, urls[name], urls[name], lambda: case.world.secret, case.now)
            for name, system in systems.items()
        }
        schemas = {name: connector.schema() for name, connector in connectors.items()}
        made = Ground(case, dialect, engines, policy, connectors, schemas)
        made.fill(case.world.data)
        yield made
    finally:
        for name in systems:
            _drop(engines[name], list(case.world.schemas[name].tables), dialect)


def _drop(engine: Engine, tables: Sequence[str], dialect: Dialect) -> None:
    with closing(raw(engine)) as connection, closing(connection.cursor()) as cursor:
        if dialect == "mariadb":
            cursor.execute("SET SESSION foreign_key_checks = 0")
        if dialect == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cascade = " CASCADE" if dialect == "postgresql" else ""
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(table, dialect)}{cascade}")
        connection.commit()


def _deferrable(text: str, dialect: Dialect) -> str:
    """Let the test fill tables whose references go in circles; the engine itself defers nothing."""
    is_key = dialect == "postgresql" and "FOREIGN KEY" in text and text.startswith("ALTER")
    return " DEFERRABLE INITIALLY IMMEDIATE" if is_key else ""


# --- the batch -----------------------------------------------------------------------------------------------


def batch_of(g: Ground, world: World, persons: Sequence[Person], past: Past, now: datetime) -> Batch:
    """Return the batch of ``persons``, with those whom the books remember, as the runner puts it together."""
    facts = facts_of(world, plain.Memory(), now)
    subjects, known = list(past.batch.subjects), list(past.batch.known)
    offset = 1 + max((s.person for s in subjects), default=-1) + max((k.person for k in known), default=0)
    mine = {s.ref for s in subjects}
    for place, person in enumerate(persons):
        scope = in_scope(world, facts.rows, facts.joins, person.customer)
        for name in sorted(person.own, key=repr):
            row = next((r for r in facts.rows if r.name == name), None)
            ref = Ref(name.system, name.collection, name.key)
            if row is not None and ref not in mine:
                links = {c: row.cells[c] for c in g.map(name.system).links(name.collection)}
                subjects.append(Subject(offset + place, ref, links))
        for k in identities_of(world, facts.rows, person.own, person.seeds, scope):
            if (k.attribute, k.value) not in facts.shared:
                known.append(Known(offset + place, k.attribute, k.value, k.since, k.until))
    return Batch(tuple(subjects), tuple(known))


@dataclass(frozen=True)
class Done:
    """What an erasure by the engine left. ``refused``: places in the batch."""

    refused: frozenset[int]
    past: Past
    counts: Mapping[tuple[str, str], int]
    residual: Mapping[str, int]


def erase(g: Ground, world: World, persons: Sequence[Person], past: Past, now: datetime) -> Done:
    """Erase ``persons`` with the engine, in every system of the case, and return what it says of it."""
    batch = batch_of(g, world, persons, past, now)
    first = len({s.person for s in past.batch.subjects} | {k.person for k in past.batch.known})
    offset = (
        1
        + max((s.person for s in past.batch.subjects), default=-1)
        + max((k.person for k in past.batch.known), default=0)
    )
    _ = first
    systems = [name for name, s in world.policy.systems.items() if s.role is Role.CONTROLLER or world.policy.systems]
    traces = {
        name: erasure(g.map(name, world.policy), now.date(), frozenset(past.kept.get(name, {}))) for name in systems
    }
    out: frozenset[int] = frozenset()
    while True:
        again = frozenset(person for name in systems for person in _refused(g, name, traces[name], batch, past))
        if not again:
            break
        out |= again
        batch = batch.without(again)
    kept: dict[str, dict[str, frozenset[Key]]] = {}
    counts: dict[tuple[str, str], int] = {}
    residual: dict[str, int] = {}
    for name, trace in traces.items():
        connector = g.connectors[name]
        mine = replace(batch, kept=past.kept.get(name, {}))
        planned = {}
        with connector.session(trace, write=False) as session:
            session.begin(mine)
            planned = {change.id: session.tally(change).count for change in trace.changes}
        with connector.session(trace, write=True) as session:
            session.begin(mine)
            sealed = session.fix()
            kept[name] = dict(_withheld(session, trace))
            for change in trace.changes:
                count = session.apply(change).count
                counts[change.collection, change.fate] = counts.get((change.collection, change.fate), 0) + count
                assert change.id.endswith("/unlink") or count == planned[change.id], (
                    f"{change.id}: {planned[change.id]} planned, {count} made"
                )
        with connector.session(trace, write=False) as session:
            session.begin(mine, sealed)
            residual.update({change.id: session.tally(change).count for change in trace.changes})
    places = frozenset(p - offset for p in out if p >= offset)
    return Done(places, Past(batch, kept), counts, residual)


def _refused(g: Ground, name: str, trace: Trace, batch: Batch, past: Past) -> Iterator[int]:
    with g.connectors[name].session(trace, write=False) as session:
        session.begin(replace(batch, kept=past.kept.get(name, {})))
        if any(session.count(s) for s in trace.refusing):
            for collection, s in trace.blamed.items():
                keys = set(session.keys(s))
                yield from (x.person for x in batch.of(name) if x.ref.collection == collection and x.ref.key in keys)


def _withheld(session: Session, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
    for change in trace.changes:
        if change.fate == "kept":
            label, keys = f"{change.collection}/delete", frozenset(session.keys_of(change))
        else:
            label, keys = change.id, frozenset(session.withheld(change))
        if keys:
            yield label, keys


def retain(g: Ground, world: World, rule: str, now: datetime) -> None:
    """Carry out a retention rule with the engine."""
    for name in world.policy.systems:
        trace = retention(g.map(name, world.policy), world.policy.retention[rule], now.date())
        with g.connectors[name].session(trace, write=True) as session:
            session.begin(Batch())
            session.fix()
            for change in trace.changes:
                session.apply(change)


__all__ = ["Done", "Ground", "Past", "RowKey", "erase", "ground", "retain"]
