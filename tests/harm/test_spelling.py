"""Half the addresses are in capitals, in each database: no light is green, and nobody who looks is content."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest
from sqlalchemy import make_url

from bailee.checks import spelling
from bailee.checks.spelling import UNFOUND
from bailee.connectors.sql import SqlConnector
from bailee.engine.apply import apply_plan
from bailee.engine.checking.runs import run_checks
from bailee.engine.connect.drafts import connect_system
from bailee.engine.connect.drafts import inspect_map as look_at_map
from bailee.engine.connect.drift import find_drift
from bailee.engine.people import search_person
from bailee.engine.plans import plan_erase
from bailee.trace.spellings import is_misspelt
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, NOW, Firm, run
from tests.harm.refusals import says_nothing_personal
from tests.harm.small import small

PERSON = """
  person:
    table: persons
    party: person
    identity:
      email: {{column: email, stored: {0}, joins: verified}}
      phone: {{column: tel, stored: {1}, joins: confirm}}
    on_erase: delete
"""
PERSONS = "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(120), tel VARCHAR(60))"
PROMISE = """
copy-on-request:
  says: "You can ask us for a copy of everything that we hold about you."
  checks: [{rights.reach: {right: copy}}]
"""


def firm_of(folder: Path, database: Database, rows: Sequence[tuple[str, str]], *forms: str) -> Firm:
    """Return a firm whose persons are ``rows``, of an address and a number each, declared as ``forms``."""
    said = PERSON.format(*(forms or ("lower", "e164")))
    firm = small(folder, database, said, PERSONS)
    (folder / "promises.yaml").write_text(PROMISE)
    listed = [f"({n}, {_quoted(email)}, {_quoted(tel)})" for n, (email, tel) in enumerate(rows, 1)]
    if listed:
        firm.run(f"INSERT INTO persons VALUES {', '.join(listed)}")
    return firm


def _quoted(text: str) -> str:
    return f"'{text}'" if text else "NULL"


def told(firm: Firm) -> tuple[list[str], str, list[str]]:
    """Return the codes of what `map` says of values, the verdict of the light, and what drift tells of spelling."""
    with patch.dict(os.environ, firm.environment):
        codes = [problem.code for problem in look_at_map(firm.folder, "shop", values=True).problems]
        (promise,) = run_checks(firm.folder, now=NOW).promises
        assert says_nothing_personal(repr(promise))
        changes = [one.column for one in find_drift(firm.folder).changes if one.kind == "spelled otherwise"]
    return [code for code in codes if code == "T423"], str(promise.verdict), changes


@pytest.fixture
def half(tmp_path: Path, database: Database) -> Firm:
    """A firm that was connected while half of its addresses were in capitals."""
    firm = firm_of(tmp_path / "firm", database, [(ALICE, "+442079460101"), (BOB.upper(), "+442079460102")])
    with patch.dict(os.environ, firm.environment):
        connect_system(firm.folder, "shop")
    return firm


def test_no_right_is_kept_while_bob_is_found_by_nobody(half: Firm) -> None:
    with half.systems() as systems, search_person(systems, [BOB]) as found:
        assert not found.persons.subjects
    assert told(half) == (["T423"], "broken", ["email"])
    half.run(f"UPDATE persons SET email = '{BOB}' WHERE id = 2")
    with half.systems() as systems, search_person(systems, [BOB]) as found:
        assert found.persons.subjects
    assert told(half) == ([], "kept", [])


def test_what_is_said_has_the_count_the_column_and_a_way_out(half: Firm) -> None:
    half.run("UPDATE persons SET tel = '020 7946 0101' WHERE id = 1")
    with patch.dict(os.environ, half.environment):
        email, phone = (p for p in look_at_map(half.folder, "shop", values=True).problems if p.code == "T423")
    assert "1 value of person.email is not spelled as declared (lower): nobody is found by it" in str(email)
    assert "{form: raw, scan: true}" in email.hint
    assert "1 value of person.tel is not spelled as declared (e164)" in str(phone)


def test_what_names_nobody_is_not_misspelled(tmp_path: Path, database: Database) -> None:
    firm = firm_of(tmp_path / "firm", database, [("N/A", "204"), ("NoReply@post.example", "n/a"), ("", "")])
    with patch.dict(os.environ, firm.environment):
        assert [p.code for p in look_at_map(firm.folder, "shop", values=True).problems if p.code == "T423"] == []


def test_where_there_was_not_time_to_read_all_it_is_unknown(half: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    half.run(f"UPDATE persons SET email = '{BOB}' WHERE id = 2", "UPDATE persons SET tel = '0000000000' WHERE id = 2")
    monkeypatch.setattr("bailee.connectors.sql.counts.TIMEOUT_OF_CELLS", -1.0)
    assert told(half)[:2] == (["T423"], "unknown")


def test_a_declared_scan_finds_capitals_and_is_content(tmp_path: Path, database: Database) -> None:
    scan = "{form: raw, scan: true}"
    firm = firm_of(tmp_path / "firm", database, [(ALICE.upper(), "020 7946 0101")], scan, scan)
    with patch.dict(os.environ, firm.environment):
        assert [p.code for p in look_at_map(firm.folder, "shop", values=True).problems if p.code == "T423"] == []


# --- the law -------------------------------------------------------------------------------------------------

LETTERS = [*"aAkKiIsS@.x,", *["@x.example"] * 4, " ", "\t", "\n", "\u00a0", "\u0130", "ß", "ü", "Ü", "Σ", "ς", "\u212a"]
DIGITS = ["+44", "0", "00", "(0)", "20", "7946", "0101", "2079460101", " ", "-", "ext 3", ";ext=3", "+1", "x", "+54 9"]
SCAN = "{form: raw, scan: true}"
LIST = """'list(",")'"""
FORMS = [("lower", "e164"), (SCAN, SCAN), (LIST, LIST), ('"home::{}"', '"tel:{}"')]


def _random(chance: Random, parts: Sequence[str], before: str) -> str:
    return before + "".join(chance.choices(parts, k=chance.randint(0, 7)))


@pytest.mark.parametrize("forms", FORMS)
def test_each_database_counts_what_no_look_up_finds(tmp_path: Path, database: Database, forms: tuple[str, str]) -> None:
    chance = Random(repr(forms))
    before = ("home::", "tel:") if "home" in forms[0] else ("", "")
    rows = [(_random(chance, LETTERS, before[0]), _random(chance, DIGITS, before[1])) for _ in range(400)]
    firm = firm_of(tmp_path / "firm", database, rows, *forms)
    counted = []
    with firm.systems() as systems:
        m, connector = systems.maps["shop"], systems.connectors["shop"]
        assert isinstance(connector, SqlConnector)
        for column in spelling.list_spelled_columns(m):
            cells = [
                cell for (cell,) in firm.run(f"SELECT {column.column} FROM persons WHERE LENGTH({column.column}) > 0")
            ]
            expected = sum(
                is_misspelt(column.attribute, cell, column.forms, "GB", is_own=column.is_own) for cell in cells
            )
            value = dict(connector.count(spelling.build_doubtful_count(m, column, systems.policy)))
            assert value.get(UNFOUND, 0) == expected
            assert sum(value.values()) <= len(cells)
            counted.append(expected)
    assert any(counted) == (forms[0] != SCAN) or counted[1]


CALLED = """
  person:
    table: persons
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
      phone: {column: tel, stored: e164, joins: verified, valid: [since, until]}
    on_erase: delete
  call:
    table: calls
    fields: {note: note}
    mentions: [{phone: caller, stored: e164, at: at, id: caller}]
    on_erase: delete
    on_leave: {matched: null}
