"""What the database changes by itself stands on the map with the rows whose going sets it off."""

from __future__ import annotations

import pytest

from bailee.engine.connect.drafts import accept_guesses, inspect_map
from tests.draft.conftest import SURE, Look, insert
from tests.draft.test_roles import PEOPLE, people

MEMBERS = "CREATE TABLE members (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
ORDERS = "CREATE TABLE orders (id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES members (id))"
BOARDS = (
    "CREATE TABLE boards (id INTEGER PRIMARY KEY, title VARCHAR(40), latest_order_id INTEGER,"
    " FOREIGN KEY (latest_order_id) REFERENCES orders (id) ON DELETE SET NULL)"
)
NOTES = (
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,"
    " body VARCHAR(90))"
)


def test_a_table_that_the_database_would_change_is_put_on_the_map_and_takes_nothing(looked: Look) -> None:
    found = looked(
        MEMBERS,
        ORDERS,
        BOARDS,
        people("members"),
        insert("orders", ((n, 1 + n % PEOPLE) for n in range(1, 61))),
        insert("boards", ((n, f"board {n}", n) for n in range(1, 9))),
    )
    taken = accept_guesses(found.folder, "shop", SURE)
    assert taken.waiting == ()
    assert {g.collection for g in taken.taken} >= {"members", "orders", "boards"}
    boards = inspect_map(found.folder, "shop").system.collections["boards"]
    assert [(edge.kind, edge.to, edge.on_parent_gone) for edge in boards.edges] == [("belongs_to", "orders", None)]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_table_with_a_trigger_waits_alone(looked: Look) -> None:
    """Nobody has accounted for the trigger; the people, whose going would delete the notes, stand all the same."""
    found = looked(
        MEMBERS,
        ORDERS,
        NOTES,
        "CREATE TRIGGER counted AFTER UPDATE ON notes BEGIN UPDATE members SET full_name = full_name; END",
        people("members"),
        insert("orders", ((n, 1 + n % PEOPLE) for n in range(1, 61))),
        insert("notes", ((n, 1 + n % PEOPLE, "a word or two") for n in range(1, 61))),
    )
    taken = accept_guesses(found.folder, "shop", SURE)
    assert {guess.collection for guess, _ in taken.waiting} == {"notes"}
    collections = inspect_map(found.folder, "shop").system.collections
    assert collections["members"].party
    assert [(edge.kind, edge.to) for edge in collections["notes"].edges] == [("names", "members")]
