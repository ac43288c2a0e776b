"""A policy folder, opened: every system reached, its schema read, its map checked."""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, TypeAlias

from bailee.connectors.base import Connector, ConnectorError, Countable, FileStore, HasPlace
from bailee.engine.addresses import locate_store, resolve_address
from bailee.policy import Collection, Policy, PolicyError, Problem, System, load
from bailee.policy.systems import file_kinds, has_files, row_kinds
from bailee.store.context import Context
from bailee.store.holds import CurrentHolds, HeldByHand
from bailee.store.restrictions import Restricted
from bailee.store.sealed_store import Store
from bailee.trace import BoundMap, Trace, bind, build_erasure_trace
from bailee.trace.bind import find_table
from bailee.trace.check import check_map
from bailee.trace.closure import Value
from bailee.trace.schema import Schema, SchemaTable, list_table_names

_Traces: TypeAlias = dict[tuple[frozenset[str], date, bool], Trace]
"""Collections of which rows are taken up again, the day whose holds count, whether rows are held by hand -> trace."""


@dataclass
class Systems:
    """``connectors`` and ``stores`` by system; ``maps`` has the systems with rows. ``warnings`` can be lived with.

    ``restricted``: identity values of persons whose data is stored and not used (GDPR Art. 18); the books know them.
    ``held``: holds placed by hand, which the books open for the engine.
    """

    folder: Path
    policy: Policy
    store: Store
    now: datetime
    connectors: Mapping[str, Connector]
    file_stores: Mapping[str, FileStore]
    schemas: Mapping[str, Schema]
    maps: Mapping[str, BoundMap]
    warnings: tuple[Problem, ...] = ()
    restricted: Container[Value] = frozenset()
    held: Sequence[HeldByHand] = ()
    _traces: Mapping[str, _Traces] = field(default_factory=lambda: defaultdict(dict))

    def trace(
        self, system: str, kept: frozenset[str] = frozenset(), on: date | None = None, *, by_hand: bool = False
    ) -> Trace:
        """Return the trace that locates and erases in ``system``; ``on``: the day whose holds count, if not today.

        ``by_hand``: rows that the batch names are held, too.
        """
        known, key = self._traces[system], (kept, on or self.now.date(), by_hand)
        found = known.get(key)
        if found is None:
            if len(known) >= _MOST_TRACES:
                known.clear()
            found = known[key] = build_erasure_trace(self.maps[system], key[1], kept, by_hand=by_hand)
        return found

    def digest_schema(self, system: str) -> str:
        """Return SHA-256 over what the schema of ``system`` is, estimates of rows left out."""
        schema = self.schemas[system]
        tables = sorted((name, replace(table, rows=None)) for name, table in schema.tables.items())
        text = repr([(name, sorted(map(repr, _list_facts(table)))) for name, table in tables])
        return hashlib.sha256(text.encode()).hexdigest()

    def can_roll_back(self, system: str) -> bool:
        """Whether a transaction of ``system`` that is not committed leaves its tables as they were."""
        return not any("engine" in table.hazards for table in self.schemas[system].tables.values())

    def close(self) -> None:
        """Close the folders of file stores."""
        for store in self.file_stores.values():
            store.close()


def _warn_of_one_account(
    policy: Policy, folder: Path, store: Store, schemas: Mapping[str, Schema]
) -> Iterator[Problem]:
    """Yield the systems that are read with the account that writes: a slip while reading could then change rows."""
    for name, schema in schemas.items():
        system = policy.systems[name]
        one = system.write_url and resolve_address(system.url, folder, name, store) == resolve_address(
            system.write_url, folder, name, store
        )
        if one and schema.kind.has_accounts:  # a file has none: it is opened for reading alone
            hint = "give url an account that can read and no more"
            yield Problem(
                "T418", f"system {name!r} is read with the account that writes", hint, system.place, "warning"
            )


