"""The right answers about a schema, made by hand before any draft of it was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from ruamel.yaml import YAML

WORDS = frozenset({"owned_by", "owns", "accessed_by", "accesses", "belongs_to", "names", "none"})
OWNERSHIP = frozenset({"owned_by", "owns"})

_SETS = (
    *("people", "people_either", "organisations", "organisations_either", "opaque", "opaque_either"),
    *("ends", "ends_either", "mentions", "mentions_either", "files", "files_either", "calls", "calls_either"),
)

Edge = tuple[str, str]  # ("child.column", "parent.column"); several columns joined by "+"


@dataclass(frozen=True)
class Answers:
    """What a data protection officer says of a schema; ``either`` beside a set: both answers are fair.

    ``identity`` is column -> the attributes that are right, the best first; ``edges`` likewise with words of the map. A
    reference that is not named gives nobody anything. Tables are qualified where the schema has several.
    """

    name: str
    database: str
    country: str
    people: frozenset[str]
    people_either: frozenset[str]
    organisations: frozenset[str]
    organisations_either: frozenset[str]
    identity: Mapping[str, tuple[str, ...]]
    edges: Mapping[Edge, tuple[str, ...]]
    opaque: frozenset[str]
    opaque_either: frozenset[str]
    ends: frozenset[str]
    ends_either: frozenset[str]
    mentions: frozenset[str]
    mentions_either: frozenset[str]
    files: frozenset[str]
    files_either: frozenset[str]
    calls: frozenset[str]
    calls_either: frozenset[str]


def load(folder: Path) -> Answers:
    """Return the answers of a folder; raise ValueError for a word that the map does not have."""
    said = YAML(typ="safe").load(folder / "answers.yaml")
    edges = dict(_edge(*item) for line in said["edges"] for item in line.items())
    strange = {word for words in edges.values() for word in words} - WORDS
    if strange:
        raise ValueError(f"{folder.name}: no such word of the map: {', '.join(sorted(strange))}")
    return Answers(
        name=folder.name,
        database=said["database"],
        country=said["country"],
        identity={column: _either(text, " or ") for column, text in said["identity"].items()},
        edges=edges,
        **{name: frozenset(said.get(name) or ()) for name in _SETS},
    )


def _edge(text: str, words: str) -> tuple[Edge, tuple[str, ...]]:
    child, parent = text.split(" -> ")
    return (child, parent), _either(words, " | ")


def _either(text: str, between: str) -> tuple[str, ...]:
    return tuple(text.split(between))


def foreign_keys(tables: sa.MetaData) -> frozenset[Edge]:
    """Return the references that the database enforces, as edges of the answers."""
    found = set[Edge]()
    for name, table in tables.tables.items():
        for constraint in table.foreign_key_constraints:
            child = "+".join(f"{name}.{element.parent.name}" for element in constraint.elements)
            found.add((child, "+".join(element.target_fullname for element in constraint.elements)))
    return frozenset(found)


def strange_names(answers: Answers, tables: sa.MetaData) -> set[str]:
    """Return the tables and columns of the answers that the schema does not have: mistakes of the judge."""
    columns = {f"{name}.{column.name}" for name, table in tables.tables.items() for column in table.columns}
    parties = answers.people | answers.people_either | answers.organisations | answers.organisations_either
    said = parties | answers.opaque | answers.opaque_either | answers.calls | answers.calls_either
    cells = {*answers.identity, *answers.ends, *answers.ends_either, *answers.mentions, *answers.mentions_either}
    cells |= answers.files | answers.files_either
    cells |= {part for edge in answers.edges for end in edge for part in end.split("+")}
    return (set(said) - set(tables.tables)) | (cells - columns)
