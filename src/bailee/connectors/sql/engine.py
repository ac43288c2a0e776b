"""Reaching a database: which driver, how long to wait, what a session may do; and what can be told of the server.

Drivers stay in their autocommit mode, and every transaction is begun by a statement. So the three begin alike: SQLite's
driver would otherwise begin only before a write, and MariaDB's cannot ask for a snapshot.
"""

from __future__ import annotations

import codecs
import os
import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from bailee.connectors.base import ConnectorError, ServerTime
from bailee.connectors.sql.failures import guarded
from bailee.connectors.sql.functions import FUNCTIONS
from bailee.connectors.sql.hung_servers import watch
from bailee.connectors.sql.route import Route, route

Dialect = Literal["sqlite", "postgresql", "mariadb"]

CONNECT_TIMEOUT = 8  # seconds, the greetings of the server among them
ANSWER_TIMEOUT = 30.0  # seconds, besides those of a statement: a server that is stopped breaks off nothing itself
LOCK_TIMEOUT = 5.0
STATEMENT_TIMEOUT = 900.0  # a scan of ten million rows without an index is slow, and no failure

DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mariadb": "mariadb+pymysql",
    "mysql": "mariadb+pymysql",  # the address that MariaDB's own manuals give
}

_BEGIN: Mapping[tuple[str, bool], str] = {
    ("sqlite", False): "BEGIN",
    ("sqlite", True): "BEGIN IMMEDIATE",
    ("postgresql", False): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    # What others commit while we wait for a lock must be seen: the rows are located again under the lock. Whether it
    # may write is for the server to say: whoever sets default_transaction_read_only there wants nothing written.
    ("postgresql", True): "BEGIN ISOLATION LEVEL READ COMMITTED",
    ("mariadb", False): "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ("mariadb", True): "START TRANSACTION",
}

# KiB of pages, at most. With 2,000, the default, pages are written out and read again for each index of each table:
# to erase 1,000 people took a third more.
_SQLITE_CACHE = 16_384

# Whatever begins a later transaction, and however: it cannot write.
_READ_ONLY: Mapping[str, str] = {
    "postgresql": "SET default_transaction_read_only = on",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}

# The last: what a change sets one cell to must not be seen by the conditions on the next.
_SQL_MODE = (
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,SIMULTANEOUS_ASSIGNMENT"
)


@dataclass(frozen=True, slots=True)
class _Way:
    """How one database is reached: the driver's arguments (a password among them), what may be done, how long to wait.

    ``lock`` and ``statement`` are seconds.
    """

    dialect: Dialect
    driver: Any
    arguments: Mapping[str, Any]
    write: bool
    lock: float
    statement: float

    def __repr__(self) -> str:
        return f"_Way({self.dialect}, write={self.write})"


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
    engine: Engine = create_engine(
        _parse(url), poolclass=NullPool, hide_parameters=True, creator=lambda: _connect(_way(engine))
    )
    way = _Way(
        cast(Dialect, engine.dialect.name),
        engine.dialect.loaded_dbapi,
        _arguments(engine, write=write, lock=lock_timeout),
        write,
        lock_timeout,
        statement_timeout,
    )
    engine.update_execution_options(bailee_way=way)
    event.listen(engine, "begin", lambda connection: begin(engine, connection.connection.driver_connection))
    return engine


