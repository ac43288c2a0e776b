"""Tables that must stand on the map with what is taken over, though nobody took anything of them over.

Where a foreign key says that the database deletes or empties rows of a table when a row of another goes, the map of the
other cannot stand without that table (rule 22, T409): else erasing somebody would change rows that no plan names.
So the table is put on the map with the foreign key as an edge that gives nobody anything. By that a person to whom such
a row leads is not erased until somebody has said what shall become of it (``on_parent_gone``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bailee.draft.guess import Guess, name_collections
from bailee.trace.schema import ForeignKey, Schema

ACTIONS = frozenset({"cascade", "set null", "set default"})
"""What a database does to rows by itself."""

_PLAIN = re.compile(r"[^\s.,=+]+")


def find_edges_beside(
    schema: Schema, taken: Iterable[Guess], said: Mapping[str, Mapping[str, Any]]
) -> tuple[Guess, ...]:
    """Return the edges that ``taken`` needs to stand, each with the table that it puts on the map.

    ``taken``: guesses that are to be taken over. ``said``: collection -> what the map says of it by now. A
    table that either has is left as it is.
    """
    taken = tuple(taken)
    tables = {name: table for table, name in name_collections(schema).items()}
    there = {tables.get(name, name) for name in (*said, *(g.collection for g in taken))}
    there |= {str(one["table"]) for one in said.values() if "table" in one}
    going = {g.collection for g in taken if "on_erase" in g.says} | {n for n, one in said.items() if "on_erase" in one}
    people = {g.collection for g in taken if g.says.get("party") == "person"}
    people |= {name for name, one in said.items() if one.get("party") == "person"}
    parents = {tables.get(name, name): name for name in going}
    return tuple(
        Guess(name, {"names" if to in people else "belongs_to": edge}, 1.0, because)
        for name, table in tables.items()
        if table not in there and table in schema.tables
        for to, edge, because in _make_edges(schema, table, parents)
    )


def _make_edges(schema: Schema, table: str, parents: Mapping[str, str]) -> Iterator[tuple[str, Any, str]]:
    for key in schema.tables[table].foreign_keys:
        to = parents.get(key.table)
        if to is not None and key.on_delete.lower() in ACTIONS:
            does = {"cascade": "delete", "set null": "empty", "set default": "change"}[key.on_delete.lower()]
            because = f"a foreign key; the database would {does} it when a row of {to} goes, so it stands on the map"
            yield to, _make_edge(to, key), because


def _make_edge(to: str, key: ForeignKey) -> Any:
    on = tuple(zip(key.their_columns, key.columns, strict=True))
    if all(_PLAIN.fullmatch(part) for pair in on for part in pair):
        return ", ".join(f"{to}.{theirs} = {own}" for theirs, own in on)
    return {"to": to, "on": dict(on)}
