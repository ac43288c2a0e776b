"""A day later it is looked at once more: what came back is found, and strangers who were given its keys are not."""

from __future__ import annotations

import pytest

from bailee.engine.apply import StalePlan, apply_plan
from bailee.engine.cases import DONE, KEPT, SETTLING, load_case
from bailee.engine.ledger_entries import _read_opening, hand_out_receipt, inspect_ledger
from bailee.engine.plans import NotAllowed, plan_correct, plan_erase, seal_plan
from bailee.engine.recheck import recheck_plan
from bailee.ledger import receipt
from bailee.plan import PlanDocument
from bailee.store.sealed_store import Store
from tests.harm.firm import ALICE, BOB, MARKER, Firm, erase_alice, retain_calls
from tests.journal.conftest import Lost, Written, on

LATER = "2026-03-16 13:00"
HERS = "INSERT INTO calls VALUES (2, 1, NULL, '2026-01-02')"


def settling(firm: Firm, make: object = erase_alice) -> PlanDocument:
    """Apply a plan that is to settle."""
    plan: PlanDocument = firm.plan(make)  # type: ignore[arg-type]
    with on(firm, "") as systems:
        applied = apply_plan(systems, plan, settle=True)
        assert applied.is_clean
        assert applied.settling
    return plan


def stage(firm: Firm, plan: PlanDocument) -> str:
    return load_case(Store(firm.folder / "books"), plan.case).stage


def test_a_plan_settles_when_nothing_came_back(firm: Firm) -> None:
    plan, journal = settling(firm), Written()
    assert stage(firm, plan) == SETTLING
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan, journal)
        assert settled.is_over
        assert not settled.strangers
        assert not settled.unseen
        assert recheck_plan(systems, plan).again
    assert stage(firm, plan) == KEPT  # an invoice
    assert not load_case(Store(firm.folder / "books"), plan.case).fixed
    assert [line for line in journal.lines if "settle" in line] == ["before settle", "after settle"]
    assert inspect_ledger(Store(firm.folder / "books"))[1:] == (3, ())  # intent, outcome, settled


def test_what_is_settling_is_not_applied_again(firm: Firm) -> None:
    plan = settling(firm)
    with on(firm, "") as systems:
        applied = apply_plan(systems, plan, settle=True)
    assert applied.again
    assert applied.settling
    assert stage(firm, plan) == SETTLING


def test_rows_that_came_back_are_found_and_the_case_stays(firm: Firm) -> None:
    plan = settling(firm)
    firm.run(HERS)
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan)
    assert [(r.system, r.change, r.count) for r in settled.residuals] == [("shop", "call/delete", 1)]
    assert not settled.is_over
    assert stage(firm, plan) == SETTLING
    assert inspect_ledger(Store(firm.folder / "books"))[1:] == (2, ())
    assert firm.run("SELECT 1 FROM calls WHERE id = 2")


def test_rows_that_came_back_go_again_where_that_is_wanted(firm: Firm) -> None:
    plan = settling(firm)
    firm.run(HERS)
    (firm.shelf / f"{MARKER}-1.wav").write_bytes(b"RIFF")
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan, again=True)
        assert settled.is_over
        assert settled.acted == 2
    assert not firm.run("SELECT 1 FROM calls WHERE id = 2")
    assert f"{MARKER}-1.wav" not in firm.files()
    assert stage(firm, plan) == KEPT


def test_a_file_that_came_back_is_found(firm: Firm) -> None:
    plan = settling(firm)
    (firm.shelf / f"{MARKER}-1.wav").write_bytes(b"RIFF")
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan)
    assert [(r.system, r.change, r.count) for r in settled.residuals] == [("shelf", "files", 1)]


def test_the_person_who_came_back_with_a_table_is_found(firm: Firm) -> None:
    writer = firm.run("SELECT * FROM writers WHERE id = 1")
    assert writer == [(1, ALICE, f"Alice {MARKER}")]
    plan = settling(firm)
    firm.run(f"INSERT INTO writers VALUES (1, '{ALICE}', 'Alice {MARKER}')", "INSERT INTO notes VALUES (1, 1, 'back')")
    with on(firm, LATER) as systems:
        found = {(r.change, r.count) for r in recheck_plan(systems, plan).residuals}
        assert found == {("writer/delete", 1), ("note/delete", 1)}
        assert recheck_plan(systems, plan, again=True).is_over
    assert not firm.run("SELECT 1 FROM writers WHERE id = 1 UNION SELECT 1 FROM notes WHERE id = 1")


def test_a_stranger_who_was_given_the_key_is_left_alone(firm: Firm) -> None:
    plan = settling(firm)
    firm.run(
        f"INSERT INTO writers VALUES (1, 'carol.{MARKER}@post.example', 'Carol')",
        "INSERT INTO notes VALUES (1, 1, 'first'), (9, 1, 'second')",
    )
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan, again=True)
    assert settled.is_over
    assert settled.acted == 0
    assert {(r.change, r.count) for r in settled.strangers} == {("writer/delete", 1), ("note/delete", 2)}
    assert len(firm.run("SELECT 1 FROM notes WHERE writer_id = 1")) == 2


