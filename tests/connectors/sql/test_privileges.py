"""What an account may do is told and not tried: tables, columns, roles one step away, and what lies further."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import Privileges
from bailee.connectors.sql.accounts import read_privileges
from bailee.connectors.sql.engine import open_engine
from tests.conftest import Database
from tests.connectors.sql.conftest import asking, fill

Limited = Callable[..., str]
NAMES = "CREATE TABLE names (id INTEGER PRIMARY KEY, name VARCHAR(40))"
PRICES = "CREATE TABLE prices (id INTEGER PRIMARY KEY)"
SERVERS = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
MARIADB = pytest.mark.parametrize("database", ["mariadb"], indirect=True)


def told(url: str) -> Privileges:
    return read_privileges(open_engine(url, write=False))


def test_whoever_owns_the_tables_can_write(database: Database) -> None:
    seen = told(fill(database.url, NAMES))
    assert {"select", "insert", "update", "delete", "truncate"} <= seen.rights["names"]
    assert any(one.startswith("names: delete, insert") for one in seen.can_write)  # root sees others' databases too
    assert not seen.reads_only
    assert seen.superuser is (database.dialect != "sqlite")


@SERVERS
def test_an_account_that_was_given_select_reads_only(database: Database, limited: Limited) -> None:
    fill(database.url, NAMES, PRICES)
    seen = told(limited("SELECT ON names"))
    assert seen.rights["names"] == {"select"}
    assert (seen.can_write, seen.powers, seen.reads_only) == ((), (), True)
    assert seen.account.startswith("limited_")


@SERVERS
def test_a_right_on_one_column_is_seen(database: Database, limited: Limited) -> None:
    fill(database.url, NAMES, PRICES)
    seen = told(limited("SELECT ON names", "UPDATE (name) ON names", "DELETE ON prices"))
    assert seen.rights["names"] == {"select", "update(name)"}
    assert set(seen.can_write) == {"names: update(name)", "prices: delete"}


@SERVERS
def test_a_role_that_is_one_step_away_is_seen(database: Database, limited: Limited) -> None:
    fill(database.url, NAMES)
    url = limited("SELECT ON names")
    name = make_url(url).username
    whole = f"'{name}'@'127.0.0.1'" if database.dialect == "mariadb" else f"{name}"
    without = "" if database.dialect == "mariadb" else "NOINHERIT"
    if without:
        fill(database.url, f"ALTER ROLE {name} NOINHERIT")
    role = f"eraser_{name}"
    fill(database.url, f"CREATE ROLE {role}", f"GRANT DELETE ON names TO {role}", f"GRANT {role} TO {whole}")
    try:
        seen = told(url)
        assert not seen.reads_only
        assert seen.powers == (f"may become {role}",) if without else seen.can_write == ("names: delete",)
    finally:
        fill(database.url, *([f"DROP OWNED BY {role}"] if without else []), f"DROP ROLE {role}")


@POSTGRESQL
def test_postgresql_tells_of_what_is_yet_to_be_made_and_of_functions_that_run_as_their_owner(
    database: Database, limited: Limited
) -> None:
    fill(
        database.url,
        NAMES,
        "CREATE FUNCTION forget() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
        " AS 'WITH gone AS (DELETE FROM names RETURNING 1) SELECT count(*) FROM gone'",
    )
    url = limited("SELECT ON names", "CREATE ON SCHEMA public")
    fill(database.url, f"ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO {make_url(url).username}")
    assert set(told(url).powers) == {
        "may make things in schema public",
        "is given delete on tables yet to be made",
        "may call forget(), which runs as bailee",
    }
    assert told(url).can_write == ()


@POSTGRESQL
def test_the_query_counts_by_hand_what_the_account_can_change(database: Database, limited: Limited) -> None:
    fill(database.url, NAMES, PRICES, "CREATE SCHEMA hidden", "CREATE TABLE hidden.t (id int)")
    url = limited("SELECT ON names", "UPDATE (name) ON names", "DELETE ON prices", "DELETE ON hidden.t")
    seen = told(url)
    with asking(url) as cursor:
        cursor.execute(seen.sql)
        assert cursor.fetchone() == (len(seen.can_write),) == (2,)


@MARIADB
def test_mariadb_tells_of_rights_that_reach_further_than_a_table(database: Database, limited: Limited) -> None:
    fill(database.url, NAMES)
    home = make_url(database.url).database
    assert told(limited(f"SELECT, DELETE, ALTER ON `{home}`.*")).powers == (
        f"may delete in {home}, in tables yet to be made too",
        f"has alter in {home}",
    )


def test_a_file_that_cannot_be_written_is_read_only(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite_url, NAMES)
    file = make_url(sqlite_url).database
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != Path(str(file)) and may(path, mode))
    seen = told(sqlite_url)
    assert seen.rights["names"] == {"select"}
    assert not seen.can_write
    assert seen.powers == ("may put another file in its place",)
