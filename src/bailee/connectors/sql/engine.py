"""Reaching a database: which driver, how long to wait, what a session may do; and what can be told of the server.

Drivers stay in their autocommit mode, and every transaction is begun by a statement. So all begin alike: SQLite's
driver would otherwise begin only before a write, and MariaDB's cannot ask for a snapshot.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Any, cast

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from bailee.connectors.base import ConnectorError, ServerTime
from bailee.connectors.sql.dialects import find_dialect
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.dialects.driver import ConnectionSettings, find_route, read_port
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.hung_servers import watch_waits

CONNECT_TIMEOUT = 8  # seconds, the greetings of the server among them
ANSWER_TIMEOUT = 30.0  # seconds, besides those of a statement: a server that is stopped breaks off nothing itself
LOCK_TIMEOUT = 5.0
STATEMENT_TIMEOUT = 900.0  # a scan of ten million rows without an index is slow, and no failure


@dataclass(frozen=True, slots=True)
class _Way:
    """How one database is reached: its dialect, the driver's module and arguments (a password among them), and more."""

    dialect: Dialect
    module: Any
    arguments: Mapping[str, Any]
    settings: ConnectionSettings

    def __repr__(self) -> str:
        return f"_Way({self.dialect.name}, write={self.settings.write})"


# --- the engine ----------------------------------------------------------------------------------------------


def open_engine(
    url: str, *, write: bool, lock_timeout: float = LOCK_TIMEOUT, statement_timeout: float = STATEMENT_TIMEOUT
) -> Engine:
    """Return an engine for ``url``; nothing is connected to yet, and no connection is kept when it is given back.

    ``write`` decides what its sessions may do: without it every transaction is a read-only snapshot. A SQLite file
    that is not there is never made; the caller resolves relative paths. Timeouts are seconds; SQLite has none for
    statements. Raises `ConnectorError` for an address that names no kind of database known here. No error shows the
    password.
    """
    dialect, parsed = _parse_url(url)
    engine: Engine = create_engine(
        parsed, poolclass=NullPool, hide_parameters=True, creator=lambda: _connect(_get_way(engine))
    )
    _, given = engine.dialect.create_connect_args(engine.url)
    settings = ConnectionSettings(engine.url, write, lock_timeout, statement_timeout, CONNECT_TIMEOUT)
    arguments = dialect.driver.arguments(given, settings)
    engine.update_execution_options(bailee_way=_Way(dialect, engine.dialect.loaded_dbapi, arguments, settings))
    event.listen(engine, "begin", lambda connection: begin_transaction(engine, connection.connection.driver_connection))
    return engine


