"""JSON is looked into: its paths stand in the draft and on the map, and no value of them is kept."""

from __future__ import annotations

import json

import pytest

from bailee.draft.json_columns import look_inside, read_json
from bailee.draft.sample import ValueShape
from bailee.engine.connect.drafts import accept_guesses, connect_system
from tests.conftest import Database
from tests.connect.conftest import MARKER
from tests.draft.conftest import Command, Look, insert

CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
PEOPLE = insert("customers", ((n, f"P {n}", f"p{n}@post.example") for n in range(1, 40)))


def document(n: int) -> str:
    return json.dumps(
        {
            "shop": {"currency": "GBP", "lines": [{"sku": f"A{n}", "size": n}]},
            "customer": {"email": f"{MARKER}{n}@post.example", "phones": [f"+4420794601{n:02}"]},
            "by_person": {f"{MARKER}.{n}": {"seen": n}},
            "padding": "x" * 300,
        }
    )


def json_type(database: Database) -> str:
    return {"postgresql": "JSONB", "mariadb": "JSON", "sqlite": "JSON"}[database.dialect]


@pytest.mark.parametrize("declared", ["json", "text"])
def test_paths_inside_json_stand_in_the_draft(looked: Look, told: Command, database: Database, declared: str) -> None:
    kind = json_type(database) if declared == "json" else "TEXT"
    look = looked(
        CUSTOMERS,
        f"CREATE TABLE webhooks (id INTEGER PRIMARY KEY, kind VARCHAR(20), payload {kind})",
        PEOPLE,
        insert("webhooks", ((n, "paid", document(n)) for n in range(1, 40))),
    )
    undecided = look.undecided("webhooks")
    assert "e-mail" in undecided["payload > customer.email"]
    assert "telephone" in undecided["payload > customer.phones[]"]
    assert "shop.currency" in undecided["payload"]
    assert not look.of("webhooks", "opaque")
    kept = [file.read_text() for file in look.folder.rglob("*") if file.is_file()]
    assert not [text for text in kept if MARKER in text]
    shown = told(look, "map", "shop")
    assert "payload > customer.email" in [note["about"] for note in shown["unguessed"]]


def test_paths_stay_undecided_until_somebody_says_what_the_column_is(looked: Look, database: Database) -> None:
    look = looked(
        CUSTOMERS,
        f"CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
        f" payload {json_type(database)})",
        PEOPLE,
        insert("orders", ((n, n, document(n)) for n in range(1, 40))),
    )
    accept_guesses(look.folder, "shop", 0.9)
    again = connect_system(look.folder, "shop").draft
    assert {n.about for n in again.notes if n.collection == "orders"} >= {"payload > customer.email"}
    accept_guesses(look.folder, "shop", 0.5)  # the column as a whole is a field of what is theirs
    assert not [n for n in connect_system(look.folder, "shop").draft.notes if n.collection == "orders"]


def test_a_document_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = json.dumps({"a": {"b": ["x", {"c": 'q"uo,te'}]}, "d": 5, "e": "long" * 9})
    for end in range(1, len(whole)):
        cut = read_json(whole[:end])
        assert cut is None or isinstance(cut, dict)
    assert read_json(whole[:40]) == {"a": {"b": ["x", {"c": 'q"uo,te'}]}}
    assert read_json("not json") is None


def test_keys_that_are_data_are_not_told() -> None:
    paths = look_inside((json.dumps({"who": {f"alice{n}@post.example": n}, "n": n}) for n in range(20)), "GB")
    assert set(paths) == {"n", "who.*", "who.* (its keys)"}
    assert paths["who.* (its keys)"].share(ValueShape.EMAIL) == 1.0
