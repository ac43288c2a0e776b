"""Rows that a hold placed by hand, or a restriction, keeps past their day are kept; every other row turns the light."""

from __future__ import annotations

import pytest

from bailee.store.holds import HeldByHand
from bailee.store.holds import put_hold as hold
from bailee.store.restrictions import StoredOnly, put_restriction
from bailee.store.sealed_store import Store
from bailee.trace import KnownValue
from tests.checks.firm import NOW, Firm

ALICE, BOB = "alice@example.com", "bob@example.com"
RESTRICTED = "a restriction (UK GDPR Art. 18(2))"
HELD = "a hold placed by hand (CPR 31)"


@pytest.fixture
def old(firm: Firm) -> Firm:
    """The firm, in which a call of each of three is past its time: Alice is restricted, Bob in litigation with us."""
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql("INSERT INTO contact VALUES (3, 'Carol', 'carol@example.com', NULL, NULL)")
    firm.sql("INSERT INTO call VALUES (11, 1, '2015-01-01'), (12, 2, '2015-01-01'), (13, 3, '2015-01-01')")
    store = Store(firm.folder / "books")
    put_restriction(store, "r-1", StoredOnly(NOW, None, (KnownValue(0, "email", ALICE),)))
    hold(store, "h-1", HeldByHand("Bob against us", "CPR 31", None, (f"email:{BOB}",)))
    return firm


def test_they_are_told_apart_by_their_law_and_the_light_goes_red_for_another_row(old: Firm) -> None:
    told = [(f.verdict, f.count, f.says) for f in old.kept().findings]
    assert told[0][:2] == ("broken", 1)
    assert told[1:] == [
        ("kept", 1, f"1 row of office.call past its 6 years stays: {HELD}"),
        ("kept", 1, f"1 row of office.call past its 6 years stays: {RESTRICTED}"),
    ]
    old.sql("DELETE FROM call WHERE id = 13")
    assert old.kept().verdict == "kept"


def test_a_row_of_both_is_told_under_either(old: Firm) -> None:
    hold(Store(old.folder / "books"), "h-2", HeldByHand("Alice against us", "CPR 31", None, (ALICE,)))
    assert [(f.verdict, f.count) for f in old.kept().findings] == [("broken", 1), ("kept", 2), ("kept", 1)]


def test_their_queries_run_by_hand_and_say_that_keys_are_left_out(old: Firm) -> None:
    broken, held, restricted = old.kept().findings
    assert [old.sql(f.sql)[0][0] for f in (broken, held, restricted)] == [3, 0, 0]
    assert all("NULL stands for the keys of rows that stay" in f.sql for f in (broken, held, restricted))


def test_nothing_that_is_said_tells_whose_they_are(old: Firm) -> None:
    said = repr(old.look())
    assert not [word for word in ("Alice", "Bob", ALICE, BOB) if word in said]


def test_it_is_unknown_where_nobody_can_tell_whose_rows_must_stay(old: Firm) -> None:
    hold(Store(old.folder / "books"), "h-2", HeldByHand("another", "CPR 31", None, ("nickname:ally",)))
    (finding,) = old.kept().findings
    assert finding.verdict == "unknown"
    assert finding.says.startswith("could not look: which rows must stay although they are due cannot be told")
    assert "email" in finding.hint
