"""What others write between an erasure and the release of what a hold kept: it is theirs, and stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random

from bailee.policy import Form, Mention
from bailee.policy.predicate import Scalar
from tests.oracle.holding import all_key_columns, clearable
from tests.oracle.interpreter import Facts, Subject, facts_of, trace, words_of
from tests.oracle.world import Data, Memory, Row, RowKey, World, data_of, rows_of

STRANGERS: Mapping[str, str] = {"email": "z@x", "phone": "+441632960099", "account": "z"}


Written = Mapping[RowKey, Mapping[str, Scalar]]


def written_by_others(world: World, memory: Memory, now: datetime, rnd: Random) -> Written:
    """Return some cells that still hold what a leaver's was, with another person's value: row -> column -> value.

    Rows that should have gone, and those to which a fixed value is to come yet, stay as they are: of these the rules
    say nothing but that they are taken up again.
    """
    facts = facts_of(world, memory, now)
    closed = {name for person in memory.persons for name in (*person.own, *person.kept)}
    closed |= {name for person in memory.persons for name, _, _ in person.withheld}
    return {
        row.name: cells
        for row, cells in _open(facts, memory)
        if row.key and row.name not in closed and rnd.random() < 0.7
    }


def with_cells(data: Data, world: World, written: Written) -> Data:
    """Return ``data`` with the cells of ``written``."""
    rows = rows_of(replace(world, data=data))
    for row in rows:
        row.cells.update(written.get(row.name, {}) if row.key else {})
    return data_of(world, rows)


def _open(facts: Facts, memory: Memory) -> Iterator[tuple[Row, Mapping[str, Scalar]]]:
    """Yield cells that may be written, each with what others write there."""
    for person in memory.persons:
        traced = trace(facts, Subject(person))
        for found in traced.mentioned:
            column = found.mention.column
            if column not in _written(facts, found.row) and found.mention.stored.form is not Form.LIST:
                yield found.row, {column: _stranger(found.mention)}
        for link in facts.links:
            reference, row = link.reference, link.child
            if link.parent not in traced.own or len(reference.pairs) != 1:
                continue
            ((child, parent),) = reference.pairs
            if clearable(facts.world, row, reference) and child not in _written(facts, row):
                others = [
                    other for other in facts.rows if other.is_person and _is_other(facts, memory, link.parent, other)
                ]
                yield from (
                    (row, {child: other.cells[parent]}) for other in others[:1] if other.cells[parent] is not None
                )


def _stranger(mention: Mention) -> str:
    value = STRANGERS[mention.attribute]
    return mention.stored.text.replace("{}", value) if mention.stored.form is Form.TEMPLATE else value


def _is_other(facts: Facts, memory: Memory, parent: Row, other: Row) -> bool:
    same = (parent.system, parent.collection.name) == (other.system, other.collection.name)
    return same and other not in facts.nobody and all(other.name not in person.own for person in memory.persons)


def _written(facts: Facts, row: Row) -> set[str]:
    fixed = {c for word in words_of(facts.world, row.system, row.collection) for c in word}
    keys = {c for unique in row.table.uniques for c in unique} | all_key_columns(row.collection, row.table)
    return fixed | keys
