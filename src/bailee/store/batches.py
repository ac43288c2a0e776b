"""The writes of one transaction, gathered and sent as one statement where the books are a PostgreSQL.

A statement there costs a way to the server and back, and an act upon a request writes half a dozen rows. So what is
written in a `gathered` block waits for its end, and goes as ``WITH a AS (INSERT ...), b AS (UPDATE ...) ...``. Of such
a statement no part sees what another does, nor may two write one row. Hence two rules, kept here and by nobody else:
whatever is asked of the books in the block sends first what waits, and so does a second write to a row, unless both
can be made one. So nobody who writes or reads can tell that it was gathered. On SQLite, where a statement costs no way,
and outside a block, each is sent at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from django.db import connection, transaction
from django.db.models import Model

ResultCallback: TypeAlias = Callable[[int, list[tuple[Any, ...]]], None]
"""Told how many rows a statement has touched, and what it returned of them."""

T = TypeVar("T")

_NOTHING: frozenset[Hashable] = frozenset()


@contextmanager
def batch_writes() -> Iterator[None]:
    """Begin a transaction, gather what is written in the block, and send it at its end; in an error, none of it.

    A block within a block goes with the outer one, and an error in it ends both.
    """
    if _WAITING.get() is not None:
        with transaction.atomic(savepoint=False):
            yield
        return
    waiting = _WaitingWrites(one_by_one=connection.vendor != "postgresql")
    with transaction.atomic(), connection.execute_wrapper(waiting.goes_first):
        token = _WAITING.set(waiting)
        try:
            yield
            waiting.send()
        finally:
            _WAITING.reset(token)


def insert_row(row: Model, *, unless_there: bool = False) -> None:
    """Write ``row`` as a new one; ``unless_there``: nothing happens where another has its place.

    A number that the books give to a row is not known then, nor later.
    """
    every = row._meta.concrete_fields  # noqa: SLF001 - Django documents it
    fields = [f for f in every if not (f.primary_key and row.pk is None)]
    _put_row(_make_row(row, fields, is_new=True, unless_there=unless_there))


def change_row(row: Model, *names: str) -> None:
    """Write the fields ``names`` of ``row``, which stands in the books, as they are now."""
    assert row.pk is not None, "a row that is gathered anew has no number yet"
    _put_row(_make_row(row, [row._meta.get_field(name) for name in names]))  # noqa: SLF001 - Django documents it


def write_statement(
    sql: str, values: Sequence[Any], rows: frozenset[Hashable] = _NOTHING, told: ResultCallback | None = None
) -> int | None:
    """Write by a statement of one's own; return how many rows it has touched, ``None`` where it waits.

    ``rows``: which it writes, told apart in any way that all who write there agree on. ``told``: of what became of it,
    as soon as it was sent; what that raises goes through, and ends the transaction.
    """
    statement = _Statement(sql, tuple(values), rows, told)
    waiting = _WAITING.get()
    if waiting is None:
        return _send_statements([statement])
    waiting.put(statement)
    return None


def ask_once(what: Hashable, ask: Callable[[], T]) -> T:
    """Return what ``ask`` returns, which is asked once in a block: of locked rows, which stay as the block leaves them.

    Where that is before anything is written in the block, nothing need be sent first.
    """
    waiting = _WAITING.get()
    if waiting is None:
        return ask()
    if what not in waiting.asked:
        waiting.asked[what] = ask()
    found: T = waiting.asked[what]
    return found


def _make_row(row: Model, fields: Sequence[Any], *, is_new: bool = False, unless_there: bool = False) -> _PendingRow:
    columns = {f.column: f.get_db_prep_save(f.pre_save(row, is_new), connection) for f in fields}
    table, key = row._meta.db_table, str(row._meta.pk.column)  # noqa: SLF001 - likewise
    return _PendingRow(table, key, row.pk, columns, is_new, unless_there)


def _put_row(row: _PendingRow) -> None:
    waiting = _WAITING.get()
    if waiting is None:
        _send_statements([_write_rows([row])])
    else:
        waiting.put_row(row)


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    values: tuple[Any, ...]
    rows: frozenset[Hashable]
    told: ResultCallback | None = None


@dataclass(slots=True)
class _PendingRow:
    """A row that is to be written: new, or some of its columns."""

    table: str
    key: str
    pk: Any
    columns: dict[str, Any]
    is_new: bool = False
    unless_there: bool = False

    @property
    def place(self) -> Hashable:
        """Where it stands; of a row that the books are to number, the place is its own."""
        return (self.table, id(self) if self.pk is None else self.pk)


def _write_rows(rows: Sequence[_PendingRow]) -> _Statement:
    """Return the statement that writes ``rows``, new ones of one table in their order, or one that changes."""
    quote, first = connection.ops.quote_name, rows[0]
    names = [quote(name) for name in first.columns]
    values = [value for row in rows for value in row.columns.values()]
    if first.is_new:
        places = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
        sql = f"INSERT INTO {quote(first.table)} ({', '.join(names)}) VALUES {places}"
        sql += " ON CONFLICT DO NOTHING" if first.unless_there else ""
    else:
        sql = f"UPDATE {quote(first.table)} SET {', '.join(f'{name} = %s' for name in names)}"
        sql += f" WHERE {quote(first.key)} = %s"
        values.append(first.pk)
    return _Statement(sql, tuple(values), frozenset(row.place for row in rows))


@dataclass(slots=True)
class _WaitingWrites:
    """What is to be sent, in the order in which it was written; which rows that are; and what was asked once."""

    one_by_one: bool
    writes: list[_PendingRow | _Statement] = field(default_factory=list)
    rows: set[Hashable] = field(default_factory=set)
    asked: dict[Hashable, Any] = field(default_factory=dict)

    def put(self, statement: _Statement) -> None:
        """Let ``statement`` wait with the others. Of those that are told of something, one goes at a time."""
        is_second = statement.told is not None and any(isinstance(w, _Statement) and w.told for w in self.writes)
        if is_second or not self.rows.isdisjoint(statement.rows):
            self.send()
        self._add(statement, statement.rows)

    def put_row(self, row: _PendingRow) -> None:
        """Let ``row`` wait; what changes in one that waits already is changed there."""
        if row.place in self.rows:
            there = [
                w for w in self.writes if isinstance(w, _PendingRow) and w.place == row.place and not w.unless_there
            ]
            if there and not row.is_new:
                there[0].columns |= row.columns
                return
            self.send()
        self._add(row, {row.place})

    def _add(self, one: _PendingRow | _Statement, rows: Iterable[Hashable]) -> None:
        self.writes.append(one)
        self.rows.update(rows)
        if self.one_by_one:
            self.send()

    def send(self) -> None:
        """Send what waits, if anything does: new rows of one table together, so that they are numbered in order."""
        if not self.writes:
            return
        writes, self.writes, self.rows = self.writes, [], set()
        parts: dict[Hashable, _Statement | list[_PendingRow]] = {}
        for number, one in enumerate(writes):
            if isinstance(one, _Statement):
                parts[number] = one
            else:
                rows = parts.setdefault((one.table, *one.columns, one.unless_there) if one.is_new else number, [])
                assert isinstance(rows, list)
                rows.append(one)
        _send_statements([_write_rows(one) if isinstance(one, list) else one for one in parts.values()])

    def goes_first(self, execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
        """Send what waits before whatever else is asked of the books."""
        self.send()
        return execute(sql, *rest)


_WAITING: ContextVar[_WaitingWrites | None] = ContextVar("waiting", default=None)


def _send_statements(statements: list[_Statement]) -> int:
    """Send ``statements`` as one, and return how many rows the main one has touched: the one that is told of it.

    PostgreSQL promises no order; what it does is to carry out the main one first, then the others from the last to the
    first. So rows are locked in the order in which they were written.
    """
    main, *others = sorted(statements, key=lambda one: one.told is None)
    others.reverse()
    parts = ", ".join(f"w{number} AS ({one.sql})" for number, one in enumerate(others))
    sql = f"WITH {parts} {main.sql}" if others else main.sql
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for one in (*others, main) for value in one.values])
        found = list(cursor.fetchall()) if cursor.description else []
        count: int = len(found) if cursor.description else cursor.rowcount
    if main.told is not None:
        main.told(count, found)
    return count
