"""PostgreSQL: Debian keeps its server programs off the PATH, one folder a version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import SIGINT, SIGQUIT

import psycopg
from psycopg import sql

from tests.servers.kinds import (
    Account,
    Kind,
    MissingProgramError,
    Place,
    ServerError,
    find_program,
    run_program,
    version_of,
    write_private,
)

OLDEST = (15,)


def programs() -> Mapping[str, str]:
    """Return initdb and postgres of the newest version found; raise MissingProgramError if none serves."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    initdb = find_program("initdb", folders[::-1])
    postgres = find_program("postgres", [Path(initdb).parent]) if initdb else None
    if initdb is None or postgres is None or version_of(postgres) < OLDEST:
        raise MissingProgramError("PostgreSQL", OLDEST, "postgresql")
    return {"initdb": initdb, "postgres": postgres}


def prepare(paths: Mapping[str, str], place: Place, account: Account | None) -> None:
    """Make the data directory. Texts sort as people sort them, so that a forgotten bytewise collation is seen."""
    secret = place.folder / "password"
    write_private(secret, place.password, account)
    order = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"]
    access = ["--username=bailee", f"--pwfile={secret}", "--auth=scram-sha-256"]
    run_program([paths["initdb"], f"--pgdata={place.data}", "--no-sync", *access, *order], place, account)
    secret.unlink()


def command(paths: Mapping[str, str], place: Place, settings: Mapping[str, str]) -> Sequence[str]:
    """Return the server's command line. No socket in the file system: TCP on 127.0.0.1 is the one door."""
    given = {
        "port": str(place.port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "dynamic_shared_memory_type": "mmap",  # files of the data directory: gone with it, even after kill -9
        "max_connections": "200",
        "timezone": "UTC",
        "lc_messages": "C",
        **settings,
    }
    return [paths["postgres"], "-D", str(place.data), *(f"--{name}={value}" for name, value in given.items())]


def create(place: Place, name: str) -> None:
    """Make an empty database."""
    _run(place, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def drop(place: Place, name: str) -> None:
    """Drop a database, and whoever is still connected to it."""
    _run(place, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def answers(place: Place) -> None:
    """Raise ServerError unless the server answers."""
    _run(place, sql.SQL("SELECT 1"))


def _run(place: Place, statement: sql.SQL | sql.Composed) -> None:
    try:
        with psycopg.connect(
            host="127.0.0.1",
            port=place.port,
            user="bailee",
            password=place.password,
            dbname="postgres",
            autocommit=True,
            connect_timeout=10,
        ) as connection:
            connection.execute(statement)
    except psycopg.OperationalError as error:
        raise ServerError(str(error)) from error


POSTGRESQL = Kind(
    name="PostgreSQL",
    dialect="postgresql",
    driver="psycopg",
    first_database="postgres",
    accounts=("postgres", "nobody"),
    programs=programs,
    prepare=prepare,
    command=command,
    hasty={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    create=create,
    drop=drop,
    answers=answers,
    ends_well=SIGINT,
    ends_now=SIGQUIT,
)
