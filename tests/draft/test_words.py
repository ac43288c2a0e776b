"""What a draft says: what is proposed, why, and what would become of whose rows; and what it asks."""

from __future__ import annotations

import pytest

from bailee.cli.app import run
from bailee.engine.connect.drafts import accept_guesses, connect_system
from tests.draft.conftest import Command, Look, Looked, insert

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
CUSTOMERS = "CREATE TABLE customers (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
AGENTS = "CREATE TABLE agents (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"
CALLS = (
    "CREATE TABLE calls (id INTEGER PRIMARY KEY, agent_id INTEGER REFERENCES agents (id),"
    " customer_id INTEGER REFERENCES customers (id), started_at TIMESTAMP NULL)"
)


def people(table: str, count: int) -> str:
    return insert(table, ((n, f"P {n}", f"{table}{n}@post.example") for n in range(1, count + 1)))


@pytest.fixture
def switchboard(looked: Look) -> Looked:
    """Four agents, forty customers: each agent answers 60 calls of ten customers, each customer makes six."""
    return looked(
        AGENTS, CUSTOMERS, CALLS, people("agents", 4), people("customers", 40),
        insert("calls", ((n, 1 + n % 4, 1 + n % 40, None) for n in range(240))),
    )  # fmt: skip


def test_an_edge_says_in_numbers_what_it_would_do_to_whose_rows(switchboard: Looked) -> None:
    (owned,) = switchboard.of("calls", "owned_by")
    assert owned.then == "erasing one customer would delete up to 6 rows of calls"
    (named,) = switchboard.of("calls", "names")
    assert named.then == (
        "were it owned_by, erasing one agent would delete up to 60 rows of calls, those of 10 customers;"
        " as it is, they stay"
    )


def test_the_numbers_are_those_of_the_rows(switchboard: Looked, told: Command) -> None:
    accept_guesses(switchboard.folder, "shop", 0.9)
    found = told(switchboard, "find", "customers7@post.example", "--confirm", "shop.customers:7")
    assert {row["collection"]: row["count"] for row in found["holdings"]} == {"customers": 1, "calls": 6}


def test_every_guess_of_who_and_whose_says_what_why_and_what_then(switchboard: Looked) -> None:
    for guess in switchboard.draft.guesses:
        assert guess.because
        if guess.says.keys() & {"party", "identity", "owned_by", "names", "opaque"}:
            assert guess.then, guess


def test_what_would_happen_is_read_back_from_the_file(switchboard: Looked, told: Command) -> None:
    kept = {(g["collection"], g["then"]) for g in told(switchboard, "map", "shop")["guesses"]}
    assert kept == {(g.collection, g.then) for g in switchboard.draft.guesses}


def test_one_is_asked_whether_ones_users_have_proved_their_addresses(looked: Look) -> None:
    look = looked(
        CUSTOMERS,
        "CREATE TABLE users (id INTEGER PRIMARY KEY, password VARCHAR(60), email VARCHAR(90),"
        " email_verified_at TIMESTAMP NULL)",
        people("customers", 20),
        insert("users", ((n, "x", f"u{n}@post.example", None) for n in range(1, 40))),
    )
    (asked,) = [note for note in look.draft.notes if note.kind == "question"]
    assert (asked.collection, asked.about) == ("users", "email")
    assert "joins: verified" in asked.because
    assert "email_verified_at" in asked.because
    accept_guesses(look.folder, "shop", 0.9)
    file = look.folder / "systems" / "shop.yaml"
    assert "joins: verified" not in file.read_text()  # nobody but the firm says so
    assert [note for note in connect_system(look.folder, "shop").draft.notes if note.kind == "question"]
    file.write_text(
        file.read_text().replace("{column: email, stored: lower}", "{column: email, stored: lower, joins: verified}")
    )
    left = connect_system(look.folder, "shop").draft.notes
    assert not [note for note in left if note.kind == "question" and note.collection == "users"]


def test_the_one_true_thing_is_about_the_largest_table_of_people(looked: Look) -> None:
    look = looked(AGENTS, CUSTOMERS, people("agents", 4), people("customers", 40))
    assert look.seen.counted is not None
    assert (look.seen.counted.column, look.seen.counted.of) == ("customers.email", 40)


@SQLITE
def test_no_more_than_three_warnings_stand_above_what_is_found(
    looked: Look, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = [f"thing_{n}" for n in range(9)]
    look = looked(
        CUSTOMERS,
        *(f"CREATE TABLE {t} (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), x{t} TEXT)"
          for t in tables),
        people("customers", 40),
        *(insert(t, ((n, n, "so it was said to be done") for n in range(1, 40))) for t in tables),
    )  # fmt: skip
    accept_guesses(look.folder, "shop", 0.9)
    capsys.readouterr()
    run(["find", "customers7@post.example", "--policy", str(look.folder)])
    said = capsys.readouterr().err.splitlines()
    assert len([line for line in said if line.startswith("warning: ")]) == 3
    assert said[-1].endswith("more warnings: bailee map SYSTEM shows those of one system")
