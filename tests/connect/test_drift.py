"""A system that is no longer as it was when it was connected is told, thing by thing, and stops a pipeline."""

from __future__ import annotations

import pytest

from bailee.engine.connect.drafts import accept_guesses, connect_system
from bailee.engine.connect.drift import DriftKind, find_drift
from bailee.engine.connect.snapshots import find_snapshot_path
from tests.connect.conftest import MARKER, PEOPLE, Bailee, Shop, say

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
def test_nothing_has_changed(shop: Shop, bailee: Bailee) -> None:
    connect_system(shop.folder, "shop", shop.url)
    accept_guesses(shop.folder, "shop", 0.6)
    said = bailee("drift")
    assert (said.code, said.out) == (0, "nothing has changed since the systems were connected\n")
    assert bailee("drift", "shop", "--json").json == {"changes": [], "unread": []}


def test_each_change_is_told(shop: Shop, bailee: Bailee) -> None:
    connect_system(shop.folder, "shop", shop.url)
    numbers = {n: f"'{MARKER}{n}@post.example'" for n in range(PEOPLE)}
    say(
        shop.url,
        "CREATE TABLE guests (id INTEGER PRIMARY KEY, email VARCHAR(90))",
        "ALTER TABLE orders ADD COLUMN gift_note VARCHAR(90)",
        "ALTER TABLE customers DROP COLUMN closed_on",
        "DROP TABLE order_lines",
        *(f"UPDATE reviews SET body = {email} WHERE id = {n}" for n, email in numbers.items()),
    )
    found = {(d.kind, d.table, d.column) for d in find_drift(shop.folder).changes}
    assert found == {
        (DriftKind.NEW_TABLE, "guests", ""),
        (DriftKind.NEW_COLUMN, "orders", "gift_note"),
        (DriftKind.GONE_COLUMN, "customers", "closed_on"),
        (DriftKind.GONE_TABLE, "order_lines", ""),
        (DriftKind.PERSONAL, "reviews", "body"),
    }
    said = bailee("drift")
    assert said.code == 1
    assert "values of reviews.body now look like e-mail addresses" in said.out
    assert MARKER not in said.out


def test_another_type_is_told(shop: Shop) -> None:
    if shop.database.dialect == "sqlite":
        say(
            shop.url,
            "DROP TABLE reviews",
            "CREATE TABLE reviews (id INTEGER PRIMARY KEY, customer_id TEXT, body VARCHAR)",
        )
        connect_system(shop.folder, "shop", shop.url)
        say(
            shop.url,
            "DROP TABLE reviews",
            "CREATE TABLE reviews (id INTEGER PRIMARY KEY, customer_id INT, body VARCHAR)",
        )
    else:
        connect_system(shop.folder, "shop", shop.url)
        word = "TYPE" if shop.database.dialect == "postgresql" else ""
        verb = "ALTER" if word else "MODIFY"
        say(shop.url, f"ALTER TABLE reviews {verb} COLUMN customer_id {word} VARCHAR(20)")
    assert [(d.kind, d.column) for d in find_drift(shop.folder).changes] == [(DriftKind.TYPE, "customer_id")]


@SQLITE
def test_what_was_never_looked_at_is_told(shop: Shop, bailee: Bailee) -> None:
    connect_system(shop.folder, "shop", shop.url)
    find_snapshot_path(shop.folder, "shop").unlink()
    assert [d.kind for d in find_drift(shop.folder).changes] == [DriftKind.UNKNOWN]
    assert "there is no system called nothing" in bailee("drift", "nothing").err


@SQLITE
def test_nothing_is_said_of_a_system_that_was_not_compared(shop: Shop, bailee: Bailee) -> None:
    page = shop.folder / "systems" / "tapes.yaml"
    page.parent.mkdir(exist_ok=True)
    page.write_text("system: tapes\nconnector: files\nurl: tapes\n")
    said = bailee("drift")
    assert (said.code, said.out) == (2, "")
    assert "no system has tables that could be compared" in said.err
    connect_system(shop.folder, "shop", shop.url)
    assert "tapes has no tables that could be compared" in bailee("drift", "tapes").err
    assert "nothing has changed" in bailee("drift").out
