"""Kinds of evidence that say where people are and whose a row is, each learnt from what a draft had missed."""

from __future__ import annotations

import random

import pytest

from bailee.connectors.sql.dialects import list_dialects
from bailee.draft.guess import find_pairs
from bailee.draft.meaning import ColumnPair
from bailee.draft.names import remove_column_prefixes, split_by_known_words, split_words
from bailee.draft.sample import Sample
from bailee.trace.schema import ColumnKind, Schema, SchemaColumn, SchemaTable
from tests.draft.conftest import Look, insert

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PEOPLE = 39
USERS = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(40) UNIQUE, password VARCHAR(60), email VARCHAR(90))"
)
NAMES = [f"otter{n * 7 % 97}" for n in range(1, PEOPLE + 1)]


def users() -> str:
    return insert("users", ((n, NAMES[n - 1], "x", f"u{n}@post.example") for n in range(1, PEOPLE + 1)))


def test_people_are_found_by_how_they_sign_in_where_no_key_and_no_word_says_it(looked: Look) -> None:
    """Nothing keeps two from having one login name, and the table is called after what it is for."""
    found = looked(
        "CREATE TABLE console_auth (id INTEGER PRIMARY KEY, username VARCHAR(40), password VARCHAR(60),"
        " realm INTEGER, full_name VARCHAR(60), email_address VARCHAR(90))",
        "CREATE TABLE settings_user (user_id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, setting VARCHAR(40),"
        " PRIMARY KEY (user_id, name))",
        insert(
            "console_auth",
            ((n, NAMES[n - 1], "x", n % 3, f"P {n}", f"u{n}@post.example") for n in range(1, PEOPLE + 1)),
        ),
        insert("settings_user", ((1 + n % PEOPLE, f"s{n}", "on") for n in range(70))),
    )
    assert found.of("console_auth", "party", 0.9)
    assert found.owners("settings_user") == {"console_auth"}


def test_where_a_program_connects_to_nobody_is(looked: Look) -> None:
    found = looked(
        "CREATE TABLE inboxes (id INTEGER PRIMARY KEY, host VARCHAR(40), port INTEGER, username VARCHAR(40),"
        " password VARCHAR(60), full_name VARCHAR(40), email VARCHAR(90))",
        insert("inboxes", ((n, "mail", 25, NAMES[n], "x", f"P {n}", f"u{n}@post.example") for n in range(1, 30))),
    )
    assert not found.of("inboxes", "party")


def test_a_program_that_names_itself_a_manager_is_nobody(looked: Look) -> None:
    """Where a table of other things is called by the word, the word means these."""
    found = looked(
        USERS,
        "CREATE TABLE trap_managers (id INTEGER PRIMARY KEY, title VARCHAR(40))",
        "CREATE TABLE traps (id INTEGER PRIMARY KEY, manager_id INTEGER, processes INTEGER)",
        users(),
        insert("trap_managers", ((n, f"m{n}") for n in range(1, 20))),
        insert("traps", ((n, 1 + n % 19, 1 + n % 12) for n in range(1, 80))),
    )
    named = [str(g.says) for word in ("names", "owned_by") for g in found.of("traps", word) if "users" in str(g.says)]
    assert named == []


def test_rows_that_are_told_apart_by_a_person_are_kept_for_each(looked: Look) -> None:
    """The name of a list alone does not make them everybody's."""
    found = looked(
        USERS,
        "CREATE TABLE tags (user_id INTEGER NOT NULL, tag VARCHAR(40) NOT NULL, PRIMARY KEY (user_id, tag))",
        "CREATE TABLE boards (id INTEGER PRIMARY KEY, user_id INTEGER, title VARCHAR(40))",
        users(),
        insert("tags", ((1 + n % PEOPLE, f"t{n}") for n in range(70))),
        insert("boards", ((n, 1 + n % PEOPLE, f"b{n}") for n in range(1, 70))),
    )
    assert found.owners("tags") == {"users"}
    assert not found.owners("boards")


def test_a_list_of_those_who_stand_elsewhere_by_their_login_names_has_no_people(looked: Look) -> None:
    """Quick dialling: a name of somebody in the table of users, and their full name beside it."""
    found = looked(
        USERS,
        "CREATE TABLE quick (id INTEGER PRIMARY KEY, username VARCHAR(40), target VARCHAR(40), fname VARCHAR(40),"
        " lname VARCHAR(40))",
        users(),
        insert("quick", ((n, NAMES[n % PEOPLE], f"sip:{n}", f"F{n}", f"L{n}") for n in range(1, 60))),
    )
    assert not found.of("quick", "party")
    assert found.owners("quick") == {"users"}


