"""PostgreSQL by psycopg, and what its errors mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cached_property, partial
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import URL

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.dialects.driver import ConnectionSettings, Driver, find_route, make_server_facts, read_port
from bailee.connectors.sql.dialects.failures import find_name, make_error, make_no_database_error

_FACTS = """
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


class PostgresqlDriver(Driver):
    """A server of PostgreSQL, in UTC, and without row security in silence."""

    schemes: ClassVar[tuple[str, ...]] = ("postgresql", "postgres")
    backend: ClassVar[str] = "postgresql+psycopg"
    begin_reading: ClassVar[str] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    # What others commit while we wait for a lock must be seen: the rows are located again under the lock. Whether it
    # may write is for the server to say: who sets default_transaction_read_only there wants nothing written.
    begin_writing: ClassVar[str] = "BEGIN ISOLATION LEVEL READ COMMITTED"
    read_only: ClassVar[str] = "SET default_transaction_read_only = on"
    waits_in: ClassVar[str] = "wait"
    clock: ClassVar[str] = "SELECT clock_timestamp(), inet_client_port()"

    @cached_property
    def errors(self) -> type[BaseException]:
        """What all errors of psycopg are of."""
        import psycopg  # start-up: 134 ms

        return psycopg.Error

    def meaning(self, error: BaseException, *, connecting: bool) -> ConnectorError:
        """Return what an error means, by its SQLSTATE where it has one."""
        return _translate_error(error, connecting=connecting)

    def arguments(self, given: MutableMapping[str, Any], settings: ConnectionSettings) -> Mapping[str, Any]:
        """Return the arguments: the server tells what a connection may do and how long it waits."""
        given.pop("context", None)  # SQLAlchemy's own types, which no raw connection needs
        alive = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
        asked = {"connect_timeout": settings.connect, "application_name": "bailee", **alive}
        return {**asked, **given, "client_encoding": "UTF8", "autocommit": True}

    def set_up(self, connection: Any, cursor: Any, settings: ConnectionSettings) -> None:
        """Read cells as their texts where Python has no value for them, and set what the algebra needs."""
        _drop_padding(connection)
        _read_any_date(connection)
        chosen = {
            "TimeZone": "UTC",
            "DateStyle": "ISO",  # so that a date is the same text each time it is read as one
            "IntervalStyle": "postgres",
            "jit": "off",  # estimates of nested sets are high: to compile took 2 s for what then took 0.1 s
            "row_security": "off",  # a query that row security would filter fails, and finds nothing in silence no more
            "lock_timeout": f"{max(1, round(settings.lock * 1000))}ms",
            "statement_timeout": f"{max(1, round(settings.statement * 1000))}ms",
        }
        one = ", ".join("set_config(%s, %s, false)" for _ in chosen)
        cursor.execute(f"SELECT {one}", [part for setting in chosen.items() for part in setting])

    def wait_at_most(self, connection: Any, seconds: float) -> None:
        """Give the wait for an answer a time."""
        connection.wait = partial(type(connection).wait, connection, timeout=seconds)

    def encoding_of(self, connection: Any) -> str:
        """Return the encoding that the database tells, by Python's name; empty for any that Python does not have."""
        said = connection.info.parameter_status("server_encoding") or ""
        try:
            name = codecs.lookup(said.replace("WIN", "cp").replace("KOI8", "koi8_")).name
        except LookupError:  # SQL_ASCII, and encodings that Python does not have
            return ""
        return "utf-8" if said == "UTF8" else name

    def facts(self, cursor: Any, _url: URL) -> Mapping[str, str]:
        """Return what the server tells of itself and of the account."""
        version, account, tls, encoding, zone, port, writes = cursor.execute(_FACTS).fetchone()
        way = find_route(cursor.connection.fileno(), read_port(port))
        return make_server_facts("PostgreSQL", version, account, tls, way, encoding, zone, writes=writes)

    def streaming_cursor(self, connection: Any) -> Any:
        """Return a cursor that the server names."""
        return connection.cursor(name="cells")

    def stream_rows(
        self, connection: Any, text: str, values: Sequence[object], most: int
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows in chunks of libpq, which spare the server a named cursor."""
        with connection.cursor() as cursor:
            stream = cursor.stream(text, values, size=most)
            while rows := list(islice(stream, most)):
                yield rows
        connection.execute("SELECT 1")  # until then libpq hands out rows in chunks, which a pipeline cannot take

    def pipeline(self, connection: Any) -> AbstractContextManager[Any]:
        """Return libpq's pipeline."""
        return connection.pipeline()  # type: ignore[no-any-return]


def _drop_padding(connection: Any) -> None:
    """Let a cell of char(n) be its text without the blanks at its end, which no text of that type ever has."""
    from psycopg.types.string import TextLoader  # start-up: 132 ms

    class Unpadded(TextLoader):
        def load(self, data: bytes | bytearray | memoryview) -> str:
            text = super().load(data)
            return (text.decode() if isinstance(text, bytes) else text).rstrip(" ")

    connection.adapters.register_loader("bpchar", Unpadded)


def _read_any_date(connection: Any) -> None:
    """Let a date that Python does not have, such as ``infinity`` or one before Christ, be its text: no row is lost."""
    from psycopg.abc import Buffer  # start-up: 125 ms
    from psycopg.adapt import Loader  # start-up: 119 ms

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


# --- what errors mean ----------------------------------------------------------------------------------------

_SQLSTATES: Mapping[str, str] = {
    "22001": "C508",  # too long
    "22003": "C508",  # out of range
    "22021": "C510",
    "22P05": "C510",
    "25006": "C506",
    "25P03": "C509",  # idle in a transaction for too long
    "25P04": "C504",
    "3D000": "C501",
    "3F000": "C507",
    "40001": "C505",
    "40P01": "C505",
    "42501": "C503",
    "42703": "C507",
    "42P01": "C507",
    "428C9": "C508",  # a generated column
    "44000": "C508",  # the check option of a view
    "55006": "C505",
    "55P03": "C505",
    "57014": "C504",
    "57P01": "C509",
    "57P02": "C509",
    "57P03": "C501",
    "57P05": "C509",
    "53300": "C501",  # too many connections
    "P0001": "C508",  # a trigger says no
}
_CLASSES: Mapping[str, str] = {"08": "C509", "23": "C508", "28": "C502", "53": "C511"}


def _translate_error(error: BaseException, *, connecting: bool) -> ConnectorError:
    state = getattr(error, "sqlstate", None) or ""
    if not state:
        return _translate_unreached(error) if connecting else _translate_unnamed(error)
    diagnosis: Any = getattr(error, "diag", None)
    code = _SQLSTATES.get(state) or _CLASSES.get(state[:2], "C519")
    # Row security refuses under the same SQLSTATE as a missing grant; the function that refuses is never translated.
    if state == "42501" and getattr(diagnosis, "source_function", None) == "check_enable_rls":
        code = "C512"
    if code == "C509" and connecting:
        code = "C501"
    return make_no_database_error(state) if state == "3D000" else make_error(code, state, _find_name(diagnosis, code))


def _find_name(diagnosis: Any, code: str) -> str:
    if diagnosis is None:
        return ""
    parts = (diagnosis.schema_name, diagnosis.table_name, diagnosis.constraint_name or diagnosis.column_name)
    name = ".".join(part for part in parts if part)
    if not name and code in {"C503", "C507"}:  # only the text names the table or column: ours, as the map spells it
        pattern = r"^(?:permission denied for|relation|column)[^\"]*?\"?([\w.]+)\"?(?: does not exist)?$"
        return find_name(pattern, diagnosis.message_primary or "")
    return name


def _translate_unreached(error: BaseException) -> ConnectorError:
    """Return why no connection came about: libpq keeps no SQLSTATE of that, so the rest is told by its text."""
    ended = getattr(error, "pgconn", None)
    text = str(error)
    if re.search(r"FATAL: +database \".*\" does not exist", text, re.DOTALL):
        return make_no_database_error()
    asked = ended is not None and (ended.used_password or ended.needs_password)
    refused = re.search(r"FATAL: +(no pg_hba.conf entry|role \"|password|permission denied|\w+ authentication)", text)
    if refused or (asked and "FATAL" not in text):
        return make_error("C502")
    return make_error("C501")


def _translate_unnamed(error: BaseException) -> ConnectorError:
    """Return what an error without SQLSTATE means: the driver's own, which names a lost connection by its class."""
    from psycopg import DataError, InterfaceError, OperationalError  # start-up: 134 ms

    if isinstance(error, (OperationalError, InterfaceError)):
        return make_error("C509")
    return make_error("C508" if isinstance(error, DataError) else "C519")
