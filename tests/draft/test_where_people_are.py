"""Which tables have people, and which of several a column names: where drafts of real schemas were wrong."""

from __future__ import annotations

from tests.draft.conftest import Look, Looked, insert
from tests.draft.test_roles import PEOPLE, people

SURE = 0.9
USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90), password VARCHAR(60))"
BY_NAME = "CREATE TABLE users (username VARCHAR(60) PRIMARY KEY, password VARCHAR(60))"
LOG = (
    "CREATE TABLE acct (acct_id INTEGER PRIMARY KEY, username VARCHAR(60), session_id VARCHAR(60), calling VARCHAR(30))"
)


def names(count: int = PEOPLE) -> str:
    return insert("users", ((f"member{n}", "x") for n in range(1, count + 1)))


def parties(found: Looked) -> set[str]:
    return {g.collection for g in found.draft.guesses if g.says.get("party") == "person"}


def test_a_log_with_a_name_and_a_number_in_it_has_no_people(looked: Look) -> None:
    found = looked(LOG, insert("acct", ((n, f"member{n % 9}", f"s{n}", f"+4420794601{n:02}") for n in range(1, 60))))
    assert parties(found) == set()


def test_who_is_in_a_room_is_no_person_once_more_and_leaves_the_users_what_is_theirs(looked: Look) -> None:
    """A list of subscribers made the users of a chat its staff, so that nothing was anybody's."""
    found = looked(
        BY_NAME,
        "CREATE TABLE room_subscribers (room VARCHAR(40) NOT NULL, jid VARCHAR(90) NOT NULL, nick VARCHAR(40),"
        " PRIMARY KEY (room, jid))",
        "CREATE TABLE oauth_client (client_id VARCHAR(40) PRIMARY KEY, client_name VARCHAR(60))",
        "CREATE TABLE spool (id INTEGER PRIMARY KEY, username VARCHAR(60), packet VARCHAR(200))",
        names(),
        insert("room_subscribers", ((f"room{n % 5}", f"member{n}@post.example", f"m{n}") for n in range(1, 40))),
        insert("oauth_client", ((f"c{n}", f"Programme {n}") for n in range(1, 9))),
        insert("spool", ((n, f"member{1 + n % PEOPLE}", "so") for n in range(1, 90))),
    )
    assert parties(found) == {"users"}
    assert found.owners("spool", SURE) == {"users"}


def test_of_tables_with_the_same_key_a_column_names_the_peoples(looked: Look) -> None:
    found = looked(
        BY_NAME,
        "CREATE TABLE last_seen (username VARCHAR(60) PRIMARY KEY, seconds VARCHAR(20))",
        "CREATE TABLE roster (username VARCHAR(60) PRIMARY KEY, version VARCHAR(20))",
        "CREATE TABLE archive (id INTEGER PRIMARY KEY, username VARCHAR(60), body VARCHAR(200))",
        names(),
        insert("last_seen", ((f"member{n}", "1") for n in range(1, PEOPLE + 1))),
        insert("roster", ((f"member{n}", "1") for n in range(1, PEOPLE + 1))),
        insert("archive", ((n, f"member{1 + n % PEOPLE}", "so") for n in range(1, 90))),
    )
    for table in ("last_seen", "roster", "archive"):
        assert found.owners(table) == {"users"}, table


def test_a_column_of_most_tables_that_says_who_made_a_row_gives_nobody_anything(looked: Look) -> None:
    tables = [
        f"order_{word}"
        for word in ("line", "note", "file", "payment", "parcel", "address", "event", "option", "discount")
    ]
    found = looked(
        USERS,
        "CREATE TABLE parties (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))",
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, party_id INTEGER REFERENCES parties (id),"
        " create_uid INTEGER REFERENCES users (id))",
        *(f"CREATE TABLE {t} (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id),"
          " create_uid INTEGER REFERENCES users (id))" for t in tables),
        insert("users", ((n, f"P {n}", f"u{n}@post.example", "x") for n in range(1, 13))),
        people("parties"),
        insert("orders", ((n, 1 + n % PEOPLE, 1 + n % 12) for n in range(1, 60))),
        *(insert(t, ((n, n, 1 + n % 12) for n in range(1, 50))) for t in tables),
    )  # fmt: skip
    for table in tables:
        assert found.owners(table, SURE) == {"orders"}, table
        assert not [g for g in found.of(table, "owned_by") if "users" in str(g.says)], table


def test_a_user_whom_many_customers_name_keeps_them_and_owns_none_of_what_is_theirs(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90),"
        " user_id INTEGER REFERENCES users (id))",
        "CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
        " user_id INTEGER REFERENCES users (id))",
        insert("users", ((n, f"P {n}", f"u{n}@post.example", "x") for n in range(1, 8))),
        insert("customers", ((n, f"P {n}", f"c{n}@post.example", 1 + n % 6) for n in range(1, PEOPLE + 1))),
        insert("invoices", ((n, 1 + n % PEOPLE, 1 + n % 6) for n in range(1, 90))),
    )
    assert {g.says["owned_by"] for g in found.of("invoices", "owned_by")} == {"customers.id = customer_id"}


def test_what_belongs_to_a_row_is_no_surer_somebodys_than_that_row(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE posts (id INTEGER PRIMARY KEY, created_by INTEGER REFERENCES users (id))",
        "CREATE TABLE post_files (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES posts (id))",
        insert("users", ((n, f"P {n}", f"u{n}@post.example", "x") for n in range(1, PEOPLE + 1))),
        insert("posts", ((n, 1 + n % PEOPLE) for n in range(1, 90))),
        insert("post_files", ((n, n) for n in range(1, 80))),
    )
    above = max(g.sure for g in found.of("posts", "owned_by"))
    assert all(g.sure <= above for g in found.of("post_files", "owned_by"))
    assert found.of("post_files", "owned_by")
