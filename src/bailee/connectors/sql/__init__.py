"""PostgreSQL, MariaDB and SQLite: the algebra carried out inside the database, in a few statements.

`compile.py` alone makes SQL. `engine.py` reaches the database, `reflect.py` reads its schema, `session.py` is one
conversation, `failures.py` turns a driver's error into one that carries no row values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from bailee.connectors.base import ConnectorError, Need, Privileges, ServerTime
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.engine import (
    begin_transaction,
    get_dialect,
    name_place,
    open_connection,
    open_engine,
    read_facts,
    read_server_time,
)
from bailee.connectors.sql.reflect import reflect
from bailee.connectors.sql.session import SqlSession
from bailee.connectors.sql.statements import Statements
from bailee.policy import System
from bailee.trace import Batch, Trace
from bailee.trace.row_counts import Counting, SetCount, Ways
from bailee.trace.schema import Schema, SchemaTable

if TYPE_CHECKING:  # whoever only finds people should not wait for what drafts
    from bailee.draft import ColumnPair, Kinds, Measured, Reach, ReachedPersons, Sample, SharedParent, TableKey, Telling

# Imports stand in functions: a search loads nothing of what drafts, counts or grants.

SAMPLE_TIMEOUT = 5.0
"""Seconds that a look at some rows may take: whoever connects waits for all of them."""


@dataclass
class SqlConnector:
    """One database. ``url`` reads and ``write_url`` writes; ``secret`` keys pseudonyms and hashes."""

    system: System
    url: str
    write_url: str | None = None
    secret: Callable[[], bytes] = bytes
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    _statements: dict[int, Statements] = field(default_factory=dict)
    _engines: dict[bool, Engine] = field(default_factory=dict)

    def place(self) -> str:
        """Which database this is, whatever the account: two systems may be parts of one."""
        return name_place(self._engine(write=False))

    def facts(self) -> Mapping[str, str]:
        """Return what is known of the server and the account that reads."""
        return read_facts(self._engine(write=False))

    def server_time(self) -> ServerTime | None:
        """Return what the server's clock says; ``None`` of a file. Raises `ConnectorError`."""
        return read_server_time(self._engine(write=False))

    def plans_after(self, number: int) -> Iterable[tuple[int, str, str]]:
        """Return the rows of the table ``plans_in`` with a higher number. Raises `ConnectorError`."""
        from bailee.connectors.sql.plan_table import read_plans_after

        table = self.system.plans_in
        return read_plans_after(self._engine(write=False), table, number) if table else ()

    def privileges(self, *, write: bool) -> Privileges:
        """Return what the account may do that reads, or with ``write`` the one that writes. Raises `ConnectorError`."""
        from bailee.connectors.sql.accounts import read_privileges

        return read_privileges(self._engine(write=write))

    def tables(self) -> tuple[tuple[str, ...], bool]:
        """Return the tables of the schemas that the map is about, as it would name them, and whether these are all.

        Some servers tell an account only of tables that it has rights on. Raises `ConnectorError`.
        """
        from bailee.connectors.sql.all_tables import list_tables

        engine = self._engine(write=False)
        schemas = frozenset(c.schema or "" for c in self.system.collections.values())
        found = list_tables(engine, schemas | {""})
        hidden = self.privileges(write=False).partly if self._dialect.catalogue.hides_tables else frozenset[str]()
        return found, not hidden & (schemas | {""})

    def count(self, counting: Counting) -> tuple[tuple[Any, ...], ...]:
        """Return the rows that answer ``counting``. Raises `ConnectorError`, C504 where it takes too long."""
        from bailee.connectors.sql import counts

        if isinstance(counting, Ways):
            ((count,),) = self.count(counting.rows(counting.name))
            if not count:
                return ((0, *(0 for _ in counting.parts)),)
            with self.session(counting.trace, write=False) as session:  # what the parts look at is worked out once
                session.begin(Batch(kept=counting.kept))
                return (tuple(map(session.count, (counting.name, *counting.parts))),)
        if counts.is_one_statement(counting, self._dialect):
            return counts.answer_question(
                open_engine(self.url, write=False, statement_timeout=counts.TIMEOUT), counting
            )
        if not isinstance(counting, SetCount):
            raise ConnectorError("C519", "the map goes in a circle there", "count rows instead")
        with self.session(counting.trace, write=False) as session:
            session.begin(Batch(kept=counting.kept))
            return ((session.count(counting.name),),)

    def wording(self, counting: Counting) -> str:
        """Return the SQL that answers ``counting``, to be run by hand; empty where it takes several statements."""
        from bailee.connectors.sql import counts

        return counts.show_question(counting, self._dialect) if counts.is_one_statement(counting, self._dialect) else ""

    def everything(self, schemas: Sequence[str] = ()) -> Schema:
        """Return all tables that the account can see, or those of some ``schemas``. Raises `ConnectorError`."""
        from bailee.connectors.sql.all_tables import reflect_all_tables

        return reflect_all_tables(self._engine(write=False), schemas)

    def sample(self, schema: Schema, region: str) -> Sample:
        """Return what a few rows of each table look like; no value is kept. ``region`` reads numbers (``GB``)."""
        from bailee.connectors.sql.sample import sample_tables

        return sample_tables(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), schema, region)

    def kinds(self, columns: Iterable[Telling]) -> Kinds:
        """Return for each column the values that say what a row is; one that has too many for that is left out."""
        from bailee.connectors.sql.sample import read_kinds

        return read_kinds(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), columns)

    def contained(self, pairs: Iterable[ColumnPair]) -> Mapping[ColumnPair, Measured]:
        """Return how many of a few values of one column are found in another, and of how many."""
        from bailee.connectors.sql.sample import count_contained

        return count_contained(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), pairs)

    def reaches(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Return (table, column) -> the least and the greatest number of a key."""
        from bailee.connectors.sql.sample import read_reaches

        return read_reaches(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), keys)

    def filled_keys(self, keys: Iterable[TableKey]) -> frozenset[TableKey]:
        """Return the keys, of columns that may be null, that every row of their table has."""
        from bailee.connectors.sql.sample import find_filled_keys

        return find_filled_keys(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), keys)

    def agreement(self, asked: Iterable[SharedParent]) -> Mapping[SharedParent, tuple[int, int]]:
        """Return of how many rows was asked whether they name another person than their whole, and how many do."""
        from bailee.connectors.sql.sample import count_agreement

        return count_agreement(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), asked)

    def reached(self, asked: Iterable[Reach]) -> Mapping[Reach, ReachedPersons]:
        """Return of whom a column names most often how many rows that are, and how many others are in them."""
        from bailee.connectors.sql.sample import count_reached

        return count_reached(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), asked)

    def addresses(self, table: SchemaTable, column: str, most: int) -> tuple[int, int, str] | None:
        """Return how many cells look like e-mail addresses, of how many, and the SQL that counts; `None`: too slow.

        Of more than ``most`` rows so many are counted.
        """
        from bailee.connectors.sql.sample import count_addresses

        return count_addresses(
            open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), table, column, most
        )

    def sizes(self, tables: Iterable[SchemaTable], most: int) -> Mapping[str, int]:
        """Return table -> how many rows it has: counted up to ``most``, beyond as the server estimates."""
        from bailee.connectors.sql.sample import count_rows

        return count_rows(open_engine(self.url, write=False, statement_timeout=SAMPLE_TIMEOUT), tables, most)

    def grants(self, needs: Sequence[Need], passwords: Mapping[str, str]) -> tuple[str, ...]:
        """Return the SQL of a reader and a writer with these ``passwords`` for exactly ``needs``, a line each."""
        from bailee.connectors.sql.accounts import write_grants

        return write_grants(self._engine(write=False), self.system.name, needs, passwords)

    def schema(self) -> Schema:
        """Return the live schema of the tables on the map, and of those that point at them."""
        wanted = [(c.schema, c.table) for c in self.system.collections.values()]
        engine = self._engine(write=False)
        schema = reflect(engine, wanted=wanted)
        if not self._dialect.catalogue.hides_tables:
            return schema
        from bailee.connectors.sql.accounts import can_see_all

        if read_facts(engine).get("triggers") == "hidden":
            schema = replace(schema, tables={name: _add_hidden(table) for name, table in schema.tables.items()})
        return replace(schema, is_partial=not can_see_all(engine, {home for home, _ in wanted}))

    @contextmanager
    def session(self, trace: Trace, *, write: bool) -> Iterator[SqlSession]:
        """Yield a session in one transaction: committed on a clean exit, else rolled back. Raises `ConnectorError`."""
        engine = self._engine(write=write)
        connection, driver = open_connection(engine), self._dialect.driver
        try:
            statements = self.statements(trace, driver.encoding_of(connection))
            session = SqlSession(
                connection, partial(begin_transaction, engine, connection), statements, write, self.secret, self.now
            )
            session.must_have_keys()
            yield session
            with guarded(driver):
                connection.commit()
        except BaseException:
            with suppress(ConnectorError), guarded(driver):  # a connection that was cut has nothing to take back
                connection.rollback()
            raise
        finally:
            connection.close()

    def statements(self, trace: Trace, encoding: str) -> Statements:
        """Return the statements of ``trace``, which are made once; ``encoding`` is the database's."""
        found = self._statements.get(id(trace))
        if found is None or found.trace is not trace:
            found = self._statements[id(trace)] = Statements(trace, replace(self._dialect, encoding=encoding))
        return found

    @property
    def _dialect(self) -> Dialect:
        return get_dialect(self._engine(write=False))

    def _engine(self, *, write: bool) -> Engine:
        if write not in self._engines:
            url = self.write_url if write else self.url
            if url is None:
                hint = f"give write_url in systems/{self.system.name}.yaml an account that may change these tables"
                raise ConnectorError("C503", f"system {self.system.name!r} has no account that writes", hint)
            self._engines[write] = open_engine(url, write=write)
        return self._engines[write]


def _add_hidden(table: SchemaTable) -> SchemaTable:
    """Return ``table`` with what cannot be known of it: triggers are shown only to accounts that may make them."""
    what = "may have triggers that the account that reads cannot see (GRANT TRIGGER shows them)"
    return replace(table, hazards={**table.hazards, "hidden triggers": what})


CONNECTOR = SqlConnector
