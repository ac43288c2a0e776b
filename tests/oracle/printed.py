"""A case as compact text, to read and to shrink by hand."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum

from bailee.policy import Collection, Edge
from tests.oracle.cases import Case
from tests.oracle.world import World, key_columns, table_of


def printed(case: Case) -> str:
    """Return ``case`` as text: the map with the words that say something, the rows, and the batch."""
    lines = [f"seed {case.seed}, now {case.now}, shared above {case.world.policy.firm.shared_above}"]
    for system, declared in case.world.policy.systems.items():
        for collection in declared.collections.values():
            lines += _collection(case.world, system, collection)
    lines += [f"hold {_said(hold)}" for hold in case.world.policy.holds.values()]
    lines += [f"rule {_said(rule)}" for rule in case.world.policy.retention.values()]
    lines += [
        f"person {[name.collection + str(name.key) for name in sorted(p.own, key=repr)]} {sorted(p.seeds)}"
        for p in case.batch
    ]
    return "\n".join(lines)


def _collection(world: World, system: str, collection: Collection) -> list[str]:
    table = table_of(world, system, collection)
    key = key_columns(collection, table)
    marks = {n: n + ("!" if not c.nullable else "") + ("#" if n in key else "") for n, c in table.columns.items()}
    lines = [f"{system}.{collection.name} {_said(collection, ['name', 'key', 'edges', 'mentions', 'identities'])}"]
    lines += [f"  {_edge(edge)}" for edge in collection.edges]
    lines += [f"  mention {_said(mention)}" for mention in collection.mentions]
    lines += [f"  identity {_said(identity)}" for identity in collection.identities]
    lines += [f"  fk {','.join(f.columns)} -> {f.table}({','.join(f.their_columns)})" for f in table.foreign_keys]
    lines.append("    " + " | ".join(marks.values()))
    lines += [
        "    " + " | ".join("-" if v is None else str(v) for v in row.values())
        for row in world.data[system][collection.name]
    ]
    return lines


def _edge(edge: Edge) -> str:
    pairs = ", ".join(f"{edge.to}.{their} = {own}" for their, own in edge.on)
    return f"{edge.kind}: {pairs} {_said(edge, ['kind', 'to', 'on'])}"


def _said(value: object, but: list[str] | None = None) -> str:
    """Return what ``value`` says that is not empty."""
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_said(v)}" for k, v in value.items()) + "}"
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(map(_said, value))) + "]"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_said, value)) + "]"
    if not is_dataclass(value):
        return repr(value)
    said = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in {"place", *(but or [])}}
    defaults = {f.name: f.default for f in fields(value)}
    shown = {n: v for n, v in said.items() if v not in (None, (), {}, frozenset(), "", False) and v != defaults[n]}
    return f"{type(value).__name__}({', '.join(f'{n}={_said(v)}' for n, v in shown.items())})"
