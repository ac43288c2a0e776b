"""Whether two conditions can hold of one row, as far as their words show."""

from __future__ import annotations

from dataclasses import dataclass

from bailee.policy.predicate import And, Compare, HasBits, In, IsNull, Not, Or, Predicate, Scalar


def is_exclusive(one: Predicate, other: Predicate) -> bool:
    """Return whether no row can meet both conditions. Where it does not show, the answer is no.

    It shows where both speak of one column: of different constants, of nothing against something, or of a thing and its
    opposite.
    """
    for this, that in ((one, other), (other, one)):
        if isinstance(this, Or):
            return all(is_exclusive(part, that) for part in this.parts)
    for this, that in ((one, other), (other, one)):
        if isinstance(this, And):
            return any(is_exclusive(part, that) for part in this.parts)
    here, there = _read_cells(one), _read_cells(other)
    return here is not None and there is not None and here.is_apart(there)


@dataclass(frozen=True, slots=True)
class _Cells:
    """What may stand in ``column``: one of ``values`` (``None``: nothing), or with ``others`` anything but these."""

    column: str
    values: frozenset[Scalar]
    others: bool = False

    def is_apart(self, that: _Cells) -> bool:
        if self.column != that.column or (self.others and that.others):
            return False
        if self.others:
            return that.values <= self.values
        if that.others:
            return self.values <= that.values
        # a column of text takes 1 and "1" for the same
        return set(map(str, self.values)).isdisjoint(map(str, that.values)) and self.values.isdisjoint(that.values)


def _read_cells(condition: Predicate) -> _Cells | None:
    """Return what ``condition`` lets stand in its column, if it is that plain; too much rather than too little."""
    match condition:
        case Compare(column=column, op="=" | "!=" as op, value=value):
            return _Cells(column, frozenset({value}), others=op == "!=")
        case Compare(column=column) | HasBits(column=column):
            return _Cells(column, frozenset({None}), others=True)
        case Not(part=(Compare(op="=" | "!=") | In() | IsNull()) as part):
            cells = _read_cells(part)
            return _Cells(cells.column, cells.values, others=not cells.others) if cells else None
        case In(column=column, values=values):
            return _Cells(column, frozenset(values))
        case IsNull(column=column):
            return _Cells(column, frozenset({None}))
    return None
