"""What Alice was known by is gone when she is erased, or it is said where it stands: also where it is a row's key."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from bailee.engine import ledger_entries
from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.remaining_values import describe_remaining_values
from bailee.ledger.receipt import parse
from bailee.policy import PolicyError
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, MARKER, Firm
from tests.harm.small import small

NEWSLETTER = "CREATE TABLE newsletter (email VARCHAR(80) NOT NULL PRIMARY KEY, name VARCHAR(40), asked DATE)"
READERS = f"INSERT INTO newsletter VALUES ('{ALICE}', 'Alice {MARKER}', '2026-01-01'), ('{BOB}', 'Bob', '2026-01-01')"
SUBSCRIBER = """
  newsletter:
    party: person
    identity: {email: {column: email, stored: lower, joins: verified}}
    fields: {name: name, asked: asked}
    on_erase: delete
"""
PERSON = SUBSCRIBER.replace("newsletter:", "person:\n    table: persons").replace(", asked: asked", "")
PERSONS = "CREATE TABLE persons (id INTEGER PRIMARY KEY, email VARCHAR(80), name VARCHAR(40))"
TWO = f"INSERT INTO persons VALUES (1, '{ALICE}', 'Alice {MARKER}'), (2, '{BOB}', 'Bob')"
MENTIONED = """
  newsletter:
    mentions: [{email: email, stored: lower}]
    fields: {name: name, asked: asked}
    on_erase: delete
