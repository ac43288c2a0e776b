"""References that no single foreign key says: by a type and a key, up a tree, and through a table of shares."""

from __future__ import annotations

import pytest

from bailee.engine.connect.drafts import accept_guesses, connect_system, inspect_map
from tests.connect.conftest import MARKER, PEOPLE, Bailee, Shop, say

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NOTES = "CREATE TABLE notes (id INTEGER PRIMARY KEY, notable_type VARCHAR(40), notable_id INTEGER, body VARCHAR(200))"
FOLDERS = (
    "CREATE TABLE folders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id),"
    " parent_id INTEGER REFERENCES folders (id), title VARCHAR(40))"
)
COMMENTS = (
    "CREATE TABLE comments (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),"
    " parent_id INTEGER REFERENCES comments (id), body VARCHAR(40))"
)
DOCUMENTS = (
    "CREATE TABLE documents (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), title VARCHAR(40))"
)
SHARES = (
    "CREATE TABLE document_shares (document_id INTEGER REFERENCES documents (id),"
    " customer_id INTEGER REFERENCES customers (id), PRIMARY KEY (document_id, customer_id))"
)


def edges(shop: Shop, collection: str, word: str) -> list[object]:
    guesses = inspect_map(shop.folder, "shop").draft.guesses
    return [g.says[word] for g in guesses if g.collection == collection and word in g.says]


def test_a_key_points_where_the_type_beside_it_says(shop: Shop, bailee: Bailee) -> None:
    kinds = ("App\\Models\\Order", "App\\Models\\Customer", f"{MARKER} else")
    quoted = [kind.replace("\\", "\\\\") if shop.database.dialect == "mariadb" else kind for kind in kinds]
    values = ", ".join(f"({n}, '{quoted[n % 3]}', {n}, 'so')" for n in range(PEOPLE))
    say(shop.url, NOTES, f"INSERT INTO notes VALUES {values}")
    connect_system(shop.folder, "shop", shop.url)
    on = {"id": "notable_id"}
    assert sorted(map(str, edges(shop, "notes", "owned_by"))) == sorted(
        map(str, (
            {"to": "customers", "on": on, "when": f"notable_type = '{kinds[1]}'"},
            {"to": "orders", "on": on, "when": f"notable_type = '{kinds[0]}'"},
        ))
    )  # fmt: skip
    assert MARKER not in shop.guesses.read_text()
    assert not accept_guesses(shop.folder, "shop", 0.6).waiting
    found = bailee("find", f"p7.{MARKER}@post.example", "--confirm", "shop.customers:7", "--json").json
    assert {row["collection"]: row["count"] for row in found["holdings"]}["notes"] == 1
    assert not edges(shop, "notes", "owned_by")
    connect_system(shop.folder, "shop")
    assert not edges(shop, "notes", "owned_by")


@SQLITE
def test_a_column_with_many_values_says_no_type(shop: Shop) -> None:
    values = ", ".join(f"({n}, 'orders{n}', {n}, 'so')" for n in range(PEOPLE))
    say(shop.url, NOTES, f"INSERT INTO notes VALUES {values}")
    connect_system(shop.folder, "shop", shop.url)
    assert not [edge for edge in edges(shop, "notes", "owned_by") if "when" in str(edge)]


@SQLITE
def test_a_tree_passes_its_owner_on_where_rows_name_none(shop: Shop, bailee: Bailee) -> None:
    say(shop.url, FOLDERS, "INSERT INTO folders VALUES (1, 7, NULL, 'a'), (2, NULL, 1, 'b'), (3, NULL, 2, 'c')")
    say(shop.url, COMMENTS, "INSERT INTO comments VALUES (1, 7, NULL, 'a'), (2, 8, 1, 'b')")
    connect_system(shop.folder, "shop", shop.url)
    assert {"to": "folders", "on": {"id": "parent_id"}, "depth": "all"} in edges(shop, "folders", "owned_by")
    assert edges(shop, "comments", "owned_by") == ["customers.id = customer_id"]
    assert not accept_guesses(shop.folder, "shop", 0.6).waiting
    found = bailee("find", f"p7.{MARKER}@post.example", "--confirm", "shop.customers:7", "--json").json
    assert {r["collection"]: r["count"] for r in found["holdings"]} | {"folders": 3, "comments": 1} == {
        r["collection"]: r["count"] for r in found["holdings"]
    }


@SQLITE
def test_a_share_is_theirs_whom_it_names_and_lets_them_see_what_it_shares(shop: Shop, bailee: Bailee) -> None:
    say(
        shop.url,
        DOCUMENTS,
        SHARES,
        "INSERT INTO documents VALUES (1, 8, 'a')",
        "INSERT INTO document_shares VALUES (1, 7)",
    )
    connect_system(shop.folder, "shop", shop.url)
    assert "customers.id = customer_id" in edges(shop, "document_shares", "owned_by")
    assert edges(shop, "document_shares", "accesses") == ["documents.id = document_id"]
    assert not accept_guesses(shop.folder, "shop", 0.6).waiting
    found = bailee("find", f"p7.{MARKER}@post.example", "--confirm", "shop.customers:7", "--json").json
    assert {r["collection"] for r in found["holdings"]} >= {"document_shares", "documents"}
