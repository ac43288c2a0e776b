"""Whatever a plan comes to, the sentences about it say that and nothing else: in the terminal, and of what was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bailee.cli.app import run
from bailee.engine.plans import plan_erase, seal_plan
from bailee.plan import PlanDocument, PlanStep, Result, SystemPlan, choose_result, read_plan
from tests.conftest import Database
from tests.harm.firm import run as say
from tests.refusals.firm import ALICE, ANN, BOB, CAROL, DORA, ERIN, NOBODY, build, opened

Command = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """The exit code of a command, and what it said, with single blanks."""

    code: int
    out: str


@pytest.fixture
def folder(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_URL", database.url)
    return build(tmp_path / "shop", database)


@pytest.fixture
def bailee(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def command(*arguments: str) -> Said:
        capsys.readouterr()
        code = run([*arguments, "--policy", str(folder)])
        return Said(code, " ".join(capsys.readouterr().out.split()))

    return command


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of the shop."""
    return {name: say(database.url, f"select * from {name} order by id") for name in ("customer", "invoice")}


def test_a_plan_that_refuses_bob_says_by_which_rows_and_how_to_change_the_map(
    bailee: Command, folder: Path, tmp_path: Path
) -> None:
    said = bailee("plan", "erase", BOB, "--out", str(tmp_path / "plan"))
    assert said.code == 1
    assert "nothing is to be done: 1 of 1 person is refused" in said.out
    assert "nothing is held for certain" not in said.out
    assert f"refused: {BOB}. Nothing of theirs is touched" in said.out
    assert "shop: 2 rows of invoice stay, and point to what would go of customer" in said.out
    assert "by invoice.customer_id->customer, edge invoice.customer" in said.out
    assert "2 rows of invoice belong to others too, by invoice.salesperson: staff" in said.out
    hint = "hint: if invoice.salesperson only says who deals with it, write it under `names`"
    assert hint in said.out
    assert "or say on_parent_gone: pin or stand_in on invoice.customer, and plan again" in said.out
    assert BOB not in (tmp_path / "plan").read_text()  # who reads a plan file is not told whom it is about


def test_applying_a_plan_that_refuses_bob_changes_nothing_and_says_so(
    bailee: Command, tmp_path: Path, database: Database
) -> None:
    before, plan = rows(database), str(tmp_path / "plan")
    bailee("plan", "erase", BOB, "--out", plan)
    assert "bailee apply" not in bailee("plan", "erase", BOB, "--out", f"{plan}2").out
    said = bailee("apply", plan)
    assert (said.code, said.out.split(" residual")[0]) == (1, "not applied")
    assert "nothing that is theirs by the map is left but what a hold keeps" not in said.out
    assert "nothing was done: 1 of 1 person is refused, and all of theirs is as it was" in said.out
    assert "edge invoice.customer" in said.out
    assert rows(database) == before
    again = bailee("apply", plan)
    assert (again.code, "refused: person 1 of 1" in again.out) == (1, True)


def test_the_map_changed_as_the_refusal_says_erases_bob(bailee: Command, folder: Path, tmp_path: Path) -> None:
    map_ = folder / "systems/shop.yaml"
    text = map_.read_text().replace("      - {to: staff, on: {id: salesperson}, id: salesperson}\n", "")
    map_.write_text(text.replace("    on_leave: {}\n", "    on_leave: {}\n    names: staff.id = salesperson\n"))
    plan = str(tmp_path / "plan")
    assert bailee("plan", "erase", BOB, "--out", plan).code == 0
    said = bailee("apply", plan)
    assert (said.code, "nothing that is theirs by the map is left but what a hold keeps" in said.out) == (0, True)
    assert "nothing is held for certain" in bailee("plan", "erase", BOB).out


def test_of_two_who_are_asked_for_only_the_refused_one_is_named(folder: Path, database: Database) -> None:
    with opened(folder, database) as systems:
        plan = plan_erase(systems, [[ALICE], [BOB]]).plan
    assert (choose_result(plan), plan.refused_persons, plan.persons, plan.found) == (Result.PARTLY_REFUSED, (2,), 2, 2)
    (why,) = plan.refusals
    assert (why.child, why.parent, why.rows, why.edges, why.persons) == (
        "invoice", "customer", 2, ("invoice.customer",), (2,),
    )  # fmt: skip


CLAIMS = (
    "nothing that is theirs by the map is left but what a hold keeps",
    "nothing is held for certain",
    "refused",
    "to be confirmed",
    "to confirm:",
)
"""What a sentence may claim. Each is in those of the states in which it is true, and in no other."""

