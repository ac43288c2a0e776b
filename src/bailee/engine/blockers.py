"""Who cannot be erased in a system, by which rows of others, and how the map would have to be changed (22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bailee.connectors.base import Session
from bailee.engine.people import call_system
from bailee.plan import BlockedRows, Owner
from bailee.policy import Gone
from bailee.trace import Batch, Key, Trace
from bailee.trace.bind import RowReference
from bailee.trace.set_names import SetName


def find_refused(
    system: str, trace: Trace, session: Session, batch: Batch, places: Mapping[int, int]
) -> tuple[frozenset[int], tuple[BlockedRows, ...]]:
    """Return the persons of ``batch`` who are refused in ``system``, where rows of others refuse, and why.

    ``places``: person -> their number among those who are asked for, from 1. Raises `ConnectorError`.
    """
    persons: set[int] = set()
    for collection, name in trace.blamed.items():
        keys = set(call_system(system, _list_keys, session, name))
        persons.update(s.person for s in batch.of(system) if s.ref.collection == collection and s.ref.key in keys)
    numbers = tuple(sorted({places.get(person, 0) for person in persons}))
    return frozenset(persons), tuple(replace(why, persons=numbers) for why in _find_reasons(system, trace, session))


def _list_keys(session: Session, name: SetName) -> list[Key]:
    return list(session.keys(name))


def _find_reasons(system: str, trace: Trace, session: Session) -> Iterator[BlockedRows]:
    known: dict[str, tuple[Owner, ...]] = {}
    for blocking in trace.blocking:
        rows = call_system(system, session.count, blocking.rows)
        if rows:
            r = blocking.reference
            if r.child not in known:
                known[r.child] = tuple(_find_owners(system, trace, session, r.child))
            owners = known[r.child]
            edges = tuple(f"{_find_declarer(trace, r, e.id)}.{e.id}" for e in r.edges)
            yield BlockedRows(
                system, r.id, edges, r.child, r.parent, rows, _write_hint(trace, r, edges, owners), owners=owners
            )


def _find_owners(system: str, trace: Trace, session: Session, child: str) -> Iterator[Owner]:
    for flow, name in trace.owners.get(child, ()):
        rows = call_system(system, session.count, name)
        if rows:
            yield Owner(flow.id, flow.source, rows)


def _find_declarer(trace: Trace, r: RowReference, edge: str) -> str:
    """Return the collection that declares the edge: the child, or the parent that says `owns` or `accesses`."""
    mine = {one.id for one in trace.map.bound[r.child].collection.edges}
    return r.child if edge in mine else r.parent


def _write_hint(trace: Trace, r: RowReference, edges: tuple[str, ...], owners: tuple[Owner, ...]) -> str:
    """Return how to change the map: first the owner by whom the rows stay, then what the reference may say."""
    child = trace.map.bound[r.child]
    if r.gone.action is Gone.STAND_IN:
        return f"put the row into {r.parent} that stand_in of {' and '.join(edges)} names, or name another"
    if child.collection.opaque:
        says = _list_remedies(trace, r)
        return f"map table {child.table.name}, with an edge to {r.parent} that says on_parent_gone: {says}"
    where = " and ".join(edges) or f"a new edge of {r.child} to {r.parent}"
    hint = f"say on_parent_gone: {_list_remedies(trace, r, is_shared=bool(owners))} on {where}"
    by = " and ".join(one.edge for one in owners)
    if not owners:
        return hint
    return f"if {by} only says who deals with it, write it under `names`, which makes nobody an owner; or {hint}"


def _list_remedies(trace: Trace, r: RowReference, *, is_shared: bool = False) -> str:
    """Return what the reference may say instead: null where its cells can be empty, delete where nobody shares them."""
    columns = trace.map.bound[r.child].table.columns
    emptied = trace.map.clearable(r.child, r.child_columns, r.on)
    words = ["null"] if emptied and all(columns[column].nullable for column in emptied) else []
    words += ["delete"] if r.gone.action is Gone.REFUSE and not is_shared else []
    return ", ".join([*words, "pin"]) + " or stand_in"
