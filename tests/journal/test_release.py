"""The day a hold ends, what it kept goes by itself, under the policy of that day."""

from __future__ import annotations

from datetime import date

import pytest

from bailee.engine.apply import ApplyResult, StalePlan, apply_plan
from bailee.engine.cases import DONE, load_case, load_kept_cases
from bailee.engine.ledger_entries import _read_opening
from bailee.engine.plans import NotAllowed, plan_erase, plan_release, seal_plan
from bailee.engine.recheck import recheck_plan
from bailee.engine.step_counts import find_next_release
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument
from bailee.store.sealed_store import Store
from tests.harm.firm import ALICE, BOB, MARKER, Firm, erase_alice
from tests.journal.conftest import on

KEPT_UNTIL, FREE = "2031-12-31", "2032-01-01"


def erased(firm: Firm, day: str = "") -> PlanDocument:
    """Erase Alice, of whom an invoice and her name are kept."""
    plan = firm.plan(erase_alice)
    with on(firm, day) as systems:
        assert apply_plan(systems, plan).is_clean
    return plan


def release(systems: Systems, case: str) -> tuple[PlanDocument, ApplyResult]:
    planned = plan_release(systems, case)
    seal_plan(systems, planned)
    return planned.plan, apply_plan(systems, planned.plan)


def test_what_a_hold_kept_goes_when_it_has_ended(firm: Firm) -> None:
    plan = erased(firm)
    assert firm.run("SELECT id, name FROM persons WHERE id = 1") == [(1, f"Alice {MARKER}")]
    with on(firm, FREE) as systems:
        made, applied = release(systems, plan.case)
    assert made.kind == "release"
    assert applied.is_clean
    assert {(o.change, o.count) for o in applied.outcomes if o.fate == "erased"} == {
        ("person/delete", 1),
        ("invoice/delete", 1),
    }
    assert not firm.run("SELECT 1 FROM persons WHERE id = 1 UNION SELECT 1 FROM invoices WHERE person_id = 1")
    assert not list(load_kept_cases(Store(firm.folder / "books")))
    assert load_case(Store(firm.folder / "books"), made.case).stage == DONE


def test_on_the_last_day_of_the_hold_all_stays_in_a_new_case(firm: Firm) -> None:
    plan, before = erased(firm), firm.dump()
    with on(firm, KEPT_UNTIL) as systems:
        made, applied = release(systems, plan.case)
    assert applied.is_clean
    assert firm.dump() == before
    assert [case.id for case in load_kept_cases(Store(firm.folder / "books"))] == [made.case]
    with on(firm, FREE) as systems:
        assert release(systems, made.case)[1].is_clean
    assert not firm.run("SELECT 1 FROM persons WHERE id = 1")


def test_the_next_release_is_the_day_after_the_earliest_hold_ends(firm: Firm) -> None:
    firm.run(
        "INSERT INTO invoices VALUES (9, 1, '2022-02-01', 5)", "INSERT INTO invoices VALUES (8, 1, '2019-02-01', 5)"
    )
    plan = erased(firm)
    assert find_next_release(plan) == date(2029, 1, 1)  # the one of 2019 was free before
    case = load_case(Store(firm.folder / "books"), plan.case)
    assert find_next_release(case) == date(2029, 1, 1)
    with on(firm, "2029-01-01") as systems:
        made, _ = release(systems, plan.case)
    assert firm.run("SELECT id FROM invoices WHERE person_id = 1") == [(1,)]
    assert find_next_release(made) == date.fromisoformat(FREE)


def test_the_next_release_of_what_nothing_is_kept_of_is_never(firm: Firm) -> None:
    firm.run("DELETE FROM invoices WHERE person_id = 1")
    assert find_next_release(erased(firm)) is None


def test_the_policy_of_the_day_decides(firm: Firm) -> None:
    plan, path = erased(firm), firm.folder / "holds.yaml"
    path.write_text(path.read_text().replace("P6Y", "P10Y"))
    with on(firm, FREE) as systems:
        made, _ = release(systems, plan.case)
    assert firm.run("SELECT 1 FROM invoices WHERE id = 1")
    assert find_next_release(made) == date(2036, 1, 1)