def open_connection(engine: Engine, prepare: Iterable[str] = ()) -> DBAPIConnection:
    """Return a new connection of the driver's, set up and in a transaction; the caller commits and closes it.

    ``prepare``: statements to run before the transaction begins, for temporary tables, which a read-only transaction
    may fill and not make. After `commit` or `rollback`, `begin_transaction` begins the next transaction: without it the
    driver would commit each statement. Raises `ConnectorError`.
    """
    connection = _connect(_get_way(engine), prepare)
    try:
        begin_transaction(engine, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def begin_transaction(engine: Engine, connection: DBAPIConnection) -> None:
    """Begin a transaction: to read, a snapshot that cannot write; to write, one that sees what others commit.

    On SQLite it locks the file for writing at once. Raises `ConnectorError`.
    """
    way = _get_way(engine)
    driver = way.dialect.driver
    with guarded(driver), closing(connection.cursor()) as cursor:
        cursor.execute(driver.begin_writing if way.settings.write else driver.begin_reading)


def get_dialect(engine: Engine) -> Dialect:
    """Return the dialect of the database that ``engine`` reaches."""
    return _get_way(engine).dialect


def name_place(engine: Engine) -> str:
    """Return a name of the database that ``engine`` reaches: the same for every account, and no password in it."""
    return get_dialect(engine).driver.place(engine.url)


def get_statement_timeout(engine: Engine) -> float:
    """Return how many seconds a statement may take; where the server does not, `given_up_after` sees to it."""
    return _get_way(engine).settings.statement


def _get_way(engine: Engine) -> _Way:
    return cast(_Way, engine.get_execution_options()["bailee_way"])


def _parse_url(url: str) -> tuple[Dialect, URL]:
    """Return the dialect of ``url``, and the address with the driver that Bailee uses."""
    try:
        parsed = make_url(url)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise _make_unknown_error("the address of the system cannot be read") from None
    dialect = find_dialect(parsed.get_backend_name())
    if dialect is None:
        raise _make_unknown_error("the address names a kind of database that is not known here")
    dialect.driver.check_url(parsed)
    return dialect, parsed.set(drivername=dialect.driver.backend)


def _make_unknown_error(message: str) -> ConnectorError:
    hint = (
        "write postgresql://account:password@host/database, mariadb://account:password@host/database or sqlite:///path"
    )
    return ConnectorError("C501", message, hint)


# --- a connection --------------------------------------------------------------------------------------------


def _connect(way: _Way, prepare: Iterable[str] = ()) -> DBAPIConnection:
    driver, settings = way.dialect.driver, way.settings
    try:
        with guarded(driver, connecting=True):
            connection = cast(DBAPIConnection, way.module.connect(**way.arguments))
    except (TypeError, ValueError):  # the driver's own words repeat the option
        raise _make_unknown_error("the address has an option that the driver does not take") from None
    try:
        driver.wait_at_most(connection, CONNECT_TIMEOUT)
        with guarded(driver, connecting=True), closing(connection.cursor()) as cursor:
            driver.set_up(connection, cursor, settings)
        driver.wait_at_most(connection, settings.statement + ANSWER_TIMEOUT)
        if driver.waits_in:
            watch_waits(connection, driver, _name_server(way), partial(_is_greeting, way))
        with guarded(driver), closing(connection.cursor()) as cursor:
            for statement in prepare:
                cursor.execute(statement)
            if not settings.write and driver.read_only:
                cursor.execute(driver.read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _name_server(way: _Way) -> str:
    named = (way.arguments.get(name) for name in ("host", "hostaddr", "port", "unix_socket"))
    return repr([way.dialect.name, *named])


def _is_greeting(way: _Way) -> bool:
    """Whether the server says anything to a new connection in the time that is allowed for it, be it that it has none.

    What it refuses it has answered.
    """
    began = time.monotonic()
    try:
        way.module.connect(**way.arguments).close()
    except Exception:  # noqa: BLE001 - whatever the driver makes of it, only how long it took tells
        return time.monotonic() - began < CONNECT_TIMEOUT * 0.9
    return True


# --- what can be told of the server --------------------------------------------------------------------------


def read_facts(engine: Engine) -> Mapping[str, str]:
    """Return what is known of the server, and tested without writing.

    ``server``, ``version``, ``tls`` (``off``, ``none`` for a file, else how), ``route`` (``file``; ``socket`` or
    ``loopback``, where nothing leaves this machine; else ``network``), ``account``, ``writes`` (``yes`` where the
    account may change any table, whatever this session may), ``encoding``, ``time_zone``; where an account may not see
    triggers, ``triggers`` is ``hidden``. Raises `ConnectorError`.
    """
    driver = get_dialect(engine).driver
    with closing(open_connection(engine)) as connection, guarded(driver), closing(connection.cursor()) as cursor:
        found = driver.facts(cursor, engine.url)
        connection.rollback()
    return found


def read_server_time(engine: Engine) -> ServerTime | None:
    """Return what the server's clock says, which is this machine's where nothing leaves it; ``None`` of a file.

    Raises `ConnectorError`.
    """
    driver = get_dialect(engine).driver
    if not driver.clock:
        return None
    with closing(open_connection(engine)) as connection, guarded(driver), closing(connection.cursor()) as cursor:
        asked: Any = cursor
        asked.execute(driver.clock)
        now, port = asked.fetchone()
        is_own = find_route(driver.socket_of(connection), read_port(port)) == "network"
        connection.rollback()
    return ServerTime(now.astimezone(UTC) if now.tzinfo else now.replace(tzinfo=UTC), is_own)
