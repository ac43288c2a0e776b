"""The right answers about a real application: those of `tests.draft.schemas.answers`, and two words more.

``same`` as a word of an edge: its row is the same person as the one it points to (a profile, an address that somebody
is found by). ``mention`` comes first where a row is somebody's whose address it has: nobody has to draft that as an
edge. An edge may say when it holds: ``comment.object_id -> user.id when object_type = 'User': owned_by``; and
``*.creator -> users.id`` is said of every table that has the column, unless something else is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

OWNERSHIP = frozenset({"owned_by", "owns"})
TRUE = OWNERSHIP | {"mention"}  # by these, when they come first, a row is somebody's
WORDS = TRUE | {"same", "accessed_by", "accesses", "belongs_to", "names", "none"}
When = tuple[str, str]  # (column of the child, value)

_SETS = ("people", "people_either", "organisations", "organisations_either", "opaque", "opaque_either")
_EDGE = re.compile(r"(\S+) -> (\S+?)(?: when (\w+) = '(.*)')?")

Edge = tuple[str, str]  # ("child.column", "parent.column"); several columns joined by "+"


@dataclass(frozen=True)
class RealAnswers:
    """What a data protection officer says of a schema; the best word first where several are fair.

    A reference that is not named gives nobody anything, and it is fair to say that it gives context (``belongs_to``) or
    ``names`` somebody. ``either`` beside a set: both answers are fair.
    """

    name: str
    database: str
    country: str
    people: frozenset[str]
    people_either: frozenset[str]
    organisations: frozenset[str]
    organisations_either: frozenset[str]
    opaque: frozenset[str]
    opaque_either: frozenset[str]
    identity: Mapping[str, tuple[str, ...]]
    edges: Mapping[Edge, tuple[str, ...]]
    whens: Mapping[Edge, When] = field(default_factory=dict)


def load(folder: Path) -> RealAnswers:
    """Return the answers of a folder; raise ValueError for what is no edge, or a word that the map does not have."""
    said = YAML(typ="safe").load(folder / "answers.yaml")
    edges, whens = dict[Edge, tuple[str, ...]](), dict[Edge, When]()
    for line in said["edges"]:
        for text, words in line.items():
            found = _EDGE.fullmatch(text)
            fair = tuple(words.split(" | "))
            if not found or not WORDS.issuperset(fair):
                raise ValueError(f"{folder.name}: no edge of the answers: {text}: {words}")
            edges[found[1], found[2]] = fair
            if found[3]:
                whens[found[1], found[2]] = (found[3], found[4])
    return RealAnswers(
        name=folder.name,
        database=said["database"],
        country=said.get("country", "GB"),
        identity={column: tuple(text.split(" or ")) for column, text in (said.get("identity") or {}).items()},
        edges=edges,
        whens=whens,
        **{name: frozenset(said.get(name) or ()) for name in _SETS},
    )


def expanded(answers: RealAnswers, tables: Mapping[str, Any]) -> RealAnswers:
    """Return the answers with ``*.creator -> users.id`` said of each table that has the column, if nothing else is."""
    edges = dict(answers.edges)
    for (child, parent), words in answers.edges.items():
        if not child.startswith("*."):
            continue
        del edges[child, parent]
        column = child.removeprefix("*.")
        for name, table in tables.items():
            own = f"{name}.{column}"
            if column in table.columns and own != parent and not any(edge[0] == own for edge in answers.edges):
                edges[own, parent] = words
    unmet = [p for p in answers.opaque_either if not any(fnmatch(name, p) for name in tables)]
    if unmet:
        raise ValueError(f"{answers.name}: no table is called {', '.join(sorted(unmet))}")
    either = {name for name in tables for pattern in answers.opaque_either if fnmatch(name, pattern)}
    return replace(answers, edges=edges, opaque_either=frozenset(either - answers.opaque))


def strange_names(answers: RealAnswers, tables: Mapping[str, Any]) -> set[str]:
    """Return the tables and columns of the answers that the schema does not have: mistakes of the judge."""
    columns = {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}
    said = {name for group in _SETS for name in getattr(answers, group)}
    cells = {*answers.identity, *(part for edge in answers.edges for end in edge for part in end.split("+"))}
    cells |= {f"{edge[0].partition('.')[0]}.{when[0]}" for edge, when in answers.whens.items()}
    return (said - set(tables)) | (cells - columns)
