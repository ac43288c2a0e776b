"""Drift: how a system looks now, beside how it looked when it was connected, and beside its map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bailee.connectors.base import ConnectorError, Draftable
from bailee.engine.addresses import locate_store
from bailee.engine.connect import snapshots
from bailee.engine.connect.drafts import NotConnected
from bailee.engine.connect.snapshots import SnapshotColumn, Tables
from bailee.engine.connect.spellings import find_misspelled
from bailee.engine.systems import has_capability, list_kinds, make_connector, name_system
from bailee.policy import Policy, System, load
from bailee.store.sealed_store import Store
from bailee.trace.check import check_map


class DriftKind(StrEnum):
    """What has changed."""

    NEW_TABLE = "new table"
    NEW_COLUMN = "new column"
    GONE_TABLE = "table gone"
    GONE_COLUMN = "column gone"
    TYPE = "type changed"
    PERSONAL = "turned personal"
    UNKNOWN = "never looked at"
    UNSEEN = "out of sight"
    SPELLING = "spelled otherwise"


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that is no longer as it was, or cannot be seen: ``table`` and ``column`` (or empty), and what to do."""

    system: str
    kind: DriftKind
    table: str
    column: str
    says: str
    hint: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What has changed in systems. ``unread``: (system, table) -> why its values could not be looked at."""

    changes: tuple[Drift, ...]
    unread: Mapping[tuple[str, str], str]


def find_drift(folder: Path, names: tuple[str, ...] = ()) -> DriftReport:
    """Return what has changed in the systems ``names`` (none: all that have tables) since they were connected.

    Raises `PolicyError`, `NotConnected`, `ConnectorError`.
    """
    policy = load(folder, connectors=list_kinds())
    if missing := [name for name in names if name not in policy.systems]:
        raise NotConnected(f"there is no system called {missing[0]}", f"there are: {', '.join(policy.systems)}")
    compared = [system for system in policy.systems.values() if has_capability(system, Draftable)]
    if silent := [name for name in names if policy.systems[name] not in compared]:
        raise NotConnected(f"{silent[0]} has no tables that could be compared", "name a system with connector: sql")
    if not compared:
        raise NotConnected("no system has tables that could be compared", "bailee connect NAME ADDRESS makes one")
    changes: list[Drift] = []
    unread: dict[tuple[str, str], str] = {}
    for system in compared:
        if not names or system.name in names:
            found = _find_system_drift(folder, system, policy, locate_store(policy, folder))
            changes += found.changes
            unread |= found.unread
    return DriftReport(tuple(changes), unread)


def _find_system_drift(folder: Path, system: System, policy: Policy, store: Store) -> DriftReport:
    before = snapshots.load_snapshot(folder, system.name)
    if before is None:
        hint = f"bailee connect {system.name}"
        says = "nobody has written down how it looked, so nothing can be compared"
        return DriftReport((Drift(system.name, DriftKind.UNKNOWN, "", "", says, hint),), {})
    connector = make_connector(system, folder, store, datetime.now(UTC))
    try:
        schema = connector.everything(before.schemas)
        sample = connector.sample(schema, policy.firm.region)
        partly = connector.privileges(write=False).partly
    except ConnectorError as error:
        raise name_system(system.name, error) from None
    changes = (
        *_compare_tables(system, before.tables, snapshots.describe_tables(schema, sample), partly),
        *_find_misspelled(connector, policy, system),
    )
    return DriftReport(changes, {(system.name, table): why for table, why in sample.unread.items()})


def _find_misspelled(connector: Any, policy: Policy, system: System) -> Iterator[Drift]:
    """Yield the columns in which values by which persons are found are not spelled as the map says.

    A map that does not fit the tables any more is `_compare_tables`'s to tell of, and `bailee map`'s.
    """
    try:
        schema = connector.schema()
    except ConnectorError as error:
        raise name_system(system.name, error) from None
    if not any(problem.severity == "error" for problem in check_map(system, schema, policy)):
        for column, says, hint in find_misspelled(connector, policy, system, schema):
            yield Drift(system.name, DriftKind.SPELLING, column.collection, column.column, says, hint)


def _compare_tables(system: System, before: Tables, now: Tables, partly: frozenset[str]) -> Iterator[Drift]:
    """Yield what differs. ``partly``: the schemas of which the account sees only tables that it has rights on."""
    again = f"bailee connect {system.name}, then bailee map {system.name}"

    def make_drift(kind: DriftKind, table: str, column: str, says: str, hint: str = again) -> Drift:
        return Drift(system.name, kind, table, column, says, hint)

    mapped = {f"{c.schema}.{c.table}" if c.schema else c.table: c.name for c in system.collections.values()}
    for table in sorted(now.keys() - before.keys()):
        yield make_drift(DriftKind.NEW_TABLE, table, "", f"table {table} is new, and on no map")
    hidden = {table for table in before.keys() - now.keys() if table.rpartition(".")[0] in partly}
    if any(table.rpartition(".")[0] in partly for table in before):
        says = "the account sees only tables that it has rights on, so that nobody knows which others are new or gone"
        hint = f"bailee grants {system.name} prints a reader that is told of every table, and reads those of the map"
        yield make_drift(DriftKind.UNSEEN, "", "", says, hint)
    for table in sorted(before.keys() - now.keys() - (hidden - mapped.keys())):
        hint = f"take {mapped[table]} off the map, or name its new table" if table in mapped else again
        yield make_drift(DriftKind.GONE_TABLE, table, "", f"table {table} is gone", hint)
    for table in sorted(before.keys() & now.keys()):
        old, new = before[table], now[table]
        for column in sorted(new.keys() - old.keys()):
            yield make_drift(
                DriftKind.NEW_COLUMN, table, column, f"column {table}.{column} is new{_describe_shapes(new[column])}"
            )
        for column in sorted(old.keys() - new.keys()):
            yield make_drift(DriftKind.GONE_COLUMN, table, column, f"column {table}.{column} is gone")
        for column in sorted(old.keys() & new.keys()):
            if old[column].type != new[column].type:
                says = f"column {table}.{column} was {old[column].type} and is {new[column].type}"
                yield make_drift(DriftKind.TYPE, table, column, says)
            if turned := sorted(new[column].looks - old[column].looks):
                says = f"values of {table}.{column} now look like {' and like '.join(map(_pluralise_shape, turned))}"
                yield make_drift(DriftKind.PERSONAL, table, column, says)


def _describe_shapes(looked: SnapshotColumn) -> str:
    return (
        f", and its values look like {' and like '.join(map(_pluralise_shape, sorted(looked.looks)))}"
        if looked.looks
        else ""
    )


def _pluralise_shape(shape: str) -> str:
    """Return the plural of a shape: ``e-mail addresses``."""
    return f"{shape}es" if shape.endswith("s") else shape if ")" in shape or "+" in shape else f"{shape}s"
