"""What a driver's error means: a permanent code, and names. Never the driver's text, which may carry row values.

PostgreSQL's DETAIL line, MariaDB's "Duplicate entry" and Python's complaint about a byte all quote the row. Codes are
found by SQLSTATE, error number or SQLite's result code; the few places where only the text tells say so.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bailee.connectors.base import CODES, ConnectorError

HINTS: Mapping[str, str] = {
    "C501": "see that the server runs, and that host, port and database in the address are right",
    "C502": "see the account and the password in the address",
    "C503": "grant the account the right that it lacks",
    "C504": "look for a missing index, or come back at a quieter hour",
    "C505": "try again when the other transaction has ended",
    "C506": "use an account, a file or a server that may be written to",
    "C507": "compare the map with the tables as they are now",
    "C508": "see what the map does to the columns of the constraint",
    "C509": "run it again: nothing stays of a transaction that was cut",
    "C510": "see which encoding the text was really written in, and repair it",
    "C511": "make room on the disk of the system",
    "C512": "use an account that row security does not concern (bypassrls)",
    "C513": "give each of them a key, or give the collection a key: that every row has",
    "C519": "the log of the system at this time says more",
}


class guarded:  # noqa: N801 - it is used as a function; a generator would cost as much as a short statement
    """Raise `ConnectorError` instead of whatever the driver of ``dialect`` raises within; other errors pass.

    ``connecting``: what fails is reaching the system, not a statement.
    """

    __slots__ = ("connecting", "dialect")

    def __init__(self, dialect: str, *, connecting: bool = False) -> None:
        self.dialect, self.connecting = dialect, connecting

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise what the driver's error means."""
        if error is not None and isinstance(error, (_driver_errors(self.dialect), SQLAlchemyError, UnicodeError)):
            raise translate(error, self.dialect, connecting=self.connecting) from None


def translate(error: BaseException, dialect: str, *, connecting: bool = False) -> ConnectorError:
    """Return what ``error`` of the driver of ``dialect`` means. The caller raises it ``from None``."""
    if isinstance(error, ConnectorError):
        return error
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, UnicodeError):
        return _failure("C510")
    match dialect:
        case "postgresql":
            return _postgresql(error, connecting=connecting)
        case "mariadb":
            return _mariadb(error, connecting=connecting)
        case _:
            return _sqlite(error)


def _driver_errors(dialect: str) -> type[BaseException]:
    match dialect:
        case "postgresql":
            import psycopg

            return psycopg.Error
        case "mariadb":
            import pymysql

            return pymysql.MySQLError
        case _:
            return sqlite3.Error


def _failure(code: str, state: str = "", name: str = "", *, message: str = "", hint: str = "") -> ConnectorError:
    return ConnectorError(code, message or CODES[code], hint or HINTS[code], sqlstate=state, constraint=name)


def _no_database(state: str = "") -> ConnectorError:
    return _failure("C501", state, message="the database is not there", hint="see the database's name in the address")


def _named(pattern: str, text: str) -> str:
    """Return the name that ``pattern`` finds in ``text``: dotted where it has parts, empty where it finds none."""
    found = re.search(pattern, text, re.DOTALL)
    return ".".join(part for part in found.groups() if part) if found else ""


# --- PostgreSQL ----------------------------------------------------------------------------------------------

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


def _postgresql(error: BaseException, *, connecting: bool) -> ConnectorError:
    state = getattr(error, "sqlstate", None) or ""
    if not state:
        return _postgresql_unreached(error) if connecting else _postgresql_unnamed(error)
    diagnosis: Any = getattr(error, "diag", None)
    code = _SQLSTATES.get(state) or _CLASSES.get(state[:2], "C519")
    # Row security refuses under the same SQLSTATE as a missing grant; the function that refuses is never translated.
    if state == "42501" and getattr(diagnosis, "source_function", None) == "check_enable_rls":
        code = "C512"
    if code == "C509" and connecting:
        code = "C501"
    return _no_database(state) if state == "3D000" else _failure(code, state, _postgresql_name(diagnosis, code))


