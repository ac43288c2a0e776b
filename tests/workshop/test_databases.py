"""The fixtures give what they promise, on servers that leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import Database
from tests.servers import MARIADB, POSTGRESQL, Kind, Server, ServerError, start

ROOT = Path(__file__).parents[2]
KINDS = pytest.mark.parametrize("kind", [POSTGRESQL, MARIADB], ids=lambda kind: kind.dialect)


def asked(url: str, statement: str) -> object:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_database(database: Database, turn: str) -> None:
    asked(database.url, f"CREATE TABLE {turn} (name VARCHAR(20))")
    engine = sa.create_engine(database.url)
    assert sa.inspect(engine).get_table_names() == [turn]
    assert engine.dialect.name == database.dialect
    engine.dispose()


def test_names_in_every_script_go_in_and_come_out(database: Database) -> None:
    asked(database.url, "CREATE TABLE person (name VARCHAR(20))")
    asked(database.url, "INSERT INTO person VALUES ('Zoë 陳 🙂')")
    assert asked(database.url, "SELECT name FROM person") == "Zoë 陳 🙂"


def test_a_connection_left_open_does_not_keep_the_database(mariadb_server: Server, postgresql_server: Server) -> None:
    for server in (mariadb_server, postgresql_server):
        engine = sa.create_engine(server.create_database("left_open"))
        connection = engine.connect()
        connection.execute(sa.text("CREATE TABLE t (a INT)"))
        connection.commit()
        connection.execute(sa.text("SELECT * FROM t"))
        server.drop_database("left_open")
        connection.invalidate()
        engine.dispose()


def test_nobody_gets_in_without_the_password(mariadb_server: Server, postgresql_server: Server) -> None:
    for server in (mariadb_server, postgresql_server):
        with pytest.raises(sa.exc.OperationalError):
            asked(server.url.replace(server.place.password, "guess"), "SELECT 1")


@KINDS
def test_committed_rows_survive_kill_9(kind: Kind, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"{kind.dialect}_server")  # left out where it is not installed
    server = start(kind, durable=True)
    try:
        url = server.create_database("crash")
        asked(url, "CREATE TABLE t (a INT)")
        asked(url, "INSERT INTO t VALUES (42)")
        server.kill9()
        with pytest.raises(ServerError):
            kind.answers(server.place)
        server.start_again()
        assert asked(url, "SELECT a FROM t") == 42
    finally:
        server.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that a server's account can reach; pytest's own are shut to it where root runs the tests."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name)


@KINDS
def test_data_in_a_folder_of_ones_own_are_there_next_time(
    kind: Kind, open_folder: Path, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(f"{kind.dialect}_server")
    first = start(kind, open_folder / "kept")
    asked(first.create_database("kept"), "CREATE TABLE t (a INT)")
    first.stop()
    second = start(kind, open_folder / "kept")
    asked(second.url_of("kept"), "INSERT INTO t VALUES (1)")
    second.stop()


@KINDS
def test_a_server_ends_with_its_owner_even_after_kill_9(kind: Kind, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"{kind.dialect}_server")
    script = f"from tests.servers import *; import time; print(start({kind.name.upper()}).place.folder, flush=True)"
    with subprocess.Popen([sys.executable, "-c", f"{script}; time.sleep(600)"], cwd=ROOT, stdout=subprocess.PIPE) as it:
        assert it.stdout is not None
        folder = Path(it.stdout.readline().decode().strip())
        server = int((folder / "server.pid").read_text())
        os.kill(it.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