STATES: tuple[tuple[tuple[str, ...], Result, set[int], set[int]], ...] = (
    # asked for, what the plan comes to, and the CLAIMS that are true of the plan and after it is applied
    ((NOBODY,), Result.NOBODY, {1}, {1}),
    ((DORA,), Result.TO_CONFIRM, {1, 3, 4}, {1, 3, 4}),
    ((BOB,), Result.REFUSED, {2}, {2}),
    ((BOB, CAROL), Result.REFUSED, {2}, {2}),
    ((BOB, NOBODY), Result.REFUSED, {2}, {2}),
    ((BOB, ALICE), Result.PARTLY_REFUSED, {2}, {0, 2}),
    ((BOB, ANN), Result.PARTLY_REFUSED, {2}, {0, 2}),
    ((ANN,), Result.HELD, set(), {0}),
    ((ALICE,), Result.DONE, set(), {0}),
    ((ALICE, ANN), Result.DONE, set(), {0}),
    ((ERIN,), Result.DONE, {4}, {0, 4}),
    ((ERIN, BOB), Result.PARTLY_REFUSED, {2, 4}, {0, 2, 4}),
)


@pytest.mark.parametrize(("asked", "result", "planned", "applied"), STATES)
def test_each_sentence_claims_what_is_true_of_the_plan_and_nothing_else(
    bailee: Command, folder: Path, database: Database, tmp_path: Path,
    asked: tuple[str, ...], result: Result, planned: set[int], applied: set[int],
) -> None:  # fmt: skip
    from bailee.cli.apply import applied_page
    from bailee.cli.plan import plan_page
    from bailee.engine.apply import apply_plan

    with opened(folder, database) as systems:
        before = rows(database)
        made = plan_erase(systems, [[one] for one in asked])
        seal_plan(systems, made)
        plan = made.plan
        assert choose_result(plan) == result
        assert read_plan(plan.to_json()) == plan
        first = " ".join(line.text for line in plan_page(systems.policy, plan, asked))
        became = apply_plan(systems, plan)
        page = " ".join(line.text for line in applied_page(plan, became))
    assert {n for n, claim in enumerate(CLAIMS) if claim in first} == planned
    assert {n for n, claim in enumerate(CLAIMS) if claim in page} == applied
    refused = [one for one in asked if one in {BOB, CAROL}]
    assert plan.refused == len(refused)
    assert len(plan.refused_persons) == len(refused)
    gone = {
        name for name in (ALICE, ANN, BOB, CAROL, ERIN) if not any(name in row for row in rows(database)["customer"])
    }
    assert gone == {ALICE, ERIN} & {*asked}
    if result not in {Result.DONE, Result.PARTLY_REFUSED}:
        assert rows(database) == before


def test_a_plan_is_done_only_where_nobody_is_refused_or_left_out(bailee: Command, tmp_path: Path) -> None:
    codes = {}
    for number, (asked, *_) in enumerate(one for one in STATES if len(one[0]) == 1):
        plan = str(tmp_path / f"{number}.plan")
        codes[asked[0]] = (bailee("plan", "erase", *asked, "--out", plan).code, bailee("apply", plan, "--json"))
    assert {who: code for who, (code, _) in codes.items()} == {NOBODY: 1, DORA: 1, BOB: 1, ANN: 0, ALICE: 0, ERIN: 1}
    assert {who: said.code for who, (_, said) in codes.items()} == {
        NOBODY: 1,
        DORA: 1,
        BOB: 1,
        ANN: 0,
        ALICE: 0,
        ERIN: 1,
    }
    told = {who: json.loads(said.out) for who, (_, said) in codes.items()}
    assert {who: (one["result"], one["refused"], one["clean"]) for who, one in told.items()} == {
        NOBODY: ("nobody", 0, True), DORA: ("to_confirm", 0, True), BOB: ("refused", 1, False),
        ANN: ("held", 0, True), ALICE: ("done", 0, True), ERIN: ("done", 0, True),
    }  # fmt: skip


def test_every_result_has_a_sentence_and_every_result_is_among_the_states() -> None:
    from bailee.cli.results import APPLIED, PLANNED

    assert set(PLANNED) == set(APPLIED) == set(Result)
    assert {result for _, result, _, _ in STATES} == set(Result) - {Result.UNCHANGED}


def test_who_is_found_and_keeps_everything_is_not_nobody() -> None:
    empty = PlanDocument(
        "erase", "1 person", "c-0", "", "", "2026-01-01", "2026-01-01T00:00:00+00:00", "", (), persons=1
    )
    assert choose_result(empty) == Result.NOBODY
    assert choose_result(replace(empty, found=1)) == Result.UNCHANGED


def test_what_is_kept_is_held_although_a_reference_in_it_is_emptied_first() -> None:
    unlinked = PlanStep("person.invited_by->person/unlink", "person", "unlinked", "a cycle of references", 1, 1)
    kept = PlanStep("person/reduce", "person", "kept", "hold", 2, 2)
    erased = PlanStep("note/delete", "note", "erased", "on_erase", 1, 1)
    empty = PlanDocument(
        "erase", "1 person", "c-0", "", "", "2026-01-01", "2026-01-01T00:00:00+00:00", "", (), persons=1
    )
    plans = [replace(empty, systems=(SystemPlan("shop", "Shop", "", steps),)) for steps in
             ((kept,), (unlinked, kept), (unlinked, kept, erased), (unlinked, erased))]  # fmt: skip
    assert [choose_result(plan) for plan in plans] == [Result.HELD, Result.HELD, Result.DONE, Result.DONE]
