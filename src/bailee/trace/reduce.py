"""What is left of a doomed row that stays, and the order in which rows go (18-20, 23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bailee.policy.model import Value
from bailee.policy.predicate import Scalar
from bailee.trace.bind import Map, Reference
from bailee.trace.graph import components
from bailee.trace.schema import Column, Kind
from bailee.trace.sets import Cell, Change, InSet

_EMPTY: dict[Kind, Scalar] = {Kind.TEXT: "", Kind.INTEGER: 0, Kind.NUMBER: 0, Kind.BOOLEAN: False}


def reducible(m: Map, name: str) -> Iterator[Column]:
    """Yield the columns that are emptied in a reduced row, where no hold keeps them by name."""
    for column in m.bound[name].table.columns.values():
        if column.name not in m.preserved[name] and not column.generated:
            yield column


def empty_value(m: Map, name: str, column: Column) -> tuple[Scalar, bool]:
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


def order_of_deletes(m: Map, deletable: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return groups, children before parents; a group of several, or of one that names itself, is a cycle."""
    names = sorted(deletable)
    onward = {name: sorted({r.child for r in m.children_of(name) if r.child in names}) for name in names}
    return tuple(_within(m, group) for group in components(onward))


def _within(m: Map, group: tuple[str, ...]) -> tuple[str, ...]:
    """Return a cycle in the order that is left once what can be emptied is: by the references that cannot."""
    strict = {
        name: sorted(
            {r.child for r in m.children_of(name) if r.child in group and r.foreign_key and not unlinkable(m, r)}
        )
        for name in group
    }
    return tuple(name for part in components(strict) for name in part)


def in_order(m: Map, reductions: Mapping[str, Change], deletes: Mapping[str, Change]) -> Iterator[Change]:
    """Yield what is emptied and what is deleted, by collection, in an order that no foreign key refuses (23).

    A row that stays loses the cell by which a row that goes points to it once that row is gone, and not before.
    """
    order = order_of_deletes(m, deletes)
    late = {name for name in reductions if _may_lose_what_points(m, name)}
    yield from (change for name, change in reductions.items() if name not in late)
    yield from unlinks(m, order)
    for group in order:
        yield from (reductions[name] for name in group if name in late)
        yield from (deletes[name] for name in group)


def _may_lose_what_points(m: Map, name: str) -> bool:
    """Whether a row of ``name`` may lose, when it is reduced, a cell that a foreign key points to."""
    return any(r.foreign_key and not m.preserved[name].issuperset(r.parent_columns) for r in m.children_of(name))


def unlinks(m: Map, order: tuple[tuple[str, ...], ...], going: str = "goes") -> Iterator[Change]:
    """Yield the changes that empty references between rows that go, where these form a cycle (23).

    ``going``: the kind of set that says which rows go.
    """
    for group in order:
        for reference in m.references:
            if reference.child in group and reference.parent in group and is_cyclic(reference, group):
                cells = tuple(Cell(c, Value()) for c in unlinkable(m, reference))
                if cells:
                    rows = InSet(f"{going}:{reference.child}")
                    yield Change(
                        f"{reference.id}/unlink", reference.child, rows, "unlinked", "a cycle of references", cells
                    )


def is_cyclic(reference: Reference, group: tuple[str, ...]) -> bool:
    """Whether ``reference`` closes a cycle of ``group`` that the database itself watches."""
    return reference.foreign_key and (len(group) > 1 or reference.child == reference.parent)


def unlinkable(m: Map, reference: Reference) -> tuple[str, ...]:
    """Return the child columns that can be null, so that the reference can be emptied before its row goes."""
    bound = m.bound[reference.child]
    return tuple(c for c in reference.child_columns if bound.table.columns[c].nullable and c not in bound.key)
