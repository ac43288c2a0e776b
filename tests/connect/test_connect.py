"""A database is looked at, its map drafted with reasons, and what somebody accepts taken over as far as it stands."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import ConnectorError
from bailee.engine.connect.drafts import accept_guesses, connect_system, inspect_map, list_tables
from bailee.policy import load
from tests.connect.conftest import MARKER, PEOPLE, TABLES, Bailee, Shop, say

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def said(shop: Shop, collection: str, word: str) -> object:
    found = [
        g.says[word]
        for g in inspect_map(shop.folder, "shop").draft.guesses
        if g.collection == collection and word in g.says
    ]
    return found[0] if found else None


def test_a_draft_says_who_is_who_and_what_is_whose(shop: Shop) -> None:
    seen = connect_system(shop.folder, "shop", shop.url)
    assert len(seen.schema.tables) == len(TABLES)
    assert said(shop, "customers", "party") == "person"
    assert said(shop, "customers", "identity") == {"email": {"column": "email", "stored": "lower"}}
    assert said(shop, "customers", "ends") == "closed_on"
    assert said(shop, "orders", "owned_by") == "customers.id = customer_id"
    assert said(shop, "order_lines", "owned_by") == "orders.id = order_id"
    assert said(shop, "reviews", "owned_by") == "customers.id = customer_id"  # no foreign key says so
    assert said(shop, "countries", "opaque")
    assert all(0 < guess.sure <= 1 and guess.because for guess in seen.draft.guesses)


@SQLITE
def test_nobodys_value_is_kept_or_shown(shop: Shop, bailee: Bailee) -> None:
    shown = [bailee("connect", "shop", shop.url), bailee("map", "shop"), bailee("connect", "shop", "--json")]
    kept = [file.read_text() for file in shop.folder.rglob("*") if file.is_file()]
    assert not [text for text in (*kept, *(s.out + s.err for s in shown)) if MARKER in text]


def test_one_true_thing_can_be_counted_by_hand(shop: Shop) -> None:
    counted = connect_system(shop.folder, "shop", shop.url).counted
    assert counted is not None
    assert (counted.column, counted.found, counted.of) == ("customers.email", PEOPLE, PEOPLE)
    assert say(shop.url, counted.sql) == [(PEOPLE, PEOPLE)]


def test_what_is_accepted_stands_and_finds_people(shop: Shop, bailee: Bailee) -> None:
    connect_system(shop.folder, "shop", shop.url)
    taken = accept_guesses(shop.folder, "shop", 0.6)
    assert taken.taken
    assert not taken.waiting
    policy = load(shop.folder)
    assert set(policy.systems["shop"].collections) == {"countries", "customers", "orders", "order_lines", "reviews"}
    assert bailee("find", f"p7.{MARKER}@post.example").code == 1  # no draft says that an address was verified
    found = bailee("find", f"p7.{MARKER}@post.example", "--confirm", "shop.customers:7", "--json").json
    assert {row["collection"]: row["count"] for row in found["holdings"]} == {
        "customers": 1, "orders": 1, "order_lines": 1, "reviews": 1,
    }  # fmt: skip


def edit(shop: Shop, before: str, after: str) -> None:
    text = shop.guesses.read_text()
    assert before in text
    shop.guesses.write_text(text.replace(before, after))


@SQLITE
def test_less_sure_guesses_wait_and_comments_stay(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    shop.file.write_text(shop.file.read_text().replace("collections: {}", "# ours\ncollections: {}"))
    taken = accept_guesses(shop.folder, "shop", 0.9)
    assert min(guess.sure for guess in taken.taken) >= 0.9
    assert "# ours" in shop.file.read_text()
    left = inspect_map(shop.folder, "shop").draft.guesses
    assert [g for g in left if g.sure < 0.9]
    assert not [g for g in left if g in taken.taken]


@SQLITE
def test_an_edge_waits_for_the_collection_that_it_points_to(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    edit(shop, '"person"}, "sure": 0.97', '"person"}, "sure": 0.1')
    accept_guesses(shop.folder, "shop", 0.85)
    for collection in load(shop.folder).systems["shop"].collections.values():
        assert all(edge.to in load(shop.folder).systems["shop"].collections for edge in collection.edges)


@SQLITE
def test_a_guess_that_the_compiler_refuses_waits_with_its_reason(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    edit(shop, '"ends": "closed_on"', '"ends": "closed_onn"')
    taken = accept_guesses(shop.folder, "shop", 0.6)
    assert {guess.collection for guess, _ in taken.waiting} >= {"customers"}
    assert any(why.startswith("T402") for _, why in taken.waiting)
    assert "orders" not in load(shop.folder).systems["shop"].collections  # its owner is not there


@SQLITE
def test_connecting_again_leaves_the_map_and_drafts_what_is_new(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    accept_guesses(shop.folder, "shop", 0.6)
    before = load(shop.folder).systems["shop"].collections
    say(shop.url, "CREATE TABLE subscribers (id INTEGER PRIMARY KEY, email VARCHAR(90), full_name VARCHAR(90))")
    again = connect_system(shop.folder, "shop")
    assert {g.collection for g in again.draft.guesses if "party" in g.says} == {"subscribers"}
    assert {n: c.fields for n, c in load(shop.folder).systems["shop"].collections.items()} == {
        n: c.fields for n, c in before.items()
    }


@SQLITE
def test_connecting_what_is_on_the_map_says_so_and_names_what_is_new(shop: Shop, bailee: Bailee) -> None:
    bailee("connect", "shop", shop.url)
    bailee("map", "shop", "--accept", "0.6")
    again = bailee("connect", "shop").out
    assert "on the map: 5 of 5 tables" in again
    assert "nothing of this counts yet" not in again
    assert "nothing can be guessed" not in again
    say(
        shop.url, "ALTER TABLE orders ADD COLUMN gift_note VARCHAR(90)", "CREATE TABLE gadgets (id INTEGER PRIMARY KEY)"
    )
    later = bailee("connect", "shop").out
    assert "on the map: 5 of 6 tables" in later
    assert "table gadgets\n  column orders.gift_note" in later


@SQLITE
def test_the_map_says_what_to_do_next(shop: Shop, bailee: Bailee) -> None:
    bailee("connect", "shop", shop.url)
    edit(
        shop,
        '"sure": 0.95, "because": "its name is that of a list',
        '"sure": 0.85, "because": "its name is that of a list',
    )
    assert "map shop --accept 0.9" in bailee("map", "shop").out
    less_sure = bailee("map", "shop", "--accept", "0.9").out
    assert "map shop --accept 0.9" not in less_sure
    assert "map shop --accept 0.8" in less_sure
    assert "bailee grants shop" in bailee("map", "shop", "--accept", "0.6").out
    say(shop.url, "ALTER TABLE orders ADD COLUMN gift_note VARCHAR(90)")
    undecided = bailee("map", "shop").out
    assert "systems/shop.yaml" in undecided
    assert "--accept" not in undecided


@SQLITE
def test_a_guess_that_was_mangled_is_named_by_its_line(shop: Shop, bailee: Bailee) -> None:
    bailee("connect", "shop", shop.url)
    lines = shop.guesses.read_text().splitlines()
    shop.guesses.write_text("\n".join((*lines[:2], lines[2][:-5], *lines[3:])))
    assert "systems/shop.guesses.jsonl:3 is no guess" in bailee("map", "shop").err
    assert load(shop.folder).systems["shop"].collections == {}  # no other command is kept from its work


@SQLITE
def test_the_map_shows_what_is_undecided(shop: Shop, bailee: Bailee) -> None:
    connect_system(shop.folder, "shop", shop.url)
    assert bailee("map", "shop").code == 1
    loose = {s.table for s in list_tables(inspect_map(shop.folder, "shop")) if not s.collection}
    assert loose == {"countries", "customers", "orders", "order_lines", "reviews"}
    shown = bailee("map", "shop", "--accept", "0.6", "--json").json
    assert {t["table"] for t in shown["tables"] if t["opaque"]} == {"countries"}
    assert shown["taken"]


@POSTGRESQL
def test_a_password_goes_beside_the_policy_where_only_its_owner_reads_it(shop: Shop, bailee: Bailee) -> None:
    shown = bailee("connect", "shop", shop.url)
    secret = shop.folder.parent / "firm.secrets" / "shop"
    password = str(make_url(shop.url).password)
    assert secret.read_text().strip() == shop.url
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    assert (secret.parent / ".gitignore").read_text() == "*\n"
    assert password not in shown.out + "".join(f.read_text() for f in shop.folder.rglob("*") if f.is_file())
    assert str(secret) in shown.out
    assert "can WRITE" in shown.out


@POSTGRESQL
def test_of_a_connection_that_failed_no_password_stays(shop: Shop, bailee: Bailee) -> None:
    nowhere = make_url(shop.url).set(port=1).render_as_string(hide_password=False)
    said = bailee("connect", "shop", nowhere)
    assert said.code == 4
    assert not (shop.folder.parent / "firm.secrets" / "shop").exists()
    assert not (shop.folder / "systems" / "shop.yaml").exists()
    assert bailee("connect", "shop", shop.url).code == 0


@POSTGRESQL
def test_an_address_in_the_environment_stays_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", shop.url)
    assert connect_system(shop.folder, "shop", "env:SHOP_URL").secret is None
    assert load(shop.folder).systems["shop"].url == "env:SHOP_URL"


@POSTGRESQL
def test_several_schemas_are_looked_at_or_one_alone(shop: Shop) -> None:
    say(shop.url, "CREATE SCHEMA crm", "CREATE TABLE crm.customers (id int PRIMARY KEY, email text, full_name text)")
    seen = connect_system(shop.folder, "shop", shop.url)
    assert {place.table or name for name, place in seen.draft.places.items()} >= {"customers", "crm.customers"}
    assert len(seen.draft.places) == len(TABLES) + 1
    (shop.folder / "systems" / "shop.yaml").unlink()
    assert set(connect_system(shop.folder, "shop", shop.url, ["crm"]).schema.tables) == {"crm.customers"}
    assert set(inspect_map(shop.folder, "shop").schema.tables) == {"crm.customers"}


@SQLITE
def test_what_cannot_be_connected_says_why(shop: Shop, bailee: Bailee, tmp_path: Path) -> None:
    assert "there is no system called shop yet" in bailee("connect", "shop").err
    assert "is no name" in bailee("connect", "no name", shop.url).err
    with pytest.raises(ConnectorError):
        connect_system(shop.folder, "shop", f"sqlite:///{tmp_path / 'nothing.db'}")
    assert not shop.file.exists()
    connect_system(shop.folder, "shop", shop.url)
    assert "has an address already" in bailee("connect", "shop", "sqlite:////elsewhere.db").err


@POSTGRESQL
def test_of_a_large_table_a_few_rows_are_read(shop: Shop) -> None:
    say(
        shop.url,
        "CREATE TABLE letters (id bigserial PRIMARY KEY, customer_id int, email text, body text, nothing text)",
        "INSERT INTO letters (customer_id, email) SELECT n % 40, 'a' || n FROM generate_series(1, 60000) n",
        "ANALYZE letters",
        "SELECT pg_stat_reset()",
    )
    connect_system(shop.folder, "shop", shop.url)
    read = "SELECT pg_stat_force_next_flush()", "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'letters'"
    assert say(shop.url, *read)[0][0] < 6_000
