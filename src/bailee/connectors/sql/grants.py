"""The SQL of two accounts that can do what a map needs and no more: one reads, one changes rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Engine

from bailee.connectors.base import Need
from bailee.connectors.sql.dialects import DIALECTS
from bailee.connectors.sql.dialects.base import Dialect
from bailee.connectors.sql.engine import dialect_of, raw
from bailee.connectors.sql.failures import guarded


def grants(engine: Engine, name: str, needs: Sequence[Need], passwords: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lines of SQL for whoever owns the database, with comments.

    ``name``: the system's, which the accounts are called after. ``passwords``: of ``reader`` and ``writer``. Raises
    `ConnectorError`.
    """
    dialect = DIALECTS[dialect_of(engine)]
    if dialect.name == "sqlite":
        return _SQLITE
    home, database = _home(engine, dialect)
    return tuple(_WRITERS[dialect.name](dialect, name, needs, passwords, home, database))


_SQLITE = (
    "-- SQLite has no accounts: whoever may read the file reads all of it.",
    "-- Let Bailee run as a user of the operating system who may read the file and not write it (chmod 640), and as",
    "-- one who may write it and its folder only where mode is act.",
)


def _home(engine: Engine, dialect: Dialect) -> tuple[str, str]:
    """Return the schema of tables that are named without one, and the database."""
    mariadb = dialect.name == "mariadb"
    asked = "SELECT DATABASE(), DATABASE()" if mariadb else "SELECT current_schema(), current_database()"
    with closing(raw(engine)) as connection, guarded(dialect.name), closing(connection.cursor()) as cursor:
        cursor.execute(asked)
        found: Any = cursor.fetchone()
        connection.rollback()
    return str(found[0]), str(found[1])


def _split(table: str, home: str) -> tuple[str, str]:
    schema, _, bare = table.rpartition(".")
    return schema or home, bare


def _columns(dialect: Dialect, names: Iterable[str]) -> str:
    return ", ".join(map(_quoted(dialect), sorted(names)))


def _quoted(dialect: Dialect) -> Any:
    close = dialect.open_quote
    return lambda name: close + name.replace(close, close * 2) + close


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- PostgreSQL ----------------------------------------------------------------------------------------------


def _postgresql(
    dialect: Dialect, name: str, needs: Sequence[Need], passwords: Mapping[str, str], home: str, database: str
) -> Iterator[str]:
    quote = _quoted(dialect)
    read = [need for need in needs if not need.seen]
    for kind in ("reader", "writer"):
        account = quote(f"bailee_{name}_{kind}")
        yield f"-- {_TITLES[kind]}"
        yield f"CREATE ROLE {account} LOGIN NOINHERIT PASSWORD {_literal(passwords[kind])};"
        yield f"GRANT CONNECT, TEMPORARY ON DATABASE {quote(database)} TO {account};"
        for schema in sorted({_split(need.table, home)[0] for need in read}):
            yield f"GRANT USAGE ON SCHEMA {quote(schema)} TO {account};"
        for need in read:
            table = ".".join(map(quote, _split(need.table, home)))
            yield f"GRANT SELECT ON {table} TO {account};"
            if kind == "writer":
                yield from _changes_postgresql(dialect, need, table, account)
        yield ""


def _changes_postgresql(dialect: Dialect, need: Need, table: str, account: str) -> Iterator[str]:
    if need.inserts:
        yield f"GRANT INSERT ON {table} TO {account};"
    if need.deletes:
        yield f"GRANT DELETE ON {table} TO {account};"
    if need.update:
        yield f"GRANT UPDATE ({_columns(dialect, need.update)}) ON {table} TO {account};"
    elif need.locks:
        column = _columns(dialect, [need.locks])
        yield f"GRANT UPDATE ({column}) ON {table} TO {account};  -- to lock rows; it is never written"


# --- MariaDB -------------------------------------------------------------------------------------------------


def _mariadb(
    dialect: Dialect, name: str, needs: Sequence[Need], passwords: Mapping[str, str], home: str, database: str
) -> Iterator[str]:
    quote = _quoted(dialect)
    for kind in ("reader", "writer"):
        account = f"{quote(f'bailee_{name}_{kind}')}@'%'"
        yield f"-- {_TITLES[kind]} Instead of % name the host that it comes from."
        yield f"CREATE USER {account} IDENTIFIED BY {_literal(passwords[kind])};"
        yield f"GRANT CREATE TEMPORARY TABLES ON {_every_table(quote, database)} TO {account};"
        for schema in sorted({home, *(_split(need.table, home)[0] for need in needs)}) if kind == "reader" else ():
            # Else drift could not tell a table that is gone from one that is hidden, nor see a new one.
            yield f"GRANT REFERENCES ON {_every_table(quote, schema)} TO {account};  -- tables are seen, rows are not"
        for need in needs:
            table = ".".join(map(quote, _split(need.table, home)))
            if need.seen:
                if kind == "reader":
                    continue
                yield f"GRANT REFERENCES ON {table} TO {account};  -- it is seen, its rows are not"
                continue
            # Without TRIGGER nobody is told which triggers a table has.
            yield f"GRANT SELECT{', TRIGGER' if kind == 'reader' else ''} ON {table} TO {account};"
            if kind == "writer":
                rights = [*(["INSERT"] if need.inserts else []), *(["DELETE"] if need.deletes else [])]
                rights += [f"UPDATE ({_columns(dialect, need.update)})"] if need.update else []
                if rights:
                    yield f"GRANT {', '.join(rights)} ON {table} TO {account};"
        yield ""


def _every_table(quote: Any, schema: str) -> str:
    """Return the tables of a schema; in such a grant its name is a pattern."""
    escaped = re.sub(r"([_%])", r"\\\1", schema)
    return f"{quote(escaped)}.*"


_TITLES = {
    "reader": "The account that reads, under url:. It can change nothing.",
    "writer": "The account that writes, under write_url:, where mode is act. It changes what the map does.",
}
_WRITERS = {"postgresql": _postgresql, "mariadb": _mariadb}