def _list_facts(table: Any) -> Iterator[object]:
    yield from table.columns.values()
    yield ("key", table.primary_key)
    yield ("uniques", sorted(table.uniques))
    yield from table.foreign_keys
    yield from sorted(table.hazards.items())


@contextmanager
def open_systems(folder: Path, *, now: datetime | None = None, store: Store | None = None) -> Iterator[Systems]:
    """Yield the systems of the policy in ``folder``; ``now`` is UTC. ``store``: its own, if it is open.

    Raises `PolicyError` with every mistake of the folder and of its maps against the live schemas, `ConnectorError`
    where a system cannot be reached.
    """
    now = now or datetime.now(UTC).replace(microsecond=0)
    policy = load(folder, public=False, connectors=list_kinds())
    store = store or locate_store(policy, folder)
    connectors: dict[str, Connector] = {}
    file_stores: dict[str, FileStore] = {}
    for system in policy.systems.values():
        made = make_connector(system, folder, store, now)
        if has_files(system):
            file_stores[system.name] = made
        else:
            connectors[system.name] = made
    try:
        read = {name: _call_named(name, connector.schema) for name, connector in connectors.items()}
        schemas = add_neighbours(policy, connectors, read)
        problems = [p for name, schema in schemas.items() for p in _check_map(policy, name, schema)[0]]
        errors = [p for p in problems if p.severity == "error"]
        if errors:
            raise PolicyError(errors)
        maps = {name: m for name, schema in schemas.items() if (m := _check_map(policy, name, schema)[1])}
        warnings = (
            *(p for p in problems if p.severity == "warning"),
            *_warn_of_one_account(policy, folder, store, schemas),
        )
        restricted, held = Restricted(store, now), CurrentHolds(store, now.date())
        traces = {name: _check_map(policy, name, schema)[2] for name, schema in schemas.items()}
        yield Systems(
            folder, policy, store, now, connectors, file_stores, schemas, maps, warnings, restricted, held, traces
        )
    finally:
        for one in file_stores.values():
            one.close()


def add_neighbours(
    policy: Policy, connectors: Mapping[str, Any], schemas: Mapping[str, Schema]
) -> Mapping[str, Schema]:
    """Return ``schemas``, each with the tables that other systems of the same database have on their maps."""
    places: dict[str, list[str]] = {}
    for name in schemas:
        connector = connectors[name]
        place = connector.place() if isinstance(connector, HasPlace) else f"of {name} alone"
        places.setdefault(place, []).append(name)
    found = dict(schemas)
    for names in places.values():
        for name in names:
            others = (c for other in names if other != name for c in policy.systems[other].collections.values())
            tables = (table for c in others if (table := _find_table(c, names, schemas)))
            neighbours = frozenset(name for table in tables for name in list_table_names(table))
            found[name] = replace(schemas[name], neighbours=neighbours) if neighbours else schemas[name]
    return found


def _find_table(collection: Collection, names: Sequence[str], schemas: Mapping[str, Schema]) -> SchemaTable | None:
    return next((table for name in names if (table := find_table(collection, schemas[name]))), None)


def _check_map(policy: Policy, system: str, schema: Schema) -> tuple[tuple[Problem, ...], BoundMap | None, _Traces]:
    """Return what is to be said of the map of ``system``, the map, unless it cannot stand, and traces made of it.

    It is remembered: a worker opens the same systems for each thing that it does.
    """
    key = (policy.digest, system, repr(schema))
    if key not in _CHECKED:
        if len(_CHECKED) >= _MOST_CHECKED:
            _CHECKED.clear()
        found = check_map(policy.systems[system], schema, policy)
        stands = not any(p.severity == "error" for p in found)
        _CHECKED[key] = found, bind(policy.systems[system], schema, policy) if stands else None, {}
    return _CHECKED[key]


_CHECKED: dict[tuple[str, str, str], tuple[tuple[Problem, ...], BoundMap | None, _Traces]] = {}
_MOST_CHECKED = 256  # schemas
_MOST_TRACES = 64  # of one map