def test_a_row_of_somebody_else_under_an_old_key_is_left_alone(firm: Firm) -> None:
    plan = settling(firm)
    firm.run("INSERT INTO calls VALUES (2, 2, NULL, '2026-03-15')")  # Bob's
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan, again=True)
    assert settled.is_over
    assert [(r.change, r.count) for r in settled.strangers] == [("call/delete", 1)]
    assert firm.run("SELECT 1 FROM calls WHERE id = 2")


def test_more_than_was_approved_is_not_dealt_with_again(firm: Firm) -> None:
    plan = settling(firm, lambda systems: plan_erase(systems, [[ALICE]]))
    firm.run(HERS)
    with on(firm, LATER) as systems, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "bailee.engine.row_writes.is_passed", lambda step, count: count > 0 and step.change == "call/delete"
        )
        with pytest.raises(StalePlan):
            recheck_plan(systems, plan, again=True)
    assert firm.run("SELECT 1 FROM calls WHERE id = 2")
    assert stage(firm, plan) == SETTLING


def test_a_system_whose_map_has_changed_is_not_said_to_have_been_looked_at(firm: Firm) -> None:
    plan = settling(firm)
    path = firm.folder / "systems/desk.yaml"
    whole, bare = (
        "fields: {body: body}\n    on_erase: delete",
        "fields: {body: body}\n    on_erase: {anonymise: {body: null}}",
    )
    path.write_text(path.read_text().replace(whole, bare))
    with on(firm, LATER) as systems:
        settled = recheck_plan(systems, plan)
    assert settled.unseen == ("desk",)
    assert settled.is_over
    with on(firm, LATER) as systems:
        entry = _read_opening(systems.store, f"{plan.case}-settled")
        assert entry is not None
        assert {s["system"]: s["residual"] for s in entry.content["systems"]} == {"desk": None, "shop": 0}
        assert not entry.content["clean"]


def test_words_that_say_nothing_of_rows_may_change_meanwhile(firm: Firm) -> None:
    plan = settling(firm)
    path = firm.folder / "systems/desk.yaml"
    path.write_text(path.read_text().replace("title: Desk", "title: Help desk"))
    with on(firm, LATER) as systems:
        assert not recheck_plan(systems, plan).unseen


def test_a_hold_that_ends_meanwhile_is_no_residual(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "2026-03-15 12:30") as systems:
        apply_plan(systems, plan, settle=True)
    with on(firm, "2040-01-01") as systems:
        assert recheck_plan(systems, plan).is_over
    assert stage(firm, plan) == KEPT


def test_a_retention_settles_too(firm: Firm) -> None:
    plan = settling(firm, retain_calls)
    firm.run("INSERT INTO calls VALUES (100, 2, NULL, '2015-01-01')")
    with on(firm, LATER) as systems:
        assert [(r.change, r.count) for r in recheck_plan(systems, plan).residuals] == [("call/delete", 1)]
        assert recheck_plan(systems, plan, again=True).is_over
    assert stage(firm, plan) == DONE
    assert not firm.run("SELECT 1 FROM calls WHERE id = 100")


def test_a_correction_does_not_settle_since_she_may_change_it_again(firm: Firm) -> None:
    plan = firm.plan(lambda systems: plan_correct(systems, [ALICE], "person.name", "Alicia"))
    with on(firm, "") as systems:
        assert not apply_plan(systems, plan, settle=True).settling
    assert stage(firm, plan) == DONE


def test_what_is_not_applied_does_not_settle(firm: Firm) -> None:
    plan = firm.plan(erase_alice)
    with on(firm, "") as systems, pytest.raises(NotAllowed, match="has not been applied"):
        recheck_plan(systems, plan)


def test_who_has_lost_the_lease_settles_nothing(firm: Firm) -> None:
    plan = settling(firm)
    with on(firm, LATER) as systems:
        with pytest.raises(Lost):
            recheck_plan(systems, plan, Written(until="settle"))
        assert stage(firm, plan) == SETTLING
        assert recheck_plan(systems, plan).is_over


def test_another_plan_may_take_up_what_is_settling(firm: Firm) -> None:
    """Alice is settling while Bob, who pins what was kept of her or shares with her, is erased."""
    plan = settling(firm)
    with on(firm, "") as systems:
        planned = plan_erase(systems, [[BOB]])
        seal_plan(systems, planned)
        assert apply_plan(systems, planned.plan).is_clean
    assert not firm.run("SELECT 1 FROM threads WHERE id = 1")  # it was both of them's
    with on(firm, LATER) as systems:
        assert recheck_plan(systems, plan).is_over


def test_the_receipt_after_settling_tells_of_both_looks(firm: Firm) -> None:
    plan, written = settling(firm), list[str]()
    with on(firm, LATER) as systems:
        recheck_plan(systems, plan)
        hand_out_receipt(systems, plan, written.append)
        assert receipt.parse(written[0]).entry["kind"] == "settled"
        entry = _read_opening(systems.store, f"{plan.case}-settled")
        assert entry is not None
        assert entry.keys == {}
        assert entry.content["kind"] == "settled"
        assert {s["system"] for s in entry.content["systems"]} == {"desk", "shop"}
        assert any(row["fate"] == "erased" for s in entry.content["systems"] for row in s["became"])
