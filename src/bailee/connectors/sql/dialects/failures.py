"""What a driver's error means: a permanent code, and names. Never the driver's text, which may carry row values.

A driver's text quotes the row: what was given twice, or a byte that is none. So a driver finds the code by what the
database numbers its errors with (`Driver.meaning`); the few places where only the text tells say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bailee.connectors.base import CODES, ConnectorError
from bailee.connectors.sql.dialects.driver import Driver

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
    "C514": "look there by hand",
    "C519": "the log of the system at this time says more",
}


class guarded:  # noqa: N801 - it is used as a function; a generator would cost as much as a short statement
    """Raise `ConnectorError` instead of whatever ``driver`` raises within; other errors pass.

    ``connecting``: what fails is reaching the system, not a statement.
    """

    __slots__ = ("connecting", "driver")

    def __init__(self, driver: Driver, *, connecting: bool = False) -> None:
        self.driver, self.connecting = driver, connecting

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raise what the driver's error means."""
        if error is not None and isinstance(error, (self.driver.errors, SQLAlchemyError, UnicodeError)):
            raise translate_error(error, self.driver, connecting=self.connecting) from None


def translate_error(error: BaseException, driver: Driver, *, connecting: bool = False) -> ConnectorError:
    """Return what ``error`` of ``driver`` means. The caller raises it ``from None``."""
    if isinstance(error, ConnectorError):
        return error
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, UnicodeError):
        return make_error("C510")
    return driver.meaning(error, connecting=connecting)


def make_error(code: str, state: str = "", name: str = "", *, message: str = "", hint: str = "") -> ConnectorError:
    """Return the error ``code``, with the database's own ``state`` and the ``name`` of what it is about."""
    return ConnectorError(code, message or CODES[code], hint or HINTS[code], sqlstate=state, constraint=name)


def make_no_database_error(state: str = "") -> ConnectorError:
    """Return the error that a server has no such database."""
    return make_error("C501", state, message="the database is not there", hint="see the database's name in the address")


def find_name(pattern: str, text: str) -> str:
    """Return the name that ``pattern`` finds in ``text``: dotted where it has parts, empty where it finds none."""
    found = re.search(pattern, text, re.DOTALL)
    return ".".join(part for part in found.groups() if part) if found else ""
