"""What these tests share: a fresh database with tables in it, and accounts that may do little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine.interfaces import DBAPICursor

from bailee.connectors.sql.engine import open_connection, open_engine
from tests.conftest import Database

Fill = Callable[..., str]


def fill(url: str, *statements: str) -> str:
    """Run statements, each in a transaction of its own, and return the URL; SQLite's file is made first."""
    if url.startswith("sqlite"):
        Path(make_url(url).database or "").touch()
    with closing(open_connection(open_engine(url, write=True))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
    return url


@contextmanager
def asking(url: str, *, write: bool = False, lock: float = 5, statement: float = 900) -> Iterator[DBAPICursor]:
    """Yield a cursor of a session that Bailee opened."""
    engine = open_engine(url, write=write, lock_timeout=lock, statement_timeout=statement)
    with closing(open_connection(engine)) as connection, closing(connection.cursor()) as cursor:
        yield cursor
        connection.rollback()


@pytest.fixture
def limited(database: Database) -> Iterator[Callable[..., str]]:
    """Make an account with the given rights alone, and return its URL. The account goes when the test has ended."""
    url = make_url(database.url)
    name = f"limited_{url.database}"
    whole = f"'{name}'@'127.0.0.1'" if database.dialect == "mariadb" else name
    kind = "USER" if database.dialect == "mariadb" else "ROLE"
    secret = f"IDENTIFIED BY '{name}'" if database.dialect == "mariadb" else f"LOGIN PASSWORD '{name}'"

    def make(*rights: str) -> str:
        fill(database.url, f"CREATE {kind} {whole} {secret}", *(f"GRANT {right} TO {whole}" for right in rights))
        return url.set(username=name, password=name).render_as_string(hide_password=False)

    yield make
    if database.dialect == "postgresql":
        fill(database.url, f"DROP OWNED BY {whole}")
    fill(database.url, f"DROP {kind} IF EXISTS {whole}")
