"""The engine, run on a case in a real database, through the same faces that the product uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from bailee.connectors.base import Row, Session
from bailee.connectors.sql import SqlConnector
from bailee.engine.copies import _find_lists, _keep_own_elements
from bailee.engine.package.cells import WITHHELD
from bailee.engine.people import Search
from bailee.engine.systems import Systems
from bailee.policy import Collection, Policy
from bailee.policy.predicate import Scalar
from bailee.trace import (
    Batch,
    BoundMap,
    Key,
    KnownValue,
    Ref,
    Subject,
    Trace,
    bind,
    build_erasure_trace,
    build_retention_trace,
)
from bailee.trace.closure import Persons, Seed, find_persons
from bailee.trace.questions import FoundSubject, SubjectQuestion
from bailee.trace.schema import Schema
from tests.oracle.cases import Case
from tests.oracle.closure import identities_of, in_scope, shared_values
from tests.oracle.copying import MASKED, Masked
from tests.oracle.databases import (
    create_statements,
    insert_statements,
    quoted,
    read_back,
    select_statements,
    update_statement,
)
from tests.oracle.doors import Door, Statements
from tests.oracle.words import issued
from tests.oracle.world import Data, Person, RowKey, World, key_columns, rows_of, unpadded

Kept = Mapping[str, Mapping[str, frozenset[Key]]]
"""system -> change -> keys of rows withheld."""

CopiedCells = Mapping[str, Scalar | Masked]


@dataclass(frozen=True)
class Closed:
    """What the books keep of one erasure: who was in it, and what holds kept of it."""

    batch: Batch
    kept: Kept


@dataclass(frozen=True)
class Past:
    """What the books would remember: every erasure, and the values that were found shared."""

    cases: tuple[Closed, ...] = ()
    shared: frozenset[tuple[str, str]] = frozenset()


@dataclass
class Ground:
    """The tables of one case, each system in a database of its own. ``policy`` may change while they stand."""

    case: Case
    doors: Mapping[str, Door]
    policy: Policy
    connectors: Mapping[str, SqlConnector]
    schemas: Mapping[str, Schema]
    maps: Mapping[str, BoundMap]
    _traces: dict[tuple[object, ...], Trace] = field(default_factory=dict)

    def under(self, policy: Policy) -> Ground:
        """Return the same tables under another policy."""
        policy = with_tables(policy)
        maps = {name: bind(policy.systems[name], self.schemas[name], policy) for name in self.maps}
        return Ground(self.case, self.doors, policy, self.connectors, self.schemas, maps)

    def trace(self, system: str, now: datetime, kept: frozenset[str] = frozenset()) -> Trace:
        """Return the trace that erases in ``system``; ``kept``: the changes from which rows were withheld earlier."""
        key = (system, now.date(), kept)
        if key not in self._traces:
            self._traces[key] = build_erasure_trace(self.maps[system], now.date(), kept)
        return self._traces[key]

    def fill(self, data: Data) -> None:
        """Put ``data`` in the tables instead of what is there."""
        for system, door in self.doors.items():
            door.run([*_emptied(door), *_inserts(self.case, system, data, door)])

    def write(self, written: Mapping[RowKey, Mapping[str, Scalar]]) -> None:
        """Write cells into rows, as an application would."""
        for system, door in self.doors.items():
            rows = {name: cells for name, cells in written.items() if name.system == system}
            door.run([update_statement(self.case, name, cells, door.dialect) for name, cells in rows.items()])

    def read(self) -> Data:
        """Return what is in the tables."""
        found: dict[str, Mapping[str, Sequence[Mapping[str, object]]]] = {}
        for system, door in self.doors.items():
            rows = door.ask(select_statements(self.case, system, door.dialect))
            found.update(read_back(self.case, system, rows))
        return found  # type: ignore[return-value] # the interpreter's values


def ground(case: Case, doors: Mapping[str, Door]) -> Ground:
    """Return the case's tables, filled; what stood behind ``doors`` before is dropped."""
    doors = {name: doors[name] for name in case.world.policy.systems}
    for name, door in doors.items():
        tables = [(text, ()) for text in create_statements(case, name, door.dialect)]
        build(door, tuple(case.world.schemas[name].tables), [*tables, *_inserts(case, name, case.world.data, door)])
    return standing(case, doors)


