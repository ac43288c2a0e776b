"""The accounts that `bailee grants` writes out: the engine does its work with them, and they can do nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql.accounts import read_privileges
from bailee.connectors.sql.engine import open_engine
from bailee.engine.addresses import locate_store
from bailee.engine.apply import apply_plan
from bailee.engine.connect.drafts import accept_guesses, connect_system
from bailee.engine.connect.drift import DriftKind, find_drift
from bailee.engine.connect.grants import GrantedAccounts, make_grants
from bailee.engine.plans import plan_erase, seal_plan
from bailee.engine.systems import open_systems
from bailee.policy import load
from bailee.store.secrets import put_secret as keep_secret
from tests.connect.conftest import MARKER, Bailee, Shop, say

pytestmark = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)


def prefix(shop: Shop) -> str:
    return f"bailee_{make_url(shop.url).database}_"


def own_names(made: GrantedAccounts, shop: Shop) -> GrantedAccounts:
    """Return the accounts with names that no other test has: those of a server are shared by its databases."""
    urls = {key: url.replace("bailee_shop_", prefix(shop)) for key, url in made.urls.items()}
    return GrantedAccounts(tuple(line.replace("bailee_shop_", prefix(shop)) for line in made.sql), urls)


@pytest.fixture
def granted(shop: Shop) -> Iterator[GrantedAccounts]:
    """The shop, mapped; and its two accounts, made as whoever owns the database would make them."""
    say(shop.url, "CREATE TABLE payroll (id INTEGER PRIMARY KEY, salary INTEGER)")
    connect_system(shop.folder, "shop", shop.url)
    accept_guesses(shop.folder, "shop", 0.6)
    made = own_names(make_grants(shop.folder, "shop"), shop)
    mariadb = shop.database.dialect == "mariadb"
    accounts = [f"{prefix(shop)}{kind}" for kind in ("reader", "writer")]
    gone = [f"DROP USER IF EXISTS '{a}'@'%'" if mariadb else f"DROP ROLE IF EXISTS {a}" for a in accounts]
    try:
        say(shop.url, *(line.partition("  -- ")[0] for line in made.sql if line and not line.startswith("--")))
        yield made
    finally:
        if not mariadb:
            say(shop.url, *(f"DROP OWNED BY {account}" for account in accounts))
        say(shop.url, *gone)


def test_the_engine_erases_with_these_accounts_alone(
    shop: Shop, granted: GrantedAccounts, bailee: Bailee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_READ", granted.urls["url"])
    monkeypatch.setenv("SHOP_WRITE", granted.urls["write_url"])
    url = next(line for line in shop.file.read_text().splitlines() if line.startswith("url:"))
    shop.file.write_text(shop.file.read_text().replace(url, "url: env:SHOP_READ\nwrite_url: env:SHOP_WRITE"))
    firm = shop.folder / "bailee.yaml"
    firm.write_text(firm.read_text().replace("mode: observe", "mode: act"))
    person = f"p7.{MARKER}@post.example"
    assert bailee("find", person, "--confirm", "shop.customers:7").code == 0
    with open_systems(shop.folder) as systems:
        planned = plan_erase(systems, [[person]], confirmed=["shop.customers:7"])
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan)
    assert say(shop.url, "SELECT count(*) FROM customers WHERE id = 7") == [(0,)]
    assert say(shop.url, "SELECT count(*) FROM reviews WHERE customer_id = 7") == [(0,)]


def test_the_reader_reads_what_is_mapped_and_the_writer_changes_what_the_map_changes_and_no_more(
    shop: Shop, granted: GrantedAccounts
) -> None:
    reader = read_privileges(open_engine(granted.urls["url"], write=False))
    assert reader.reads_only
    assert {table for table, rights in reader.rights.items() if "select" in rights} == {
        "customers", "orders", "order_lines", "reviews",
    }  # fmt: skip
    writer = read_privileges(open_engine(granted.urls["write_url"], write=True))
    assert not writer.powers
    assert writer.rights["orders"] == {"select", "delete"}
    assert "payroll" not in writer.rights or not writer.rights["payroll"]
    for wrong in (
        "DELETE FROM payroll",
        "UPDATE orders SET total = 0",
        "INSERT INTO orders VALUES (999, NULL, NULL, 0)",
    ):
        with pytest.raises(Exception, match=r"denied"):
            say(granted.urls["write_url"], wrong)
    again = make_grants(shop.folder, "shop")
    assert make_url(again.urls["url"]).password != make_url(granted.urls["url"]).password


def test_drift_with_the_reader_sees_what_came_and_went_and_says_whose_values_it_cannot_see(
    shop: Shop, granted: GrantedAccounts, bailee: Bailee
) -> None:
    (shop.folder.parent / "firm.secrets" / "shop").write_text(granted.urls["url"])
    found = find_drift(shop.folder)
    assert found.changes == ()
    assert set(found.unread) == {("shop", "payroll"), ("shop", "countries")}
    assert "payroll: the account may not read it" in bailee("drift").out
    say(shop.url, "CREATE TABLE guests (id INTEGER PRIMARY KEY, email VARCHAR(90))", "DROP TABLE payroll")
    assert [(d.kind, d.table) for d in find_drift(shop.folder).changes] == [
        (DriftKind.NEW_TABLE, "guests"), (DriftKind.GONE_TABLE, "payroll"),
    ]  # fmt: skip
    again = connect_system(shop.folder, "shop")
    assert set(again.sample.unread) == {"countries", "guests"}


def test_a_system_that_cannot_be_reached_has_no_grants(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    secret = shop.folder.parent / "firm.secrets" / "shop"
    secret.write_text(make_url(shop.url).set(port=1).render_as_string(hide_password=False))
    with pytest.raises(ConnectorError):
        make_grants(shop.folder, "shop")


def test_the_names_that_the_policy_has_are_printed_and_no_others(
    shop: Shop, granted: GrantedAccounts, bailee: Bailee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_READER", shop.url)
    monkeypatch.setenv("OUR_WRITER", shop.url)
    assert granted.urls
    said_first = next(line for line in shop.file.read_text().splitlines() if line.startswith("url:"))

    def said(addresses: str) -> str:
        text = shop.file.read_text()
        shop.file.write_text(text.replace(said_first, addresses))
        try:
            answer = bailee("grants", "shop")
            assert answer.code == 0, answer.err
            return answer.out
        finally:
            shop.file.write_text(text)

    own = said("url: env:OUR_READER\nwrite_url: env:OUR_WRITER")
    assert "-- in systems/shop.yaml has  url: env:OUR_READER" in own
    assert "-- in systems/shop.yaml has  write_url: env:OUR_WRITER" in own
    assert own.count("-- export OUR_READER='") == own.count("-- export OUR_WRITER='") == 1
    assert "SHOP_URL" not in own
    assert "now url and write_url are one account" in own

    one = said("url: env:OUR_READER\nwrite_url: env:OUR_READER")
    assert one.count("-- export OUR_READER='") == 1  # else what is exported last would be both
    assert "-- in systems/shop.yaml write  write_url: env:SHOP_WRITE_URL" in one
    assert "-- export SHOP_WRITE_URL='" in one
    assert "now url and write_url are one account" in one

    monkeypatch.setenv("SHOP_WRITE_URL", shop.url)
    clash = said("url: env:SHOP_WRITE_URL")
    assert clash.count("-- export SHOP_WRITE_URL='") == 1
    assert "-- export SHOP_WRITE_URL_2='" in clash

    secret = shop.folder.parent / "reader"
    secret.write_text(shop.url)
    state = locate_store(load(shop.folder), shop.folder)
    for asks in ("is_rehearsed", "was_rehearsed"):  # the vault hands nothing out before; that is tested elsewhere
        monkeypatch.setattr(f"bailee.store.secrets.{asks}", lambda _: True)
    keep_secret(state, "shop-writer", granted.urls["write_url"])
    elsewhere = said(f"url: file:{secret}\nwrite_url: vault:shop-writer")
    assert f"-- write into {secret}: " in elsewhere
    assert "-- bailee vault put shop-writer  and give it: " in elsewhere
    assert "one account" not in elsewhere  # the writer in the vault is another
