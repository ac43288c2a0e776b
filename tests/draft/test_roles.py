"""Who a person is to a row: whose it is, who worked on it, whose address it has."""

from __future__ import annotations

import pytest

from bailee.engine.connect.drafts import accept_guesses
from tests.draft.conftest import Command, Look, Looked, insert

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
PEOPLE = 39
USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name VARCHAR(60), password VARCHAR(60))"
CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
AGENTS = "CREATE TABLE agents (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"


def people(table: str, count: int = PEOPLE) -> str:
    return insert(table, ((n, f"P {n}", f"{table}{n}@post.example") for n in range(1, count + 1)))


def all_edges(looked: Looked, collection: str) -> set[str]:
    return {g.says["owned_by"] if isinstance(g.says["owned_by"], str) else g.says["owned_by"]["to"]
            for g in looked.of(collection, "owned_by")}  # fmt: skip


@pytest.mark.parametrize("key", ["", " REFERENCES agents (id)"])
def test_no_call_is_its_agents_to_delete(looked: Look, key: str) -> None:
    """Erasing one agent would delete the calls of all customers whom she spoke to."""
    found = looked(
        AGENTS,
        CUSTOMERS,
        f"CREATE TABLE calls (id INTEGER PRIMARY KEY, agent_id INTEGER{key}, caller VARCHAR(30), started_at TIMESTAMP)",
        people("agents", 12),
        people("customers"),
        insert("calls", ((n, 1 + n % 12, f"+4420794601{n:02}", "2024-05-01 10:00:00") for n in range(1, 90))),
    )
    assert found.of("calls", "names")
    assert not found.of("calls", "owned_by")
    assert not found.of("calls", "on_erase")


def test_a_row_of_a_customer_is_not_its_salespersons(looked: Look) -> None:
    found = looked(
        USERS,
        CUSTOMERS,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
        " salesperson_id INTEGER REFERENCES users (id), created_by INTEGER REFERENCES users (id), user_id INTEGER)",
        insert("users", ((n, f"P {n}", "x") for n in range(1, 13))),
        people("customers"),
        insert("orders", ((n, 1 + n % PEOPLE, 1 + n % 12, 1 + n % 11, 1 + n % 12) for n in range(1, 90))),
    )
    assert all_edges(found, "orders") == {"customers.id = customer_id"}
    assert len(found.of("orders", "names")) == 3


def test_the_owner_of_a_ticket_handles_it_where_it_names_its_customer(looked: Look) -> None:
    """A helpdesk in which customers and agents are users alike."""
    found = looked(
        USERS,
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES users (id),"
        " owner_id INTEGER REFERENCES users (id), updated_by_id INTEGER REFERENCES users (id))",
        "CREATE TABLE ticket_articles (id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES tickets (id),"
        " author_id INTEGER REFERENCES users (id), internal BOOLEAN, body VARCHAR(200))",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        insert("tickets", ((n, 1 + n % PEOPLE, 1 + n % 3, 1 + n % 5) for n in range(1, 60))),
        "INSERT INTO ticket_articles SELECT id, id, owner_id, TRUE, 'she is late in paying' FROM tickets",
    )
    assert all_edges(found, "tickets") == {"users.id = customer_id"}
    assert found.owners("ticket_articles") == {"tickets"}  # the notes of an agent are no agent's to take along


def test_what_carol_wrote_in_bobs_thread_is_not_bobs(looked: Look) -> None:
    found = looked(
        CUSTOMERS,
        "CREATE TABLE threads (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id))",
        "CREATE TABLE remarks (id INTEGER PRIMARY KEY, thread_id INTEGER REFERENCES threads (id),"
        " customer_id INTEGER REFERENCES customers (id), said VARCHAR(200))",
        "CREATE TABLE payments (id INTEGER PRIMARY KEY, thread_id INTEGER REFERENCES threads (id),"
        " customer_id INTEGER REFERENCES customers (id), pence INTEGER)",
        people("customers"),
        insert("threads", ((n, 1 + n % PEOPLE) for n in range(1, 60))),
        insert("remarks", ((n, 1 + n % 59, 1 + n * 7 % PEOPLE, "so") for n in range(1, 200))),
        "INSERT INTO payments SELECT id, id, customer_id, 5 FROM threads",
    )
    assert found.owners("remarks") == {"customers"}
    (beside,) = found.of("remarks", "belongs_to")
    assert "name another person" in beside.because
    assert found.owners("payments") == {"customers", "threads"}  # all of them by whom the thread is


def test_who_is_found_by_an_address_in_another_table_is_found(looked: Look, told: Command) -> None:
    look = looked(
        USERS,
        "CREATE TABLE user_emails (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " email VARCHAR(90) UNIQUE)",
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), body VARCHAR(90))",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        insert("user_emails", ((n, PEOPLE + 1 - n, f"u{n}@post.example") for n in range(1, PEOPLE + 1))),
        insert("posts", ((n, 1 + n % PEOPLE, "so") for n in range(1, 200))),
    )
    taken = accept_guesses(look.folder, "shop", 0.9)
    assert not taken.waiting
    found = told(look, "find", "u7@post.example", "--confirm", "shop.user_emails:7")
    rows = {row["collection"]: row["count"] for row in found["holdings"]}
    assert rows == {"users": 1, "user_emails": 1, "posts": 5}


