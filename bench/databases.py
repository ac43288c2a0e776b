"""The databases of a run: PostgreSQL's rows are kept between runs and copied for each, the others are made anew."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bailee.connectors.sql.engine import open_connection, open_engine
from bench.data import PART, WHOLE, Dialect, Shape, statements, version
from tests.servers import Server, start_mariadb, start_postgresql

BUILD = Path("build/bench")

_POSTGRESQL = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "autovacuum": "off",  # it would begin in the middle of somebody's turn
}
_MARIADB = {"innodb_buffer_pool_size": "1G", "innodb_log_file_size": "512M"}


@dataclass(frozen=True, slots=True)
class Database:
    """A database with its rows. ``url`` is SQLAlchemy's."""

    dialect: Dialect
    url: str
    shape: Shape


@contextmanager
def postgresql(shape: Shape = WHOLE) -> Iterator[Database]:
    """Yield a copy of the kept PostgreSQL database; made first where it is not there yet, or is another version."""
    server = start_postgresql(BUILD / "postgresql", settings=_POSTGRESQL)
    try:
        kept, copy = f"bench_{version(shape)}", "run"
        _keep(server, kept, shape)
        server.drop_database(copy)
        tell(server.url, f"CREATE DATABASE {copy} TEMPLATE {kept} STRATEGY FILE_COPY")
        yield Database("postgresql", server.url_of(copy), shape)
        server.drop_database(copy)
    finally:
        server.stop()


def _keep(server: Server, name: str, shape: Shape) -> None:
    known = [str(row[0]) for row in ask(server.url, "SELECT datname FROM pg_database WHERE datname ~ '^bench_'")]
    if name in known:
        return
    for old in known:
        server.drop_database(old)
    server.drop_database("making")
    url = server.create_database("making")
    tell(url, *statements("postgresql", shape), "VACUUM ANALYZE", "CHECKPOINT")
    tell(server.url, f"ALTER DATABASE making RENAME TO {name}")


@contextmanager
def mariadb(shape: Shape = PART) -> Iterator[Database]:
    """Yield a new MariaDB database."""
    server = start_mariadb(settings=_MARIADB, in_memory=False)
    try:
        url = server.create_database("run")
        hasty = ("SET foreign_key_checks = 0, unique_checks = 0, sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')",)
        analyse = [f"ANALYZE TABLE {name}" for name in _names(statements("mariadb", shape))]
        tell(url, *hasty, *statements("mariadb", shape), *analyse)
        yield Database("mariadb", url, shape)
    finally:
        server.stop()


@contextmanager
def sqlite(shape: Shape = PART) -> Iterator[Database]:
    """Yield a new SQLite file."""
    path = BUILD / "sqlite.db"
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    url = f"sqlite:///{path.absolute()}"
    tell(url, "PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", *statements("sqlite", shape), "ANALYZE")
    yield Database("sqlite", url, shape)
    path.unlink()


def _names(made: Iterator[str]) -> list[str]:
    return [found[1] for found in (re.match(r"CREATE TABLE (\w+)", text) for text in made) if found]


def tell(url: str, *texts: str) -> None:
    """Run statements, each in a transaction of its own."""
    with closing(open_connection(open_engine(url, write=True, statement_timeout=3_600))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            for text in texts:
                cursor.execute(text)


def settle(database: Database) -> None:
    """Wait until the server has done with what earlier turns left to it.

    MariaDB purges deleted rows from each index in the background, on the cores on which the next turn is measured.
    """
    if database.dialect == "mariadb":
        tell(database.url, "SET GLOBAL innodb_max_purge_lag_wait = 0")


def ask(url: str, text: str) -> list[tuple[object, ...]]:
    """Return the rows of a question."""
    with closing(open_connection(open_engine(url, write=False))) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(text)
        return [tuple(row) for row in cursor.fetchall()]


def arguments(url: str) -> dict[str, Any]:
    """Return what a plain driver of a server is told to reach ``url``."""
    parsed = make_url(url)
    name = "dbname" if parsed.get_backend_name() == "postgresql" else "database"
    return {
        "host": parsed.host,
        "port": parsed.port,
        "user": parsed.username,
        "password": parsed.password,
        name: parsed.database,
    }


OPEN = {"postgresql": postgresql, "mariadb": mariadb, "sqlite": sqlite}
