"""The one place that makes SQL: predicates, sets and changes -> text with placeholders.

Identifiers come from the reflected schema, values are always bound. What has been fixed (`Materialisation`) is looked
at by its keys; everything else is nested where it stands. Text depends on the trace and on shapes alone, so it is made
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bailee.connectors.sql import pairs
from bailee.connectors.sql.dialects.base import Dialect, spell_sortable
from bailee.connectors.sql.pairs import PairedColumns
from bailee.connectors.sql.shapes import Bind, Materialisation, Shapes
from bailee.connectors.sql.spelling import write_comparison, write_spelling
from bailee.policy import Value, ValueKind
from bailee.policy.predicate import ALWAYS, NEVER, And, Compare, HasBits, In, IsNull, Not, Or, Predicate, Scalar
from bailee.trace import Trace
from bailee.trace.schema import ColumnKind, SchemaColumn
from bailee.trace.set_names import SetKind, SetName
from bailee.trace.sets import (
    Alternative,
    Cell,
    CellChange,
    Differs,
    InSet,
    Moment,
    RowSet,
    Spells,
    Through,
    and_,
    not_,
    or_,
)
from bailee.trace.validity import read_moment


@dataclass(slots=True)
class Writer:
    """Writes one statement. Parameters are gathered in the order in which their marks are written."""

    trace: Trace
    dialect: Dialect
    shapes: Shapes
    key: bytes = b""
    binds: list[Bind] = field(default_factory=list)
    aliases: int = 0

    # --- names -------------------------------------------------------------------------------------------

    def table(self, collection: str) -> str:
        """Return the table of ``collection``."""
        return self.dialect.table(self.trace.map.bound[collection].table.name)

    def bare(self, collection: str) -> str:
        """Return how a statement that changes ``collection`` calls its row: by the table's own name."""
        return self.dialect.quote(self.trace.map.bound[collection].table.name.rsplit(".", 1)[-1])

    def alias(self) -> str:
        """Return a new alias."""
        self.aliases += 1
        return f"r{self.aliases}"

    def cell(self, row: str, column: str) -> str:
        """Return a cell of a row."""
        return f"{row}.{self.dialect.quote(column)}"

    def column(self, collection: str, name: str) -> SchemaColumn:
        """Return the facts of a column."""
        return self.trace.map.bound[collection].table.columns[name]

    def value(self, value: Scalar, column: SchemaColumn | None = None) -> str:
        """Write a bound constant."""
        if value is None:
            return "NULL"
        self.binds.append(Bind(self.dialect.bind(value, column)))
        return self.dialect.mark

    # --- predicates --------------------------------------------------------------------------------------

    def holds(self, p: Predicate, collection: str, row: str) -> str:  # noqa: C901, PLR0911, PLR0912 - one case a word
        """Write the condition that ``p`` holds of ``row``. It may be NULL for *no*; `Not` takes care of that."""
        match p:
            case And(parts=()):
                return "1=1"
            case Or(parts=()):
                return "1=0"
            case And(parts=parts):
                return "(" + " AND ".join(self.holds(part, collection, row) for part in parts) + ")"
            case Or(parts=parts):
                return "(" + " OR ".join(self.holds(part, collection, row) for part in parts) + ")"
            case Not(part=part):
                return self._not(part, collection, row)
            case IsNull(column=column):
                return f"{self.cell(row, column)} IS NULL"
            case Compare():
                return self._compare(p, collection, row)
            case In(column=column, values=values):
                return self.holds(or_(*(Compare(column, "=", v) for v in values)), collection, row)
            case HasBits(column=column, mask=mask):
                cell = self.cell(row, column)
                return f"({cell} & {self.value(mask)}) = {self.value(mask)}"
            case InSet(name=name):
                return self._in_set(name, collection, row)
            case Through():
                return self._through(p, collection, row)
            case Spells():
                return self._spells(p, collection, row)
            case Differs(column=column, value=value):
                return self._differs(Cell(column, value), collection, row)
        raise TypeError(type(p).__name__)

    def _not(self, p: Predicate, collection: str, row: str) -> str:
        match p:
            case Or(parts=parts):
                return self.holds(and_(*map(not_, parts)), collection, row)
            case IsNull(column=column):
                return f"{self.cell(row, column)} IS NOT NULL"
            case Through() if not self._by_keys(p):
                return "NOT " + self._exists(p, collection, row)
            case InSet(name=name) if name not in self.shapes:
                return self._not(define_set(self.trace.sets[name]), collection, row)
        return f"({self.holds(p, collection, row)}) IS NOT TRUE"

    def _compare(self, p: Compare, collection: str, row: str) -> str:
        column, cell = self.column(collection, p.column), self.cell(row, p.column)
        if p.op == "!=":
            return self._not(Compare(p.column, "=", p.value), collection, row)
        is_told = p.op == "=" and p.column in self.trace.map.bound[collection].key  # a row is told by it as it stands
        bound = _convert_moment(p.value, column) if self.dialect.has_times_as_text(column) and not is_told else None
        if bound is not None:
            return self._in_order(p, column, cell, bound)
        if not column.is_text:
            return f"{cell} {p.op} {self.value(p.value, column)}"
        text = str(p.value).lower() if isinstance(p.value, bool) else str(p.value)
        if column.labels and self.dialect.arrays:  # of an enumeration the server would refuse any other text
            return f"{self.dialect.bytewise(cell)} {p.op} {self.value(text)}"
        if p.op == "=" and column.bytewise:
            return f"{cell} = {self.value(text, column)}"
        found = f"{cell} = {self.value(text, column)} AND " if p.op == "=" else ""  # an index serves this part
        return f"({found}{self.dialect.bytewise(cell)} {p.op} {self.dialect.bytewise(self.value(text, column))})"

    def _in_order(self, p: Compare, column: SchemaColumn, cell: str, bound: Moment) -> str:
        """Write for SQLite that the time in ``cell`` is before, after or at ``bound``, however both are spelled.

        No zone is a year wide: however it is spelled, what is no later begins with the next year at most, which an
        index can tell. The hyphen keeps the column from making a number of the year.
        """
        early = ""
        if p.op in {"<", "<=", "="} and bound.year < _LAST_TOLD:
            early = f"{cell} < {self.value(f'{bound.year + 2:04}-')} AND "
        return f"({early}{self.dialect.in_order(cell, column)} {p.op} {self.value(spell_sortable(bound))})"

    # --- what joins ------------------------------------------------------------------------------------------

    def pair(self, collection: str, theirs: str, own_collection: str, own: str) -> PairedColumns:
        """Return the columns ``theirs`` of ``collection`` and ``own``, and whether a foreign key pairs them."""
        one, other = self.column(collection, theirs), self.column(own_collection, own)
        parent = self.trace.map.parent_of((collection, theirs), (own_collection, own))
        if (collection, theirs) == (own_collection, own) and own in self.trace.map.bound[own_collection].key:
            return PairedColumns(one, other, one)  # a row is told by its own key as the key tells it
        return PairedColumns(one, other, None if parent is None else one if parent == (collection, theirs) else other)

    def joined(self, collection: str, there: str, own_collection: str, row: str, on: Iterable[tuple[str, str]]) -> str:
        """Write the condition that the rows ``there`` and ``row`` join; ``on``: (column of the first, own)."""
        return " AND ".join(
            pairs.write_equality(
                self.dialect,
                self.pair(collection, theirs, own_collection, own),
                self.cell(there, theirs),
                self.cell(row, own),
            )
            for theirs, own in on
        )

    def _by_keys(self, p: Through) -> bool:
        return isinstance(p.where, InSet) and self._stands_by(p.where.name, [theirs for theirs, _ in p.on])

    def _stands_by(self, name: SetName, columns: Iterable[str]) -> bool:
        """Whether a set is fixed in ``columns``: rows that the batch names are known by key, its own by all."""
        if name not in self.shapes:
            return False
        row_set = self.trace.sets[name]
        whole = not row_set.given or name.kind is SetKind.OWN
        return whole or set(columns) <= set(self.trace.map.bound[row_set.collection].key)

    def _in_set(self, name: SetName, collection: str, row: str) -> str:
        if name not in self.shapes:
            return self.holds(define_set(self.trace.sets[name]), collection, row)
        return self.among(name, collection, row, [(c, c) for c in self.trace.map.bound[collection].key])

    def _through(self, p: Through, collection: str, row: str) -> str:
        if not p.on:  # whichever row this is
            return self._exists(p, collection, row)
        if isinstance(p.where, InSet) and self._by_keys(p):
            return self.among(p.where.name, collection, row, p.on)
        if not all(pairs.is_plain(self.dialect, self.pair(p.collection, c, collection, own)) for c, own in p.on):
            return self._exists(p, collection, row)
        own = [self.cell(row, c) for _, c in p.on]
        there = self.alias()
        their = ", ".join(self.cell(there, c) for c, _ in p.on)
        left = own[0] if len(own) == 1 else f"({', '.join(own)})"
        where = self.holds(p.where, p.collection, there)
        return f"{left} IN (SELECT {their} FROM {self.table(p.collection)} AS {there} WHERE {where})"

    def _exists(self, p: Through, collection: str, row: str) -> str:
        there = self.alias()
        where = [self.joined(p.collection, there, collection, row, p.on)] if p.on else []
        where.append(self.holds(p.where, p.collection, there))
        return f"EXISTS (SELECT 1 FROM {self.table(p.collection)} AS {there} WHERE {' AND '.join(where)})"

    def among(self, name: SetName, collection: str, row: str, on: Iterable[tuple[str, str]]) -> str:
        """Write the condition that ``row`` joins a row of the fixed set ``name``; ``on``: (column of that, own)."""
        there, on = self.trace.sets[name].collection, list(on)
        paired = [self.pair(there, theirs, collection, own) for theirs, own in on]
        own = [self.cell(row, c) for _, c in on]
        text, binds = pairs.write_membership(self.dialect, self.shapes[name], name, own, paired)
        self.binds.extend(binds)
        return text

    # --- identities --------------------------------------------------------------------------------------

    def _spells(self, p: Spells, collection: str, row: str) -> str:
        shape, column, cell = self.shapes[p], self.column(collection, p.column), self.cell(row, p.column)
        if shape.kind == "none":
            return "1=0"
        return write_spelling(self, p, column, cell, shape, p, self._in_time(p, shape, collection, row))

    def _in_time(
        self, p: Spells, shape: Materialisation, collection: str, row: str
    ) -> Callable[[str, Callable[[str], str]], str] | None:
        """Return what writes that a value was valid at the time of the row; nothing where any time will do."""
        if p.at is None:
            return None
        at, type_name = self.cell(row, p.at), self.column(collection, p.at).type_name
        if not shape.bounded:
            return lambda _cell, _wrap: f"{at} IS NOT NULL"
        within = self._within(collection, p.at, row)
        m = self.dialect.mark

        def write(cell: str, wrap: Callable[[str], str]) -> str:
            if shape.kind == "list":  # else the time of "A" would do for "a", where both are known
                parts = []
                for place in range(shape.size):
                    self.binds.extend(Bind(name=p, column=c, place=place) for c in ("value", "since", "until"))
                    parts.append(f"({cell} = {wrap(m)} AND {within(m, m)})")
                return "(" + " OR ".join(parts) + ")"
            if shape.kind == "table":
                source = f"{shape.table} AS s"
            else:
                self.binds.extend(Bind(name=p, column=c) for c in ("value", "since", "until"))
                source = f"unnest(%s::text[], %s::{type_name}[], %s::{type_name}[]) AS s(value, since, until)"
            known = wrap("s.value")
            return f"EXISTS (SELECT 1 FROM {source} WHERE {known} = {cell} AND {within('s.since', 's.until')})"

        return write

    def _within(self, collection: str, column: str, row: str) -> Callable[[str, str], str]:
        """Return what writes that the time in ``column`` lies in a validity. A bound that is null is none."""
        cell = self.cell(row, column)
        at = self.dialect.in_order(cell, self.column(collection, column))
        return lambda since, until: (
            f"{cell} IS NOT NULL AND ({at} < {since}) IS NOT TRUE AND ({at} >= {until}) IS NOT TRUE"
        )

    # --- sets --------------------------------------------------------------------------------------------

    def select(self, row_set: RowSet, columns: Iterable[str], extra: Callable[[str], str] | None = None) -> str:
        """Write the rows of ``row_set``: ``columns``, and what ``extra`` writes of a row besides."""
        parts, columns = [], list(columns)
        for way in row_set.any_of:
            row = self.alias()
            cells = ", ".join(self.cell(row, c) for c in columns) + (extra(row) if extra else "")
            where = self.holds(and_(way.where, row_set.where), row_set.collection, row)
            parts.append(f"SELECT {cells} FROM {self.table(row_set.collection)} AS {row} WHERE {where}")
        return " UNION ".join(parts)

    def rows(self, name: SetName, columns: Iterable[str], extra: Callable[[str], str] | None = None) -> str:
        """Write the rows of the set ``name``, fixed or not, each once."""
        row_set, columns = self.trace.sets[name], list(columns)
        key = self.trace.map.bound[row_set.collection].key
        if name in self.shapes:
            return self.select(RowSet(name, row_set.collection, (Alternative(InSet(name)),)), columns, extra)
        if len(row_set.any_of) == 1:
            return self.select(row_set, columns, extra)
        if not key:  # rows without a key: one look at the table, whichever alternative holds
            whole = or_(*(way.where for way in row_set.any_of))
            return self.select(RowSet(name, row_set.collection, (Alternative(whole),), row_set.where), columns, extra)
        row, keys = self.alias(), self.alias()
        cells = ", ".join(self.cell(row, c) for c in columns) + (extra(row) if extra else "")
        inner = self.select(row_set, key)
        join = self.joined(row_set.collection, keys, row_set.collection, row, [(c, c) for c in key])
        return f"SELECT {cells} FROM ({inner}) AS {keys} JOIN {self.table(row_set.collection)} AS {row} ON {join}"

    # --- changes -----------------------------------------------------------------------------------------

    def target(self, change: CellChange) -> tuple[str, str, Predicate]:
        """Write what a change works on: the joined source, its condition, and what is left of the predicate.

        MariaDB drives a change from a temporary table only if the table is joined.
        """
        parts = change.rows.parts if isinstance(change.rows, And) else (change.rows,)
        if self.dialect.deletes_by_join:
            for part in parts:
                keyed = self._keyed(part, change.collection)
                if keyed and self.shapes[keyed[0]].kind == "table":
                    name, theirs, own = keyed
                    row, keys = self.bare(change.collection), self.alias()
                    there = self.trace.sets[name].collection
                    on = self.joined(there, keys, change.collection, row, zip(theirs, own, strict=True))
                    return f"{self.shapes[name].table} AS {keys}", on, and_(*(p for p in parts if p is not part))
        return "", "", change.rows

    def _keyed(self, part: Predicate, collection: str) -> tuple[SetName, tuple[str, ...], tuple[str, ...]] | None:
        match part:
            case InSet(name=name) if name in self.shapes:
                key = self.trace.map.bound[collection].key
                return name, key, key
            case Through(on=on, where=InSet(name=name)) if self._by_keys(part):
                return name, tuple(t for t, _ in on), tuple(o for _, o in on)
        return None

    def delete(self, change: CellChange, limit: int | None) -> str:
        """Write the deletion of a change's rows, at most ``limit`` of them."""
        table, row = self.table(change.collection), self.bare(change.collection)
        source, on, rest = self.target(change)
        if source and limit is None:
            where = self.holds(rest, change.collection, row)
            return f"DELETE {table} FROM {source} JOIN {table} ON {on} WHERE {where}"
        if limit is None:
            return f"DELETE FROM {table} WHERE {self.holds(change.rows, change.collection, row)}"
        if self.dialect.deletes_by_join:
            return f"DELETE FROM {table} WHERE {self.holds(change.rows, change.collection, row)} LIMIT {limit}"
        bound, there = self.trace.map.bound[change.collection], self.alias()
        where = self.holds(change.rows, change.collection, there)
        return self.dialect.delete_some(bound.table, bound.key, there, where, limit)

    def update(self, change: CellChange) -> str:
        """Write the change of cells, where one of them is not yet what it should be."""
        table, row = self.table(change.collection), self.bare(change.collection)
        source, on, rest = self.target(change)
        assigned = []
        if source:
            head = f"UPDATE {source} JOIN {table} ON {on} SET "
            assigned = [
                f"{self.cell(row, c.column)} = {self._assigned(c, change.collection, row)}" for c in change.cells
            ]
        else:
            head = f"UPDATE {table} SET "
            assigned = [
                f"{self.dialect.quote(c.column)} = {self._assigned(c, change.collection, row)}" for c in change.cells
            ]
        where = self.holds(rest, change.collection, row)
        return f"{head}{', '.join(assigned)} WHERE {where} AND ({self.unfinished(change, row)})"

    def _assigned(self, cell: Cell, collection: str, row: str) -> str:
        where = and_(not_(cell.kept), cell.only)
        if where == ALWAYS:
            return self.new_value(cell, collection, row)
        changes = self.holds(where, collection, row)
        return (
            f"CASE WHEN {changes} THEN {self.new_value(cell, collection, row)} ELSE {self.cell(row, cell.column)} END"
        )

    def unfinished(self, change: CellChange, row: str, *, withheld: bool = False) -> str:
        """Write the condition that a cell is not what it should be and no hold keeps it (``withheld``: a hold does)."""
        parts = []
        for cell in change.cells:
            if withheld and cell.kept == NEVER:
                continue
            kept = and_(cell.kept if withheld else not_(cell.kept), cell.only)
            guard = "" if kept == ALWAYS else self.holds(kept, change.collection, row) + " AND "
            parts.append(f"({guard}{self._differs(cell, change.collection, row)})")
        return " OR ".join(parts) or "1=0"

    def _differs(self, cell: Cell, collection: str, row: str) -> str:
        old, column = self.cell(row, cell.column), self.column(collection, cell.column)
        if cell.value.kind is ValueKind.CONSTANT and cell.value.constant is None and cell.remove is None:
            return f"{old} IS NOT NULL"
        return self.dialect.differs(old, self.new_value(cell, collection, row), column)

    def new_value(self, cell: Cell, collection: str, row: str) -> str:
        """Write what a cell becomes."""
        old, column = self.cell(row, cell.column), self.column(collection, cell.column)
        if cell.remove is not None:
            return self._without(cell, cell.remove, collection, row)
        return self._value(cell.value, old, column)

    def _value(self, value: Value, old: str, column: SchemaColumn) -> str:
        match value.kind:
            case ValueKind.CONSTANT:
                return self.value(value.constant, column)
            case ValueKind.NOW:
                self.binds.append(Bind(name="now", column=column.kind))
                return self.dialect.mark
            case ValueKind.COARSEN:
                return self.dialect.coarse(old, column, value.unit)
        sign, digits = ("anon~", 16) if value.kind is ValueKind.PSEUDONYM else ("hash~", 64)
        marked = f"substr({old}, 1, 5) = '{sign}' AND length({old}) = {5 + digits}"
        text, count = self.dialect.digest(old)
        self.binds.extend(Bind(name=name) for name in (("outer", "inner") if count == 2 else ("key",)))  # noqa: PLR2004
        new = self.dialect.joined(f"'{sign}'", f"substr({text}, 1, {digits})")
        return f"CASE WHEN {old} IS NULL OR ({marked}) THEN {old} ELSE {new} END"

    def _without(self, cell: Cell, spells: Spells, collection: str, row: str) -> str:
        """Write a list less the elements that ``spells`` names; the cell's value if none is left."""
        column, old = self.column(collection, cell.column), self.cell(row, cell.column)
        shape, stored = self.shapes[spells], spells.stored
        if shape.kind == "none":
            return old
        if self.dialect.has_own_functions:
            listed = self._listed(spells, shape, row)
            left = self.dialect.without_listed(old, stored.text, spells.attribute, listed)
        else:
            _, element = self.dialect.elements(old, stored.text, spells.attribute)
            leaves = write_comparison(self, element, shape, spells, self._in_time(spells, shape, collection, row))
            left = self.dialect.without(old, stored.text, leaves, column)
        nothing = self.value(cell.value.constant, column)
        empty = f"{old} IS NULL OR {self.dialect.bytewise(old)} = ''"  # which is one element, and no list of none
        return f"CASE WHEN {empty} THEN {old} ELSE coalesce({left}, {nothing}) END"

    def _listed(self, spells: Spells, shape: Materialisation, row: str) -> str:
        """Write, as one value, those of the spellings that were valid at the time of the row."""
        columns = ("value", "since", "until")
        for place in range(shape.size):
            self.binds.extend(Bind(name=spells, column=c, place=place) for c in columns)
        where = "1=1"
        if spells.at is not None:
            within = self._within(spells.collection, spells.at, row)
            where = within("column2", "column3") if shape.bounded else f"{self.cell(row, spells.at)} IS NOT NULL"
        return self.dialect.list_values(shape.size, len(columns), where)


_LAST_TOLD = 9998
"""Years before this one have a year after the next that is written with four digits."""


def _convert_moment(value: Scalar, column: SchemaColumn) -> Moment | None:
    """Return the moment that a word of the map means for ``column``; ``None`` where it means none."""
    if isinstance(value, str) and column.kind is ColumnKind.OTHER:
        return None
    try:
        return read_moment(value)
    except ValueError:
        return None


def define_set(row_set: RowSet) -> Predicate:
    """Return the predicate that a row is in ``row_set``."""
    return and_(or_(*(way.where for way in row_set.any_of)), row_set.where)