def build(door: Door, tables: tuple[str, ...], statements: Statements) -> None:
    """Make ``tables`` by ``statements`` instead of those that stand behind ``door``."""
    door.run([*_dropped(door), *statements])
    door.tables = tables


def standing(case: Case, doors: Mapping[str, Door]) -> Ground:
    """Return the case on the tables that stand behind ``doors``."""
    policy = with_tables(case.world.policy)
    connectors = {name: _connector(case, policy, name, door) for name, door in doors.items()}
    schemas = {name: connector.schema() for name, connector in connectors.items()}
    maps = {name: bind(system, schemas[name], policy) for name, system in policy.systems.items()}
    return Ground(case, doors, policy, connectors, schemas, maps)


def _connector(case: Case, policy: Policy, name: str, door: Door) -> SqlConnector:
    secret = case.world.secret
    return SqlConnector(policy.systems[name], door.url, door.url, lambda: secret, case.now, _engines=dict(door.engines))


def _inserts(case: Case, system: str, data: Data, door: Door) -> Iterator[tuple[str, Sequence[object]]]:
    filled = replace(case, world=replace(case.world, data=data))
    return insert_statements(filled, system, door.dialect)


def _dropped(door: Door) -> Iterator[tuple[str, Sequence[object]]]:
    cascade = " CASCADE" if door.dialect == "postgresql" else ""
    yield from ((f"DROP TABLE IF EXISTS {quoted(table, door.dialect)}{cascade}", ()) for table in door.tables)


def _emptied(door: Door) -> Iterator[tuple[str, Sequence[object]]]:
    yield from ((f"DELETE FROM {quoted(table, door.dialect)}", ()) for table in door.tables)


def with_tables(policy: Policy) -> Policy:
    """Return ``policy`` as the loader gives it: collections with their table's name, attributes with their issuer."""
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


# --- the batch -----------------------------------------------------------------------------------------------


def batch_of(g: Ground, world: World, persons: Sequence[Person], past: Past) -> Batch:
    """Return the batch of ``persons``, then those whom the books remember. Numbers: places; then one for each case."""
    rows = rows_of(world)
    shared = shared_values(world, in_scope(world, rows, None)) | past.shared
    subjects, known = dict[Ref, Subject](), list[KnownValue]()
    by_name = {row.name: row for row in rows if row.key}
    for number, case in enumerate(past.cases, len(persons)):
        subjects |= {s.ref: replace(s, person=number) for s in case.batch.subjects}
        known += [replace(k, person=number) for k in case.batch.known]
    remembered = {(k.attribute, k.value) for k in known}
    for place, person in enumerate(persons):
        for name in sorted(person.own & by_name.keys(), key=repr):
            links = {c: by_name[name].cells[c] for c in g.maps[name.system].links(name.collection)}
            ref = Ref(name.system, name.collection, name.key)
            subjects.setdefault(ref, Subject(place, ref, links))
        identities = identities_of(world, rows, person.own, person.seeds - remembered, person.customer)
        known.extend(
            KnownValue(place, k.attribute, k.value, k.since, k.until)
            for k in identities
            if (k.attribute, k.value) not in shared
        )
    return Batch(tuple(subjects.values()), tuple(known))


def _kept_of(cases: Iterable[Closed]) -> Mapping[str, Mapping[str, frozenset[Key]]]:
    merged: dict[str, dict[str, frozenset[Key]]] = {}
    for case in cases:
        for system, changes in case.kept.items():
            mine = merged.setdefault(system, {})
            mine.update({change: mine.get(change, frozenset()) | keys for change, keys in changes.items()})
    return merged