def _call_named(system: str, ask: Callable[[], Schema]) -> Schema:
    note_asked(system)
    try:
        return ask()
    except ConnectorError as error:
        raise name_system(system, error) from None


def name_system(system: str, error: ConnectorError) -> ConnectorError:
    """Return ``error`` with the name of the system that it comes from."""
    message = error.message if error.message.startswith("system ") else f"system {system!r}: {error.message}"
    return ConnectorError(error.code, message, error.hint, sqlstate=error.sqlstate, constraint=error.constraint)


def make_connector(system: System, folder: Path, store: Store, now: datetime) -> Any:
    """Return the connector, or the store of files, of ``system``; raises `ConnectorError`."""
    found = list_kinds()
    if system.connector not in found:
        hint = f"pip install bailee-{system.connector}, or one of: {', '.join(sorted(found))}"
        raise ConnectorError("C501", f"no connector called {system.connector!r} is installed", hint)
    make = found[system.connector].load()
    url = resolve_address(system.url, folder, system.name, store)
    if has_files(system):
        return _call_named(system.name, lambda: make(Path(url)))
    write_url = resolve_address(system.write_url, folder, system.name, store) if system.write_url else None
    return make(system, url, write_url, partial(store.secret, "values"), now.replace(tzinfo=None))


def make_connectors(policy: Policy, folder: Path, store: Store, now: datetime) -> Mapping[str, Connector]:
    """Return the connectors of the systems that have rows, by name, of those whose address can be read."""
    found = {}
    for system in policy.systems.values():
        if not has_files(system):
            with suppress(ConnectorError):
                found[system.name] = make_connector(system, folder, store, now)
    return found


def list_kinds() -> Mapping[str, EntryPoint]:
    """Return the kinds of systems that are installed, by name."""
    return {**row_kinds(), **file_kinds()}


def has_capability(system: System, capability: type) -> bool:
    """Whether the connector of ``system`` has a ``capability`` of `bailee.connectors.base`; nothing is reached.

    ``False`` where the connector is not installed.
    """
    point = row_kinds().get(system.connector)
    made = point.load() if point else None
    return isinstance(made, type) and issubclass(made, capability)


def require_countable(connector: Connector | Countable) -> Countable:
    """Return ``connector`` as one that checks may ask; raises `ConnectorError` C514 where it is none."""
    if isinstance(connector, Countable):
        return connector
    raise ConnectorError("C514", "systems of this kind cannot be asked how many rows there are", "look there by hand")


# --- which system each thread asks, so that a page can say so when the answer does not come -------------------

_ASKED: dict[int, str] = {}
"""Thread -> the system that it asked last."""


def note_asked(system: str) -> None:
    """Note that this thread asks ``system`` now."""
    _ASKED[threading.get_ident()] = system


def find_asked(thread: int) -> str:
    """Return the system that a thread, known by its identifier, asked last; empty where it asked none."""
    return _ASKED.get(thread, "")


def forget_thread() -> None:
    """Forget what this thread asked: it ends."""
    _ASKED.pop(threading.get_ident(), None)


__all__ = [
    "Systems",
    "has_capability",
    "list_kinds",
    "locate_store",
    "make_connector",
    "make_connectors",
    "name_system",
    "open_systems",
    "require_countable",
    "resolve_address",
]


@contextmanager
def open_systems_of_context(context: Context) -> Iterator[Systems]:
    """Yield the systems of the context's policy, its systems reached, at the context's time.

    Raises `PolicyError`, `ConnectorError`.
    """
    with open_systems(context.folder, now=context.now, store=context.store) as systems:
        yield systems


def make_connectors_of_context(context: Context) -> Mapping[str, Connector]:
    """Return the connectors of the systems that have rows, by name, of those whose address can be read."""
    return make_connectors(context.policy, context.folder, context.store, context.now)
