"""A policy folder opened for checks: what cannot be read is a reason to say *unknown*, and no reason to stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bailee.checks import Failure, StayingRows, World, find_problems
from bailee.connectors.base import Connector, ConnectorError, FileStore
from bailee.engine.addresses import locate_store
from bailee.engine.errors import NotAllowed
from bailee.engine.exemptions import find_exempt, list_staying
from bailee.engine.people import UnknownPerson
from bailee.engine.systems import Systems, add_neighbours, list_kinds, make_connector
from bailee.policy import FirmRole, Policy, PolicyError, System, load
from bailee.policy.systems import has_files
from bailee.store.holds import CurrentHolds
from bailee.store.row_counts import read_looks
from bailee.store.sealed_store import Store
from bailee.trace import BoundMap, bind
from bailee.trace.check import check_map
from bailee.trace.schema import Schema


@dataclass(frozen=True)
class OpenedPolicy:
    """``world`` is what checks know; ``systems`` what is asked, by name."""

    world: World
    systems: Mapping[str, Connector]
    store: Store


@contextmanager
def open_policy(folder: Path, now: datetime) -> Iterator[OpenedPolicy]:
    """Yield the policy of ``folder`` with the systems that can be read.

    Raises `PolicyError` where the folder itself has mistakes, or binds a promise to a check that cannot be.
    """
    policy = load(folder, connectors=list_kinds())
    if wrong := find_problems(policy):
        raise PolicyError(wrong)
    state = locate_store(policy, folder)
    systems: dict[str, Connector] = {}
    schemas: dict[str, Schema] = {}
    maps: dict[str, BoundMap] = {}
    file_stores: dict[str, FileStore] = {}
    unread: dict[str, Failure] = {}
    refused: dict[str, Failure] = {}
    try:
        for system in policy.systems.values():
            try:
                made = make_connector(system, folder, state, now)
                if has_files(system):
                    file_stores[system.name] = made
                    continue
                systems[system.name] = made
                schemas[system.name] = made.schema()
            except ConnectorError as error:
                unread[system.name] = describe_failure(error)
        for name, schema in add_neighbours(policy, systems, schemas).items():
            laid, failure = bind_map(policy, policy.systems[name], schema)
            if laid is not None:
                maps[name] = laid
            if failure is not None:
                (unread if laid is None else refused)[name] = failure
        empty = frozenset(name for name, store in file_stores.items() if store.is_empty())
        world = World(policy, now, maps, frozenset(file_stores), empty, unread, refused, read_looks(state))
        yield OpenedPolicy(world, systems, state)
    finally:
        for one in file_stores.values():
            one.close()


def find_staying(systems: OpenedPolicy, folder: Path) -> tuple[StayingRows, ...] | Failure:
    """Return what stays although it is due, by a hold placed by hand or a restriction; or why nobody can tell.

    Where there is no such person nothing is asked of any system.
    """
    world, today = systems.world, systems.world.now.date()
    connectors = {name: systems.systems[name] for name in world.maps}
    schemas = {name: m.schema for name, m in world.maps.items()}
    held = CurrentHolds(systems.store, today)
    inside = Systems(folder, world.policy, systems.store, world.now, connectors, {}, schemas, world.maps, held=held)
    try:
        hands = find_exempt(inside)
    except ConnectorError as error:
        return _explain_unknown(describe_failure(error))
    except (NotAllowed, UnknownPerson) as error:
        return _explain_unknown(Failure("T420", error.message, error.hint))
    lost = next((world.unread[name] for name in world.unread if _can_know_persons(world.policy.systems[name])), None)
    if hands is not None and lost is not None:
        return _explain_unknown(lost)
    return list_staying(hands) if hands is not None else ()


def _explain_unknown(failure: Failure) -> Failure:
    return replace(failure, says=f"which rows must stay although they are due cannot be told: {failure.says}")


def _can_know_persons(system: System) -> bool:
    return not has_files(system) and system.role is FirmRole.CONTROLLER


ABOUT_CHANGES = frozenset({"T404", "T405", "T406", "T407", "T409", "T410", "T414", "T415", "T417"})
"""Codes of mistakes that stand in the way of a change and of no look: a trigger, or a column that cannot be empty."""


def bind_map(policy: Policy, system: System, schema: Schema) -> tuple[BoundMap | None, Failure | None]:
    """Return the map of ``system`` over ``schema``, where it can be looked through, and why no plan can be made."""
    errors = [p for p in check_map(system, schema, policy) if p.severity == "error"]
    errors.sort(key=lambda p: p.code in ABOUT_CHANGES)
    if not errors:
        return bind(system, schema, policy), None
    m = bind(system, schema, policy) if errors[0].code in ABOUT_CHANGES else None
    first, more = errors[0], len(errors) - 1
    says = f"{first.message}" + (f" ({more} more mistakes)" if more > 1 else " (1 more mistake)" if more else "")
    hint = f"{first.hint}: {first.place}" if first.place.file else first.hint
    return m, Failure(first.code, says, hint)


def describe_failure(error: ConnectorError) -> Failure:
    """Return why a system could not be looked at, in its connector's words."""
    named = ", ".join(text for text in (error.sqlstate, error.constraint) if text)
    return Failure(error.code, f"{error.message} [{named}]" if named else error.message, error.hint)