# --- erasing -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """What an erasure by the engine left.

    ``refused``: places in the batch; ``unreleased``: how many earlier cases cannot be taken up again. ``stale``: it
    cannot be applied at all, and was not. ``wrong``: where it broke its own word.
    """

    refused: frozenset[int]
    unreleased: int
    past: Past
    wrong: tuple[str, ...] = ()
    stale: bool = False


def erase(g: Ground, world: World, persons: Sequence[Person], past: Past, now: datetime) -> Done:
    """Erase ``persons`` with the engine, in every system of the case, and return what it says of it."""
    whole = replace(batch_of(g, world, persons, past), at=now)
    taken, refused = past.cases, frozenset[int]()
    while True:
        numbers = {n for n, case in enumerate(past.cases, len(persons)) if case not in taken}
        batch, kept = whole.without(refused | numbers), _kept_of(taken)
        traces = {name: g.trace(name, now, frozenset(kept.get(name, {}))) for name in g.maps}
        told = [_refused(g, name, traces[name], batch, kept.get(name, {})) for name in g.maps]
        again = frozenset[int]().union(*(persons for persons in told if persons is not None))
        if not again:
            break
        refused |= {p for p in again if p < len(persons)}
        taken = tuple(c for n, c in enumerate(past.cases, len(persons)) if c in taken and n not in again)
    if any(persons is not None for persons in told):
        return Done(refused, len(past.cases), past, stale=True)
    wrong: list[str] = []
    left = {n: _carried_out(g, n, trace, replace(batch, kept=kept.get(n, {})), wrong) for n, trace in traces.items()}
    shared = shared_values(world, in_scope(world, rows_of(world), None)) | past.shared
    stay = tuple(case for case in past.cases if case not in taken)
    return Done(refused, len(stay), Past((*stay, Closed(batch, left)), shared), tuple(wrong))


def _refused(
    g: Ground, name: str, trace: Trace, batch: Batch, kept: Mapping[str, frozenset[Key]]
) -> frozenset[int] | None:
    """Return the persons whose rows cannot go, perhaps none that could be told; ``None`` where all can."""
    with g.connectors[name].session(trace, write=False) as session:
        session.begin(replace(batch, kept=kept))
        if not any(session.count(s) for s in trace.refusing):
            return None
        blamed = {collection: set(session.keys(s)) for collection, s in trace.blamed.items()}
    return frozenset(x.person for x in batch.of(name) if x.ref.key in blamed.get(x.ref.collection, ()))


def _carried_out(g: Ground, name: str, trace: Trace, batch: Batch, wrong: list[str]) -> Mapping[str, frozenset[Key]]:
    """Make the changes in one system; return what holds keep from them, and tell ``wrong`` of false counts."""
    connector = g.connectors[name]
    with connector.session(trace, write=False) as session:
        session.begin(batch)
        planned = {change.id: session.tally(change).count for change in trace.changes}
    with connector.session(trace, write=True) as session:
        session.begin(batch)
        sealed = session.fix()
        kept = dict(_withheld(session, trace))
        for change in trace.changes:
            count = session.apply(change).count
            if count != planned[change.id] and not change.id.endswith("/unlink"):
                wrong.append(f"{change.id}: {planned[change.id]} planned, {count} made")
    with connector.session(trace, write=False) as session:
        session.begin(batch, sealed)
        left = {change.id: session.tally(change).count for change in trace.changes}
        wrong.extend(f"residual: {change} {count}" for change, count in left.items() if count)
    return kept


def _withheld(session: Session, trace: Trace) -> Iterator[tuple[str, frozenset[Key]]]:
    for change in trace.changes:
        if change.fate == "kept":
            label, keys = f"{change.collection}/delete", frozenset(session.keys_of(change))
        else:
            label, keys = change.id, frozenset(session.withheld(change))
        if keys:
            yield label, keys


def retain(g: Ground, rule: str, now: datetime) -> Counter[tuple[str, str, str]]:
    """Carry out a retention rule with the engine; return how many rows it made what of: (system, collection, fate)."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for name, m in g.maps.items():
        trace = build_retention_trace(m, g.policy.retention[rule], now.date())
        with g.connectors[name].session(trace, write=True) as session:
            session.begin(Batch())
            session.fix()
            for change in trace.changes:
                counts[name, change.collection, change.fate] += session.apply(change).count
    return counts


