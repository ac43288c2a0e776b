"""Counting for checks: one statement a question, that only reads, is given up after a while, and can be shown.

What is shown is what is sent, with the values written where the driver would put them, so that a sceptic runs it by
hand and gets the same number. The keys of rows that stay by hand alone are not shown: they would tell whose they are.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from typing import Any

from sqlalchemy import Engine

from bailee.connectors.sql.compile import Writer, define_set
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.engine import get_dialect, get_statement_timeout, open_connection
from bailee.connectors.sql.parameters import Carried, find_given_rows
from bailee.connectors.sql.queries import write_closure
from bailee.connectors.sql.shapes import NONE, ONE, Bind, Materialisation, Shapes, Sql
from bailee.connectors.sql.statements import Statements, find_own_step
from bailee.policy.predicate import ALWAYS, Predicate
from bailee.trace.names import find_names_of_set
from bailee.trace.row_counts import (
    CUT,
    Cells,
    Counting,
    Days,
    Groups,
    LooksLikeEmail,
    NotADay,
    NotBefore,
    NotSure,
    SetCount,
    Starts,
    Ways,
)
from bailee.trace.set_names import SetName
from bailee.trace.sets import Batch, InSet, RowSet

TIMEOUT = 30.0
"""Seconds after which a question is given up: a check must not be what makes a system slow."""

TIMEOUT_OF_CELLS = 25.0
"""Seconds after which no more cells are read one by one, before a server gives up; how many were read is told."""

_AT_ONCE = 1000  # cells fetched in one go


class QuestionWriter(Writer):
    """Writes what is asked of a set, with the predicates that only questions have."""

    def holds(self, p: Predicate, collection: str, row: str) -> str:
        """Write the condition that ``p`` holds of ``row``."""
        match p:
            case Starts(column=column, texts=texts):
                cell = self.dialect.bytewise(self.cell(row, column))
                parts = (f"substr({cell}, 1, {len(text)}) = {self._constant(text)}" for text in texts)
                return f"({' OR '.join(parts)})"
            case LooksLikeEmail(column=column):
                return f"{self.cell(row, column)} LIKE {self._constant('_%@_%.__%')}"
            case NotADay(column=column):
                return self.dialect.is_no_time(self.cell(row, column), self.column(collection, column))
            case NotSure(column=column, pattern=pattern):
                cell = self.cell(row, column)
                return f"({cell} IS NOT NULL AND NOT {self._is_all(cell, pattern)})"
            case NotBefore():
                there = self.alias()
                where = [self.joined(p.collection, there, collection, row, p.on)] if p.on else []
                their = self._told(p.collection, there, p.their)
                where.append(f"{their} <= {self._told(collection, row, p.column)}")
                where.append(self.holds(p.where, p.collection, there))
                return f"EXISTS (SELECT 1 FROM {self.table(p.collection)} AS {there} WHERE {' AND '.join(where)})"
        return super().holds(p, collection, row)

    def _told(self, collection: str, row: str, column: str) -> str:
        """Write the time in a cell so that it can be put in order; null where it is none."""
        facts, cell = self.column(collection, column), self.cell(row, column)
        timed = self.dialect.has_times_as_text(facts)
        return f"nullif({self.dialect.in_order(cell, facts)}, X'')" if timed else cell

    def _is_all(self, cell: str, pattern: str) -> str:
        """Write the condition that all of the text in ``cell`` is ``pattern``."""
        condition, bound = self.dialect.is_all(cell, pattern, self.dialect.text_mark)
        self.binds.append(Bind(bound))
        return condition

    def _constant(self, text: str) -> str:
        self.binds.append(Bind(text))
        return self.dialect.text_mark

    def _tables(self, wanted: SetName) -> str:
        """Write the sets that ``wanted`` looks at more than once, or that look at themselves, as tables of their own.

        Each stands after what it looks at. Other sets are asked where they are looked at.
        """
        statements = Statements(self.trace, self.dialect)
        order = statements.order([wanted], frozenset(self.trace.sets))
        looked_at = Counter(name for other in order for name in find_names_of_set(self.trace.sets[other]))
        parts = list[str]()
        for name in order:
            row_set, is_recursive = self.trace.sets[name], name in statements.recursive
            if row_set.given or not statements.has_key(name) or _is_all(row_set):
                continue
            if not (is_recursive or looked_at[name] > 1):
                continue
            columns = statements.links(row_set.collection)
            table = self.dialect.quote(re.sub(r"\W+", "_", str(name)))
            body = write_closure(self, name, columns, table) if is_recursive else self.select(row_set, columns)
            parts.append(f"{table} ({', '.join(map(self.dialect.quote, columns))}) AS (\n  {body}\n)")
            self.shapes = {**self.shapes, name: Materialisation("table", table=table)}
        return f"WITH RECURSIVE {', '.join(parts)}\n" if parts else ""

    def asked(self, counting: Counting) -> str:
        """Write the statement that answers ``counting``."""
        return self._tables(counting.name) + self._answered(counting)

    def _answered(self, counting: Counting) -> str:
        row_set, row = self.trace.sets[counting.name], self.alias()
        asked = InSet(counting.name) if counting.name in self.shapes else define_set(row_set)
        source = f"FROM {self.table(row_set.collection)} AS {row}"
        match counting:
            case (
                SetCount() | Ways()
            ):  # the parts are asked for one by one: together they would take MariaDB many times as long
                return f"SELECT count(*) {source} WHERE {self.holds(asked, row_set.collection, row)}"
            case Cells(column=column):
                where = self.holds(asked, row_set.collection, row)
                return f"SELECT {self.cell(row, column)} {source} WHERE {where}"
            case Days(column=column):
                day = self.dialect.day.format(self.cell(row, column))
                where = self.holds(asked, row_set.collection, row)
                return f"SELECT {day}, count(*) {source} WHERE {where} GROUP BY {day} ORDER BY {day}"
            case Groups(per=per, most=most):
                cells = ", ".join(self.cell(row, column) for column in per)
                where = self.holds(asked, row_set.collection, row)
                by = f" GROUP BY {cells}" if per else ""
                inner = f"SELECT count(*) AS how_many {source} WHERE {where}{by}"
                return f"SELECT count(*) FROM ({inner}) AS groups_ WHERE how_many > {most}"


def _is_all(row_set: RowSet) -> bool:
    """Whether every row of the table is in ``row_set``: nothing would be gained by naming it."""
    return define_set(row_set) == ALWAYS


def is_one_statement(counting: Counting, dialect: Dialect) -> bool:
    """Whether ``counting`` can be asked in one statement: sets that look at themselves are worked out in rounds."""
    statements = Statements(counting.trace, dialect)
    stages = {name: stage for stage in counting.trace.stages for name in stage}
    return all(
        len(stages[name]) == 1 and statements.has_key(name) and find_own_step(counting.trace.sets[name]) is not None
        for name in statements.recursive
    )


def _carry_kept(counting: Counting, dialect: Dialect) -> dict[SetName, Carried]:
    """Return the rows that stay by hand, by the name of their set."""
    if not isinstance(counting, SetCount | Ways) or not counting.kept:
        return {}
    statements, batch = Statements(counting.trace, dialect), Batch(kept=counting.kept)
    system = counting.trace.map.system.name
    return {given.name: Carried(given.columns, find_given_rows(given, batch, system)) for given in statements.given}


def _choose_shape(carried: Carried, dialect: Dialect) -> Materialisation:
    if not carried.size:
        return NONE
    return Materialisation("array") if dialect.arrays else Materialisation("list", carried.size)


def write_question(counting: Counting, dialect: Dialect, shapes: Shapes) -> Sql:
    """Return the statement that answers ``counting``, with marks for its values; ``shapes``: of rows that stay."""
    writer = QuestionWriter(counting.trace, dialect, shapes)
    text = writer.asked(counting)
    return Sql(text, tuple(writer.binds))


def show_question(counting: Counting, dialect: Dialect) -> str:
    """Return the statement as a person can run it by hand, its values written out."""
    shapes: Shapes = {name: ONE for name, rows in _carry_kept(counting, dialect).items() if rows.size}
    sql = write_question(counting, dialect, shapes)
    values = iter(["NULL" if bind.name else dialect.constant(bind.constant) for bind in sql.binds])

    def put(match: re.Match[str]) -> str:
        part = match[0]
        if part == dialect.mark:
            return next(values)
        return dialect.unescaped(part)

    text = re.sub(r""""(?:[^"]|"")*"|`(?:[^`]|``)*`|'(?:[^']|'')*'|%%|%s|\?""", put, sql.text)
    text = _INSTANT.sub(r"coalesce(strftime('%Y-%m-%d %H:%M:%f000', \1), X'')", text)
    text = f"{_UNSAID} {text}" if shapes else text
    return f"SET TIME ZONE 'UTC'; {text}" if _has_zones(counting, dialect) else text


