"""Whatever goes wrong has a code and, where there is one, a name; and never a value out of a row."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import CODES, ConnectorError
from bailee.connectors.sql.dialects import list_dialects
from bailee.connectors.sql.dialects.driver import Driver
from bailee.connectors.sql.dialects.failures import HINTS, guarded, translate_error
from bailee.connectors.sql.engine import open_connection, open_engine
from tests.conftest import Database
from tests.connectors.sql.conftest import asking, fill
from tests.ports import free_port

MARKER = "Marjorie Marker 4711"
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
PEOPLE = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, age INTEGER,"
    " CONSTRAINT one_name UNIQUE (name), CONSTRAINT of_age CHECK (age > 17))"
)
CALLS = (
    "CREATE TABLE calls (id INTEGER PRIMARY KEY, people_id INTEGER, caller VARCHAR(80),"
    " CONSTRAINT called FOREIGN KEY (people_id) REFERENCES people (id))"
)


def driver_of(database: Database) -> Driver:
    """Return the driver of the database's dialect."""
    return list_dialects()[database.dialect].driver


@contextmanager
def failing(code: str, name: str | None = None) -> Iterator[pytest.ExceptionInfo[ConnectorError]]:
    """Expect the code and the name, and the marker nowhere that anybody looks."""
    with pytest.raises(ConnectorError) as caught:
        yield caught
    error = caught.value
    assert error.code == code
    assert name is None or error.constraint == name
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None
    said = [str(error), repr(error), repr(error.args), repr(vars(error)), *traceback.format_exception(error)]
    assert MARKER not in "".join(said)


def with_marker(database: Database) -> str:
    """Return the URL of a database in which Marjorie is a person who was called."""
    insert = f"INSERT INTO people VALUES (1, '{MARKER}', 40)"
    return fill(database.url, PEOPLE, CALLS, insert, f"INSERT INTO calls VALUES (1, 1, '{MARKER}')")


def mark(database: Database) -> str:
    return "?" if database.dialect == "sqlite" else "%s"


def test_every_code_has_a_hint() -> None:
    assert HINTS.keys() == CODES.keys()


# --- reaching ------------------------------------------------------------------------------------------------


@SERVERS
@pytest.mark.parametrize(
    ("part", "code"),
    [
        ({"port": free_port()}, "C501"),
        ({"database": "nosuch"}, "C501"),
        ({"password": MARKER}, "C502"),
        ({"username": "nosuch"}, "C502"),
    ],
    ids=["down", "no such database", "wrong password", "no such account"],
)
def test_what_cannot_be_reached_says_why(database: Database, part: dict[str, Any], code: str) -> None:
    wrong = make_url(database.url).set(**part).render_as_string(hide_password=False)
    with failing(code) as caught:
        open_connection(open_engine(wrong, write=False))
    assert ("the database is not there" in str(caught.value)) == ("database" in part)


@SERVERS
def test_no_password_shows_in_an_error_or_an_engine(database: Database) -> None:
    wrong = make_url(database.url).set(password=MARKER).render_as_string(hide_password=False)
    engine = open_engine(wrong, write=False)
    assert MARKER not in repr(engine) + str(engine.url) + repr(engine.get_execution_options())
    with failing("C502"):
        engine.connect()


@pytest.mark.parametrize("write", [False, True])
def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path: Path, write: bool) -> None:
    with failing("C501"):
        open_connection(open_engine(f"sqlite:///{tmp_path / MARKER}", write=write))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text(MARKER * 100)
    with failing("C501"):
        open_connection(open_engine(f"sqlite:///{tmp_path / 'letter'}", write=False))


@pytest.mark.parametrize(
    "url", [f"oracle://bailee:{MARKER}@host/db", MARKER, "sqlite://", f"sqlite:///a?mode={MARKER}"]
)
def test_an_address_of_something_else_is_refused_at_once(url: str) -> None:
    with failing("C501"):
        open_engine(url, write=False)


@SERVERS
def test_an_option_that_the_driver_does_not_know_is_refused_and_not_repeated(database: Database) -> None:
    with failing("C501"):
        open_connection(open_engine(f"{database.url}?nosuch={MARKER}", write=False))


@SERVERS
def test_a_port_that_is_no_number_is_refused_and_not_repeated(database: Database) -> None:
    with failing("C501"):
        open_engine(f"{database.dialect}://bailee:{MARKER}@host:{MARKER}/db", write=False)


# --- what an account may do ----------------------------------------------------------------------------------


@SERVERS
def test_a_table_without_a_grant_is_named(database: Database, limited: Callable[..., str]) -> None:
    with_marker(database)
    with (
        asking(limited("SELECT ON calls")) as cursor,
        failing("C503", "people"),
        guarded(driver_of(database)),
    ):
        cursor.execute("SELECT name FROM people")


