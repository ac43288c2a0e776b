"""A draft's key where the only one of a table may be null: taken where every row has it, by all of its rows."""

from __future__ import annotations

import pytest

from bailee.draft import TablePlace
from tests.draft.conftest import Command, Look, insert

USERS = "CREATE TABLE users (name VARCHAR(40) UNIQUE, password_hash VARCHAR(60), email VARCHAR(90))"
DEVICES = "CREATE TABLE devices (user_id VARCHAR(40) NOT NULL, device_id VARCHAR(9) NOT NULL, label VARCHAR(40))"
MANY = 2500  # more than a sample looks at, or a comparison of columns


def people(*, last: str | None = "last") -> str:
    rows = [(f"user{n:04}", "$2b$12$abcdefghijklmnopqrstuv", f"p{n}@post.example") for n in range(MANY)]
    return insert("users", [*rows, (last, "$2b$12$abcdefghijklmnopqrstuv", "last@post.example")])


def devices() -> str:
    return insert("devices", ((f"user{n % 60:04}", f"D{n}", "phone") for n in range(90)))


def test_it_is_taken_where_every_row_has_it(looked: Look, told: Command) -> None:
    found = looked(USERS, DEVICES, people(), devices())
    assert found.draft.places["users"] == TablePlace("", ("name",))
    said = told(found, "map", "shop", "--accept", "0.9")
    assert {p["code"] for p in said["problems"] if p["severity"] == "error"} == set()
    assert any(p["code"] == "T421" and p["severity"] == "warning" for p in said["problems"])
    assert "key: [name]" in (found.folder / "systems" / "shop.yaml").read_text()


def test_it_is_not_where_one_row_that_no_sample_sees_has_none(looked: Look) -> None:
    assert looked(USERS, DEVICES, people(last=None), devices()).draft.places["users"] == TablePlace("", "none")


@pytest.mark.parametrize(
    ("columns", "rows", "key"),
    [
        ("code VARCHAR(9) UNIQUE, nr INTEGER NOT NULL UNIQUE", [("a", 1), ("b", 2)], ("nr",)),
        ("code VARCHAR(9) UNIQUE, nr INTEGER UNIQUE", [("a", None), ("b", 2)], ("code",)),
        ("code VARCHAR(9), nr INTEGER, UNIQUE (code, nr)", [("a", 1), ("a", 2)], ("code", "nr")),
        ("code VARCHAR(9), nr INTEGER, UNIQUE (code, nr)", [("a", 1), ("a", None)], "none"),
    ],
)
def test_the_key_is_one_that_no_row_is_without(
    looked: Look, columns: str, rows: list[tuple[str, int | None]], key: tuple[str, ...] | str
) -> None:
    found = looked(f"CREATE TABLE things ({columns})", insert("things", rows))
    assert found.draft.places["things"].key == key