"""


def erased(firm: Firm) -> tuple[ApplyResult, list[tuple[str, str, int, str]], list[str]]:
    """Erase Alice. Return what became of it, what her receipt says still stands, and what her letter says of it."""
    plan, receipt = firm.plan(), list[str]()
    with firm.systems() as systems:
        applied = apply_plan(systems, plan)
        ledger_entries.hand_out_receipt(systems, plan, receipt.append)
        letter = list(describe_remaining_values(plan, ledger_entries.read_remaining_values(systems.store, plan.case)))
    parts = parse(receipt[0]).entry["systems"]
    told = [(s["collection"], s["column"], s["rows"], s["why"]) for p in parts for s in p.get("standing", ())]
    assert told == [(s.collection, s.column, s.count, s.why) for s in applied.standing]
    return applied, told, letter


def test_a_newsletter_whose_key_is_the_address_loses_alice(tmp_path: Path, database: Database) -> None:
    firm = small(tmp_path / "firm", database, SUBSCRIBER, NEWSLETTER, READERS)
    applied, told, letter = erased(firm)
    assert applied.is_clean
    assert (told, letter) == ([], [])
    assert firm.run("SELECT email FROM newsletter") == [(BOB,)]


def test_what_a_hold_keeps_by_the_key_is_told(tmp_path: Path, database: Database) -> None:
    held = SUBSCRIBER + "    hold: consent\n"
    firm = small(tmp_path / "firm", database, held, NEWSLETTER, READERS)
    (firm.folder / "holds.yaml").write_text("consent: {law: a law, keeps: [newsletter.asked], until: asked + P6Y}\n")
    applied, told, letter = erased(firm)
    assert applied.is_clean
    assert told == [("newsletter", "email", 1, "kept")]
    assert letter == ["Shop: what you are known by stays with what must stay: newsletter (email)"]
    assert firm.run("SELECT email, name FROM newsletter ORDER BY email") == [(ALICE, None), (BOB, "Bob")]


def test_what_no_word_of_the_map_takes_from_rows_of_others_is_told(tmp_path: Path, database: Database) -> None:
    firm = small(tmp_path / "firm", database, PERSON + MENTIONED, PERSONS, TWO, NEWSLETTER, READERS)
    applied, told, letter = erased(firm)
    assert applied.is_clean
    assert told == [("newsletter", "email", 1, "left")]
    assert letter == ["Shop: what you are known by stays in records of others: newsletter (email)"]


def test_what_stays_in_her_own_row_without_a_reason_is_not_clean(tmp_path: Path, database: Database) -> None:
    anonymised = PERSON.replace(
        "on_erase: delete", "on_erase: {anonymise: {email: null, gone: 1}}\n    erased_when: {gone: 1}"
    )
    persons = PERSONS.replace(")\n", "").replace("name VARCHAR(40))", "name VARCHAR(80), gone INTEGER)")
    row = f"INSERT INTO persons VALUES (1, '{ALICE}', '{ALICE}', 0), (2, '{BOB}', 'Bob', 0)"
    firm = small(tmp_path / "firm", database, anonymised, persons, row)
    applied, told, letter = erased(firm)
    assert not applied.is_clean
    assert told == [("person", "name", 1, "unkept")]
    assert letter == ["Shop: what you are known by stays in your own records: person (name)"]


KEYS, FATES, HOLDS = ("id", "email"), ("delete", "anonymise"), ("", "person.asked", "person.email")
LEAVES = ("", "on_leave: {}", "on_leave: {matched: null}")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("keeps", HOLDS)
def test_whatever_the_map_says_each_cell_that_still_has_her_address_is_told(
    tmp_path: Path, database: Database, fate: str, keeps: str
) -> None:
    refused = list[set[str]]()
    for number, (key, their_key, leave) in enumerate(product(KEYS, KEYS, LEAVES)):
        url = f"{database.url}{number}"
        firm = small(tmp_path / str(number), replace(database, url=url), _map(key, their_key, fate, keeps, leave))
        tables = (f"CREATE TABLE person (id INTEGER, email TEXT, name TEXT, asked DATE, gone INTEGER, {_key(key)})",
                  f"CREATE TABLE letter (id INTEGER, email TEXT, sent_by TEXT, {_key(their_key)})")  # fmt: skip
        rows = (f"INSERT INTO person VALUES (1, '{ALICE}', '{ALICE}', '2026-01-01', 0), (2, '{BOB}', 'Bob', NULL, 0)",
                f"INSERT INTO letter VALUES (1, '{ALICE}', '{BOB}'), (2, '{BOB}', '{ALICE}')")  # fmt: skip
        firm.run(*tables, *rows)
        if keeps:
            hold = f"consent: {{law: a law, keeps: [{keeps}], until: asked + P6Y}}\n"
            (firm.folder / "holds.yaml").write_text(hold)
        try:
            applied, told, _ = erased(firm)
        except PolicyError as wrong:
            refused.append({p.code for p in wrong.problems if p.severity == "error"})
            continue
        there = {
            (table, column): firm.run(f"SELECT count(*) FROM {table} WHERE {column} = '{ALICE}'")[0][0]
            for table, column in (("person", "email"), ("person", "name"), ("letter", "email"), ("letter", "sent_by"))
        }
        assert {(c, column): rows for c, column, rows, _ in told} == {place: n for place, n in there.items() if n}
        assert applied.is_clean == all(why != "unkept" for *_, why in told)
        assert all(why == "kept" for c, column, _, why in told if (c, column) == ("person", "email"))
    assert set().union(*refused) <= {"T305", "T404", "T422"}
    assert len(refused) < len(KEYS) ** 2 * len(LEAVES)


def _key(column: str) -> str:
    return f"PRIMARY KEY ({column}), CHECK ({column} IS NOT NULL)"


def _map(key: str, their_key: str, fate: str, keeps: str, leave: str) -> str:
    erase = "delete" if fate == "delete" else "{anonymise: {email: null, gone: 1}}\n    erased_when: {gone: 1}"
    if fate != "delete" and key == "email":
        erase = erase.replace("email: null, ", "")
    return f"""
  person:
    party: person
    key: [{key}]
    identity: {{email: {{column: email, stored: lower, joins: verified}}}}
    fields: {{name: name, asked: asked}}
    opaque: {{id: a number}}
    on_erase: {erase}
    {"hold: consent" if keeps else ""}
  letter:
    key: [{their_key}]
    mentions: [{{email: email, stored: lower}}, {{email: sent_by, stored: lower}}]
    {leave}
"""