@POSTGRESQL
def test_a_query_that_row_security_would_filter_fails(database: Database, limited: Callable[..., str]) -> None:
    with_marker(database)
    fill(database.url, "ALTER TABLE people ENABLE ROW LEVEL SECURITY", "CREATE POLICY mine ON people USING (id < 0)")
    url = limited("SELECT ON people")
    with asking(url) as cursor, failing("C512"), guarded(list_dialects()["postgresql"].driver):
        cursor.execute("SELECT count(*) FROM people")


def test_a_reader_cannot_write(database: Database) -> None:
    url = with_marker(database)
    for statement in (f"UPDATE people SET name = '{MARKER}!'", "DELETE FROM calls", "CREATE TABLE more (id INTEGER)"):
        with asking(url) as cursor, failing("C506"), guarded(driver_of(database)):
            cursor.execute(statement)


def test_a_reader_cannot_write_after_its_transaction_either(database: Database) -> None:
    engine = open_engine(with_marker(database), write=False)
    with closing(open_connection(engine)) as connection:
        connection.commit()
        with failing("C506"), guarded(driver_of(database)):
            connection.cursor().execute(f"UPDATE people SET name = '{MARKER}!'")


@SERVERS
def test_who_may_write_does_not_where_the_server_says_that_nobody_should(database: Database) -> None:
    with_marker(database)
    option = {
        "postgresql": "options=-c%20default_transaction_read_only%3Don",
        "mariadb": "init_command=SET%20SESSION%20TRANSACTION%20READ%20ONLY",
    }[database.dialect]
    url = f"{database.url}{'&' if '?' in database.url else '?'}{option}"
    with (
        closing(open_connection(open_engine(url, write=True))) as connection,
        failing("C506"),
        guarded(driver_of(database)),
    ):
        connection.cursor().execute("DELETE FROM calls")


# --- waiting -------------------------------------------------------------------------------------------------


@SERVERS
def test_a_statement_that_takes_too_long_is_stopped(database: Database) -> None:
    url = with_marker(database)
    sleep = "pg_sleep" if database.dialect == "postgresql" else "sleep"
    with asking(url, statement=0.3) as cursor, failing("C504"), guarded(driver_of(database)):
        cursor.execute(f"SELECT name, {sleep}(5) FROM people WHERE name = {mark(database)}", (MARKER,))


def test_an_interrupted_statement_of_sqlite_took_too_long(sqlite_url: str) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i = ?"
    with closing(open_connection(open_engine(fill(sqlite_url), write=False))) as connection:
        timer = Timer(0.2, connection.interrupt)
        timer.start()
        with failing("C504"), guarded(list_dialects()["sqlite"].driver):
            connection.cursor().execute(endless, (MARKER,))
        timer.join()


def test_a_lock_held_by_somebody_else_is_waited_for_only_so_long(database: Database) -> None:
    url = with_marker(database)
    change = f"UPDATE people SET name = '{MARKER}!' WHERE id = 1"
    with asking(url, write=True) as first:
        first.execute(change)
        with failing("C505"), asking(url, write=True, lock=0.5) as second, guarded(driver_of(database)):
            second.execute(change)


@SERVERS
def test_a_connection_that_is_cut_says_so_and_says_it_again(database: Database) -> None:
    url = with_marker(database)
    ask, cut = {
        "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
        "mariadb": ("SELECT CONNECTION_ID()", "KILL {}"),
    }[database.dialect]
    connection = open_connection(open_engine(url, write=True))
    cursor = connection.cursor()
    cursor.execute(f"UPDATE people SET name = '{MARKER}!'")
    cursor.execute(ask)
    fill(url, cut.format(*(cursor.fetchone() or ())))
    for _ in range(2):
        with failing("C509"), guarded(driver_of(database)):
            cursor.execute(f"UPDATE people SET name = {mark(database)}", (MARKER,))
    connection.close()
    with asking(url) as cursor:
        cursor.execute("SELECT name FROM people")
        assert cursor.fetchall()[0][0] == MARKER


# --- what is not there, and what must not be -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "name"),
    [("SELECT 1 FROM nosuch WHERE 'x' = {}", "nosuch"), ("SELECT nosuch FROM people WHERE name = {}", "nosuch")],
    ids=["table", "column"],
)
def test_a_table_or_column_that_is_gone_is_named(database: Database, statement: str, name: str) -> None:
    with asking(with_marker(database)) as cursor, failing("C507") as caught, guarded(driver_of(database)):
        cursor.execute(statement.format(mark(database)), (MARKER,))
    assert caught.value.constraint.endswith(name)


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        (f"INSERT INTO calls VALUES (9, 99, '{MARKER}')", ("called", "called", "")),
        (f"DELETE FROM people WHERE name = '{MARKER}'", ("called", "called", "")),
        (f"INSERT INTO people VALUES (2, '{MARKER}', 40)", ("one_name", "one_name", "people.name")),
        (f"INSERT INTO people VALUES (2, 'x {MARKER}', 4)", ("of_age", "of_age", "of_age")),
        (f"UPDATE people SET name = NULL WHERE name = '{MARKER}'", ("people.name", "name", "people.name")),
    ],
    ids=["foreign key, child", "foreign key, parent", "unique", "check", "not null"],
)
def test_a_constraint_is_named_and_what_it_saw_is_not(
    database: Database, statement: str, names: tuple[str, str, str]
) -> None:
    name = dict(zip(("postgresql", "mariadb", "sqlite"), names, strict=True))[database.dialect]
    with (
        asking(with_marker(database), write=True) as cursor,
        failing("C508") as caught,
        guarded(driver_of(database)),
    ):
        cursor.execute(statement)
    assert caught.value.constraint.endswith(name)
    assert caught.value.sqlstate