# --- asking --------------------------------------------------------------------------------------------------


def copied(g: Ground, world: World, person: Person, now: datetime) -> Mapping[tuple[str, str], Sequence[CopiedCells]]:
    """Return what a copy for ``person`` shows, by system and collection, as a copy is cut down."""
    batch = batch_of(g, world, [person], Past())
    systems = SimpleNamespace(trace=lambda system: g.trace(system, now), policy=g.policy)
    found = Search(cast(Systems, systems), {}, Persons((), (), (), frozenset(), ()), batch, ())
    shown: dict[tuple[str, str], Sequence[CopiedCells]] = {}
    for name, m in g.maps.items():
        with g.connectors[name].session(g.trace(name, now), write=False) as session:
            session.begin(batch)
            for collection in m.bound:
                lists = list(_find_lists(found, name, collection))
                rows = [_keep_own_elements(row, lists) for page in session.read(collection) for row in page.rows()]
                shown[name, collection] = [_cells(g.case, name, collection, row) for row in rows]
    return shown


def _cells(case: Case, system: str, collection: str, row: Row) -> CopiedCells:
    """Return what a row of a copy shows, in the interpreter's values. An empty cell is no secret."""
    columns = case.world.schemas[system].tables[collection].columns
    values = [row.values[column] for column in columns]
    (cells,) = read_back(case, system, {collection: [values]})[system][collection]
    return {c: MASKED if c in row.masked and v is not None else _without_mark(v) for c, v in cells.items()}


def _without_mark(cell: Scalar) -> Scalar:
    """Return a list less the word that says that others stood in it."""
    return cell.removesuffix(f",{WITHHELD}") if isinstance(cell, str) else cell


def found(
    g: Ground, seeds: Iterable[tuple[str, str]], past: Past, now: datetime
) -> tuple[frozenset[RowKey], frozenset[tuple[RowKey, str]], frozenset[RowKey]]:
    """Return what a search by ``seeds`` finds: own rows, what is to be confirmed, and every located row with a key."""
    persons = closed(g, [Seed(0, *seed) for seed in sorted(seeds)], now, shared=past.shared)
    located = set[RowKey]()
    for name, m in g.maps.items():
        trace = g.trace(name, now)
        with g.connectors[name].session(trace, write=False) as session:
            session.begin(Batch(persons.subjects, persons.known))
            for collection, modes in trace.located.items():
                for rows in modes.values() if m.bound[collection].key else ():
                    located |= {named(g.case, Ref(name, collection, key)) for key in session.keys(rows)}
    own = frozenset(named(g.case, subject.ref) for subject in persons.subjects)
    listed = frozenset((named(g.case, c.ref), c.attribute) for c in persons.to_confirm)
    return own, listed, frozenset(located)


def reported(past: Past) -> frozenset[RowKey]:
    """Return the rows of which the books say that something is kept."""
    return frozenset(
        RowKey(system, change.partition("/")[0], key)
        for case in past.cases
        for system, changes in case.kept.items()
        for change, keys in changes.items()
        for key in keys
    )


def named(case: Case, ref: Ref) -> RowKey:
    """Return the interpreter's name of a row."""
    collection = case.world.policy.systems[ref.system].collections[ref.collection]
    table = case.world.schemas[ref.system].tables[ref.collection]
    columns = [table.columns[name] for name in key_columns(collection, table)]
    return RowKey(ref.system, ref.collection, tuple(map(unpadded, columns, ref.key)))


def closed(
    g: Ground,
    seeds: Sequence[Seed],
    now: datetime,
    confirmed: Sequence[tuple[int, Ref]] = (),
    customer: Ref | None = None,
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> Persons:
    """Return the persons whom ``seeds`` lead to, by the engine."""

    def ask(system: str, questions: Sequence[SubjectQuestion]) -> Iterable[FoundSubject]:
        with g.connectors[system].session(g.trace(system, now), write=False) as session:
            return list(session.identify(questions))

    at = now.replace(tzinfo=UTC)
    return find_persons(g.maps, seeds, ask, now=at, shared=shared, confirmed=confirmed, customer=customer)
