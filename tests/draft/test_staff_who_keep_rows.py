"""Users who may work for the firm and keep customers' rows: what is theirs is shown, and not taken."""

from __future__ import annotations

import pytest

from tests.draft.conftest import Look, insert
from tests.draft.test_whose_it_is import PEOPLE, USERS, users

CONTACTS = (
    "CREATE TABLE contacts (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90),"
    " is_user_id INTEGER REFERENCES users (id))"
)
ONE_IN = 8  # contacts, of whom one logs in


def contacts(*, log_in: bool) -> str:
    return insert(
        "contacts",
        ((n, f"P {n}", f"c{n}@post.example", n if log_in or n % ONE_IN == 0 else None) for n in range(1, PEOPLE + 1)),
    )


@pytest.mark.parametrize("cascade", ["", " ON DELETE CASCADE"])
def test_a_row_is_not_taken_for_its_users_where_contacts_without_a_login_stand_beside_them(
    looked: Look, cascade: str
) -> None:
    """In a CRM the user of a record keeps it. Whose it is a link tells that no single edge can follow."""
    found = looked(
        USERS,
        CONTACTS,
        f"CREATE TABLE records (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id){cascade},"
        " title VARCHAR(40))",
        "CREATE TABLE memos (id INTEGER PRIMARY KEY, record_id INTEGER NOT NULL REFERENCES records (id), body TEXT)",
        users(),
        contacts(log_in=False),
        insert("records", ((n, 1 + n % 12, f"r{n}") for n in range(1, 90))),
        insert("memos", ((n, 1 + n % 80, f"m{n}") for n in range(1, 90))),
    )
    assert found.owners("records") == found.owners("memos") == set()
    assert found.owners("records", 0.5) == {"users"}
    assert any("may keep the row of another" in guess.because for guess in found.of("records", "owned_by"))


def test_what_is_kept_for_each_user_is_theirs_all_the_same(looked: Look) -> None:
    found = looked(
        USERS,
        CONTACTS,
        "CREATE TABLE pinned (user_id INTEGER NOT NULL REFERENCES users (id), record INTEGER NOT NULL,"
        " PRIMARY KEY (user_id, record))",
        "CREATE TABLE sessions (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), seen DATE)",
        users(),
        contacts(log_in=False),
        insert("pinned", ((1 + n % PEOPLE, n) for n in range(1, 90))),
        insert("sessions", ((n, 1 + n % PEOPLE, "2026-01-05") for n in range(1, 90))),
    )
    assert found.owners("pinned") == found.owners("sessions") == {"users"}


def test_where_each_contact_logs_in_a_users_row_is_theirs(looked: Look) -> None:
    found = looked(
        USERS,
        CONTACTS.replace("is_user_id INTEGER", "is_user_id INTEGER NOT NULL"),
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), total INTEGER)",
        users(),
        contacts(log_in=True),
        insert("orders", ((n, 1 + n % PEOPLE, n) for n in range(1, 90))),
    )
    assert found.owners("orders") == {"users"}


def test_a_letter_is_not_theirs_whose_signature_stands_under_it(looked: Look) -> None:
    found = looked(
        USERS,
        "CREATE TABLE signatures (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), body TEXT)",
        "CREATE TABLE letters (id INTEGER PRIMARY KEY, signature_id INTEGER REFERENCES signatures (id), body TEXT)",
        users(),
        insert("signatures", ((n, 1 + n % PEOPLE, f"s{n}") for n in range(1, 40))),
        insert("letters", ((n, 1 + n % 39, f"l{n}") for n in range(1, 90))),
    )
    assert found.owners("signatures") == {"users"}
    assert found.owners("letters", 0.0) == set()


def test_a_report_of_a_comment_is_not_theirs_who_wrote_the_comment(looked: Look) -> None:
    """It names another person than the comment, though by its name it is no more than a report."""
    found = looked(
        USERS,
        "CREATE TABLE comments (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id), body TEXT)",
        "CREATE TABLE comment_reports (id INTEGER PRIMARY KEY, comment_id INTEGER NOT NULL REFERENCES comments (id),"
        " user_id INTEGER REFERENCES users (id))",
        users(),
        insert("comments", ((n, 1 + n % PEOPLE, f"c{n}") for n in range(1, 80))),
        insert("comment_reports", ((n, n, 1 + (n + 5) % PEOPLE) for n in range(1, 60))),
    )
    assert "comments" not in found.owners("comment_reports", 0.0)
    assert any("name another person" in guess.because for guess in found.of("comment_reports", "belongs_to"))
