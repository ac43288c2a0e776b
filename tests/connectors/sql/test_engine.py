"""A session is what it was opened as: how long it waits, what it sees and may do; and a server tells of itself."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import make_url

from bailee.connectors.sql.engine import begin_transaction, get_dialect, open_connection, open_engine, read_facts
from tests.conftest import Database
from tests.connectors.sql.conftest import asking, fill

SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
NAMES = "CREATE TABLE names (id INTEGER PRIMARY KEY, name VARCHAR(40))"
ALICE = "INSERT INTO names VALUES (1, 'Alice')"


def one(url: str, question: str, **how: Any) -> Any:
    with asking(url, **how) as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
        return row[0] if row else None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://bailee@host/db", "postgresql+psycopg"),
        ("postgres://bailee@host/db", "postgresql+psycopg"),
        ("mysql://bailee@host/db", "mariadb+pymysql"),
        ("mariadb://bailee@host/db?charset=latin1", "mariadb+pymysql"),
        ("mysql+mysqldb://bailee@host/db", "mariadb+pymysql"),
        ("sqlite:///db", "sqlite+pysqlite"),
    ],
)
def test_the_house_chooses_the_driver(url: str, name: str) -> None:
    engine = open_engine(url, write=False)
    assert engine.url.drivername == name
    assert get_dialect(engine).name == engine.dialect.name == name.partition("+")[0]


def test_a_reader_sees_one_moment_until_its_transaction_ends(database: Database) -> None:
    url = fill(database.url, NAMES, ALICE)
    if database.dialect == "sqlite":
        fill(url, "PRAGMA journal_mode = WAL")  # else the writer would wait for the reader
    engine = open_engine(url, write=False)
    with closing(open_connection(engine)) as connection, closing(connection.cursor()) as cursor:

        def names() -> int:
            cursor.execute("SELECT name FROM names")
            return len(cursor.fetchall())

        assert names() == 1
        fill(url, "INSERT INTO names VALUES (2, 'Bob')")
        assert names() == 1
        connection.rollback()
        begin_transaction(engine, connection)
        assert names() == 2


@SERVERS
def test_a_writer_sees_what_others_commit_while_it_waits(database: Database) -> None:
    url = fill(database.url, NAMES, ALICE)
    with asking(url, write=True) as cursor:
        cursor.execute("SELECT name FROM names")
        assert len(cursor.fetchall()) == 1
        fill(url, "INSERT INTO names VALUES (2, 'Bob')")
        cursor.execute("SELECT name FROM names")
        assert len(cursor.fetchall()) == 2


def test_what_is_not_committed_is_not_kept(database: Database) -> None:
    url = fill(database.url, NAMES, ALICE)
    with closing(open_connection(open_engine(url, write=True))) as connection:
        connection.cursor().execute("DELETE FROM names")
    assert one(url, "SELECT count(*) FROM names") == 1


def test_what_is_committed_is_kept(database: Database) -> None:
    url = fill(database.url, NAMES, ALICE)
    engine = open_engine(url, write=True)
    with closing(open_connection(engine)) as connection:
        connection.cursor().execute("DELETE FROM names")
        connection.commit()
        begin_transaction(engine, connection)
        connection.cursor().execute("INSERT INTO names VALUES (3, 'Carol')")
        connection.rollback()
    assert one(url, "SELECT count(*) FROM names") == 0


def test_a_reader_fills_temporary_tables_that_were_made_before_it_began(database: Database) -> None:
    engine = open_engine(fill(database.url, NAMES, ALICE), write=False)
    with closing(open_connection(engine, ["CREATE TEMPORARY TABLE located (id INTEGER)"])) as connection:
        cursor = connection.cursor()
        cursor.execute("INSERT INTO located SELECT id FROM names")
        cursor.execute("SELECT count(*) FROM located")
        assert cursor.fetchone() == (1,)


def test_a_change_counts_the_rows_that_it_matched(database: Database) -> None:
    url = fill(database.url, NAMES, ALICE)
    with asking(url, write=True) as cursor:
        cursor.execute("UPDATE names SET name = 'Alice'")
        assert cursor.rowcount == 1


def test_sqlalchemy_begins_as_the_driver_does(database: Database) -> None:
    engine = open_engine(fill(database.url, NAMES, ALICE), write=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM names")
        connection.rollback()
    assert one(database.url, "SELECT count(*) FROM names") == 1


def test_sqlite_refuses_what_its_foreign_keys_refuse(sqlite_url: str) -> None:
    assert one(fill(sqlite_url), "PRAGMA foreign_keys", write=True) == 1


def test_sqlite_has_a_keyed_digest(sqlite_url: str) -> None:
    with asking(fill(sqlite_url)) as cursor:
        cursor.execute("SELECT bailee_sha256_hmac(?, ?), bailee_sha256_hmac(?, NULL)", (b"key", "Zoë", b"key"))
        assert cursor.fetchone() == (hmac.new(b"key", "Zoë".encode(), hashlib.sha256).hexdigest(), None)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TimeZone", "UTC"),
        ("row_security", "off"),
        ("lock_timeout", "2s"),
        ("statement_timeout", "1min"),
        ("application_name", "bailee"),
        ("client_encoding", "UTF8"),
        ("transaction_isolation", "repeatable read"),
        ("default_transaction_read_only", "on"),
    ],
)
def test_postgresql_is_set_up(postgresql_url: str, setting: str, value: str) -> None:
    assert one(postgresql_url, f"SHOW {setting}", lock=2, statement=60) == value


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("time_zone", "+00:00"),
        ("innodb_lock_wait_timeout", 2),
        ("lock_wait_timeout", 2),
        ("max_statement_time", 60),
        ("character_set_connection", "utf8mb4"),
        ("tx_isolation", "REPEATABLE-READ"),
        ("tx_read_only", 1),
    ],
)
def test_mariadb_is_set_up(mariadb_url: str, setting: str, value: object) -> None:
    assert one(mariadb_url, f"SELECT @@{setting}", lock=2, statement=60) == value


def test_mariadb_asks_a_subquery_again_for_each_spelling(mariadb_url: str) -> None:
    assert "subquery_cache=off" in one(mariadb_url, "SELECT @@optimizer_switch")


def test_mariadb_refuses_what_it_would_cut_short(mariadb_url: str) -> None:
    assert "STRICT_ALL_TABLES" in one(mariadb_url, "SELECT @@sql_mode")


def test_facts_tell_the_server_and_its_ways(database: Database) -> None:
    told = read_facts(open_engine(fill(database.url), write=False))
    server, encodings, zone = {
        "sqlite": ("SQLite", {"UTF-8"}, ""),
        "postgresql": ("PostgreSQL", {"UTF8"}, "UTC"),
        "mariadb": ("MariaDB", {"utf8mb4"}, "+00:00"),
    }[database.dialect]
    assert (told["server"], told["time_zone"], told["writes"]) == (server, zone, "yes")
    assert told["encoding"] in encodings
    assert told["tls"]
    assert told["route"] == ("file" if database.dialect == "sqlite" else "loopback")
    assert told["version"][0].isdigit()


@SERVERS
@pytest.mark.parametrize(
    ("rights", "writes"),
    [
        (("SELECT ON names",), "no"),
        (("SELECT ON names", "DELETE ON names"), "yes"),
        (("SELECT ON names", "UPDATE (name) ON names"), "yes"),
    ],
)
def test_facts_tell_whether_an_account_may_write(
    database: Database, limited: Callable[..., str], rights: tuple[str, ...], writes: str
) -> None:
    fill(database.url, NAMES)
    url = limited(*rights)
    told = read_facts(open_engine(url, write=False))
    assert told["writes"] == writes
    assert told["account"].startswith(make_url(url).username or "nobody")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_facts_tell_what_a_role_adds(database: Database, limited: Callable[..., str]) -> None:
    name = make_url(database.url).database
    fill(database.url, NAMES, f"CREATE ROLE writing_{name}", f"GRANT DELETE ON names TO writing_{name}")
    url = limited("SELECT ON names", f"writing_{name}")
    account = make_url(url).username
    fill(database.url, f"SET DEFAULT ROLE writing_{name} FOR '{account}'@'127.0.0.1'")
    told = read_facts(open_engine(url, write=False))
    fill(database.url, f"DROP ROLE writing_{name}")
    assert told["writes"] == "yes"


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_facts_tell_whether_triggers_could_be_seen(database: Database, limited: Callable[..., str]) -> None:
    fill(database.url, NAMES)
    assert read_facts(open_engine(database.url, write=False))["triggers"] == "seen"
    assert read_facts(open_engine(limited("SELECT ON names"), write=False))["triggers"] == "hidden"
