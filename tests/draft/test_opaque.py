"""That a table has nothing personal is never guessed from its name, nor where something in it may say anything."""

from __future__ import annotations

import pytest

from bailee.engine.connect.drafts import accept_guesses
from tests.conftest import Database
from tests.draft.conftest import Command, Look, insert

CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
PEOPLE = insert("customers", ((n, f"P {n}", f"p{n}@post.example") for n in range(1, 40)))
ADDRESSES = (
    "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street VARCHAR(60), postcode VARCHAR(20), city VARCHAR(40))"
)
STREETS = insert("addresses", ((n, f"{n} Mill Lane", f"ZZ{n} 1AA", "Leeds") for n in range(1, 40)))


def test_a_list_that_was_looked_at_has_nothing_personal(looked: Look) -> None:
    found = looked(
        "CREATE TABLE countries (code CHAR(2) PRIMARY KEY, name VARCHAR(40))",
        insert("countries", [("GB", "United Kingdom"), ("IE", "Ireland"), ("DE", "Germany")]),
    )
    assert found.of("countries", "opaque", 0.9)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("remarks VARCHAR(400)", "ask for Carol at the back door"),
        ("note VARCHAR(400)", None),
        ("details VARCHAR(400)", '{"contact": "carol"}'),
        ("details VARCHAR(400)", "<contact>carol</contact>"),
        ("sent_to VARCHAR(90)", "carol@post.example"),
        ("username VARCHAR(90)", "carol"),
        ("object_id INTEGER", 7),
    ],
)
def test_no_list_is_opaque_that_may_say_something_of_somebody(looked: Look, column: str, value: object) -> None:
    found = looked(
        f"CREATE TABLE categories (id INTEGER PRIMARY KEY, title VARCHAR(40), {column})",
        insert("categories", ((n, f"sort {n}", value) for n in range(1, 30))),
    )
    assert not found.of("categories", "opaque")


@pytest.mark.parametrize("type_name", ["BLOB", "JSON"])
def test_no_list_is_opaque_that_has_bytes_or_documents(looked: Look, database: Database, type_name: str) -> None:
    kind = "BYTEA" if type_name == "BLOB" and database.dialect == "postgresql" else type_name
    found = looked(
        f"CREATE TABLE categories (id INTEGER PRIMARY KEY, title VARCHAR(40), payload {kind})",
        "INSERT INTO categories (id, title) VALUES (1, 'one'), (2, 'two'), (3, 'three')",
    )
    assert not found.of("categories", "opaque")


def test_no_empty_table_is_opaque_by_its_name(looked: Look) -> None:
    found = looked("CREATE TABLE countries (code CHAR(2) PRIMARY KEY, name VARCHAR(40))")
    assert not found.of("countries", "opaque", 0.9)


def test_a_link_to_addresses_is_not_opaque(looked: Look, told: Command) -> None:
    """Which address is whose stands in a table without a word of its own: erasing Alice must not leave it unseen."""
    look = looked(
        CUSTOMERS,
        ADDRESSES,
        "CREATE TABLE party_address (party_id INTEGER, address_id INTEGER REFERENCES addresses (id), kind VARCHAR(9))",
        "CREATE TABLE depot (id INTEGER PRIMARY KEY, title VARCHAR(9), address_id INTEGER REFERENCES addresses (id))",
        PEOPLE,
        STREETS,
        insert("party_address", ((n, 40 - n, "home") for n in range(1, 40))),
        insert("depot", ((n, "north", 40 - n) for n in range(1, 4))),
    )
    assert not look.of("party_address", "opaque")
    assert not look.of("depot", "opaque")
    accept_guesses(look.folder, "shop", 0.5)
    tables = {table["table"]: table for table in told(look, "map", "shop")["tables"]}
    assert not tables["party_address"]["opaque"]
