"""``bailee plan`` and ``bailee apply``: said first, then done, then looked at again."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bailee.plan import read_plan
from bailee.store.sealed_store import Store
from tests.cli.conftest import Bailee

ALICE = "alice.okonkwo@post.example"
ERIN = "erin.walsh@letterbox.example"

Sql = Callable[[str, str], list[tuple[Any, ...]]]


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return str(tmp_path / "the.plan")


def test_a_plan_says_what_goes_what_stays_and_why(bailee: Bailee) -> None:
    said = bailee("plan", "erase", ALICE)
    assert said.code == 0
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "contract 1 row (at most 11)" in lines
    assert any(line.startswith("accounting: Finance Act 1998 Sch. 18 para. 21") for line in lines)
    kept = next(line for line in lines if line.startswith("contact 1 row"))
    assert kept.endswith("full_name, postal, account_id")
    assert "until 31 March " in kept
    assert "message 2 rows (at most 12) author_id emptied" in lines
    assert re.fullmatch(
        r"in all: \d+ rows erased, \d+ rows kept, 10 changes to what others share, 7 files .*", lines[-4]
    )
    assert len(lines[-3].removeprefix("hash ")) == 64


def test_what_the_law_keeps_from_others_is_said(bailee: Bailee) -> None:
    assert "billed_to emptied; not in 8 rows, where the law keeps it" in bailee("plan", "erase", ERIN).out


def test_a_plan_without_a_file_leaves_nothing(bailee: Bailee, firm: Path) -> None:
    bailee("plan", "erase", ALICE)
    assert not list(Store(firm / "books").names("cases"))


def test_the_plan_file_is_its_owners_alone(bailee: Bailee, plan: str) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    assert stat.S_IMODE(Path(plan).stat().st_mode) == 0o600
    assert json.loads(Path(plan).read_text())["kind"] == "erase"


def test_alice_is_erased_and_looked_for_again(bailee: Bailee, plan: str, sql: Sql) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    said = bailee("apply", plan)
    assert said.code == 0
    assert "residual: looked again, and nothing that is theirs by the map is left but what a hold keeps\n" in said.out
    assert "files: 7 deleted\n" in said.out
    assert "accounting, until 31 March " in said.out
    assert "crm: free pages of the file, until VACUUM" in said.out
    assert sql("crm", "select full_name, email, phone from contact where id = 1") == [("Alice Okonkwo", None, None)]
    assert sql("phones", "select count(*) from call_record where line_id = 1") == [(0,)]


def test_a_second_apply_changes_nothing(bailee: Bailee, plan: str) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    bailee("apply", plan)
    again = bailee("apply", plan)
    assert (again.code, again.out) == (0, "this plan was applied before: nothing was left to do\n")


def test_a_correction_reaches_every_system(bailee: Bailee, plan: str, sql: Sql) -> None:
    said = bailee("plan", "correct", ALICE, "contact.email=alice@new.example", "--out", plan)
    assert said.code == 0
    assert "alice@new" not in said.out
    assert "email counts as verified from now on by email_verified_at, which is about the old one" in said.out
    became = bailee("apply", plan)
    assert became.code == 0
    assert "residual: looked again, and all of it in the tables on the map is as it was corrected\n" in became.out
    assert "where what was wrong may live on for a while" in became.out
    for system, table in (("crm", "contact"), ("helpdesk", "requester"), ("phones", "line")):
        assert sql(system, f"select count(*) from {table} where email = 'alice@new.example'") == [(1,)]


def test_what_is_due_goes(bailee: Bailee, plan: str) -> None:
    said = bailee("plan", "retain", "calls", "--out", plan)
    assert said.code == 0
    assert said.out.startswith("plan to carry out the retention rule calls, as things are on ")
    assert bailee("apply", plan, "--json").json["clean"] is True


def test_a_row_that_waits_is_listed(bailee: Bailee) -> None:
    told = bailee("plan", "retain", "customers").out
    assert "line  2  rows  overdue, and waiting: a row that stays points to it" in told
    assert "line  2  rows  waits: call_record (line_id) goes by the rule calls" in told


def test_a_match_to_confirm_makes_a_plan_want_a_person(bailee: Bailee) -> None:
    said = bailee("plan", "erase", "lena.fischer@mail.example")
    assert said.code == 1
    assert "1 match to confirm: `bailee find` lists them; nothing beyond them is touched\n" in said.out


def test_a_plan_about_nobody_wants_a_person(bailee: Bailee) -> None:
    said = bailee("plan", "erase", "not.there@post.example")
    assert said.code == 1
    assert "nothing is to be done: nothing is held for certain" in said.out


def test_a_program_reads_the_plan_and_what_became_of_it(bailee: Bailee, plan: str) -> None:
    read = bailee("plan", "erase", ALICE, "--out", plan, "--json").json
    assert read["plan"] == json.loads(Path(plan).read_text())
    became = bailee("apply", plan, "--json").json
    assert (became["clean"], became["residual"], became["files"], became["again"]) == (True, [], 7, False)
    planned = {(p["system"], s["change"]): s["count"] for p in read["plan"]["systems"] for s in p["steps"]}
    assert {(o["system"], o["change"]): o["count"] for o in became["outcomes"]} == planned


# --- refused -------------------------------------------------------------------------------------------------


def test_an_existing_plan_file_stays(bailee: Bailee, plan: str, firm: Path) -> None:
    Path(plan).write_text("mine")
    said = bailee("plan", "erase", ALICE, "--out", plan, "--json")
    assert (said.code, said.error["code"]) == (7, "target_exists")
    assert Path(plan).read_text() == "mine"
    assert not list(Store(firm / "books").names("cases"))


def test_no_case_stays_where_the_plan_cannot_be_written(bailee: Bailee, firm: Path, tmp_path: Path) -> None:
    said = bailee("plan", "erase", ALICE, "--out", str(tmp_path / "missing" / "the.plan"))
    assert said.code == 7
    assert "the plan file cannot be written: No such file or directory" in said.err
    assert not list(Store(firm / "books").names("cases"))


def test_observe_makes_no_plans(bailee: Bailee, set_mode: Callable[[str], None]) -> None:
    set_mode("observe")
    said = bailee("plan", "erase", ALICE)
    assert said.code == 6
    assert "error not_allowed: the policy's mode is observe: no plans are made\n" in said.err
    assert bailee("find", ALICE).code == 0


def test_propose_makes_plans_and_applies_none(bailee: Bailee, set_mode: Callable[[str], None], plan: str) -> None:
    set_mode("propose")
    said = bailee("plan", "erase", ALICE, "--out", plan)
    assert said.code == 0
    assert said.out.endswith("nothing is changed, and nothing will be until bailee.yaml says mode: act\n")
    assert bailee("apply", plan).code == 6


GONE = "delete from message; delete from participant; delete from ticket; delete from requester"
MORE = """insert into call_record select id + 100000, line_id, direction, caller, callee, started_at, seconds, outcome,
    price_pence from call_record where line_id = 1"""


@pytest.mark.parametrize(
    ("system", "meanwhile", "reason"),
    [
        ("crm", "alter table contact add column shoe_size text", "schema of 'crm' has changed"),
        ("helpdesk", GONE, "other rows"),
        ("phones", MORE, "more than the bound of 58"),
    ],
    ids=["a column more", "the person is gone elsewhere", "many rows more"],
)
def test_what_has_moved_makes_a_plan_stale(
    bailee: Bailee, plan: str, sql: Sql, system: str, meanwhile: str, reason: str
) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    for statement in meanwhile.split("; "):
        sql(system, statement)
    said = bailee("apply", plan, "--json")
    assert (said.code, said.error["code"]) == (5, "stale")
    assert any(reason in text for text in said.error["reasons"])
    assert sql("crm", "select email from contact where id = 1") == [(ALICE,)]


def test_another_policy_makes_a_plan_stale(bailee: Bailee, plan: str, firm: Path) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    with (firm / "holds.yaml").open("a") as page:
        page.write("# a thought\n")
    said = bailee("apply", plan)
    assert said.code == 5
    assert "error stale: the plan is stale\n  the policy has changed since the plan was made\n  hint: " in said.err


@pytest.mark.parametrize("spoil", ["", "{}", "[]", "\udcff"])
def test_what_is_no_plan_is_not_applied(bailee: Bailee, plan: str, spoil: str) -> None:
    Path(plan).write_bytes(spoil.encode(errors="surrogateescape"))
    assert bailee("apply", plan).code == 5


def test_a_plan_that_was_tampered_with_is_not_applied(bailee: Bailee, plan: str) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    text = Path(plan).read_text()
    Path(plan).write_text(text.replace('"bound": 11', '"bound": 9999', 1))
    said = bailee("apply", plan, "--json")
    assert (said.code, said.error["code"]) == (5, "plan_unreadable")


@pytest.mark.parametrize("file", ["/dev/zero", "nesting"])
def test_what_has_no_end_is_no_plan(bailee: Bailee, tmp_path: Path, file: str) -> None:
    (tmp_path / "nesting").write_text("[" * 100_000)
    said = bailee("apply", str(tmp_path / file), "--json")
    assert (said.code, said.error["code"]) == (5, "plan_unreadable")


def test_an_edited_plan_is_not_the_one_that_was_applied(bailee: Bailee, plan: str) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    made = read_plan(Path(plan).read_text())
    assert bailee("apply", plan).code == 0
    Path(plan).write_text(replace(made, files=made.files + 1).to_json())
    said = bailee("apply", plan, "--json")
    assert (said.code, said.error["reasons"]) == (5, ["the case belongs to another plan"])


def test_a_plan_is_good_for_the_books_it_was_made_with(bailee: Bailee, plan: str, firm: Path) -> None:
    bailee("plan", "erase", ALICE, "--out", plan)
    store = Store(firm / "books")
    store.destroy(next(store.names("cases")))
    said = bailee("apply", plan, "--json")
    assert (said.code, said.error["code"]) == (7, "books")


def test_a_plan_that_is_not_there_is_missed(bailee: Bailee, plan: str) -> None:
    said = bailee("apply", plan)
    assert said.code == 7
    assert "the plan file cannot be read: No such file or directory" in said.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["retain", "cals"], "no_such_name"),
        (["correct", ALICE, "contact.emial=x"], "no_such_name"),
        (["correct", ALICE, "no equals sign"], "usage"),
        (["correct", "contact.email=x"], "usage"),
    ],
    ids=["rule", "column", "no value", "nobody"],
)
def test_a_name_that_is_not_there_is_wrong_use(bailee: Bailee, arguments: list[str], code: str) -> None:
    said = bailee("plan", *arguments, "--json")
    assert (said.code, said.error["code"]) == (2, code)


def test_nobody_is_corrected_on_a_guess(bailee: Bailee) -> None:
    assert bailee("plan", "correct", "not.there@post.example", "contact.email=x@post.example").code == 6
