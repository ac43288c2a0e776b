"""MariaDB: a script of its own makes the system tables; its user is made by statements read at each start."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pymysql
from pymysql.cursors import Cursor

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

OLDEST = (10, 11)
USERS = """\
CREATE OR REPLACE USER 'bailee'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON *.* TO 'bailee'@'127.0.0.1' WITH GRANT OPTION;
"""


def programs() -> Mapping[str, str]:
    """Return mariadbd and mariadb-install-db; raise MissingProgramError if there are none that serve."""
    server = find_program("mariadbd", [Path("/usr/sbin"), Path("/usr/local/sbin")])
    install = find_program("mariadb-install-db", [])
    if server is None or install is None or version_of(server) < OLDEST:
        raise MissingProgramError("MariaDB", OLDEST, "mariadb-server")
    return {"mariadbd": server, "install": install}


def prepare(paths: Mapping[str, str], place: Place, account: Account | None) -> None:
    """Make the data directory, and the file of statements that gives the user `bailee` everything."""
    write_private(place.folder / "users.sql", USERS.format(password=place.password), account)
    temporary = place.folder / "tmp"
    temporary.mkdir()
    if account:
        os.chown(temporary, account.uid, account.gid)
    root = account.name if account else getpass.getuser()
    access = ["--auth-root-authentication-method=socket", f"--auth-root-socket-user={root}", "--skip-test-db"]
    where = [f"--datadir={place.data}", f"--tmpdir={temporary}"]
    run_program([paths["install"], "--no-defaults", *where, "--skip-name-resolve", *access], place, account)


def command(paths: Mapping[str, str], place: Place, settings: Mapping[str, str]) -> Sequence[str]:
    """Return the server's command line. The socket's name is relative to the data: a path of 108 bytes is too long."""
    given = {
        "datadir": str(place.data),
        "tmpdir": str(place.folder / "tmp"),  # a server that starts clears this one, whoever else is using it
        "port": str(place.port),
        "bind_address": "127.0.0.1",
        "socket": "socket",
        "pid_file": "pid",
        "init_file": str(place.folder / "users.sql"),
        "character_set_server": "utf8mb4",
        "default_time_zone": "+00:00",
        "max_connections": "200",
        "max_allowed_packet": "64M",
        "performance_schema": "OFF",
        **settings,
    }
    flags = (f"--{name.replace('_', '-')}={value}" for name, value in given.items())
    return [paths["mariadbd"], "--no-defaults", "--skip-log-bin", "--skip-name-resolve", *flags]


def create(place: Place, name: str) -> None:
    """Make an empty database."""
    with _connected(place) as cursor:
        cursor.execute(f"CREATE DATABASE `{name}`")


def drop(place: Place, name: str) -> None:
    """Drop a database. Whoever is still connected to it goes first: an open transaction there would block."""
    with _connected(place) as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (name,))
        for (connection,) in cursor.fetchall():
            with suppress(pymysql.err.OperationalError):  # gone by itself in between
                cursor.execute(f"KILL {connection}")
        cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")


def answers(place: Place) -> None:
    """Raise ServerError unless the server answers."""
    with _connected(place) as cursor:
        cursor.execute("SELECT 1")


@contextmanager
def _connected(place: Place) -> Iterator[Cursor]:
    try:
        with (
            pymysql.connect(
                host="127.0.0.1",
                port=place.port,
                user="bailee",
                password=place.password,
                autocommit=True,
                connect_timeout=10,
            ) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor
    except pymysql.OperationalError as error:
        raise ServerError(str(error)) from error


MARIADB = Kind(
    name="MariaDB",
    dialect="mariadb",
    driver="pymysql",
    first_database="mysql",
    accounts=("mysql", "nobody"),
    programs=programs,
    prepare=prepare,
    command=command,
    hasty={"innodb_flush_log_at_trx_commit": "2", "innodb_doublewrite": "0"},
    create=create,
    drop=drop,
    answers=answers,
    ends_well=SIGTERM,
    ends_now=SIGKILL,
)
