"""What is left of a doomed row that stays, and the order in which rows go (18-20, 23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bailee.policy import Value
from bailee.policy.predicate import NEVER, Scalar
from bailee.trace.bind import BoundMap, RowReference
from bailee.trace.graph import find_components
from bailee.trace.schema import ColumnKind, SchemaColumn
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import Cell, CellChange, InSet, not_

CYCLE = "a cycle of references"
"""Why a reference is emptied before the rest."""

_EMPTY: dict[ColumnKind, Scalar] = {
    ColumnKind.TEXT: "",
    ColumnKind.INTEGER: 0,
    ColumnKind.NUMBER: 0,
    ColumnKind.BOOLEAN: False,
}


def list_reducible_columns(m: BoundMap, name: str) -> Iterator[SchemaColumn]:
    """Yield the columns that are emptied in a reduced row, where no hold keeps them by name."""
    for column in m.bound[name].table.columns.values():
        if column.name not in m.preserved[name] and not column.generated:
            yield column


def find_empty_value(m: BoundMap, name: str, column: SchemaColumn) -> tuple[Scalar, bool]:
    """Return what an emptied cell holds, and whether such a value can stand there."""
    for reference in m.parents_of(name):
        for edge in reference.edges if column.name in reference.child_columns else ():
            if edge.unset is not None:
                return edge.unset, True
    if column.nullable:
        return None, True
    strict = any(r.foreign_key and column.name in r.child_columns for r in m.parents_of(name))
    unique = any(column.name in key for key in m.bound[name].table.uniques)
    if strict or unique or column.kind not in _EMPTY:
        return None, False
    return _EMPTY[column.kind], True


def order_deletes(m: BoundMap, deletable: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return groups, children before parents; a group of several, or of one that names itself, is a cycle."""
    names = sorted(deletable)
    onward = {name: sorted({r.child for r in m.children_of(name) if r.child in names}) for name in names}
    return tuple(_find_cycle(m, group) for group in find_components(onward))


def _find_cycle(m: BoundMap, group: tuple[str, ...]) -> tuple[str, ...]:
    """Return a cycle in the order that is left once what can be emptied is: by the references that cannot."""
    strict = {
        name: sorted(
            {
                r.child
                for r in m.children_of(name)
                if r.child in group and r.foreign_key and not list_unlinkable_columns(m, r)
            }
        )
        for name in group
    }
    return tuple(name for part in find_components(strict) for name in part)


def order_changes(
    m: BoundMap, reductions: Mapping[str, CellChange], deletes: Mapping[str, CellChange]
) -> Iterator[CellChange]:
    """Yield what is emptied and what is deleted, by collection, in an order that no foreign key refuses (23).

    A row that stays loses the cell by which another points to it once that one is gone, or has lost its reference, and
    not before. Where such rows point at each other, or to themselves, all references are emptied first: MariaDB looks
    at each row of a statement by itself.
    """
    late = {name for name in reductions if _can_lose_target(m, name)}
    yield from (change for name, change in reductions.items() if name not in late)
    for group in order_deletes(m, deletes):
        split = {name: reductions[name] for name in group if name in late}
        for reference in _find_closing_references(m, group):
            yield from make_unlink(m, reference)
            if reference.child in split:
                first, split[reference.child] = _split_reduction(reference, split[reference.child])
                yield from first
        for name in group:
            yield from (split[name] for _ in range(name in split))
            yield deletes[name]


def _can_lose_target(m: BoundMap, name: str) -> bool:
    """Whether a row of ``name`` may lose, when it is reduced, a cell that a foreign key points to."""
    return any(r.foreign_key and not m.preserved[name].issuperset(r.parent_columns) for r in m.children_of(name))


def _split_reduction(reference: RowReference, reduction: CellChange) -> tuple[tuple[CellChange, ...], CellChange]:
    """Return the change that empties ``reference`` in rows that are reduced, if any is, and what else they lose.

    What a row keeps is none of its cells, and not withheld from it: its reduction says that of the whole row.
    """
    columns = reference.child_columns
    cells = tuple(replace(c, kept=NEVER, only=not_(c.kept)) for c in reduction.cells if c.column in columns)
    rest = replace(reduction, cells=tuple(c for c in reduction.cells if c.column not in columns))
    if not cells:
        return (), reduction
    id = f"{reduction.id}.{'+'.join(c.column for c in cells)}/unlink"
    return (CellChange(id, reduction.collection, reduction.rows, "unlinked", CYCLE, cells),), rest


def _find_closing_references(m: BoundMap, group: tuple[str, ...]) -> Iterator[RowReference]:
    """Yield the references of ``group`` that close a cycle: one by which a row points to a cell before that cell's."""
    found = {r.id: r for r in m.references if r.child in group and r.parent in group and is_cyclic(r, group)}
    onward = {
        id: [o.id for o in found.values() if o.parent == r.child and set(o.parent_columns) & set(r.child_columns)]
        for id, r in found.items()
    }
    return (found[id] for part in find_components(onward) for id in part)


def make_unlinks(m: BoundMap, group: tuple[str, ...], going: SetKind = SetKind.GOES) -> Iterator[CellChange]:
    """Yield the changes that empty references between rows that go, where these form a cycle (23).

    ``going``: the kind of set that says which rows go.
    """
    for reference in _find_closing_references(m, group):
        yield from make_unlink(m, reference, going)


def make_unlink(m: BoundMap, reference: RowReference, going: SetKind = SetKind.GOES) -> Iterator[CellChange]:
    """Yield the change that empties ``reference`` in rows that go, if it can be emptied."""
    cells = tuple(Cell(c, Value()) for c in list_unlinkable_columns(m, reference))
    if cells:
        rows = InSet(SetName(going, reference.child))
        yield CellChange(f"{reference.id}/unlink", reference.child, rows, "unlinked", CYCLE, cells)


def is_cyclic(reference: RowReference, group: tuple[str, ...]) -> bool:
    """Whether ``reference`` closes a cycle of ``group`` that the database itself watches."""
    return reference.foreign_key and (len(group) > 1 or reference.child == reference.parent)


def list_unlinkable_columns(m: BoundMap, reference: RowReference) -> tuple[str, ...]:
    """Return the child columns that can be null, so that the reference can be emptied before its row goes."""
    bound = m.bound[reference.child]
    return tuple(c for c in reference.child_columns if bound.table.columns[c].nullable and c not in bound.key)
