"""MariaDB by PyMySQL, and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from functools import cached_property
from typing import Any, ClassVar

from sqlalchemy import URL

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.dialects.driver import ConnectionSettings, Driver, find_route, make_server_facts, read_port
from bailee.connectors.sql.dialects.failures import find_name, make_error, make_no_database_error

# The last: what a change sets one cell to must not be seen by the conditions on the next.
_SQL_MODE = (
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,SIMULTANEOUS_ASSIGNMENT"
)

_FACTS = """
SELECT VERSION(), CURRENT_USER(),
       (SELECT IF(variable_value = '', 'off', variable_value) FROM information_schema.session_status
        WHERE variable_name = 'Ssl_cipher'),
       @@character_set_database, IF(@@global.time_zone = 'SYSTEM', @@system_time_zone, @@global.time_zone),
       (SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID()), @@global.read_only
"""
_CHANGING = frozenset({"ALL PRIVILEGES", "INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER"})


class MariadbDriver(Driver):
    """A server of MariaDB, in UTC, strict, and with snapshots to read."""

    schemes: ClassVar[tuple[str, ...]] = ("mariadb", "mysql")  # the second: the address that MariaDB's manuals give
    backend: ClassVar[str] = "mariadb+pymysql"
    begin_reading: ClassVar[str] = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
    begin_writing: ClassVar[str] = "START TRANSACTION"
    read_only: ClassVar[str] = "SET SESSION TRANSACTION READ ONLY"
    waits_in: ClassVar[str] = "_read_packet"
    clock: ClassVar[str] = (
        "SELECT UTC_TIMESTAMP(6), (SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID())"
    )

    @cached_property
    def errors(self) -> type[BaseException]:
        """What all errors of PyMySQL are of."""
        import pymysql  # start-up: 55 ms

        return pymysql.MySQLError

    def meaning(self, error: BaseException, *, connecting: bool) -> ConnectorError:
        """Return what an error means, by its number."""
        return _translate_error(error, connecting=connecting)

    def arguments(self, given: MutableMapping[str, Any], settings: ConnectionSettings) -> Mapping[str, Any]:
        """Return the arguments: rows are counted that were found, be they changed or not."""
        from pymysql.constants import CLIENT  # start-up: 54 ms

        flags = given.pop("client_flag", 0) | CLIENT.FOUND_ROWS
        asked = {"connect_timeout": settings.connect, "program_name": "bailee"}
        asked |= {"read_timeout": settings.connect, "write_timeout": settings.connect}  # while it is connected
        return {**asked, **given, "charset": "utf8mb4", "client_flag": flags, "autocommit": True}

    def set_up(self, connection: Any, cursor: Any, settings: ConnectionSettings) -> None:
        """Refuse MySQL, and set what the algebra needs."""
        if "mariadb" not in connection.get_server_info().lower():
            raise ConnectorError("C519", "the server is MySQL and not MariaDB", "use MariaDB 10.11 or newer")
        isolation = "READ-COMMITTED" if settings.write else "REPEATABLE-READ"
        cursor.execute(
            "SET SESSION time_zone = '+00:00', sql_mode = %s, tx_isolation = %s, max_statement_time = %s,"
            " innodb_lock_wait_timeout = %s, lock_wait_timeout = %s, group_concat_max_len = 1073741824,"
            # Else what a subquery gave for `a` is taken for `A` too where the column takes no notice of case.
            " optimizer_switch = 'subquery_cache=off'",
            (_SQL_MODE, isolation, settings.statement, max(1, round(settings.lock)), max(1, round(settings.lock))),
        )

    def wait_at_most(self, connection: Any, seconds: float) -> None:
        """Set the time that a read and a write of the socket may take."""
        connection._read_timeout = connection._write_timeout = seconds  # noqa: SLF001 - by no other name

    def socket_of(self, connection: Any) -> int:
        """Return the number of the socket."""
        return int(connection._sock.fileno())  # noqa: SLF001 - by no other name

    def facts(self, cursor: Any, _url: URL) -> Mapping[str, str]:
        """Return what the server tells of itself and of the account; ``triggers``: ``hidden``, where it sees none."""
        cursor.execute(_FACTS)
        version, account, tls, encoding, zone, host, read_only = cursor.fetchone()
        way = find_route(self.socket_of(cursor.connection), read_port(host))
        rights: set[str] = set()
        for whose in ("", " FOR PUBLIC"):
            cursor.execute(f"SHOW GRANTS{whose}")  # of roles too; the information schema leaves them out
            for (grant,) in cursor.fetchall():
                given, on, _ = re.sub(r"\([^()]*\)", "", grant.removeprefix("GRANT ")).partition(" ON ")
                rights.update(right.strip() for right in given.split(",") if on)
        writes = not read_only and bool(rights & _CHANGING)
        said = make_server_facts("MariaDB", version, account, tls, way, encoding, zone, writes=writes)
        return {**said, "triggers": "seen" if rights & {"ALL PRIVILEGES", "TRIGGER"} else "hidden"}

    def streaming_cursor(self, connection: Any) -> Any:
        """Return a cursor that does not fetch all rows at once."""
        from pymysql.cursors import SSCursor  # start-up: 51 ms

        return connection.cursor(SSCursor)


# --- what errors mean ----------------------------------------------------------------------------------------

_UNKNOWN_DATABASE = 1049
_NUMBERS: Mapping[int, str] = {
    number: code
    for code, numbers in {
        "C501": (1040, 1203, 1226, 2002, 2003, 2005),
        "C502": (1045, 1129, 1130, 1131, 1132, 1133, 1251, 1275, 1698, 1820, 1862, 2059, 4151),
        "C503": (1044, 1142, 1143, 1227, 1370, 1410),
        "C504": (1317, 1969),
        "C505": (1020, 1099, 1100, 1205, 1206, 1213),
        "C506": (1036, 1290, 1792, 1836),
        "C507": (1049, 1051, 1054, 1109, 1146, 1932),
        # NOT NULL, UNIQUE, foreign keys, CHECK, too long or out of range, generated columns, a trigger's SIGNAL
        "C508": (
            *(1048, 1364, 1062, 1169, 1557, 1586, 1761, 1762, 1216, 1217, 1451, 1452, 4025, 3819),
            *(1264, 1265, 1292, 1366, 1406, 1906, 1907, 1644),
        ),
        "C509": (0, 1053, 1152, 1153, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 2014, 2055),
        "C510": (1300, 1977, 1267, 1270, 1271),
        "C511": (1021, 1037, 1038, 1041, 1114),
    }.items()
    for number in numbers
}

# Names stand only in the text. Each pattern ends where the text ends: a value before it cannot pass for a name.
_NAMES: Mapping[int, str] = {
    1048: r"^Column '([^']+)' cannot be null\Z",
    1054: r"^Unknown column '([\w.]+)' in",
    1062: r" for key '([^']+)'\Z",
    1142: r" for table (?:`[^`]+`\.)?`([^`]+)`\Z",
    1146: r"^Table '([^']+)' doesn't exist\Z",
    1264: r" for column '([^']+)' at row \d+\Z",
    1364: r"^Field '([^']+)' doesn't have a default value\Z",
    1366: r" for column (?:`[^`]+`\.)?`([^`]+)`\.`([^`]+)` at row \d+\Z",
    1406: r"^Data too long for column '([^']+)' at row \d+\Z",
    1451: r" CONSTRAINT `([^`]+)` FOREIGN KEY \([^()]*\) REFERENCES ",
    1452: r" CONSTRAINT `([^`]+)` FOREIGN KEY \([^()]*\) REFERENCES ",
    1906: r"^The value specified for generated column '([^']+)' in",
    4025: r"^CONSTRAINT `([^`]+)` failed for ",
}


def _translate_error(error: BaseException, *, connecting: bool) -> ConnectorError:
    number, text = ((*error.args, "", "") if error.args else ("", ""))[:2]
    if not isinstance(number, int):
        return make_error("C519")
    if number == _UNKNOWN_DATABASE and connecting:
        return make_no_database_error(str(number))
    code = _NUMBERS.get(number, "C519")
    if code == "C509" and connecting:
        code = "C501"
    return make_error(
        code, str(number) if number else "", find_name(_NAMES[number], str(text)) if number in _NAMES else ""
    )
