"""The databases that cases are put into, one for each system. Their connections stay open from case to case.

A case asks for some twenty connections, and most of its time would go into making them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from pymysql.constants import CLIENT
from sqlalchemy import Engine

from bailee.connectors.sql.engine import open_engine
from tests.oracle.databases import Dialect, prepare_statements
from tests.servers import Server

SYSTEMS = ("s", "t")
"""The systems that a random case may have."""

Statements = Iterable[tuple[str, Sequence[object]]]


class Door:
    """One database: the engines by which Bailee reaches it, and a connection by which the tests do.

    ``tables`` are those that stand in it.
    """

    def __init__(self, url: str, dialect: Dialect) -> None:
        self.url, self.dialect = url, dialect
        self.tables: tuple[str, ...] = ()
        self._keepers = [_Keeper(dialect) for _ in range(3)]
        self.engines = {write: _kept(url, self._keepers[write], write=write) for write in (False, True)}
        way = _way(_kept(url, self._keepers[2], write=True))
        self._hands = way.module.connect(**way.arguments)
        self.run([(text, ()) for text in prepare_statements(dialect)])

    def run(self, statements: Statements) -> None:
        """Run ``statements`` at once, in one transaction, with foreign keys unwatched."""
        _RUN[self.dialect](self._hands, statements)

    def ask(self, queries: Mapping[str, str]) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """Return the rows of each of ``queries``."""
        return _ask(self._hands, self.dialect, queries)

    def close(self) -> None:
        """Close every connection."""
        for keeper in self._keepers:
            keeper.end()


@dataclass
class _Keeper:
    """Stands where the driver would: a connection that is closed waits here for whoever asks next."""

    dialect: Dialect
    waiting: list[Any] = field(default_factory=list)
    made: list[Any] = field(default_factory=list)

    def connect(self, **arguments: Any) -> Any:
        """Return a connection: one that waits, else a new one."""
        if self.waiting:
            return self.waiting.pop()
        connection = _OPEN[self.dialect](arguments)
        connection.close = lambda: self.waiting.append(connection)
        self.made.append(connection)
        return connection

    def end(self) -> None:
        """Close every connection that was made here."""
        for connection in self.made:
            type(connection).close(connection)
        self.made.clear()


def _kept(url: str, keeper: _Keeper, *, write: bool) -> Engine:
    engine = open_engine(url, write=write)
    engine.update_execution_options(bailee_way=replace(_way(engine), module=keeper))
    return engine


def _way(engine: Engine) -> Any:
    return engine.get_execution_options()["bailee_way"]


class _Sqlite(sqlite3.Connection):
    """A connection that takes attributes."""


def _open_sqlite(arguments: Mapping[str, Any]) -> _Sqlite:
    connection = sqlite3.connect(**arguments, factory=_Sqlite)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _open_postgresql(arguments: Mapping[str, Any]) -> psycopg.Connection:
    # A statement prepared for one case would meet another table of the same name in the next.
    return psycopg.connect(**arguments, prepare_threshold=None)


def _open_mariadb(arguments: Mapping[str, Any]) -> Any:
    flags = arguments["client_flag"] | CLIENT.MULTI_STATEMENTS
    return pymysql.connect(**{**arguments, "client_flag": flags, "ssl_disabled": True})


_OPEN: Mapping[Dialect, Callable[[Mapping[str, Any]], Any]] = {
    "sqlite": _open_sqlite,
    "postgresql": _open_postgresql,
    "mariadb": _open_mariadb,
}


# --- the hands of the tests ----------------------------------------------------------------------------------


def _run_sqlite(connection: Any, statements: Statements) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for text, values in statements:
        connection.execute(text, values)
    connection.execute("COMMIT")


def _run_postgresql(connection: Any, statements: Statements) -> None:
    with psycopg.ClientCursor(connection) as cursor:
        texts = [cursor.mogrify(text, values) if values else text for text, values in statements]
        whole = ["BEGIN", "SET LOCAL session_replication_role = replica", *texts, "COMMIT"]
        cursor.execute("; ".join(whole))


def _run_mariadb(connection: Any, statements: Statements) -> None:
    with connection.cursor() as cursor:
        texts = [cursor.mogrify(text, values) if values else text for text, values in statements]
        cursor.execute("; ".join(["SET SESSION foreign_key_checks = 0", "BEGIN", *texts, "COMMIT"]))
        while cursor.nextset():
            pass


_RUN: Mapping[Dialect, Callable[[Any, Statements], None]] = {
    "sqlite": _run_sqlite,
    "postgresql": _run_postgresql,
    "mariadb": _run_mariadb,
}


def _ask(connection: Any, dialect: Dialect, queries: Mapping[str, str]) -> dict[str, Sequence[tuple[Any, ...]]]:
    if dialect == "sqlite":
        return {name: connection.execute(text).fetchall() for name, text in queries.items()}
    found = {}
    with psycopg.ClientCursor(connection) if dialect == "postgresql" else connection.cursor() as cursor:
        cursor.execute("; ".join(queries.values()))
        for name in queries:
            found[name] = cursor.fetchall()
            cursor.nextset()
    return found


# --- where they lead -----------------------------------------------------------------------------------------


def sqlite_door(folder: Path, name: str) -> Door:
    """Return a door to a new SQLite file in ``folder``."""
    path = folder / f"{name}.db"
    path.touch()
    return Door(f"sqlite:///{path}", "sqlite")


@contextmanager
def server_door(server: Server, name: str, dialect: Dialect) -> Iterator[Door]:
    """Yield a door to a new database of ``server``, which goes afterwards."""
    door = Door(server.create_database(name), dialect)
    yield door
    door.close()
    server.drop_database(name)
