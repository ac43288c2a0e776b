"""What accounts of a database may do, and the SQL of two accounts that can do what a map needs and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Engine

from bailee.connectors.base import Need, Privileges
from bailee.connectors.sql.dialects.accounts import GrantSpelling
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.engine import get_dialect, open_connection


def read_privileges(engine: Engine) -> Privileges:
    """Return what the account of ``engine`` may do, whatever its sessions are opened for. Raises `ConnectorError`."""
    with _open_cursor(engine) as cursor:
        return get_dialect(engine).accounts.privileges(cursor, engine.url)


def can_see_all(engine: Engine, schemas: Iterable[str | None]) -> bool:
    """Return whether the account is told of every table of ``schemas`` (``None``: the default one).

    Raises `ConnectorError`.
    """
    with _open_cursor(engine) as cursor:
        return get_dialect(engine).accounts.sees_all(cursor, schemas)


def write_grants(engine: Engine, name: str, needs: Sequence[Need], passwords: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lines of SQL, with comments, that the database's owner runs: one account reads, one changes rows.

    ``name``: the system's, which the accounts are called after. ``passwords``: of ``reader`` and ``writer``. Raises
    `ConnectorError`.
    """
    dialect = get_dialect(engine)
    home = database = ""
    if dialect.accounts.here:
        with _open_cursor(engine) as cursor:
            cursor.execute(dialect.accounts.here)
            home, database = map(str, cursor.fetchone())
    spelling = GrantSpelling(dialect.identifier, dialect.text_literal, home, database)
    return tuple(dialect.accounts.grants(name, needs, passwords, spelling))


@contextmanager
def _open_cursor(engine: Engine) -> Iterator[Any]:
    with (
        closing(open_connection(engine)) as connection,
        guarded(get_dialect(engine).driver),
        closing(connection.cursor()) as cursor,
    ):
        yield cursor
        connection.rollback()
