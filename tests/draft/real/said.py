"""What a draft says, piece by piece, in the terms of the answers: from the map, or from the guesses beside it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.draft.real.answers import Edge

EDGES = ("owned_by", "owns", "accessed_by", "accesses", "belongs_to", "names")
TURNED = {"owned_by": "owns", "owns": "owned_by", "accessed_by": "accesses", "accesses": "accessed_by"}


@dataclass(frozen=True)
class Said:
    """One thing that is said. ``about``: a table, a column, or an edge as child -> parent; ``word``: what of it.

    ``what``: people, organisations, identity, edge or opaque. Of an edge, ``at`` is the table that declares it (its
    ``when`` reads that table's columns), and ``deep`` says whether it follows rows of its own table. An identity
    ``is_verified`` where an equal value is proof that two rows are the same person.
    """

    what: str
    about: str | Edge
    word: str
    sure: float = 1.0
    at: str = ""
    when: str = ""
    deep: bool = False
    is_verified: bool = False


def accepted(file: Path) -> list[Said]:
    """Return what the map says: what was taken over into it."""
    mapped = YAML(typ="safe", pure=True).load(file).get("collections") or {}
    tables = {name: one.get("table") or name for name, one in mapped.items()}
    return [one for name, piece in mapped.items() for one in _pieces(piece, tables[name], tables, 1.0)]


def guessed(file: Path) -> list[Said]:
    """Return all guesses beside a system's file that nothing was taken over from yet, the surest first."""
    lines = [json.loads(line) for line in file.with_suffix(".guesses.jsonl").read_text().splitlines()]
    tables = {one["collection"]: one["collection"] for one in lines if "collection" in one}
    tables |= {one["collection"]: one["table"] for one in lines if one.get("table")}
    guesses = sorted((one for one in lines if "says" in one), key=lambda one: -float(one["sure"]))
    return [
        said for one in guesses for said in _pieces(one["says"], tables[one["collection"]], tables, float(one["sure"]))
    ]


def turned(one: Said, known: Collection[Edge]) -> Said:
    """Return an edge that is declared at the parent as the edge of the child that the answers know."""
    if one.what != "edge" or one.about in known or (turn := (one.about[1], one.about[0])) not in known:
        return one
    return Said("edge", turn, TURNED.get(one.word, one.word), one.sure, one.at, one.when, one.deep)


def _pieces(piece: Mapping[str, Any], table: str, tables: Mapping[str, str], sure: float) -> Iterator[Said]:
    parties = {"person": "people", "organisation": "organisations"}
    if piece.get("party") in parties:
        yield Said(parties[piece["party"]], table, str(piece["party"]), sure)
    for attribute, shapes in (piece.get("identity") or {}).items():
        for shape in _several(shapes):
            column = shape if isinstance(shape, str) else shape.get("column")
            if column:
                verified = not isinstance(shape, str) and shape.get("joins") == "verified"
                yield Said("identity", f"{table}.{column}", attribute, sure, is_verified=verified)
    for word in EDGES:
        for one in _several(piece.get(word)):
            yield _edge(one, word, table, tables, sure)
    if isinstance(piece.get("opaque"), str):
        yield Said("opaque", table, "opaque", sure)


def _several(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _edge(said: Any, word: str, table: str, tables: Mapping[str, str], sure: float) -> Said:
    when, deep = "", False
    if isinstance(said, str):
        to = said.partition(".")[0]
        on = {theirs.removeprefix(f"{to}."): own for theirs, own in (pair.split(" = ") for pair in said.split(", "))}
    else:
        to, on, when, deep = said["to"], said["on"], said.get("when", ""), "depth" in said
    child = "+".join(f"{table}.{own}" for own in on.values())
    parent = "+".join(f"{tables.get(to, to)}.{theirs}" for theirs in on)
    return Said("edge", (child, parent), word, sure, table, when, deep)