"""


def test_many_persons_leave_calls_whose_column_is_as_long_as_a_number(tmp_path: Path, database: Database) -> None:
    """What stands for a number is carried in a table of the same type, and a transaction that reads makes none."""
    people = [(n, f"p{n}@post.example", f"+4420794601{n:02}") for n in range(40)]
    firm = small(
        tmp_path / "firm", database, CALLED,
        "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(80), tel VARCHAR(13), since DATE, until DATE)",
        "CREATE TABLE calls (id INTEGER PRIMARY KEY, caller VARCHAR(13), at DATE, note VARCHAR(9))",
        *(f"INSERT INTO persons VALUES ({n}, '{email}', '{tel}', '2020-01-01', NULL)" for n, email, tel in people),
        *(f"INSERT INTO calls VALUES ({n}, '{tel}', '2025-01-01', 'a call')" for n, _, tel in people),
        "INSERT INTO calls VALUES (90, '+442079460100', '2019-01-01', 'before')",
    )  # fmt: skip
    plan = firm.plan(lambda systems: plan_erase(systems, [[email] for _, email, _ in people[:-1]]))
    with firm.systems() as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT id FROM calls WHERE caller IS NOT NULL ORDER BY id") == [(39,), (90,)]


WITH_COPIES = """
  person:
    table: persons
    party: person
    identity: {email: {column: email, stored: {form: raw, scan: true}, joins: verified}}
    on_erase: delete
  mail:
    table: mails
    fields: {body: body}
    mentions: [{email: cc, stored: 'list(",")', id: cc}]
    on_erase: delete
    on_leave: {matched: null}
"""


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("encoding", ["LATIN1", "LATIN9", "WIN1252", "KOI8R", "EUC_JP", "SQL_ASCII"])
def test_alice_is_found_and_leaves_a_list_whatever_the_encoding_of_the_database(
    tmp_path: Path, database: Database, encoding: str
) -> None:
    """A server that has no such character refuses even to hear of it: neither a blank nor a spelling has one."""
    name = f"{make_url(database.url).database}_{encoding.lower()}"
    run(
        database.url,
        f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0",
    )
    try:
        url = make_url(database.url).set(database=name).render_as_string(hide_password=False)
        firm = small(
            tmp_path / "firm", replace(database, url=url), WITH_COPIES,
            "CREATE TABLE persons (id INTEGER PRIMARY KEY, email TEXT)",
            "CREATE TABLE mails (id INTEGER PRIMARY KEY, cc TEXT, body TEXT)",
            f"INSERT INTO persons VALUES (1, chr(9) || '{ALICE.upper()}' || chr(13)), (2, '{BOB}')",
            f"INSERT INTO mails VALUES (1, '{BOB}, {ALICE} ,x', 'of both')",
        )  # fmt: skip
        if encoding == "LATIN1":
            firm.run("UPDATE persons SET email = email || '\xa0' WHERE id = 1")
        plan = firm.plan()
        with firm.systems() as systems, search_person(systems, ["kyoto@\u6771\u4eac.example"]) as found:
            assert found.persons.unknown
        with firm.systems() as systems:
            assert apply_plan(systems, plan).is_clean
        assert firm.run("SELECT id FROM persons") == [(2,)]
        assert firm.run("SELECT cc FROM mails") == [(f"{BOB},x",)]
    finally:
        run(database.url, f"DROP DATABASE {name}")
