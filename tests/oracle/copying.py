"""A copy for a person: which rows, and which of their cells are masked [26]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

from bailee.policy import Collection, Edge, Form, Mention, OnCopy
from bailee.policy.predicate import Scalar
from tests.oracle.interpreter import Facts, Subject, Traced, facts_of, matching, subjects_of, trace
from tests.oracle.words import holds, issued, normal
from tests.oracle.world import NOTHING_REMEMBERED, Memory, Person, Row, World


class Masked(Enum):
    """What stands in a copy where a cell is not shown."""

    MASKED = "masked"

    def __repr__(self) -> str:
        return "MASKED"


MASKED = Masked.MASKED

CopiedRows = Mapping[str, Mapping[str, Sequence[Mapping[str, Scalar | Masked]]]]


def copy(world: World, person: Person, now: datetime, memory: Memory = NOTHING_REMEMBERED) -> CopiedRows:
    """Return the rows that ``person`` owns or sees, cells masked. An empty cell is shown as it is."""
    facts = facts_of(world, Memory(shared=memory.shared), now)
    (subject,) = subjects_of(facts, [person])
    traced = trace(facts, subject)
    return {
        system: {
            name: [
                _shown(facts, subject, traced, row)
                for row in facts.rows
                if row in traced.located and (row.system, row.collection.name) == (system, name)
            ]
            for name in collections
        }
        for system, collections in world.data.items()
    }


def _shown(facts: Facts, subject: Subject, traced: Traced, row: Row) -> dict[str, Scalar | Masked]:
    masks, strict = frozenset[str](), False
    if row not in traced.own and row not in traced.owned:
        hops = [a.hop for a in traced.arrivals if a.row is row]
        hops += [m.mention for m in traced.mentioned if m.row is row]
        masks = masks.union(*((hop.on_copy or row.collection.on_copy or OnCopy()).masks for hop in hops))
        edges = [hop.on_copy for hop in hops if isinstance(hop, Edge) and hop.on_copy is not None]
        strict = any(on_copy.unmatched_mentions == "mask" for on_copy in edges)
    return {
        c: _cell(facts, subject, row, c, strict=strict) if c not in masks else _mask(v) for c, v in row.cells.items()
    }


def _mask(cell: Scalar) -> Scalar | Masked:
    return cell if cell is None else MASKED


def _cell(facts: Facts, subject: Subject, row: Row, column: str, *, strict: bool) -> Scalar | Masked:
    """Return a cell, masked where it is a mention of somebody else or of nobody known; of a list, the person's part."""
    cell = row.cells[column]
    mentions = [m for m in row.collection.mentions if m.column == column and holds(m.when, row.cells)]
    if all(not strict and _shows(m, row.collection) for m in mentions):
        return cell
    values = [(m, matching(facts, row, m, subject.known.identities)) for m in mentions]
    matched = [(mention, mine) for mention, mine in values if mine]
    if not matched:
        return _mask(cell)
    mention, mine = matched[0]
    if mention.stored.form is not Form.LIST:
        return cell
    firm, attribute = facts.world.policy.firm, issued(row.system, mention.attribute)
    elements = str(cell).split(mention.stored.text)
    return mention.stored.text.join(e for e in elements if normal(firm, attribute, e) in mine)


def _shows(mention: Mention, collection: Collection) -> bool:
    """Whether a mention of somebody else is shown: its own word counts before the collection's."""
    words = [on_copy.unmatched_mentions for on_copy in (mention.on_copy, collection.on_copy) if on_copy is not None]
    return next((word for word in words if word is not None), "mask") == "show"