def test_somebody_who_was_given_a_key_meanwhile_is_not_concerned(firm: Firm) -> None:
    plan = erased(firm)  # her row in desk went, and its key with it
    firm.run(
        f"INSERT INTO writers VALUES (1, 'carol.{MARKER}@post.example', 'Carol')",
        "INSERT INTO notes VALUES (1, 1, 'x')",
    )
    with on(firm, FREE) as systems:
        assert release(systems, plan.case)[1].is_clean
    assert firm.run("SELECT name FROM writers WHERE id = 1") == [("Carol",)]
    assert firm.run("SELECT 1 FROM notes WHERE id = 1")


def test_who_came_back_as_a_customer_is_not_erased_by_an_old_hold(firm: Firm) -> None:
    plan = erased(firm)
    firm.run(
        f"INSERT INTO persons VALUES (7, '{ALICE}', 'Alice anew', NULL, '+442079460101')",
        "INSERT INTO calls VALUES (700, 2, '+442079460101', '2031-01-01')",
    )
    with on(firm, FREE) as systems:
        assert release(systems, plan.case)[1].is_clean
    assert firm.run("SELECT id FROM persons WHERE id IN (1, 7)") == [(7,)]


def test_a_release_is_recorded_and_settles(firm: Firm) -> None:
    plan = erased(firm)
    with on(firm, FREE) as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan, settle=True).settling
    with on(firm, "2032-01-02") as systems:
        assert recheck_plan(systems, planned.plan).is_over
        outcome = _read_opening(systems.store, f"{planned.plan.case}-settled")
        assert outcome is not None
        assert (outcome.content["right"], outcome.content["clean"]) == ("release", True)
        assert len(outcome.content["persons"]) == 1


def test_a_release_of_what_another_plan_has_taken_up_is_stale_or_refused(firm: Firm) -> None:
    plan = erased(firm)
    with on(firm, FREE) as systems:
        planned = plan_release(systems, plan.case)
        seal_plan(systems, planned)
        assert release(systems, plan.case)[1].is_clean
        with pytest.raises(StalePlan):
            apply_plan(systems, planned.plan)


def test_a_case_of_which_nothing_is_kept_is_not_released(firm: Firm) -> None:
    firm.run("DELETE FROM invoices WHERE person_id = 1")
    plan = erased(firm)
    with on(firm, FREE) as systems, pytest.raises(NotAllowed, match="nothing is kept"):
        plan_release(systems, plan.case)


def test_a_release_that_somebody_refuses_leaves_the_case_as_it_is(firm: Firm) -> None:
    """Since Alice was erased a pledge has been made that names her row, and the map says to refuse."""
    plan = erased(firm)
    path = firm.folder / "systems/shop.yaml"
    path.write_text(
        path.read_text()
        + """
  pledge:
    table: pledges
    owned_by: person.id = person_id
    names: [{to: person, on: {id: surety_id}}]
    on_erase: delete
    on_leave: {}
"""
    )
    firm.run(
        "CREATE TABLE pledges (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES persons (id),"
        " surety_id INTEGER REFERENCES persons (id))",
        "INSERT INTO pledges VALUES (1, 2, 1)",
    )
    with on(firm, FREE) as systems:
        made, applied = release(systems, plan.case)
        assert made.refused == 1
        assert applied.is_clean
    assert [case.id for case in load_kept_cases(Store(firm.folder / "books"))] == [plan.case]
    assert firm.run("SELECT 1 FROM invoices WHERE id = 1")
    with on(firm, FREE) as systems:
        bob = plan_erase(systems, [[BOB]])
        seal_plan(systems, bob)
        assert apply_plan(systems, bob.plan).is_clean  # his pledge was all that she was kept for
    assert not firm.run("SELECT 1 FROM invoices WHERE id = 1")
