"""A hold placed by hand keeps everything of a person while it stands: her erasure, others' and retention leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from bailee.engine.apply import ApplyResult, StalePlan, apply_plan
from bailee.engine.cases import KEPT, load_case
from bailee.engine.holds import MAY_BE
from bailee.engine.ledger_entries import _read_opening
from bailee.engine.plans import NotAllowed, PlanningResult, plan_erase, plan_release, plan_retain, seal_plan
from bailee.engine.recheck import recheck_plan
from bailee.engine.step_counts import find_next_release
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument
from bailee.store.holds import HeldByHand
from bailee.store.sealed_store import Store
from tests.harm.firm import ALICE, BOB, OLD_CALLS, Firm, erase_alice, retain_calls
from tests.journal.conftest import on

UNTIL = date(2027, 6, 30)
LAW = "CPR Practice Direction 31B para. 7"
HOLD = HeldByHand("Doe v Harm Ltd", LAW, UNTIL, (ALICE,))


@contextmanager
def held(firm: Firm, *holds: HeldByHand, day: str = "") -> Iterator[Systems]:
    """Open the systems while ``holds`` stand."""
    with on(firm, day) as systems:
        systems.held = holds
        yield systems


def carry_out(systems: Systems, planned: PlanningResult) -> tuple[PlanDocument, ApplyResult]:
    seal_plan(systems, planned)
    applied = apply_plan(systems, planned.plan)
    assert applied.is_clean
    return planned.plan, applied


def test_her_erasure_is_wholly_kept_and_says_why(firm: Firm) -> None:
    before, files = firm.dump(), firm.files()
    with held(firm, HOLD) as systems:
        plan, applied = carry_out(systems, plan_erase(systems, [[ALICE]]))
    assert firm.dump() == before
    assert firm.files() == files
    assert set(plan.counts()) <= {"kept", "left"}
    laws = {(law.hold, law.law, law.until) for system in plan.systems for s in system.steps for law in s.laws}
    assert ("Doe v Harm Ltd", LAW, "2027-06-30") in laws
    assert {o.fate for o in applied.outcomes} == {"kept"}
    with on(firm, "") as systems:
        outcome = _read_opening(systems.store, f"{plan.case}-outcome")
        assert outcome is not None
        told = {law["law"] for s in outcome.content["systems"] for b in s["became"] for law in b["laws"]}
        assert LAW in told


def test_when_the_hold_is_over_the_release_leaves_what_her_erasure_would_have(firm: Firm) -> None:
    with on(firm, "") as systems:
        carry_out(systems, plan_erase(systems, [[ALICE]]))
    wanted, files = firm.dump(), firm.files()
    firm.refill()
    Store(firm.folder / "books").destroy(next(Store(firm.folder / "books").cases()))
    with held(firm, HOLD) as systems:
        plan, _ = carry_out(systems, plan_erase(systems, [[ALICE]]))
    with held(firm, HOLD, day="2027-06-30") as systems:
        plan, _ = carry_out(systems, plan_release(systems, plan.case))
        assert firm.dump() != wanted
    assert find_next_release(plan) == date(2027, 7, 1)
    with held(firm, HOLD, day="2027-07-01") as systems:
        carry_out(systems, plan_release(systems, plan.case))
    assert firm.dump() == wanted
    assert firm.files() == files


def test_a_row_that_she_shares_is_not_blanked_when_another_is_erased(firm: Firm) -> None:
    thread = firm.run("SELECT * FROM threads WHERE id = 1")
    with held(firm, HOLD) as systems:
        carry_out(systems, plan_erase(systems, [[BOB]]))
    assert firm.run("SELECT * FROM threads WHERE id = 1") == thread
    assert firm.run("SELECT name, email FROM persons WHERE id = 2") != [(None, None)]  # the thread points to him
    assert not firm.run("SELECT 1 FROM notes WHERE writer_id = 2")  # nothing of hers


def test_what_a_held_row_points_to_stays_whoever_is_erased(firm: Firm) -> None:
    with on(firm, "") as systems:
        carry_out(systems, plan_erase(systems, [[ALICE]]))
    firm.run("INSERT INTO threads VALUES (3, 2, 1, 'both')")  # of her row, and of his, to which it points
    thread = firm.run("SELECT * FROM threads WHERE id = 3")
    with held(firm, HeldByHand("Doe v Harm Ltd", LAW, None, (ALICE,)), day="2032-01-01") as systems:
        carry_out(systems, plan_erase(systems, [[BOB]]))
    assert firm.run("SELECT * FROM threads WHERE id = 3") == thread
    assert firm.run("SELECT id FROM persons ORDER BY id") == [(1,), (2,)]
    assert not firm.run("SELECT 1 FROM calls WHERE person_id = 2")


def test_a_row_that_she_merely_sees_is_not_erased(firm: Firm) -> None:
    call = firm.run("SELECT * FROM calls WHERE id = 4")  # Bob's, and hers is the number
    with held(firm, HOLD) as systems:
        carry_out(systems, plan_erase(systems, [[BOB]]))
    assert firm.run("SELECT * FROM calls WHERE id = 4") == call
    assert not firm.run("SELECT 1 FROM calls WHERE id = 101")


def test_without_her_in_it_an_erasure_is_as_without_the_hold(firm: Firm) -> None:
    firm.run("DELETE FROM threads", "UPDATE calls SET caller = NULL")
    with held(firm, HOLD) as systems:
        plan = plan_erase(systems, [[BOB]]).plan
    with on(firm, "") as systems:
        assert plan_erase(systems, [[BOB]]).plan.counts() == plan.counts()
    assert LAW not in {law.law for system in plan.systems for s in system.steps for law in s.laws}


def test_retention_leaves_her_rows_and_takes_the_others(firm: Firm) -> None:
    firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 1", "DELETE FROM tapes WHERE call_id <> 101")
    calls = firm.run("SELECT * FROM calls WHERE id = 1")
    with held(firm, HOLD) as systems:
        plan, applied = carry_out(systems, plan_retain(systems, "calls"))
    assert firm.run("SELECT * FROM calls WHERE id = 1") == calls
    assert not firm.run("SELECT 1 FROM calls WHERE id >= 100")
    assert {(o.change, o.count) for o in applied.outcomes if o.fate == "erased"} == {
        ("call/delete", OLD_CALLS),
        ("tape/delete", 1),
    }
    kept = {(s.change, s.count, law.law) for p in plan.systems for s in p.steps for law in s.laws}
    assert kept == {("call/reduce", 1, LAW)}
    with on(firm, "2027-07-01") as systems:
        carry_out(systems, plan_retain(systems, "calls"))
    assert not firm.run("SELECT 1 FROM calls WHERE id = 1")


def test_a_hold_that_is_placed_while_a_plan_waits_makes_it_stale(firm: Firm) -> None:
    plan, before = firm.plan(erase_alice), firm.dump()
    with held(firm, HOLD) as systems, pytest.raises(StalePlan):
        apply_plan(systems, plan)
    assert firm.dump() == before


def test_a_hold_that_is_placed_while_a_retention_waits_is_heeded(firm: Firm) -> None:
    firm.run("UPDATE calls SET started_on = '2014-01-01' WHERE id = 1", "DELETE FROM tapes")
    plan = firm.plan(retain_calls)
    with held(firm, HOLD) as systems:
        assert apply_plan(systems, plan).is_clean
    assert firm.run("SELECT 1 FROM calls WHERE id = 1")
    assert not firm.run("SELECT 1 FROM calls WHERE id >= 100")


def test_what_was_kept_of_her_before_the_hold_is_not_released_under_it(firm: Firm) -> None:
    with on(firm, "") as systems:
        plan, _ = carry_out(systems, plan_erase(systems, [[ALICE]]))
    before = firm.dump()
    with held(firm, HeldByHand("Doe v Harm Ltd", LAW, None, (ALICE,)), day="2032-01-01") as systems:
        made, _ = carry_out(systems, plan_release(systems, plan.case))
    assert firm.dump() == before
    assert load_case(Store(firm.folder / "books"), made.case).stage == KEPT
    with on(firm, "2032-01-01") as systems:
        carry_out(systems, plan_release(systems, made.case))
    assert not firm.run("SELECT 1 FROM persons WHERE id = 1 UNION SELECT 1 FROM invoices WHERE person_id = 1")


def test_a_match_that_waits_for_a_word_is_held_too(firm: Firm) -> None:
    firm.run("INSERT INTO persons VALUES (3, 'carol@post.example', 'Carol', NULL, '+442079460101')")
    with held(firm, HOLD) as systems:
        plan, _ = carry_out(systems, plan_erase(systems, [["carol@post.example"]]))
    assert firm.run("SELECT name FROM persons WHERE id = 3") == [("Carol",)]
    steps = [step for system in plan.systems for step in system.steps if step.collection == "person"]
    laws = {law.law for step in steps for law in step.laws}
    assert f"{LAW} ({MAY_BE})" in laws
    assert LAW not in laws


def test_settling_looks_with_the_holds_of_the_day_it_acted_on(firm: Firm) -> None:
    with held(firm, HOLD) as systems:
        planned = plan_erase(systems, [[ALICE]])
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan, settle=True).settling
    with on(firm, "2026-03-16 13:00") as systems:  # the hold was lifted meanwhile
        settled = recheck_plan(systems, planned.plan)
        assert settled.is_over
        assert not settled.unseen


def test_what_came_back_is_not_erased_again_under_a_new_hold(firm: Firm) -> None:
    with on(firm, "") as systems:
        planned = plan_erase(systems, [[ALICE]])
        seal_plan(systems, planned)
        apply_plan(systems, planned.plan, settle=True)
    firm.run("INSERT INTO calls VALUES (2, 1, NULL, '2026-01-02')")
    with held(firm, HOLD, day="2026-03-16 13:00") as systems:
        assert [r.count for r in recheck_plan(systems, planned.plan).residuals] == [1]
        with pytest.raises(NotAllowed, match="hold was placed"):
            recheck_plan(systems, planned.plan, again=True)
    assert firm.run("SELECT 1 FROM calls WHERE id = 2")
