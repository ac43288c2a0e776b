"""What is asked of a trace's sets and changes, written with the words of `compile`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bailee.connectors.sql.compile import Writer
from bailee.connectors.sql.shapes import Bind, Sql
from bailee.connectors.sql.statements import find_own_step, remove_part
from bailee.policy.predicate import NEVER, Compare, Predicate
from bailee.trace import Mask
from bailee.trace.bind import OwnershipFlow
from bailee.trace.schema import ColumnKind
from bailee.trace.set_names import SetName
from bailee.trace.sets import CellChange, InSet, Key, RowSet, and_, not_


def write_rows_with_flags(writer: Writer, name: SetName, columns: tuple[str, ...], masks: tuple[Mask, ...]) -> str:
    """Write the rows of the set ``name``, and of each whether the masks are on."""
    collection = writer.trace.sets[name].collection

    def flags(row: str) -> str:
        return "".join(f", CASE WHEN {writer.holds(mask.rows, collection, row)} THEN 1 ELSE 0 END" for mask in masks)

    return writer.rows(name, columns, flags)


def write_partition_count(writer: Writer, change: CellChange, leaf: str) -> str:
    """Write how many rows the partition ``leaf`` has, and how many of these ``change`` does not delete."""
    row = writer.alias()
    source = writer.dialect.partition(writer.table(change.collection), leaf)
    due = writer.holds(change.rows, change.collection, row)
    return f"SELECT count(*), SUM(CASE WHEN {due} THEN 0 ELSE 1 END) FROM {source} AS {row}"


def write_closure(writer: Writer, name: SetName, columns: Sequence[str], itself: str) -> str:
    """Write the body of a recursive table ``itself``: the set ``name``, which looks at itself through one step."""
    row_set = writer.trace.sets[name]
    found = find_own_step(row_set)
    assert found is not None
    again, step = found
    others = tuple(way for number, way in enumerate(row_set.any_of) if number != again)
    start = writer.select(RowSet(name, row_set.collection, others, row_set.where), columns)
    row, there = writer.alias(), writer.alias()
    condition = remove_part(step.where, InSet(name))
    join = writer.joined(step.collection, there, row_set.collection, row, step.on)
    source, where = f"{writer.table(row_set.collection)} AS {row}", list[str]()
    if condition == and_():
        source += f" JOIN {itself} AS {there} ON {join}"
    else:
        key, keys = writer.trace.map.bound[row_set.collection].key, writer.alias()
        same = writer.joined(step.collection, keys, step.collection, there, [(c, c) for c in key])
        source += f" JOIN {writer.table(step.collection)} AS {there} ON {join} JOIN {itself} AS {keys} ON {same}"
        where.append(writer.holds(condition, step.collection, there))
    rest = and_(remove_part(row_set.any_of[again].where, step), row_set.where)
    where.append(writer.holds(rest, row_set.collection, row))
    cells = ", ".join(writer.cell(row, c) for c in columns)
    return f"{start} UNION SELECT {cells} FROM {source} WHERE {' AND '.join(where)}"


def write_step(writer: Writer, flow: OwnershipFlow, source: SetName) -> str:
    """Write the keys of the rows that ``flow`` leads to from the set ``source``, each with the key it comes from."""
    bound = writer.trace.map.bound
    row, there = writer.alias(), writer.alias()
    cells = [writer.cell(row, c) for c in bound[flow.target].key]
    cells += [writer.cell(there, c) for c in bound[flow.source].key]
    join = writer.joined(flow.source, there, flow.target, row, flow.on)
    here = writer.holds(flow.when_target, flow.target, row)
    from_ = writer.holds(and_(flow.when_source, InSet(source)), flow.source, there)
    tables = f"{writer.table(flow.target)} AS {row} JOIN {writer.table(flow.source)} AS {there}"
    return f"SELECT {', '.join(cells)} FROM {tables} ON {join} WHERE {here} AND {from_}"


def write_count(writer: Writer, change: CellChange) -> str:
    """Write how many rows ``change`` would write or delete, in how many a hold keeps a cell, and how many it finds."""
    row = writer.alias()
    head = "SELECT count(*), 0, count(*)"
    if not change.deletes:
        done, withheld = writer.unfinished(change, row), writer.unfinished(change, row, withheld=True)
        sums = [f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in (done, withheld)]
        head = f"SELECT {', '.join(sums)}, count(*)"
    return f"{head} {_write_source(writer, change, row)}"


def write_keys(
    writer: Writer, change: CellChange, *, withheld: bool = False, due: bool = False, among: Sequence[Key] = ()
) -> str:
    """Write the keys of the rows of ``change``; ``withheld``: of those in which a hold keeps a cell from it.

    ``due``: of those that it would write or delete; ``among``: of those rows alone.
    """
    row, key = writer.alias(), writer.trace.map.bound[change.collection].key
    cells = ", ".join(writer.cell(row, c) for c in key)
    text = f"SELECT {cells} {_write_source(writer, change, row)}"
    if withheld or (due and not change.deletes):
        text += f" AND ({writer.unfinished(change, row, withheld=withheld)})"
    return f"{text} AND {_write_key_condition(writer, change.collection, row, among)}" if among else text


def write_cells(writer: Writer, collection: str, columns: Sequence[str], keys: Sequence[Key]) -> str:
    """Write ``columns`` of the rows of ``collection`` with these ``keys``, so that the driver can read each cell."""
    row, key = writer.alias(), writer.trace.map.bound[collection].key
    read = writer.dialect.readable
    listed = ", ".join(
        writer.cell(row, c) if c in key else read(writer.cell(row, c), writer.column(collection, c)) for c in columns
    )
    where = _write_key_condition(writer, collection, row, keys)
    return f"SELECT {listed} FROM {writer.table(collection)} AS {row} WHERE {where}"


def _write_key_condition(writer: Writer, collection: str, row: str, keys: Sequence[Key]) -> str:
    """Write the condition that ``row`` is one of those with these ``keys``."""
    cells = [writer.cell(row, c) for c in writer.trace.map.bound[collection].key]
    writer.binds.extend(Bind(cell) for key in keys for cell in key)  # as the system gave them
    one = ", ".join([writer.dialect.mark] * len(cells))
    if len(cells) == 1:
        return f"{cells[0]} IN ({', '.join([one] * len(keys))})"
    values = ", ".join([f"({one})"] * len(keys))
    return f"({', '.join(cells)}) IN ({writer.dialect.values_in_lists}{values})"


def write_latest(writer: Writer, change: CellChange, column: str) -> str:
    """Write the last date in ``column`` of the rows of ``change``, and in how many of them it is empty."""
    row = writer.alias()
    cell = writer.dialect.day_of(writer.cell(row, column), writer.column(change.collection, column))
    return f"SELECT max({cell}), count(*) - count({cell}) {_write_source(writer, change, row)}"


def write_earliest(writer: Writer, change: CellChange, column: str, since: date) -> str:
    """Write the first date in ``column`` of the rows of ``change``, of those that are not before ``since``."""
    row = writer.alias()
    cell = writer.dialect.day_of(writer.cell(row, column), writer.column(change.collection, column))
    text = f"SELECT min({cell}) {_write_source(writer, change, row)}"
    return f"{text} AND {writer.holds(Compare(column, '>=', since), change.collection, row)}"


def write_named(writer: Writer, collection: str, column: str, texts: Sequence[str], besides: Predicate) -> Sql:
    """Write which of ``texts`` are in ``column`` of some row of ``collection`` of which ``besides`` does not hold."""
    row = writer.alias()
    cell, marks = writer.cell(row, column), ", ".join([writer.dialect.mark] * len(texts))
    writer.binds.extend(map(Bind, texts))
    is_text = (
        writer.column(collection, column).kind is ColumnKind.TEXT
    )  # a server may refuse to compare others with any text
    asked = cell if is_text else writer.dialect.bytewise(cell)
    return _write_distinct(writer, collection, row, cell, f"{asked} IN ({marks})", besides)


def write_alike(writer: Writer, collection: str, column: str, patterns: Sequence[str], besides: Predicate) -> Sql:
    """Write which texts in ``column`` are like one of ``patterns``, as `write_named`."""
    row = writer.alias()
    cell = writer.cell(row, column)
    writer.binds.extend(map(Bind, patterns))
    # another escape than the backslash, which a pattern may look for
    likes = " OR ".join([f"{cell} LIKE {writer.dialect.mark} ESCAPE '|'"] * len(patterns))
    return _write_distinct(writer, collection, row, cell, f"({likes})", besides)


def _write_distinct(writer: Writer, collection: str, row: str, cell: str, condition: str, besides: Predicate) -> Sql:
    text = f"SELECT DISTINCT {cell} FROM {writer.table(collection)} AS {row} WHERE {condition}"
    if besides != NEVER:
        text += f" AND {writer.holds(not_(besides), collection, row)}"
    return Sql(text, tuple(writer.binds))


def _write_source(writer: Writer, change: CellChange, row: str) -> str:
    return f"FROM {writer.table(change.collection)} AS {row} WHERE {writer.holds(change.rows, change.collection, row)}"