def test_a_mark_before_a_login_name_names_the_person_all_the_same(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, visitor_username VARCHAR(40), seen_at TIMESTAMP NULL)",
        users(),
        insert("visits", ((n, NAMES[n % PEOPLE], None) for n in range(1, 60))),
    )
    assert found.of("visits", "owned_by")


def test_what_points_to_an_address_by_which_somebody_is_found_is_theirs(looked: Look) -> None:
    found = looked(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name VARCHAR(60), password VARCHAR(60))",
        "CREATE TABLE addresses (id INTEGER PRIMARY KEY, email VARCHAR(90) UNIQUE,"
        " user_id INTEGER REFERENCES users (id))",
        "CREATE TABLE digests (id INTEGER PRIMARY KEY, address_id INTEGER REFERENCES addresses (id), day_of INTEGER)",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        insert("addresses", ((n, f"u{n}@post.example", n) for n in range(1, PEOPLE + 1))),
        insert("digests", ((n, 1 + n % PEOPLE, n) for n in range(1, 60))),
    )
    assert found.owners("digests") == {"addresses"}


def test_what_has_a_postal_address_is_not_theirs_who_lives_there(looked: Look) -> None:
    found = looked(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE addresses (id INTEGER PRIMARY KEY, street VARCHAR(60), city VARCHAR(60), postcode VARCHAR(20),"
        " user_id INTEGER NOT NULL REFERENCES users (id))",
        "CREATE TABLE depots (id INTEGER PRIMARY KEY, address_id INTEGER REFERENCES addresses (id), size INTEGER)",
        insert("users", ((n, f"P {n}", f"u{n}@post.example") for n in range(1, PEOPLE + 1))),
        insert("addresses", ((n, f"{n} High Street", "Leith", f"EH{n} 1AA", n) for n in range(1, PEOPLE + 1))),
        insert("depots", ((n, n, n) for n in range(1, 9))),
    )
    assert found.owners("addresses") == {"users"}
    assert found.owners("depots", 0.0) == set()


def test_rules_belong_to_the_table_that_is_called_as_their_own(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE graph_rules (id INTEGER PRIMARY KEY, user_id INTEGER)",
        "CREATE TABLE tree_rules (id INTEGER PRIMARY KEY, user_id INTEGER)",
        "CREATE TABLE graph_rule_items (id INTEGER PRIMARY KEY, rule_id INTEGER, place INTEGER)",
        users(),
        insert("graph_rules", ((n, 1 + n % PEOPLE) for n in range(1, 40))),
        insert("tree_rules", ((n, 1 + n % PEOPLE) for n in range(1, 40))),
        insert("graph_rule_items", ((n, 1 + n % 39, n) for n in range(1, 80))),
    )
    assert found.owners("graph_rule_items", 0.0) <= {"graph_rules"}


def test_a_row_with_a_number_of_its_place_belongs_to_no_order(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER)",
        "CREATE TABLE pictures (id INTEGER PRIMARY KEY, display_order INTEGER)",
        users(),
        insert("orders", ((n, 1 + n % PEOPLE) for n in range(1, 60))),
        insert("pictures", ((n, 1 + n % 12) for n in range(1, 40))),
    )
    assert not found.owners("pictures", 0.5)


def test_what_two_rows_of_one_table_share_is_theirs_whose_the_plain_one_is(looked: Look) -> None:
    """A case, and the case that has to wait for it."""
    found = looked(
        USERS,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id))",
        "CREATE TABLE waits (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders (id),"
        " depends_on_id INTEGER NOT NULL REFERENCES orders (id))",
        users(),
        insert("orders", ((n, 1 + n % PEOPLE) for n in range(1, 60))),
        insert("waits", ((n, 1 + n % 59, 1 + (n + 7) % 59) for n in range(1, 60))),
    )
    assert [g.says["owned_by"] for g in found.of("waits", "owned_by", 0.9)] == ["orders.id = order_id"]