def test_an_address_book_joins_nobody_to_whose_it_is(looked: Look, told: Command) -> None:
    """Carol's address stands in Bob's book: who finds her must not find him."""
    look = looked(
        USERS,
        "CREATE TABLE collected_addresses (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " email VARCHAR(90))",
        "CREATE TABLE user_addresses (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " email VARCHAR(90))",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        *(
            insert(table, ((n, 1 + n % PEOPLE, f"u{n % 50}@post.example") for n in range(1, 200)))
            for table in ("collected_addresses", "user_addresses")
        ),
    )
    accept_guesses(look.folder, "shop", 0.9)
    assert not [g for table in ("collected_addresses", "user_addresses") for g in look.of(table, "identity", 0.9)]
    found = told(look, "find", "u7@post.example")
    assert "users" not in {row["collection"] for row in found["holdings"]}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("v_extensions", "extension VARCHAR(20), password VARCHAR(60), display_name VARCHAR(60)"),
        ("voicemail_boxes", "mailbox VARCHAR(20), pin VARCHAR(60), email VARCHAR(60)"),
        ("subscriber", "username VARCHAR(20), ha1 VARCHAR(60), email_address VARCHAR(60)"),
    ],
)
def test_who_has_a_telephone_is_somebody(looked: Look, table: str, columns: str) -> None:
    found = looked(
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns})",
        insert(table, ((n, f"{200 + n}", f"{n * 977}", f"p{n}@post.example") for n in range(1, 40))),
    )
    assert [g.says["party"] for g in found.of(table, "party", 0.9)] == ["person"]
    assert not found.of(table, "opaque")


@POSTGRESQL
def test_partitions_and_heirs_are_one_collection(looked: Look) -> None:
    found = looked(
        CUSTOMERS,
        "CREATE TABLE visits (id INTEGER, customer_id INTEGER REFERENCES customers (id), on_day DATE)"
        " PARTITION BY RANGE (on_day)",
        "CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE TABLE logins (id INTEGER PRIMARY KEY, customer_id INTEGER, at TIMESTAMP)",
        "CREATE TABLE logins_old () INHERITS (logins)",
        people("customers"),
        insert("visits", ((n, 1 + n % PEOPLE, "2024-05-01") for n in range(1, 60))),
        insert("logins", ((n, 1 + n % PEOPLE, "2024-05-01 10:00:00") for n in range(1, 60))),
        insert("logins_old", ((n, 1 + n % PEOPLE, "2024-05-01 10:00:00") for n in range(1, 60))),
    )
    assert set(found.draft.places) == {"customers", "visits", "logins"}
    assert found.owners("visits") == found.owners("logins") == {"customers"}


def test_nothing_that_is_taken_over_gives_a_row_to_somebody_else(looked: Look, told: Command) -> None:
    """The law: by all that is taken, what Alice is told is hers names her, and Bob's rows are his."""
    look = looked(
        CUSTOMERS,
        AGENTS,
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, customer_id INTEGER, agent_id INTEGER)",
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, agent_id INTEGER, body VARCHAR(90))",
        "CREATE TABLE letters (id INTEGER PRIMARY KEY, entry_id INTEGER, body VARCHAR(90))",
        people("customers"),
        people("agents", 20),
        insert("tickets", ((n, 1 + n % PEOPLE, 1 + n % 20) for n in range(1, 90))),
        insert("entries", ((n, 1 + n % 20, "so") for n in range(1, 90))),
        insert("letters", ((n, 1 + n * 7 % 89, "to whom a ticket is about") for n in range(1, 90))),
    )
    accept_guesses(look.folder, "shop", 0.9)
    for person, collection in (("customers7", "customers:7"), ("agents7", "agents:7")):
        found = told(look, "find", f"{person}@post.example", "--confirm", f"shop.{collection}")
        rows = {row["collection"] for row in found["holdings"]}
        assert rows <= {"customers", "tickets"} if collection[0] == "c" else rows == {"agents"}


def test_who_entered_or_changed_a_row_last_is_not_whose_it_is(looked: Look) -> None:
    """Business software has two such columns in every table, with foreign keys to its users."""
    found = looked(
        USERS,
        "CREATE TABLE parcels (id INTEGER PRIMARY KEY, create_uid INTEGER REFERENCES users (id),"
        " write_uid INTEGER REFERENCES users (id), weight INTEGER)",
        "CREATE TABLE visits (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id),"
        " sender INTEGER REFERENCES users (id), at TIMESTAMP)",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        insert("parcels", ((n, 1 + n % 3, 1 + n % 5, 9) for n in range(1, 60))),
        insert("visits", ((n, 1 + n % PEOPLE, 1 + n % 5, "2024-05-01 10:00:00") for n in range(1, 60))),
    )
    assert not found.owners("parcels")
    assert [g.says["owned_by"] for g in found.of("visits", "owned_by", 0.9)] == ["users.id = user_id"]


def test_who_answers_a_ticket_that_came_by_mail_does_not_own_what_was_answered(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE tickets (id INTEGER PRIMARY KEY, submitter_email VARCHAR(90), assigned_to_id INTEGER)",
        "CREATE TABLE followups (id INTEGER PRIMARY KEY, ticket_id INTEGER REFERENCES tickets (id),"
        " user_id INTEGER REFERENCES users (id), comment VARCHAR(200))",
        insert("users", ((n, f"P {n}", "x") for n in range(1, PEOPLE + 1))),
        insert("tickets", ((n, f"c{n}@post.example", 1 + n % 3) for n in range(1, 60))),
        insert("followups", ((n, n, 1 + n % 3, "she was right") for n in range(1, 60))),
    )
    assert "users" not in found.owners("followups")
