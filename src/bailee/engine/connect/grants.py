"""What the map of a system needs of its accounts: which tables are read, which rows go, which cells are written."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bailee.connectors.base import ConnectorError, Need
from bailee.engine.addresses import is_secret, locate_store, resolve_address
from bailee.engine.connect.drafts import MappedSystem, inspect_map
from bailee.engine.systems import make_connector
from bailee.policy import PolicyError, System
from bailee.trace import BoundMap, CellChange, bind, build_erasure_trace, build_retention_trace
from bailee.trace.bind import BoundCollection

_BYTES = 24  # of a password


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """Where the address under a ``key`` of the system's file is. ``is_said``: the file says so already."""

    key: str
    reference: str
    is_said: bool


@dataclass(frozen=True, slots=True)
class GrantedAccounts:
    """``sql``: lines for the owner of the database. ``urls``: key of the system's file -> the account's address.

    ``places``: where each of these goes. ``is_one_account``: as things are, who reads and who writes are the same.
    """

    sql: tuple[str, ...]
    urls: dict[str, str]
    places: tuple[AddressPlace, ...] = ()
    is_one_account: bool = False


def make_grants(folder: Path, name: str) -> GrantedAccounts:
    """Return the SQL of a reader and a writer for exactly the map of a system, with new passwords.

    Raises as `connecting.look` does, and `PolicyError` for a map that cannot stand.
    """
    mapped = inspect_map(folder, name)
    if errors := [problem for problem in mapped.problems if problem.severity == "error"]:
        raise PolicyError(errors)
    connector = make_connector(mapped.system, folder, locate_store(mapped.policy, folder), datetime.now(UTC))
    passwords = {kind: secrets.token_urlsafe(_BYTES) for kind in ("reader", "writer")}
    m = bind(mapped.system, connector.schema(), mapped.policy)
    sql = connector.grants(tuple(list_needs(m, mapped)), passwords)
    if not m.schema.kind.has_accounts:
        return GrantedAccounts(sql, {})
    here = resolve_address(mapped.system.url, folder, name, locate_store(mapped.policy, folder))
    keys = {"url": "reader", "write_url": "writer"}
    urls = {key: _replace_account(here, f"bailee_{name}_{kind}", passwords[kind]) for key, kind in keys.items()}
    return GrantedAccounts(sql, urls, tuple(list_address_places(mapped.system)), _is_one_account(mapped, folder, here))


def list_address_places(system: System) -> Iterator[AddressPlace]:
    """Yield where the policy looks for each address; where it names no secret of its own for one, where it could."""
    read, write = system.url, system.write_url
    for key, said, other in (("url", read, ""), ("write_url", write, read)):
        is_said = said is not None and said != other and is_secret(said)
        yield AddressPlace(key, said if said and is_said else f"env:{_name_variable(system.name, key, other)}", is_said)


def _name_variable(system: str, key: str, other: str) -> str:
    """Return a name for the environment variable of ``key``, which is not the one that the ``other`` address has."""
    name = re.sub(r"[^A-Z0-9]", "_", f"{system}_{key}".upper())
    return f"{name}_2" if other == f"env:{name}" else name


def _is_one_account(mapped: MappedSystem, folder: Path, here: str) -> bool:
    """Whether what reads now comes as the same account as what writes; unknown where that address cannot be read."""
    try:
        there = resolve_address(
            mapped.system.write_url or "", folder, mapped.system.name, locate_store(mapped.policy, folder)
        )
    except ConnectorError:
        return False
    return bool(mapped.system.write_url) and urlsplit(here).username == urlsplit(there).username


def _replace_account(url: str, account: str, password: str) -> str:
    """Return ``url`` with another account."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{account}:{password}@{parts.netloc.rpartition('@')[2]}").geturl()


def list_needs(m: BoundMap, mapped: MappedSystem) -> Iterator[Need]:
    """Yield what is done to each table on the map, and to each that a foreign key ties to one of them.

    Of an opaque table nothing is read; it only has to be seen.
    """
    if mapped.system.plans_in:
        yield Need(mapped.system.plans_in, inserts=True)
    changes = tuple(_list_changes(m))
    read = {b.name: b for b in m.bound.values() if b.collection.opaque is None}
    for b in read.values():
        own = [change for change in changes if change.collection == b.name]
        written = {cell.column for change in own for cell in change.cells}
        if b.is_person:
            written |= set(_list_correctable(b))
        written -= set(b.key)
        columns = tuple(sorted(written))
        locks = b.key[0] if b.is_party and b.key and not columns else ""
        yield Need(b.table.name, any(change.deletes for change in own), columns, locks)
    tables = {b.table.name for b in read.values()}
    for b in m.bound.values():
        if b.table.name not in {
            *tables,
            mapped.system.plans_in,
        }:  # opaque: a map stands where its tables are
            tables.add(b.table.name)
            yield Need(b.table.name, seen=True)
    for table in (*m.schema.tables.values(), *mapped.schema.tables.values()):
        if table.name not in tables and any(key.table in tables for key in table.foreign_keys):
            tables.add(table.name)
            yield Need(table.name, seen=True)


def _list_changes(m: BoundMap) -> Iterator[CellChange]:
    today = datetime.now(UTC).date()
    yield from build_erasure_trace(m, today).changes
    used = {b.collection.retain for b in m.bound.values()}
    for name, rule in m.policy.retention.items():
        if name in used:
            yield from build_retention_trace(m, rule, today).changes


def _list_correctable(b: BoundCollection) -> Iterator[str]:
    """Yield the columns that a correction may write: what is mapped to an attribute of the person."""
    yield from (identity.column for identity in b.collection.identities)
    yield from b.collection.fields.values()
