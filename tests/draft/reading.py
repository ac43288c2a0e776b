"""What `bailee connect` wrote, as the judge understands it: the map, and the guesses beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.draft.schemas.answers import Edge
from tests.draft.scoring import Drafted

EDGES = ("owned_by", "owns", "accessed_by", "accesses", "belongs_to", "names")
_TURNED = {"owned_by": "owns", "owns": "owned_by", "accessed_by": "accesses", "accesses": "accessed_by"}
_NOT_A_COLUMN = frozenset({"stored", "at", "when", "id", "on_leave", "on_copy"})


@dataclass
class _Told:
    people: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    identity: dict[str, str] = field(default_factory=dict)
    edges: dict[Edge, str] = field(default_factory=dict)
    opaque: set[str] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)


def read(file: Path, known: Iterable[Edge], sure: float = 0.0) -> Drafted:
    """Return what a system's file says, guesses at least so ``sure`` among it.

    ``known``: child -> parent references, so that an edge declared at the other end is understood for what it is. Where
    several things are said of one column or reference, the map counts before the guesses, and of these the surest.
    """
    mapped = YAML(typ="safe").load(file).get("collections") or {}
    beside = file.with_suffix(".guesses.jsonl")
    guesses = [json.loads(line) for line in beside.read_text().splitlines()] if beside.exists() else []
    tables = {one["collection"]: one["collection"] for one in guesses if "collection" in one}
    tables |= {one["collection"]: one["table"] for one in guesses if one.get("table")}
    tables |= {name: one.get("table") or name for name, one in mapped.items()}
    told = _Told()
    for name, piece in _pieces(mapped, guesses, sure):
        _take(told, piece, tables[name], tables, frozenset(known))
    return Drafted(
        people=frozenset(told.people),
        organisations=frozenset(told.organisations),
        identity=told.identity,
        edges=told.edges,
        opaque=frozenset(told.opaque),
        ends=frozenset(told.ends),
        mentions=frozenset(told.mentions),
        files=frozenset(told.files),
        calls=frozenset(told.calls),
    )


def _pieces(
    mapped: Mapping[str, Any], guesses: Iterable[Mapping[str, Any]], sure: float
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from mapped.items()
    for one in sorted((one for one in guesses if "says" in one), key=lambda one: -float(one["sure"])):
        if one["sure"] >= sure:
            yield one["collection"], one["says"]


def _take(told: _Told, piece: Mapping[str, Any], table: str, tables: Mapping[str, str], known: frozenset[Edge]) -> None:
    parties = {"person": told.people, "organisation": told.organisations}
    if piece.get("party") in parties:
        parties[piece["party"]].add(table)
    for attribute, shapes in (piece.get("identity") or {}).items():
        for shape in _several(shapes):
            if shape.get("joins") == "verified":
                continue  # a key that joins two tables of the same people: says nothing of who somebody is
            told.identity.setdefault(f"{table}.{shape['column']}", attribute)
    for word in EDGES:
        for one in _several(piece.get(word)):
            edge, meant = _edge(one, word, table, tables, known)
            told.edges.setdefault(edge, meant)
    if isinstance(piece.get("opaque"), str):
        told.opaque.add(table)
    if "ends" in piece:
        told.ends.add(f"{table}.{piece['ends']}")
    for one in piece.get("mentions") or ():
        told.mentions.add(f"{table}.{next(column for word, column in one.items() if word not in _NOT_A_COLUMN)}")
    if "file" in piece:
        told.files.add(f"{table}.{piece['file']['path']}")
    if piece.get("retain") == "calls":
        told.calls.add(table)


def _several(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _edge(said: Any, word: str, table: str, tables: Mapping[str, str], known: frozenset[Edge]) -> tuple[Edge, str]:
    """Return an edge as child -> parent, whichever end declares it, and the word that it then has."""
    if isinstance(said, str):
        to = said.partition(".")[0]
        pairs = [pair.split(" = ") for pair in said.split(", ")]
        on = {theirs.removeprefix(f"{to}."): own for theirs, own in pairs}
    else:
        to, on = said["to"], said["on"]
    child = "+".join(f"{table}.{own}" for own in on.values())
    parent = "+".join(f"{tables.get(to, to)}.{theirs}" for theirs in on)
    if (child, parent) not in known and (parent, child) in known:
        return (parent, child), _TURNED.get(word, word)
    return (child, parent), word