def test_an_earlier_version_is_not_whose_the_row_above_it_is(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE documents (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " previous_document_id INTEGER REFERENCES documents (id), parent_id INTEGER REFERENCES documents (id))",
        users(),
        insert("documents", ((n, 1 + n % PEOPLE if n % 2 else None, n - 1 or None, n // 2 or None)
                             for n in range(1, 40))),
    )  # fmt: skip
    up = [g.says["owned_by"]["on"] for g in found.of("documents", "owned_by") if isinstance(g.says["owned_by"], dict)]
    assert up == [{"id": "parent_id"}]


@SQLITE
def test_of_tables_with_one_key_the_one_that_the_others_extend_is_meant(looked: Look) -> None:
    """Rooms, their depth and their state have the same key; a message's room is a room."""
    chance = random.Random(7)
    rooms = [f"!{chance.randrange(10**9)}" for _ in range(30)]
    found = looked(
        USERS,
        "CREATE TABLE rooms (room_id VARCHAR(40) PRIMARY KEY, user_id INTEGER)",
        "CREATE TABLE room_depth (room_id VARCHAR(40) PRIMARY KEY, depth INTEGER)",
        "CREATE TABLE room_state (room_id VARCHAR(40) PRIMARY KEY, state INTEGER)",
        "CREATE TABLE uploads (id INTEGER PRIMARY KEY, room_id VARCHAR(40))",
        users(),
        insert("rooms", ((room, 1 + n) for n, room in enumerate(rooms))),
        insert("room_depth", ((room, n) for n, room in enumerate(rooms))),
        insert("room_state", ((room, n) for n, room in enumerate(rooms))),
        insert("uploads", ((n, rooms[n % 30]) for n in range(1, 60))),
    )
    assert "room_id" not in found.undecided("uploads")


@SQLITE
def test_the_key_that_every_table_has_names_nobody(looked: Look) -> None:
    found = looked(
        "CREATE TABLE customers (entity_id INTEGER PRIMARY KEY, email VARCHAR(90) UNIQUE, password VARCHAR(60))",
        "CREATE TABLE invoices (entity_id INTEGER PRIMARY KEY, total INTEGER)",
        insert("customers", ((n, f"u{n}@post.example", "x") for n in range(1, PEOPLE + 1))),
        insert("invoices", ((n, n) for n in range(1, 30))),
    )
    assert found.owners("invoices", 0.0) == set()


@pytest.mark.parametrize(
    ("name", "own", "parts"),
    [
        ("employeewage", {"employee", "wage"}, ("employee", "wage")),
        ("order_orderlinediscount", {"order", "line", "discount"}, ("order", "line", "discount")),
        ("billowers", {"bill"}, ("billower",)),
        ("messages", {"mess", "ages"}, ("message",)),
    ],
)
def test_a_name_is_taken_apart_by_the_words_of_the_others(name: str, own: set[str], parts: tuple[str, ...]) -> None:
    assert split_by_known_words(split_words(name), frozenset(own)) == parts


def test_a_mark_of_all_columns_is_none_of_their_words_however_few_they_are() -> None:
    assert dict(remove_column_prefixes(("ufg_user", "ufg_group"), ())) == {"ufg_user": "user", "ufg_group": "group"}
    assert dict(remove_column_prefixes(("user_id", "user_name"), ())) == {
        "user_id": "user_id",
        "user_name": "user_name",
    }


def asked(column: str, kind: ColumnKind = ColumnKind.INTEGER) -> set[ColumnPair]:
    """Return where a column beside users may point, by its name."""
    id_ = SchemaColumn("id", ColumnKind.INTEGER, nullable=False)
    columns = {
        c.name: c for c in (id_, SchemaColumn("login", ColumnKind.TEXT), SchemaColumn("password", ColumnKind.TEXT))
    }
    users = SchemaTable("users", columns, ("id",), uniques=frozenset({("login",)}))
    other = SchemaTable("visits", {"id": id_, column: SchemaColumn(column, kind)}, ("id",))
    schema = Schema(list_dialects()["sqlite"].kind, {"users": users, "visits": other})
    return set(find_pairs(schema, Sample({}, {}), {}))


@pytest.mark.parametrize(
    "column", ["user_id", "userid", "uid", "uid_owner", "users_id_recipient", "author", "created_by"]
)
def test_a_word_for_who_signs_in_means_the_users(column: str) -> None:
    assert {(pair.their_table, pair.their_column) for pair in asked(column)} == {("users", "id")}


@pytest.mark.parametrize("column", ["processes", "last_change", "operator", "display_order"])
def test_a_number_that_is_called_after_an_act_means_nobody(column: str) -> None:
    assert asked(column) == set()


@pytest.mark.parametrize("column", ["id_from", "to_id", "object_id"])
def test_a_column_that_says_whence_and_not_of_what_takes_nothing(column: str) -> None:
    assert all(pair.vague for pair in asked(column))


def test_a_text_that_ends_like_a_login_name_means_the_users() -> None:
    assert {(pair.their_table, pair.their_column) for pair in asked("watcher_login", ColumnKind.TEXT)} == {
        ("users", "login")
    }
