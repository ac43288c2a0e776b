"""Where an account may not look, or a table does not answer, a draft goes on and says so; drift claims nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url

from bailee.connectors import sql
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.connect.drafts import ConnectedSystem, connect_system
from bailee.engine.connect.drift import DriftKind, find_drift
from tests.connect.conftest import Bailee, Shop, reader, say

pytestmark = pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
READ = tuple(f"SELECT ON {table}" for table in ("countries", "customers", "orders", "order_lines"))


def read_but_reviews(shop: Shop) -> tuple[str, ...]:
    """Return grants on all tables but one, of which no more can be known than that it is there."""
    database = make_url(shop.url).database
    return (*READ, f"REFERENCES ON {database}.*") if shop.database.dialect == "mariadb" else READ


def assert_only_the_name_speaks_for_reviews(seen: ConnectedSystem) -> None:
    assert {table for table in seen.schema.tables if table != "gadgets"} == set(seen.sample.rows) | {"reviews"}
    assert {g.collection for g in seen.draft.guesses if g.sure >= 0.9} >= {"customers", "orders", "order_lines"}
    (edge,) = [g for g in seen.draft.guesses if g.collection == "reviews" and "owned_by" in g.says]
    assert edge.says == {"owned_by": "customers.id = customer_id"}
    assert "no values to compare" in edge.because
    assert edge.sure < 0.9


def test_a_table_that_may_not_be_read_is_named_and_the_others_are_drafted(shop: Shop, bailee: Bailee) -> None:
    say(shop.url, "CREATE TABLE gadgets (id INTEGER PRIMARY KEY, size INTEGER)")
    with reader(shop.url, *read_but_reviews(shop)) as url:
        seen = connect_system(shop.folder, "shop", url)
        shown = bailee("connect", "shop").out
    assert seen.sample.unread == dict.fromkeys(("gadgets", "reviews"), "the account may not read it")
    assert "2 tables could not be looked at, so that only names speak:\n  gadgets: the account may not" in shown
    assert_only_the_name_speaks_for_reviews(seen)
    (guess,) = [g for g in seen.draft.guesses if g.collection == "gadgets"]
    assert "opaque" in guess.says
    assert guess.sure <= 0.5
    assert "could not be looked at" in guess.because


@contextmanager
def locked(url: str, statement: str) -> Iterator[None]:
    with closing(open_connection(open_engine(url, write=True))) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(statement)
        yield
        connection.rollback()


def test_a_table_that_does_not_answer_is_named_and_the_others_are_drafted(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "SAMPLE_TIMEOUT", 0.3)
    mariadb = shop.database.dialect == "mariadb"
    with locked(shop.url, "LOCK TABLES reviews WRITE" if mariadb else "LOCK TABLE reviews IN ACCESS EXCLUSIVE MODE"):
        seen = connect_system(shop.folder, "shop", shop.url)
    assert seen.sample.unread == {"reviews": "it took too long"}
    assert_only_the_name_speaks_for_reviews(seen)


def test_an_account_that_sees_its_own_tables_alone_claims_nothing_of_others(shop: Shop) -> None:
    connect_system(shop.folder, "shop", shop.url)
    say(shop.url, "CREATE TABLE guests (id INTEGER PRIMARY KEY)")
    with reader(shop.url, *READ) as url:
        (shop.folder.parent / "firm.secrets" / "shop").write_text(url)
        found = find_drift(shop.folder)
    kinds = [(d.kind, d.table) for d in found.changes]
    if shop.database.dialect == "mariadb":
        assert kinds == [(DriftKind.UNSEEN, "")]
        assert "bailee grants shop" in found.changes[0].hint
    else:
        assert kinds == [(DriftKind.NEW_TABLE, "guests")]