@SERVERS
def test_a_text_that_does_not_fit_names_no_text(database: Database) -> None:
    with (
        asking(with_marker(database), write=True) as cursor,
        failing("C508"),
        guarded(driver_of(database)),
    ):
        cursor.execute(f"UPDATE people SET name = {mark(database)}", (MARKER * 5,))


def test_what_a_trigger_says_is_not_repeated(database: Database) -> None:
    trigger = {
        "postgresql": [
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no: %'', OLD.name; END'",
            "CREATE TRIGGER no BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION no()",
        ],
        "mariadb": [
            "CREATE TRIGGER no BEFORE DELETE ON people FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = OLD.name"
        ],
        "sqlite": [f"CREATE TRIGGER no BEFORE DELETE ON people BEGIN SELECT RAISE(ABORT, '{MARKER}'); END"],
    }[database.dialect]
    url = fill(database.url, PEOPLE, f"INSERT INTO people VALUES (1, '{MARKER}', 40)", *trigger)
    with asking(url, write=True) as cursor, failing("C508"), guarded(driver_of(database)):
        cursor.execute("DELETE FROM people")


def test_a_failure_inside_sqlalchemy_is_told_the_same_way(database: Database) -> None:
    engine = open_engine(with_marker(database), write=True)
    with failing("C508"), guarded(driver_of(database)), engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO people VALUES (2, '{MARKER}', 40)")


# --- encodings and disks -------------------------------------------------------------------------------------


def test_bytes_of_another_encoding_in_a_text_of_sqlite_are_told(sqlite_url: str) -> None:
    url = fill(sqlite_url, "CREATE TABLE people (name TEXT)")
    fill(url, f"INSERT INTO people VALUES (CAST(x'e9' || '{MARKER}' AS TEXT))")
    with asking(url) as cursor, failing("C510"), guarded(list_dialects()["sqlite"].driver):
        cursor.execute("SELECT name FROM people")
        cursor.fetchall()


@POSTGRESQL
def test_bytes_of_another_encoding_in_a_database_without_one_are_told(database: Database) -> None:
    name = f"{make_url(database.url).database}_ascii"
    fill(database.url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING SQL_ASCII LOCALE_PROVIDER libc LOCALE 'C'")
    url = make_url(database.url).set(database=name).render_as_string(hide_password=False)
    try:
        fill(url, "CREATE TABLE people (name TEXT)", f"INSERT INTO people VALUES (E'\\xe9{MARKER}')")
        with asking(url) as cursor, failing("C510"), guarded(list_dialects()["postgresql"].driver):
            cursor.execute("SELECT name FROM people")
            cursor.fetchall()
    finally:
        fill(database.url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_letter_that_a_latin_column_lacks_is_refused_and_not_repeated(database: Database) -> None:
    url = fill(database.url, "CREATE TABLE people (name VARCHAR(80)) CHARACTER SET latin1")
    with asking(url, write=True) as cursor, failing("C508", "people.name"), guarded(list_dialects()["mariadb"].driver):
        cursor.execute("INSERT INTO people VALUES (%s)", (f"{MARKER} Ω",))


def test_a_text_that_cannot_be_sent_is_not_repeated(database: Database) -> None:
    with asking(with_marker(database)) as cursor, failing("C510"), guarded(driver_of(database)):
        cursor.execute(f"SELECT 1 FROM people WHERE name = {mark(database)}", (f"{MARKER}\udcff",))


def test_a_full_disk_is_told(sqlite_url: str) -> None:
    url = fill(sqlite_url, "CREATE TABLE people (name TEXT)")
    with asking(url, write=True) as cursor, failing("C511"), guarded(list_dialects()["sqlite"].driver):
        cursor.execute("PRAGMA max_page_count = 3")
        cursor.execute("INSERT INTO people VALUES (?)", (MARKER * 10_000,))


# --- the rest ------------------------------------------------------------------------------------------------


def test_an_error_that_no_driver_raised_passes() -> None:
    with pytest.raises(KeyError), guarded(list_dialects()["sqlite"].driver):
        raise KeyError(MARKER)


def test_an_error_that_is_told_already_stays_as_it_is() -> None:
    error = ConnectorError("C505", "held")
    assert translate_error(error, list_dialects()["mariadb"].driver) is error


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mariadb"])
def test_an_error_that_nobody_knows_has_a_code_all_the_same(dialect: str) -> None:
    error = translate_error(RuntimeError(MARKER), list_dialects()[dialect].driver)
    assert error.code == "C519"
    assert MARKER not in str(error)