def raw(engine: Engine, prepare: Iterable[str] = ()) -> DBAPIConnection:
    """Return a new connection of the driver's, set up and in a transaction; the caller commits and closes it.

    ``prepare``: statements to run before the transaction begins, for temporary tables, which a read-only transaction
    may fill and not make. After `commit` or `rollback` the next transaction is begun by `begin`: without it the
    driver would commit each statement. Raises `ConnectorError`.
    """
    connection = _connect(_way(engine), prepare)
    try:
        begin(engine, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def begin(engine: Engine, connection: DBAPIConnection) -> None:
    """Begin a transaction: to read, a snapshot that cannot write; to write, one that sees what others commit.

    On SQLite it locks the file for writing at once. Raises `ConnectorError`.
    """
    way = _way(engine)
    with guarded(way.dialect), closing(connection.cursor()) as cursor:
        cursor.execute(_BEGIN[way.dialect, way.write])


def dialect_of(engine: Engine) -> Dialect:
    """Return which of the three databases ``engine`` reaches."""
    return _way(engine).dialect


def encoding_of(connection: Any) -> str:
    """Return the encoding of the database that ``connection`` reaches, as `Dialect.encoding` has it."""
    if not hasattr(connection, "info"):  # SQLite's and MariaDB's texts are handed over as UTF-8
        return "utf-8"
    told = connection.info.parameter_status("server_encoding") or ""
    try:
        name = codecs.lookup(told.replace("WIN", "cp").replace("KOI8", "koi8_")).name
    except LookupError:  # SQL_ASCII, and encodings that Python does not have
        return ""
    return "utf-8" if told == "UTF8" else name


@contextmanager
def reading_any_text(connection: Any) -> Iterator[None]:
    """Read text of SQLite's that is no UTF-8 with what is wrong of it escaped (PEP 383), and do not fail."""
    if not isinstance(connection, sqlite3.Connection):
        yield
        return
    usual = connection.text_factory
    connection.text_factory = partial(bytes.decode, errors="surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = usual


def place_of(engine: Engine) -> str:
    """Return a name of the database that ``engine`` reaches: the same for every account, and no password in it."""
    url = engine.url
    if engine.dialect.name == "sqlite":
        return f"sqlite {os.path.realpath(cast(str, url.database))}"
    return f"{engine.dialect.name} {url.host} {url.port} {url.database} {sorted(url.query.items())}"


def statement_timeout(engine: Engine) -> float:
    """Return how many seconds a statement may take; on SQLite it is for the caller to see to that."""
    return _way(engine).statement


def _way(engine: Engine) -> _Way:
    return cast(_Way, engine.get_execution_options()["bailee_way"])


def _parse(url: str) -> URL:
    """Return ``url`` with the driver that this house uses."""
    try:
        parsed = make_url(url)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise _unknown("the address of the system cannot be read") from None
    backend = parsed.get_backend_name()
    if backend not in DRIVERS:
        raise _unknown("the address names a kind of database that is not known here")
    if backend == "sqlite" and (parsed.query or not parsed.database):
        raise ConnectorError("C501", "the address names no file", "write sqlite:///path, with nothing after the path")
    return parsed.set(drivername=DRIVERS[backend])


def _unknown(message: str) -> ConnectorError:
    hint = (
        "write postgresql://account:password@host/database, mariadb://account:password@host/database or sqlite:///path"
    )
    return ConnectorError("C501", message, hint)


def _arguments(engine: Engine, *, write: bool, lock: float) -> Mapping[str, Any]:
    """Return the driver's arguments: what the address says, and what this house always wants."""
    _, given = engine.dialect.create_connect_args(engine.url)
    match engine.dialect.name:
        case "sqlite":
            path = quote(str(Path(cast(str, engine.url.database)).absolute()))
            mode = "rw" if write else "ro"
            # In mode `ro` the file cannot be changed and temporary tables can; `PRAGMA query_only` would stop both.
            return {"database": f"file:{path}?mode={mode}", "uri": True, "isolation_level": None, "timeout": lock}
        case "postgresql":
            given.pop("context", None)  # SQLAlchemy's own types, which no raw connection needs
            alive = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
            asked = {"connect_timeout": CONNECT_TIMEOUT, "application_name": "bailee", **alive}
            return {**asked, **given, "client_encoding": "UTF8", "autocommit": True}
        case _:
            flags = given.pop("client_flag", 0) | engine.dialect.loaded_dbapi.constants.CLIENT.FOUND_ROWS
            asked = {"connect_timeout": CONNECT_TIMEOUT, "program_name": "bailee"}
            asked |= {"read_timeout": CONNECT_TIMEOUT, "write_timeout": CONNECT_TIMEOUT}  # while it is connected
            return {**asked, **given, "charset": "utf8mb4", "client_flag": flags, "autocommit": True}


# --- a connection --------------------------------------------------------------------------------------------


def _connect(way: _Way, prepare: Iterable[str] = ()) -> DBAPIConnection:
    try:
        with guarded(way.dialect, connecting=True):
            connection = cast(DBAPIConnection, way.driver.connect(**way.arguments))
    except (TypeError, ValueError):  # the driver's own words repeat the option
        raise _unknown("the address has an option that the driver does not take") from None
    try:
        _wait_at_most(way, connection, CONNECT_TIMEOUT)
        with guarded(way.dialect, connecting=True), closing(connection.cursor()) as cursor:
            _SET_UP[way.dialect](way, connection, cursor)
        _wait_at_most(way, connection, way.statement + ANSWER_TIMEOUT)
        if way.dialect != "sqlite":
            watch(connection, way.dialect, _server_of(way), partial(_greets, way))
        with guarded(way.dialect), closing(connection.cursor()) as cursor:
            for statement in prepare:
                cursor.execute(statement)
            if not way.write and way.dialect in _READ_ONLY:
                cursor.execute(_READ_ONLY[way.dialect])
    except BaseException:
        connection.close()
        raise
    return connection


def _server_of(way: _Way) -> str:
    return repr([way.dialect, *(way.arguments.get(name) for name in ("host", "hostaddr", "port", "unix_socket"))])


def _greets(way: _Way) -> bool:
    """Whether the server says anything to a new connection in the time that is allowed for it, be it that it has none.

    What it refuses it has answered.
    """
    began = time.monotonic()
    try:
        way.driver.connect(**way.arguments).close()
    except Exception:  # noqa: BLE001 - whatever the driver makes of it, only how long it took tells
        return time.monotonic() - began < CONNECT_TIMEOUT * 0.9
    return True


def _wait_at_most(way: _Way, connection: Any, seconds: float) -> None:
    """Wait ``seconds`` for each answer of a server: one that is stopped, or cut off, breaks off nothing itself."""
    if way.dialect == "postgresql":
        connection.wait = partial(type(connection).wait, connection, timeout=seconds)
    elif way.dialect == "mariadb":
        connection._read_timeout = connection._write_timeout = seconds  # noqa: SLF001 - by no other name


def _set_up_sqlite(way: _Way, connection: DBAPIConnection, cursor: Any) -> None:
    _look_at_sqlite(way, cursor)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA temp_store = MEMORY")
    cursor.execute(f"PRAGMA cache_size = -{_SQLITE_CACHE}")
    for name, takes, function in FUNCTIONS:
        connection.create_function(name, takes, function, deterministic=True)


def _look_at_sqlite(way: _Way, cursor: Any) -> None:
    """See whether the file is a database at all; first undo what a process that was killed had left half written.

    Whoever opens the file next must, and one who may only read cannot: it would be refused for ever after.
    """
    try:
        cursor.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _HALF_WRITTEN:
            raise
        rw = str(way.arguments["database"]).replace("?mode=ro", "?mode=rw")
        with closing(sqlite3.connect(rw, uri=True, timeout=way.lock)) as once:
            once.execute("PRAGMA schema_version").fetchone()
        cursor.execute("PRAGMA schema_version").fetchone()


_HALF_WRITTEN = frozenset(
    {sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY, sqlite3.SQLITE_READONLY_CANTINIT}
)


def _set_up_postgresql(way: _Way, connection: DBAPIConnection, cursor: Any) -> None:
    _drop_padding(connection)
    _read_any_date(connection)
    settings = {
        "TimeZone": "UTC",
        "DateStyle": "ISO",  # so that a date is the same text each time it is read as one
        "IntervalStyle": "postgres",
        "jit": "off",  # estimates of nested sets are high: to compile took 2 s for what then took 0.1 s
        "row_security": "off",  # a query that row security would filter fails, and finds nothing in silence no more
        "lock_timeout": f"{max(1, round(way.lock * 1000))}ms",
        "statement_timeout": f"{max(1, round(way.statement * 1000))}ms",
    }
    one = ", ".join("set_config(%s, %s, false)" for _ in settings)
    cursor.execute(f"SELECT {one}", [part for setting in settings.items() for part in setting])


def _drop_padding(connection: Any) -> None:
    """Let a cell of char(n) be its text without the blanks at its end, which no text of that type ever has."""
    from psycopg.types.string import TextLoader

    class Unpadded(TextLoader):
        def load(self, data: bytes | bytearray | memoryview) -> str:
            text = super().load(data)
            return (text.decode() if isinstance(text, bytes) else text).rstrip(" ")

    connection.adapters.register_loader("bpchar", Unpadded)


def _read_any_date(connection: Any) -> None:
    """Let a date that Python does not have, such as ``infinity`` or one before Christ, be its text: no row is lost."""
    from psycopg.abc import Buffer
    from psycopg.adapt import Loader

    class Day(Loader):
        def load(self, data: Buffer) -> date | str:
            text = bytes(data).decode()
            try:
                return date.fromisoformat(text)
            except ValueError:
                return text

    class Instant(Loader):
        def load(self, data: Buffer) -> datetime | str:
            text = bytes(data).decode()
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                return text

    for name, loader in (("date", Day), ("timestamp", Instant), ("timestamptz", Instant)):
        connection.adapters.register_loader(name, loader)


def _set_up_mariadb(way: _Way, connection: DBAPIConnection, cursor: Any) -> None:
    if "mariadb" not in connection.get_server_info().lower():
        raise ConnectorError("C519", "the server is MySQL and not MariaDB", "use MariaDB 10.11 or newer")
    isolation = "READ-COMMITTED" if way.write else "REPEATABLE-READ"
    cursor.execute(
        "SET SESSION time_zone = '+00:00', sql_mode = %s, tx_isolation = %s, max_statement_time = %s,"
        " innodb_lock_wait_timeout = %s, lock_wait_timeout = %s, group_concat_max_len = 1073741824,"
        # What a subquery gave for `a` is taken for `A` too where the column takes no notice of case, whatever is asked.
        " optimizer_switch = 'subquery_cache=off'",
        (_SQL_MODE, isolation, way.statement, max(1, round(way.lock)), max(1, round(way.lock))),
    )


_SET_UP = {"sqlite": _set_up_sqlite, "postgresql": _set_up_postgresql, "mariadb": _set_up_mariadb}


# --- what can be told of the server --------------------------------------------------------------------------

_POSTGRESQL_FACTS = """
SELECT current_setting('server_version'), current_user::text,
       coalesce((SELECT version || ' ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), 'off'),
       (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()),
       (SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'), inet_client_port(),
       NOT pg_is_in_recovery() AND (
           EXISTS (SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'f') AND c.relnamespace IN (
                       SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')
                   AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
                        OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')))
           OR EXISTS (SELECT FROM pg_namespace WHERE nspname !~ '^pg_' AND has_schema_privilege(oid, 'CREATE')))
"""

_MARIADB_FACTS = """
SELECT VERSION(), CURRENT_USER(),
       (SELECT IF(variable_value = '', 'off', variable_value) FROM information_schema.session_status
        WHERE variable_name = 'Ssl_cipher'),
       @@character_set_database, IF(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone),
       (SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID()), @@global.read_only
"""
_CHANGING = frozenset({"ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER"})


def facts(engine: Engine) -> Mapping[str, str]:
    """Return what is known of the server, and tested without writing.

    ``server``, ``version``, ``tls`` (``off``, ``none`` for a file, else how), ``route`` (``file``; ``socket`` or
    ``loopback``, where nothing leaves this machine; else ``network``), ``account``, ``writes`` (``yes`` where the
    account may change any table, whatever this session may), ``encoding``, ``time_zone``; on MariaDB ``triggers``,
    ``hidden`` where the account may not see them. Raises `ConnectorError`.
    """
    dialect = dialect_of(engine)
    with closing(raw(engine)) as connection, guarded(dialect), closing(connection.cursor()) as cursor:
        told = _FACTS[dialect](cursor, engine)
        connection.rollback()
    return told


def server_time(engine: Engine) -> ServerTime | None:
    """Return what the server's clock says, which is this machine's where nothing leaves it; ``None`` of a file.

    Raises `ConnectorError`.
    """
    dialect = dialect_of(engine)
    if dialect == "sqlite":
        return None
    with closing(raw(engine)) as connection, guarded(dialect), closing(connection.cursor()) as cursor:
        asked: Any = cursor
        asked.execute(_CLOCKS[dialect])
        now, port = asked.fetchone()
        ours = asked.connection if dialect == "postgresql" else asked.connection._sock  # noqa: SLF001 - by no other name
        is_own = route(ours.fileno(), _port(port)) == "network"
        connection.rollback()
    return ServerTime(now.astimezone(UTC) if now.tzinfo else now.replace(tzinfo=UTC), is_own)


_CLOCKS = {
    "postgresql": "SELECT clock_timestamp(), inet_client_port()",
    "mariadb": "SELECT UTC_TIMESTAMP(6), (SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID())",
}


def _port(told: int | str | None) -> int | None:
    """Return the port that the server sees of us: of MariaDB's ``host:port`` too, where there is one."""
    port = str(told or "").rpartition(":")[2]
    return int(port) if port.isdigit() else None


def _facts_sqlite(cursor: Any, engine: Engine) -> Mapping[str, str]:
    (version,) = cursor.execute("SELECT sqlite_version()").fetchone()
    (encoding,) = cursor.execute("PRAGMA encoding").fetchone()
    writes = os.access(cast(str, engine.url.database), os.W_OK)
    return _told("SQLite", version, "", "none", "file", encoding, "", writes=writes)


def _facts_postgresql(cursor: Any, _engine: Engine) -> Mapping[str, str]:
    version, account, tls, encoding, zone, port, writes = cursor.execute(_POSTGRESQL_FACTS).fetchone()
    way = route(cursor.connection.fileno(), port)
    return _told("PostgreSQL", version, account, tls, way, encoding, zone, writes=writes)


def _facts_mariadb(cursor: Any, _engine: Engine) -> Mapping[str, str]:
    cursor.execute(_MARIADB_FACTS)
    version, account, tls, encoding, zone, host, read_only = cursor.fetchone()
    way = route(cursor.connection._sock.fileno(), _port(host))  # noqa: SLF001 - by no other name
    rights: set[str] = set()
    for whose in ("", " FOR PUBLIC"):
        cursor.execute(f"SHOW GRANTS{whose}")  # of roles too; the information schema leaves them out
        for (grant,) in cursor.fetchall():
            given, on, _ = re.sub(r"\([^()]*\)", "", grant.removeprefix("GRANT ")).partition(" ON ")
            rights.update(right.strip() for right in given.split(",") if on)
    writes = not read_only and bool(rights & _CHANGING)
    told = _told("MariaDB", version, account, tls, way, encoding, zone, writes=writes)
    return {**told, "triggers": "seen" if rights & {"ALL PRIVILEGES", "TRIGGER"} else "hidden"}


def _told(
    server: str, version: str, account: str, tls: str, way: Route, encoding: str, zone: str, *, writes: bool
) -> Mapping[str, str]:
    told = {"server": server, "version": version, "tls": tls, "route": way, "account": account}
    return {**told, "writes": "yes" if writes else "no", "encoding": encoding, "time_zone": zone}


_FACTS = {"sqlite": _facts_sqlite, "postgresql": _facts_postgresql, "mariadb": _facts_mariadb}