def _postgresql_name(diagnosis: Any, code: str) -> str:
    if diagnosis is None:
        return ""
    parts = (diagnosis.schema_name, diagnosis.table_name, diagnosis.constraint_name or diagnosis.column_name)
    name = ".".join(part for part in parts if part)
    if not name and code in {"C503", "C507"}:  # only the text names the table or column: ours, as the map spells it
        pattern = r"^(?:permission denied for|relation|column)[^\"]*?\"?([\w.]+)\"?(?: does not exist)?$"
        return _named(pattern, diagnosis.message_primary or "")
    return name


def _postgresql_unreached(error: BaseException) -> ConnectorError:
    """Return why no connection came about: libpq keeps no SQLSTATE of that, so the rest is told by its text."""
    ended = getattr(error, "pgconn", None)
    text = str(error)
    if re.search(r"FATAL: +database \".*\" does not exist", text, re.DOTALL):
        return _no_database()
    asked = ended is not None and (ended.used_password or ended.needs_password)
    refused = re.search(r"FATAL: +(no pg_hba.conf entry|role \"|password|permission denied|\w+ authentication)", text)
    if refused or (asked and "FATAL" not in text):
        return _failure("C502")
    return _failure("C501")


def _postgresql_unnamed(error: BaseException) -> ConnectorError:
    """Return what an error without SQLSTATE means: the driver's own, which names a lost connection by its class."""
    from psycopg import DataError, InterfaceError, OperationalError

    if isinstance(error, (OperationalError, InterfaceError)):
        return _failure("C509")
    return _failure("C508" if isinstance(error, DataError) else "C519")


# --- MariaDB -------------------------------------------------------------------------------------------------

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


def _mariadb(error: BaseException, *, connecting: bool) -> ConnectorError:
    number, text = ((*error.args, "", "") if error.args else ("", ""))[:2]
    if not isinstance(number, int):
        return _failure("C519")
    if number == _UNKNOWN_DATABASE and connecting:
        return _no_database(str(number))
    code = _NUMBERS.get(number, "C519")
    if code == "C509" and connecting:
        code = "C501"
    return _failure(code, str(number) if number else "", _named(_NAMES[number], str(text)) if number in _NAMES else "")


# --- SQLite --------------------------------------------------------------------------------------------------

_RESULTS: Mapping[int, str] = {
    sqlite3.SQLITE_PERM: "C503",
    sqlite3.SQLITE_AUTH: "C503",
    sqlite3.SQLITE_BUSY: "C505",
    sqlite3.SQLITE_LOCKED: "C505",
    sqlite3.SQLITE_NOMEM: "C511",
    sqlite3.SQLITE_READONLY: "C506",
    sqlite3.SQLITE_INTERRUPT: "C504",
    sqlite3.SQLITE_FULL: "C511",
    sqlite3.SQLITE_CANTOPEN: "C501",
    sqlite3.SQLITE_CONSTRAINT: "C508",
    sqlite3.SQLITE_MISMATCH: "C508",
    sqlite3.SQLITE_NOTADB: "C501",
}
_NAMED_RESULTS = frozenset(
    (
        sqlite3.SQLITE_CONSTRAINT_NOTNULL,
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_CHECK,
    )
)


def _sqlite(error: BaseException) -> ConnectorError:
    result, text = getattr(error, "sqlite_errorcode", None), str(error)
    if result is None:  # Python's own complaint, which has no code: of a text, of a closed connection, of a misuse
        return _failure("C510" if text.startswith("Could not decode to UTF-8") else "C519")
    state = str(getattr(error, "sqlite_errorname", ""))
    code, name = _RESULTS.get(result & 0xFF, "C519"), ""
    if result in _NAMED_RESULTS:
        name = _named(r"^\w+(?: \w+)? constraint failed: ([\w.]+(?:, [\w.]+)*)\Z", text)
    elif result == sqlite3.SQLITE_ERROR:  # one code for everything that is wrong with a statement: only the text tells
        name = _named(r"^no such (?:table|column): ([\w.]+)\Z", text)
        code = "C507" if name or text.startswith(("no such table", "no such column")) else code
    hint = "see that the file is there, and that this account may open it" if code == "C501" else ""
    return _failure(code, state, name, hint=hint)
