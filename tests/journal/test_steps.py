"""The journal is told of each step before and after it, and can stop a plan at any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bailee.engine import ledger_entries
from bailee.engine.apply import StalePlan, apply_plan
from bailee.engine.cases import load_case
from bailee.engine.journal import COMMIT, SpokenJournal
from bailee.store.sealed_store import Store
from tests.harm.firm import NAMES, Firm, erase_alice, retain_calls
from tests.journal.conftest import Lost, Written, on

IN_A_SYSTEM = ("locate", "change", "seal", "commit")


def test_an_erasure_tells_each_step_before_and_after_it(firm: Firm) -> None:
    plan, journal = firm.plan(erase_alice), Written()
    with on(firm, "") as systems:
        apply_plan(systems, plan, journal)
    per_system = [s.system for s in plan.systems]
    steps = ["intent", *(f"{step} {system}" for system in per_system for step in IN_A_SYSTEM), "files"]
    steps += [*(f"residual {system}" for system in per_system), "outcome"]
    assert journal.lines == [f"{side} {step}" for step in steps for side in ("before", "after")]


def test_counts_are_told_with_the_change_and_with_the_residual(firm: Firm) -> None:
    plan, journal = firm.plan(erase_alice), Written()
    with on(firm, "") as systems:
        applied = apply_plan(systems, plan, journal)
    counts = dict(journal.counts)
    shop = {o.change: o.count for o in applied.outcomes if o.system == "shop"}
    assert counts["change shop"] == counts["commit shop"] == shop
    assert shop["call/delete"] == 3
    assert set(counts["residual shop"].values()) == {0}
    assert counts["files"] == {"gone": 2, "left": 0}


@pytest.mark.parametrize("system", ["desk", "shop"])
def test_who_has_lost_the_lease_before_the_commit_leaves_the_system_as_it_was(firm: Firm, system: str) -> None:
    plan, tables = firm.plan(erase_alice), {"desk": NAMES[5:], "shop": NAMES[:5]}[system]
    before = firm.dump(tables)
    with on(firm, "") as systems, pytest.raises(Lost):
        apply_plan(systems, plan, Written(until=f"{COMMIT} {system}"))
    assert firm.dump(tables) == before
    with on(firm, "") as systems:  # another worker goes on
        assert apply_plan(systems, plan).is_clean
    assert firm.dump(tables) != before


def test_an_erasure_that_is_stopped_before_any_step_is_finished_by_the_next(firm: Firm) -> None:
    plan, journal = firm.plan(erase_alice), Written()
    with on(firm, "") as systems:
        apply_plan(systems, plan, journal)
    after, steps = firm.dump(), [line.removeprefix("before ") for line in journal.lines if line.startswith("before ")]
    for step in steps:
        firm.refill()
        again = firm.plan(erase_alice)
        with on(firm, "") as systems, pytest.raises(Lost):
            apply_plan(systems, again, Written(until=step))
        with on(firm, "") as systems:
            assert apply_plan(systems, again).is_clean, step
        assert firm.dump() == after, step
        Store(firm.folder / "books").destroy(again.case)  # else she would be one whose row is kept


def test_a_retention_tells_each_chunk_and_what_was_done_in_all(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bailee.engine.retention.CHUNK", 4)
    plan, journal = firm.plan(retain_calls), Written()
    with on(firm, "") as systems:
        apply_plan(systems, plan, journal)
    told = [
        counts["call/delete"] for step, counts in journal.counts if step == "commit shop" and "call/delete" in counts
    ]
    assert told == [4, 4, 2]


def test_a_retention_that_was_cut_short_counts_the_rows_of_all_its_runs(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bailee.engine.retention.CHUNK", 4)
    plan, told = firm.plan(retain_calls), list[int]()

    def cut(_system: str, _change: str, count: int) -> None:
        told.append(count)
        if len(told) == 3:
            raise KeyboardInterrupt

    with on(firm, "") as systems, pytest.raises(KeyboardInterrupt):
        apply_plan(systems, plan, SpokenJournal(cut))
    assert 0 < len(firm.run("SELECT 1 FROM calls WHERE started_on < '2020-01-01'")) < 10
    with on(firm, "") as systems:
        applied = apply_plan(systems, plan)
    assert {o.change: o.count for o in applied.outcomes} == {"tape/delete": 1, "call/delete": 10}
    assert load_case(Store(firm.folder / "books"), plan.case).stage == "done"


MORE_CALLS = "INSERT INTO calls SELECT id + {0}, person_id, caller, started_on FROM calls WHERE id BETWEEN 100 AND 109"


def many_more(firm: Firm) -> None:
    """Let four times as many calls be due as there were."""
    for n in (1000, 2000, 3000):
        firm.run(MORE_CALLS.format(n))


def test_a_retention_that_found_more_than_its_bound_deletes_nothing(firm: Firm) -> None:
    plan = firm.plan(retain_calls)
    many_more(firm)
    before = firm.dump()
    with (
        on(firm, "") as systems,
        pytest.raises(StalePlan, match="call/delete would touch 40 rows, more than the bound of 20"),
    ):
        apply_plan(systems, plan)
    assert firm.dump() == before
    assert load_case(Store(firm.folder / "books"), plan.case).stage == "planned"
    firm.run("DELETE FROM calls WHERE id >= 1000")
    with on(firm, "") as systems:
        assert apply_plan(systems, plan).is_clean


@dataclass
class _OnceThere(Written):
    """A journal that lets something happen in the midst of a run."""

    at: str = ""
    happens: Callable[[], None] = lambda: None

    def begin_step(self, step: str, system: str = "") -> None:
        super().begin_step(step, system)
        if step == self.at:
            self.happens()


def test_rows_that_come_to_be_due_in_the_midst_stay_at_the_bound_and_what_went_is_recorded(firm: Firm) -> None:
    plan = firm.plan(retain_calls)
    with on(firm, "") as systems:
        applied = apply_plan(systems, plan, _OnceThere(at="intent", happens=lambda: many_more(firm)))
    assert {o.change: o.count for o in applied.outcomes} == {"tape/delete": 1, "call/delete": 20}
    assert {r.change: r.count for r in applied.residuals if r.count} == {"call/delete": 20}
    with on(firm, "") as systems:
        assert apply_plan(systems, plan).again
        assert [e.says["kind"] for e in ledger_entries.read_entries(systems.store, 0, 9) if e.says] == [
            "intent",
            "outcome",
        ]
        anew = firm.plan(retain_calls)
        assert apply_plan(systems, anew).is_clean