_INSTANT = re.compile(r"bailee_instant\(CAST\((.*?) AS BLOB\)\)")
"""What a person's SQLite was not taught: its own function reads such times as well, to the millisecond."""
_UNSAID = "/* NULL stands for the keys of rows that stay: they would tell whose they are */"


def _has_zones(counting: Counting, dialect: Dialect) -> bool:
    """Whether a person's own time zone could change the answer."""
    tables = (bound.table for bound in counting.trace.map.bound.values())
    names = (column.type_name.lower() for table in tables for column in table.columns.values())
    return dialect.has_zones and any("with time zone" in name or name == "timestamptz" for name in names)


def answer_question(engine: Engine, counting: Counting) -> tuple[tuple[Any, ...], ...]:
    """Return the rows that answer ``counting``; days are ISO text. Raises `ConnectorError`.

    The statement may take as long as the engine lets statements take.
    """
    dialect = get_dialect(engine)
    carried = _carry_kept(counting, dialect)
    sql = write_question(counting, dialect, {given: _choose_shape(rows, dialect) for given, rows in carried.items()})
    values = [
        carried[bind.name].value(bind.column, bind.place) if isinstance(bind.name, SetName) else bind.constant
        for bind in sql.binds
    ]
    if isinstance(counting, Cells):
        return _sort_cells(engine, counting, sql.text, values)
    with (
        closing(open_connection(engine)) as connection,
        guarded(dialect.driver),
        closing(connection.cursor()) as cursor,
    ):
        with dialect.driver.given_up_after(connection, get_statement_timeout(engine)):
            cursor.execute(sql.text, values)
            found = cursor.fetchall()
        connection.rollback()
    return tuple(tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in found)


def _sort_cells(engine: Engine, counting: Cells, text: str, values: Sequence[Any]) -> tuple[tuple[Any, ...], ...]:
    """Return how many cells are of each sort, of those that there was time to read: some at a time, and none kept."""
    found, driver = Counter[str](), get_dialect(engine).driver
    until = time.monotonic() + TIMEOUT_OF_CELLS
    with (
        closing(open_connection(engine)) as connection,
        guarded(driver),
        closing(driver.streaming_cursor(connection)) as cursor,
    ):
        with driver.given_up_after(connection, get_statement_timeout(engine)):
            cursor.execute(text, values)
        while cells := cursor.fetchmany(_AT_ONCE):
            found.update(counting.sorted_as(_show_cell(cell)) for (cell,) in cells)
            if time.monotonic() > until:
                if counting.tells_cut:
                    found[CUT] = 0
                break
    return tuple(sorted(found.items()))


def _show_cell(cell: Any) -> str:
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell)
