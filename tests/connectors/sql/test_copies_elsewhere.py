"""What the catalogue tells of tables that were not asked for, and of what keeps a copy of rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bailee.connectors.sql import SqlConnector
from bailee.connectors.sql.dialects.bodies import find_written_tables
from bailee.connectors.sql.engine import open_engine
from bailee.connectors.sql.own_books import BOOKS, remove_books
from bailee.connectors.sql.reflect import reflect
from bailee.policy import Collection, System
from bailee.trace.schema import Copy, Schema
from tests.conftest import Database
from tests.connectors.sql.conftest import fill

PEOPLE = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(80))"
HISTORY = "CREATE TABLE history (id INTEGER, name VARCHAR(80))"


def seen(url: str, *wanted: str) -> Schema:
    return reflect(open_engine(url, write=False), wanted=[(None, name) for name in wanted])


def copies(url: str, table: str = "people") -> dict[str, Copy]:
    return dict(seen(url, table).tables[table].copies)


def triggered(database: Database, name: str, when: str, body: str) -> tuple[str, ...]:
    """Return the statements that make a trigger on people."""
    if database.dialect == "postgresql":
        code = f"BEGIN {body}; RETURN NULL; END"
        made = f"CREATE FUNCTION {name}_does() RETURNS trigger LANGUAGE plpgsql AS $${code}$$"
        return made, f"CREATE TRIGGER {name} {when} ON people FOR EACH ROW EXECUTE FUNCTION {name}_does()"
    row = f"FOR EACH ROW BEGIN {body}; END"
    return (f"CREATE TRIGGER {name} {when} ON people {row}",)


# --- other tables --------------------------------------------------------------------------------------------


def test_the_tables_that_nobody_asked_for_are_named(database: Database) -> None:
    url = fill(database.url, PEOPLE, HISTORY, "CREATE TABLE calls (id INTEGER)", "CREATE VIEW names AS SELECT 1 AS n")
    assert seen(url, "people").others == ("calls", "history")
    assert seen(url, "people", "calls", "history").others == ()


def test_partitions_temporary_tables_and_an_extensions_own_are_no_tables(postgresql_url: str) -> None:
    url = fill(
        postgresql_url,
        PEOPLE,
        "CREATE TABLE calls (id int, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE calls_24 PARTITION OF calls FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM calls",
        "CREATE SCHEMA other CREATE TABLE letters (id int)",
    )
    assert seen(url, "people").others == ("calls", "other.letters")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_tables_of_a_schema_that_the_account_may_not_use_are_counted(
    database: Database, limited: Callable[..., str]
) -> None:
    fill(database.url, PEOPLE, "CREATE SCHEMA other CREATE TABLE letters (id int)")
    assert seen(limited("SELECT ON people"), "people").others == ("other.letters",)


def test_a_virtual_table_is_one_table_whatever_it_keeps_beside_it(sqlite_url: str) -> None:
    url = fill(sqlite_url, PEOPLE, "CREATE VIRTUAL TABLE words USING fts5(text)")
    assert seen(url, "people").others == ("words",)


def test_large_objects_are_a_table_of_the_firms(postgresql_url: str) -> None:
    url = fill(postgresql_url, PEOPLE)
    assert seen(url, "people").others == ()
    fill(url, "SELECT lo_from_bytea(0, 'hers')")
    assert seen(url, "people").others == ("pg_catalog.pg_largeobject",)


def test_the_books_of_bailee_are_left_out_where_all_of_them_are_there() -> None:
    firm = ("authors", "books_request", "shop.books_plan")
    assert remove_books(firm) == firm
    assert remove_books([*firm, *BOOKS]) == ("authors", "shop.books_plan")
    assert remove_books([*firm, *(f"shop.{name}" for name in BOOKS)]) == ("authors", "books_request")


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_mariadb_says_that_it_may_hide_tables(database: Database, limited: Callable[..., str]) -> None:
    fill(database.url, PEOPLE, HISTORY)
    system = System("shop", "Shop", "sql", "", collections={"people": Collection("people", table="people")})
    whole = SqlConnector(system, database.url).schema()
    assert (whole.others, whole.is_partial) == (("history",), False)
    part = SqlConnector(system, limited("SELECT ON people")).schema()
    assert (part.others, part.is_partial) == ((), True)


# --- copies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["insert", "update", "delete"])
def test_a_trigger_that_fills_another_table_keeps_a_copy(database: Database, event: str) -> None:
    row = "OLD" if event == "delete" else "NEW"
    body = f"INSERT INTO history VALUES ({row}.id, {row}.name)"
    url = fill(database.url, PEOPLE, HISTORY, *triggered(database, "remembers", f"AFTER {event.upper()}", body))
    copy = copies(url)["remembers"]
    assert copy.into == ("history",)
    assert copy.says == f"a trigger runs after {event} on people, and what it writes to history stays there"


def test_a_trigger_that_counts_or_writes_to_its_own_table_keeps_none(database: Database) -> None:
    counts = "UPDATE totals SET n = n + 1 WHERE id = NEW.id"
    url = fill(
        database.url, PEOPLE, "CREATE TABLE totals (id INTEGER, n INTEGER)",
        *triggered(database, "counts", "AFTER INSERT", counts),
    )  # fmt: skip
    assert copies(url) == {}


def test_a_trigger_that_puts_its_statement_together_writes_nobody_knows_where(postgresql_url: str) -> None:
    body = "EXECUTE format('INSERT INTO %I SELECT ($1).*', TG_ARGV[0]) USING NEW"
    url = fill(postgresql_url, PEOPLE, *triggered(Database(postgresql_url, "postgresql"), "x", "AFTER INSERT", body))
    assert copies(url)["x"].into == ("",)
    assert "tables that its source does not name" in copies(url)["x"].says


@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_a_trigger_that_has_another_program_write_writes_nobody_knows_where(database: Database) -> None:
    """Only the source of the trigger itself is read; what it calls may keep whatever it is given."""
    logs = "INSERT INTO history VALUES (was, called)"
    call, made = "CALL keep(OLD.id, OLD.name)", f"CREATE PROCEDURE keep (was INT, called VARCHAR(80)) {logs}"
    if database.dialect == "postgresql":
        call = "PERFORM keep(OLD.id, OLD.name)"
        made = f"CREATE FUNCTION keep (was int, called text) RETURNS void LANGUAGE sql AS $${logs}$$"
    fill(database.url, PEOPLE, HISTORY, made, *triggered(database, "log", "AFTER DELETE", call))
    assert copies(database.url)["log"].into == ("",)


@pytest.mark.parametrize(
    ("source", "into"),
    [
        ("insert into audit.log select new.*", [("audit", "log")]),
        ('INSERT INTO "the log" VALUES (1)', [("", "the log")]),
        ("INSERT IGNORE INTO `b`.`log` SET a = NEW.a", [("b", "log")]),
        ("INSERT OR REPLACE INTO log VALUES (new.a)", [("", "log")]),
        ("REPLACE INTO log VALUES (new.a)", [("", "log")]),
        ("MERGE INTO log USING x ON true WHEN NOT MATCHED THEN INSERT VALUES (1)", [("", "log")]),
        ("UPDATE other SET name = NEW.name WHERE id = 1", [("", "other")]),
        ("UPDATE other SET seen = now() WHERE id = NEW.id", []),
        ("SELECT 1 FROM x FOR UPDATE; DELETE FROM log WHERE id = OLD.id", []),
        ("IF TG_OP = 'INSERT INTO log' THEN RETURN NEW; END IF -- INSERT INTO log", []),
        ("/* INSERT INTO log */ INSERT INTO a VALUES (1) ON CONFLICT DO UPDATE SET b = NEW.b", [("", "a")]),
    ],
)
def test_what_a_body_writes_is_read_from_its_source(source: str, into: list[tuple[str, str]]) -> None:
    assert list(find_written_tables(source)) == into


def test_numbers_of_large_objects_leave_them_behind_unless_a_trigger_takes_them(postgresql_url: str) -> None:
    url = fill(postgresql_url, "CREATE TABLE people (id INTEGER PRIMARY KEY, portrait oid)")
    assert list(copies(url)) == ["large objects of portrait"]
    fill(
        url,
        "CREATE FUNCTION lo_manage() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER lo BEFORE UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION lo_manage(portrait)",
    )
    assert copies(url) == {}
    assert list(seen(url, "people").tables["people"].hazards) == ["lo"]


def test_materialised_views_and_publications_keep_what_they_read(postgresql_url: str) -> None:
    url = fill(
        postgresql_url,
        PEOPLE,
        HISTORY,
        "CREATE MATERIALIZED VIEW kept AS SELECT name FROM people",
        "CREATE PUBLICATION sent FOR TABLE people",
    )
    assert list(copies(url)) == ["kept", "sent"]
    assert copies(url, "history") == {}
    assert list(seen(url, "people").tables["people"].hazards) == ["kept"]


@pytest.mark.parametrize("kind", ["fts4", "fts5"])
def test_a_search_index_that_is_told_of_nothing_keeps_words(sqlite_url: str, kind: str) -> None:
    made = f"CREATE VIRTUAL TABLE found USING {kind}(name, content='people')"
    url = fill(sqlite_url, PEOPLE, made)
    assert copies(url)["found"].into == ("found",)
    told = f"INSERT INTO found({'found, rowid' if kind == 'fts5' else 'docid'}, name) VALUES"
    told += "('delete', old.id, old.name)" if kind == "fts5" else "(old.id, old.name)"
    for event in ("delete", "update"):
        assert list(copies(url)) == ["found"] if event == "delete" else "found" in copies(url)
        fill(url, f"CREATE TRIGGER found_{event} AFTER {event} ON people BEGIN {told}; END")
    fill(url, f"CREATE TRIGGER found_insert AFTER INSERT ON people BEGIN {told.replace('old.', 'new.')}; END")
    assert copies(url) == {}


def test_a_search_index_of_the_engine_goes_with_its_rows(mariadb_url: str) -> None:
    assert copies(fill(mariadb_url, PEOPLE, "CREATE FULLTEXT INDEX words ON people (name)")) == {}


def test_a_table_that_remembers_keeps_every_row(mariadb_url: str) -> None:
    url = fill(mariadb_url, "CREATE TABLE people (id INTEGER) WITH SYSTEM VERSIONING")
    assert list(copies(url)) == ["system versioning"]


def test_a_quiet_table_has_no_copies(database: Database) -> None:
    assert copies(fill(database.url, PEOPLE)) == {}


@pytest.mark.parametrize("named", ["'our people''s \"list\"'", '"our people\'s ""list"""', '`our people\'s "list"`'])
@pytest.mark.parametrize("kind", ["fts4", "fts5"])
def test_an_index_over_a_table_with_blanks_and_quotes_in_its_name_is_named(kind: str, named: str) -> None:
    from bailee.connectors.sql.dialects.sqlite.catalogue import _SEARCHES, _unquote

    found = _SEARCHES.search(f"CREATE VIRTUAL TABLE found USING {kind}(name, content={named}, tokenize=porter)")
    assert found is not None
    assert _unquote(found["table"]) == 'our people\'s "list"'
