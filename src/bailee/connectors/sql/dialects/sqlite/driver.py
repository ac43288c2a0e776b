"""SQLite by Python's own module, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from sqlalchemy import URL

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.dialects.driver import ConnectionSettings, Driver, make_server_facts
from bailee.connectors.sql.dialects.failures import find_name, make_error
from bailee.connectors.sql.dialects.sqlite.functions import FUNCTIONS

_CACHE = 16_384
"""KiB of pages, at most. With 2,000, the default, pages are written out and read again for each index of each table:
to erase 1,000 people took a third more."""

_STEPS = 10_000  # of SQLite's machine between two looks at the clock


class SqliteDriver(Driver):
    """A file, which has no server and no accounts."""

    schemes: ClassVar[tuple[str, ...]] = ("sqlite",)
    backend: ClassVar[str] = "sqlite+pysqlite"
    begin_reading: ClassVar[str] = "BEGIN"
    begin_writing: ClassVar[str] = "BEGIN IMMEDIATE"

    @property
    def errors(self) -> type[BaseException]:
        """What all errors of the module are of."""
        return sqlite3.Error

    def meaning(self, error: BaseException, *, connecting: bool) -> ConnectorError:  # noqa: ARG002 - it has one way to fail
        """Return what an error means, by its result code."""
        return _translate_error(error)

    def check_url(self, url: URL) -> None:
        """Raise `ConnectorError` for an address without a file, or with anything after it."""
        if url.query or not url.database:
            raise ConnectorError(
                "C501", "the address names no file", "write sqlite:///path, with nothing after the path"
            )

    def arguments(self, _given: MutableMapping[str, Any], settings: ConnectionSettings) -> Mapping[str, Any]:
        """Return the arguments: a file that is there."""
        # In mode `ro` the file cannot be changed and temporary tables can; `PRAGMA query_only` would stop both.
        file = _spell_file(settings, "rw" if settings.write else "ro")
        return {"database": file, "uri": True, "isolation_level": None, "timeout": settings.lock}

    def set_up(self, connection: Any, cursor: Any, settings: ConnectionSettings) -> None:
        """See that it is a database, and teach it our functions."""
        _check_file(settings, cursor)
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE}")
        for name, takes, function in FUNCTIONS:
            connection.create_function(name, takes, function, deterministic=True)

    def place(self, url: URL) -> str:
        """Return the file's own path."""
        return f"sqlite {os.path.realpath(str(url.database))}"

    def facts(self, cursor: Any, url: URL) -> Mapping[str, str]:
        """Return what the file tells."""
        (version,) = cursor.execute("SELECT sqlite_version()").fetchone()
        (encoding,) = cursor.execute("PRAGMA encoding").fetchone()
        writes = os.access(str(url.database), os.W_OK)
        return make_server_facts("SQLite", version, "", "none", "file", encoding, "", writes=writes)

    @contextmanager
    def reading_any_text(self, connection: Any) -> Iterator[None]:
        """Read texts with what is no UTF-8 of them escaped."""
        usual = connection.text_factory
        connection.text_factory = partial(bytes.decode, errors="surrogateescape")
        try:
            yield
        finally:
            connection.text_factory = usual

    @contextmanager
    def given_up_after(self, connection: Any, seconds: float) -> Iterator[None]:
        """Interrupt a statement, which has no timeout of its own."""
        until = time.monotonic() + seconds
        connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
        try:
            yield
        finally:
            connection.set_progress_handler(None, 0)


def _spell_file(settings: ConnectionSettings, mode: str) -> str:
    return f"file:{quote(str(Path(str(settings.url.database)).absolute()))}?mode={mode}"


def _check_file(settings: ConnectionSettings, cursor: Any) -> None:
    """See whether the file is a database at all; first undo what a process that was killed had left half written.

    The next who opens the file must, and one who may only read cannot: it would be refused for ever after.
    """
    try:
        cursor.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _HALF_WRITTEN:
            raise
        with closing(sqlite3.connect(_spell_file(settings, "rw"), uri=True, timeout=settings.lock)) as once:
            once.execute("PRAGMA schema_version").fetchone()
        cursor.execute("PRAGMA schema_version").fetchone()


_HALF_WRITTEN = frozenset(
    {sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY, sqlite3.SQLITE_READONLY_CANTINIT}
)


# --- what errors mean ----------------------------------------------------------------------------------------

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


def _translate_error(error: BaseException) -> ConnectorError:
    result, text = getattr(error, "sqlite_errorcode", None), str(error)
    if result is None:  # Python's own complaint, which has no code: of a text, of a closed connection, of a misuse
        return make_error("C510" if text.startswith("Could not decode to UTF-8") else "C519")
    state = str(getattr(error, "sqlite_errorname", ""))
    code, name = _RESULTS.get(result & 0xFF, "C519"), ""
    if result in _NAMED_RESULTS:
        name = find_name(r"^\w+(?: \w+)? constraint failed: ([\w.]+(?:, [\w.]+)*)\Z", text)
    elif result == sqlite3.SQLITE_ERROR:  # one code for everything that is wrong with a statement: only the text tells
        name = find_name(r"^no such (?:table|column): ([\w.]+)\Z", text)
        code = "C507" if name or text.startswith(("no such table", "no such column")) else code
    hint = "see that the file is there, and that this account may open it" if code == "C501" else ""
    return make_error(code, state, name, hint=hint)
