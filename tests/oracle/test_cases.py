"""Random cases have what they are there for: a feature that never comes up is not tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from bailee.policy import KEY_NONE, Form, Identity, Mention
from tests.oracle.cases import Case, random_case
from tests.oracle.joins import declared_in, foreign_references, is_unique
from tests.oracle.world import ENUM, FOLDING, NOCASE, PADDED, key_columns, moment, rows_of, table_of

CASES = 200
FEATURES = (
    "a validity that ends before it begins",
    "a validity that ends when it begins",
    "validities that touch",
    "a reference to a unique column with a foreign key",
    "a reference to a unique column without one",
    "a key that may be null",
    "a key that nothing says is unique",
    "blanks in a list",
    "capitals in a list",
    "a reference in other letters",
    "several holds",
    *(f"{kind} text" for kind in (ENUM, FOLDING, NOCASE, PADDED)),
)


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    """How many cases have each feature."""
    return Counter(feature for seed in range(CASES) for feature in set(_features(random_case(seed))))


@pytest.mark.parametrize("feature", FEATURES)
def test_there_is_in_several_cases(feature: str, seen: Counter[str]) -> None:
    assert seen[feature] >= 3


def _features(case: Case) -> Iterator[str]:
    yield from _of_rows(case)
    for system, schema in case.world.schemas.items():
        foreign = {(r.child, r.parent, r.pairs) for r in foreign_references(case.world, system)}
        for table in schema.tables.values():
            yield from (f"{column.type_name} text" for column in table.columns.values() if column.type_name)
        for name, collection in case.world.policy.systems[system].collections.items():
            table = table_of(case.world, system, collection)
            key = key_columns(collection, table)
            if collection.key != KEY_NONE and not is_unique(collection, table, key, declared=False):
                yield "a key that nothing says is unique"
            elif any(table.columns[c].nullable for c in key):
                yield "a key that may be null"
            foreign |= {
                (name, k.table, frozenset(zip(k.columns, k.their_columns, strict=True))) for k in table.foreign_keys
            }
        for _, reference in declared_in(case.world, system):
            parent = case.world.policy.systems[system].collections[reference.parent]
            if {(c,) for c in reference.parent_columns} & table_of(case.world, system, parent).uniques:
                backed = (reference.child, reference.parent, reference.pairs) in foreign
                yield f"a reference to a unique column with{' a foreign key' if backed else 'out one'}"
    if len(case.world.policy.holds) > 1:
        yield "several holds"


def _of_rows(case: Case) -> Iterator[str]:
    for row in rows_of(case.world):
        for identity in row.collection.identities:
            begin, end = (moment(row.cells[c]) if c else None for c in identity.valid or (None, None))
            if begin and end and end <= begin:
                yield f"a validity that ends {'when' if end == begin else 'before'} it begins"
        words: list[Identity | Mention] = [*row.collection.identities, *row.collection.mentions]
        for cell in (row.cells[word.column] for word in words if word.stored.form is Form.LIST):
            if isinstance(cell, str) and " " in cell:
                yield "blanks in a list"
            if isinstance(cell, str) and "@X" in cell:
                yield "capitals in a list"
        for key in row.table.foreign_keys:
            parents = case.world.data[row.system][key.table]
            cells = tuple(row.cells[c] for c in key.columns)
            if None not in cells and cells not in [tuple(p[c] for c in key.their_columns) for p in parents]:
                yield "a reference in other letters"
    yield from _touching(case)


def _touching(case: Case) -> Iterator[str]:
    rows = [row for row in rows_of(case.world) if row.is_person]
    for row in rows:
        for identity in row.collection.identities:
            first, last = identity.valid or (None, None)
            begins = [moment(r.cells[first]) for r in rows if first and r.collection is row.collection and r is not row]
            if last and row.cells[last] is not None and moment(row.cells[last]) in begins:
                yield "validities that touch"
