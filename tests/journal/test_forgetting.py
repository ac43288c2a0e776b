"""Openings have a retention; what the log says stays whole without them."""

from __future__ import annotations

from datetime import date

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.ledger_entries import forget_openings, hand_out_receipt, inspect_ledger
from bailee.engine.plans import NotAllowed
from bailee.engine.recheck import recheck_plan
from bailee.ledger import receipt
from bailee.store.sealed_store import Store
from tests.harm.firm import Firm, erase_alice
from tests.journal.conftest import on


def test_openings_that_are_old_go_and_the_ledger_stays_whole(firm: Firm) -> None:
    plan, papers = firm.plan(erase_alice), list[str]()
    store = Store(firm.folder / "books")
    with on(firm, "2026-03-15 12:30") as systems:
        apply_plan(systems, plan)
        hand_out_receipt(systems, plan, papers.append)
    assert forget_openings(store, date(2026, 3, 15)) == 0
    assert forget_openings(store, date(2026, 3, 16)) == 2
    assert forget_openings(store, date(2026, 3, 16)) == 0
    assert inspect_ledger(store)[1:] == (2, ())
    with on(firm, "2026-03-17") as systems, pytest.raises(NotAllowed, match="no receipt"):
        hand_out_receipt(systems, plan, papers.append)
    assert receipt.verify(receipt.parse(papers[0])).checkpoint.size == 2  # what she holds holds


def test_what_a_plan_under_way_needs_is_kept(firm: Firm) -> None:
    plan, state = firm.plan(erase_alice), Store(firm.folder / "books")
    with on(firm, "2026-03-15 12:30") as systems:
        apply_plan(systems, plan, settle=True)
    assert forget_openings(state, date(2030, 1, 1)) == 0
    with on(firm, "2026-03-16 13:00") as systems:
        assert recheck_plan(systems, plan).is_over
    assert forget_openings(state, date(2030, 1, 1)) == 3
    assert inspect_ledger(state)[1:] == (3, ())
