"""Rows that a key does not tell apart, in each database: refused before anything is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.people import search_person
from bailee.policy import PolicyError
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, Firm
from tests.harm.refusals import fails
from tests.harm.small import small

MAP = """
  person:
    table: persons
    party: person
    key: [code]
    identity: {email: {column: email, stored: lower, joins: verified}}
    on_erase: delete
"""
ROWS = f"INSERT INTO persons VALUES ('A', '{ALICE}'), ('A', '{BOB}')"


def refused(firm: Firm) -> list[str]:
    """Return the codes with which the map is refused."""
    with pytest.raises(PolicyError) as caught, firm.systems():
        raise AssertionError
    return [problem.code for problem in caught.value.problems]


def test_bob_does_not_go_by_a_key_that_he_shares_with_alice(tmp_path: Path, database: Database) -> None:
    tables = "CREATE TABLE persons (code VARCHAR(9) NOT NULL, email VARCHAR(80))"
    firm = small(tmp_path / "firm", database, MAP, tables, ROWS)
    assert refused(firm) == ["T419"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nor_by_one_that_a_row_of_another_table_has_too(tmp_path: Path, database: Database) -> None:
    tables = ("CREATE TABLE persons (code VARCHAR(9) PRIMARY KEY, email VARCHAR(80))",
              "CREATE TABLE guests () INHERITS (persons)")  # fmt: skip
    rows = (f"INSERT INTO persons VALUES ('A', '{ALICE}')", f"INSERT INTO guests VALUES ('A', '{BOB}')")
    accepted = MAP + "    accepts: {guests: they are persons too}\n"
    assert refused(small(tmp_path / "firm", database, accepted, *tables, *rows)) == ["T419"]


def test_alice_whose_key_may_be_null_is_not_lost_without_a_word(tmp_path: Path, database: Database) -> None:
    tables = "CREATE TABLE persons (code VARCHAR(9) UNIQUE, email VARCHAR(80))"
    rows = f"INSERT INTO persons VALUES ('A', '{ALICE}'), ('B', '{BOB}')"
    firm = small(tmp_path / "firm", database, MAP, tables, rows)
    plan = firm.plan()
    firm.run(f"INSERT INTO persons VALUES (NULL, '{ALICE}'), (NULL, '{ALICE}')")
    with firm.systems() as systems, fails("C513", "shop") as failed:
        apply_plan(systems, plan)
    assert "2 of person" in str(failed.value)
    with firm.systems() as systems, fails("C513", "shop"), search_person(systems, [ALICE]):
        pass
    firm.run("DELETE FROM persons WHERE code IS NULL")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]


def test_nor_where_one_column_of_her_key_may_be_null(tmp_path: Path, database: Database) -> None:
    tables = (
        "CREATE TABLE persons (code VARCHAR(9) NOT NULL, place VARCHAR(9), email VARCHAR(80), UNIQUE (code, place))"
    )
    rows = f"INSERT INTO persons VALUES ('A', 'x', '{ALICE}'), ('A', 'y', '{BOB}')"
    firm = small(tmp_path / "firm", database, MAP.replace("[code]", "[code, place]"), tables, rows)
    plan = firm.plan()
    firm.run(f"INSERT INTO persons VALUES ('A', NULL, '{ALICE}')")
    with firm.systems() as systems, fails("C513", "shop"):
        apply_plan(systems, plan)
    firm.run("DELETE FROM persons WHERE place IS NULL")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("options", ["", " WITHOUT ROWID"])
def test_in_sqlite_she_is_found_while_every_row_has_a_key(tmp_path: Path, database: Database, options: str) -> None:
    tables = f"CREATE TABLE persons (code TEXT PRIMARY KEY, email TEXT){options}"
    firm = small(
        tmp_path / "firm", database, MAP, tables, f"INSERT INTO persons VALUES ('A', '{ALICE}'), ('B', '{BOB}')"
    )
    plan = firm.plan()
    if not options:
        firm.run("INSERT INTO persons VALUES (NULL, 'carol@post.example')")
        with firm.systems() as systems, fails("C513", "shop"):
            apply_plan(systems, plan)
        with firm.systems() as systems, fails("C513", "shop"), search_person(systems, [ALICE]):
            pass
        firm.run("DELETE FROM persons WHERE code IS NULL")
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT email FROM persons") == [(BOB,)]
