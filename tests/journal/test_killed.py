"""`kill -9` before and after steps of the journal: each plan ends once, settled, and is in the ledger once."""

from __future__ import annotations

import pytest

from bailee.engine.apply import apply_plan
from bailee.engine.cases import KEPT, load_case
from bailee.engine.ledger_entries import inspect_ledger
from bailee.engine.recheck import recheck_plan
from bailee.store.sealed_store import Store
from tests.harm.firm import NOW, Firm, erase_alice
from tests.journal.conftest import on
from tests.journal.dying import die

STEPS = ("seal shop", "commit desk", "commit shop", "outcome", "settle")


@pytest.mark.parametrize("step", STEPS)
def test_a_plan_that_is_killed_around_a_step_is_settled_once(firm: Firm, step: str) -> None:
    plan = firm.plan(erase_alice)
    for side in ("before", "after"):
        die(firm.folder, firm.environment, plan.to_json(), NOW, f"{side} {step}")
    with on(firm, "") as systems:
        apply_plan(systems, plan, settle=True)
        assert recheck_plan(systems, plan).is_over
    store = Store(firm.folder / "books")
    assert load_case(store, plan.case).stage == KEPT
    assert inspect_ledger(store)[1:] == (3, ())  # one intent, one outcome, one look after settling
    assert firm.run("SELECT count(*) FROM calls WHERE person_id = 1") == [(0,)]
