"""What the ledger is told of a plan, and that nothing is destroyed where it cannot be told."""

from __future__ import annotations

import base64
import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bailee import ledger
from bailee.cli.app import run
from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.journal import SpokenJournal
from bailee.engine.ledger_entries import forget_openings, inspect_ledger
from bailee.engine.systems import open_systems
from bailee.ledger import LedgerError, Log, Opening
from bailee.plan import PlanDocument
from bailee.store.sealed_store import StateError, Store
from tests.conftest import Database
from tests.harm.firm import ALICE, BOB, MARKER, NOW, Firm, build, retain_calls
from tests.ledger.changes import changes, extra_of
from tests.ledger.logs import KEY, OTHER


@pytest.fixture
def firm(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    made = build(tmp_path / "firm", Database(sqlite_url, "sqlite"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


def books(firm: Firm) -> Store:
    return Store(firm.folder / "books")


def entries(firm: Firm) -> int:
    return inspect_ledger(books(firm))[1]


def entry(firm: Firm, plan: PlanDocument, kind: str) -> dict[str, Any]:
    kept = books(firm).get("openings", f"{plan.case}-{kind}")
    assert kept is not None
    return Opening(kept["entry"], kept["after"]).content


def carry_out(firm: Firm, plan: PlanDocument, say: Callable[[str, str, int], None] = lambda *_: None) -> ApplyResult:
    with firm.systems() as systems:
        return apply_plan(systems, plan, SpokenJournal(say))


def test_the_intent_stands_signed_before_the_first_row_changes(firm: Firm) -> None:
    plan, seen = firm.plan(), list[int]()
    carry_out(firm, plan, lambda *_: seen.append(entries(firm)))
    assert set(seen) == {1}
    assert entries(firm) == 2
    intent, outcome = entry(firm, plan, "intent"), entry(firm, plan, "outcome")
    assert (intent["plan"], intent["policy"], intent["right"]) == (plan.digest, plan.policy, "erase")
    assert [s["system"] for s in intent["systems"]] == ["desk", "shop"]
    assert outcome["intent"] == 0
    assert (outcome["clean"], outcome["files"]) == (True, 2)


def test_the_outcome_says_what_became_of_the_rows_and_what_the_law_keeps(firm: Firm) -> None:
    plan = firm.plan()
    applied = carry_out(firm, plan)
    outcome = entry(firm, plan, "outcome")
    told = [(s["system"], b["change"], b["fate"], b["rows"]) for s in outcome["systems"] for b in s["became"]]
    assert sorted(told) == sorted((o.system, o.change, o.fate, o.count) for o in applied.outcomes)
    assert [s["residual"] for s in outcome["systems"]] == [0, 0]
    kept = [b for s in outcome["systems"] for b in s["became"] if b["fate"] == "kept"]
    laws = [law for b in kept for law in b["laws"]]
    assert laws
    assert all(law["law"] for law in laws)
    assert all(law["until"] > "2026-03-15" for law in laws if law["until"])


def test_a_second_apply_records_nothing_twice(firm: Firm) -> None:
    plan = firm.plan()
    carry_out(firm, plan)
    assert carry_out(firm, plan).again
    assert entries(firm) == 2


def test_a_retention_is_recorded_and_is_about_nobody(firm: Firm) -> None:
    plan = firm.plan(retain_calls)
    carry_out(firm, plan)
    assert entry(firm, plan, "outcome")["persons"] == []
    assert entries(firm) == 2


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_cut_short_between_an_opening_and_its_entry_is_recorded_once(firm: Firm, at: int) -> None:
    plan, calls, append = firm.plan(), iter((1, 2)), Log.append

    def stopped(log: Log, several: list[bytes]) -> int:
        if next(calls) == at:
            raise KeyboardInterrupt
        return append(log, several)

    with patch.object(Log, "append", stopped), pytest.raises(KeyboardInterrupt):
        carry_out(firm, plan)
    assert inspect_ledger(books(firm))[2] == ()
    before = books(firm).shelves.get("openings", f"{plan.case}-intent")
    assert before
    assert carry_out(firm, plan).is_clean
    assert inspect_ledger(books(firm))[1:] == (2, ())
    assert books(firm).shelves.get("openings", f"{plan.case}-intent") == before


def test_while_a_file_is_left_there_is_no_outcome(firm: Firm) -> None:
    plan = firm.plan()
    with patch("bailee.connectors.files.FilesRoot.delete", side_effect=OSError(errno.EIO, "")):
        assert carry_out(firm, plan).files_left == 2
    assert entries(firm) == 1
    assert carry_out(firm, plan).is_clean
    assert entries(firm) == 2
    assert entry(firm, plan, "outcome")["files"] == 2


# --- what cannot be recorded is not done ---------------------------------------------------------------------


def _full_disk(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, MARKER)

    monkeypatch.setattr("bailee.ledger.log.fsync", full)


def _lose_the_key(firm: Firm, _: pytest.MonkeyPatch) -> None:
    books(firm).shelves.remove("keys", "ledger")


def _change_the_key(firm: Firm, _: pytest.MonkeyPatch) -> None:
    books(firm).put("keys", "ledger", {"key": OTHER.to_text(), "begun": True})


def _spoil_the_key(firm: Firm, _: pytest.MonkeyPatch) -> None:
    books(firm).shelves.put("keys", "ledger", bytes(200))


def _show_the_key(firm: Firm, _: pytest.MonkeyPatch) -> None:
    (firm.folder / "books/key").chmod(0o644)


def _lose_the_ledger(firm: Firm, _: pytest.MonkeyPatch) -> None:
    shutil.rmtree(firm.folder / "books/ledger")


def _tamper(firm: Firm, _: pytest.MonkeyPatch) -> None:
    path = firm.folder / "books/ledger/tile/entries/000.p/2"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize(
    "harm", [_full_disk, _lose_the_key, _change_the_key, _spoil_the_key, _show_the_key, _lose_the_ledger, _tamper]
)
def test_what_cannot_be_recorded_is_not_done(
    firm: Firm, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Firm, pytest.MonkeyPatch], None]
) -> None:
    carry_out(firm, firm.plan(retain_calls))  # so that there is a ledger
    plan, before, shelf = firm.plan(), firm.dump(), firm.files()
    harm(firm, monkeypatch)
    with pytest.raises((LedgerError, StateError)) as refused:
        carry_out(firm, plan)
    assert MARKER not in str(refused.value)
    assert (firm.dump(), firm.files()) == (before, shelf)


# --- receipts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def bailee(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def command(*arguments: object) -> Said:
        capsys.readouterr()
        code = run([*map(str, arguments)])
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def receipt(firm: Firm, tmp_path: Path, bailee: Callable[..., Said]) -> Path:
    """The receipt of Alice's erasure; the policy folder is not needed to verify it."""
    plan, path = tmp_path / "plan", tmp_path / "alice.tlog-proof"
    plan.write_text(firm.plan().to_json())
    # planned at `NOW` and applied today: a hold may have ended since, which makes the plan stale
    with patch("bailee.engine.systems.open_systems", partial(open_systems, now=NOW)):
        assert bailee("apply", plan, "--receipt", path, "--policy", firm.folder).code == 0
    return path


def test_a_receipt_is_verified_without_the_firm(firm: Firm, receipt: Path, bailee: Callable[..., Said]) -> None:
    key = inspect_ledger(books(firm))[0]
    shutil.rmtree(firm.folder)
    said = bailee("receipt", "verify", receipt, "--key", key)
    assert said.code == 0
    assert said.out.startswith("the receipt holds\n")
    assert "It does not prove that the bytes are gone" in said.out
    assert "compare it" not in said.out
    assert "compare it" in bailee("receipt", "verify", receipt).out
    told = json.loads(bailee("receipt", "verify", receipt, "--json").out)
    assert (told["holds"], told["key"], told["key_from"]) == (True, key, "receipt")
    assert told["entry"]["kind"] == "outcome"


def test_a_receipt_is_bound_to_its_person_and_names_nobody(receipt: Path, bailee: Callable[..., Said]) -> None:
    assert bailee("receipt", "verify", receipt, "--person", ALICE.upper()).code == 0
    assert bailee("receipt", "verify", receipt, "--person", BOB).code == 8
    assert MARKER.encode() not in base64.b64decode(receipt.read_text().split("\n")[1].removeprefix("extra "))


def with_extra(receipt: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a receipt says, and leave its proof."""
    lines = receipt.read_text().split("\n")
    extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    change(extra)
    lines[1] = f"extra {base64.b64encode(ledger.canonical(extra)).decode()}"
    receipt.write_text("\n".join(lines))


@pytest.mark.parametrize(
    "change",
    [
        lambda extra: extra.update(proves="It proves that every copy is gone."),
        lambda extra: extra.update(proves_not=""),
        lambda extra: extra.pop("proves_not"),
        lambda extra: extra.update(says="The backups are gone too."),
    ],
)
def test_a_receipt_says_what_receipts_prove_and_no_more(
    receipt: Path, bailee: Callable[..., Said], change: Callable[[dict[str, Any]], object]
) -> None:
    assert bailee("receipt", "verify", receipt).code == 0
    with_extra(receipt, change)
    said = bailee("receipt", "verify", receipt)
    assert (said.code, said.out) == (8, "")


def test_a_receipt_has_one_spelling(receipt: Path, bailee: Callable[..., Said]) -> None:
    lines = receipt.read_text().split("\n")
    extra = base64.b64decode(lines[1].removeprefix("extra "))
    twice = extra.replace(b'"proves":', b'"proves":"All is gone.","proves":', 1)
    lines[1] = f"extra {base64.b64encode(twice).decode()}"
    receipt.write_text("\n".join(lines))
    assert bailee("receipt", "verify", receipt).code == 8


def test_every_byte_of_a_receipt_matters(receipt: Path, bailee: Callable[..., Said]) -> None:
    with_extra(receipt, lambda extra: extra["entry"].update(files=extra["entry"]["files"] + 1))
    said = bailee("receipt", "verify", receipt)
    assert (said.code, said.out) == (8, "")
    assert "the ledger has no such entry" in said.err


@pytest.mark.parametrize(("old", "new"), [("\nindex 1\n", "\nindex 0\n"), ("\n2\n", "\n3\n"), ("v1", "v2"), ("—", "-")])
def test_a_receipt_that_was_changed_does_not_hold(
    receipt: Path, bailee: Callable[..., Said], old: str, new: str
) -> None:
    text = receipt.read_text()
    assert old in text
    receipt.write_text(text.replace(old, new, 1))
    said = bailee("receipt", "verify", receipt, "--json")
    assert said.code == 8
    assert json.loads(said.err)["error"]["code"] in {"L601", "L602", "L607", "L608"}


def test_a_receipt_with_any_field_or_line_changed_removed_or_added_does_not_hold(
    firm: Firm, receipt: Path, tmp_path: Path, bailee: Callable[..., Said]
) -> None:
    again, edited = tmp_path / "again.tlog-proof", tmp_path / "edited.tlog-proof"
    assert bailee("apply", tmp_path / "plan", "--receipt", again, "--policy", firm.folder).code == 0
    key, held = inspect_ledger(books(firm))[0], list[str]()
    for whole in (receipt, again):
        assert bailee("receipt", "verify", whole, "--key", key).out.startswith("the receipt holds\n")
        for what, text in changes(whole.read_text()):
            edited.write_text(text)
            for by in ((), ("--key", key)):
                said = bailee("receipt", "verify", edited, *by)
                held += [what] if said.code != 8 or said.out else []
    assert held == []


def test_a_receipt_with_the_line_ends_of_another_system_is_the_same_receipt(
    receipt: Path, bailee: Callable[..., Said]
) -> None:
    receipt.write_bytes(receipt.read_bytes().replace(b"\n", b"\r\n"))
    assert bailee("receipt", "verify", receipt, "--person", ALICE).code == 0


EARLIER = Path(__file__).parent / "earlier"
"""Receipts of a version that sealed none: of Alice's erasure, with her key, and made again."""


def test_a_receipt_of_an_earlier_version_holds(bailee: Callable[..., Said]) -> None:
    said = bailee("receipt", "verify", EARLIER / "about-alice.tlog-proof", "--person", ALICE)
    assert (said.code, said.out.split("\n")[0]) == (0, "the receipt holds")
    assert bailee("receipt", "verify", EARLIER / "about-alice.tlog-proof", "--person", BOB).code == 8
    for name in ("about-alice", "made-again"):
        said = bailee("receipt", "verify", EARLIER / f"{name}.tlog-proof")
        assert said.code == 0
        assert said.out.startswith("what the ledger signed holds; about whom it is was not looked at\n")
        told = json.loads(bailee("receipt", "verify", EARLIER / f"{name}.tlog-proof", "--json").out)
        assert (told["sealed"], told["not_looked_at"]) == (False, ["person_key"])


def test_of_a_receipt_of_an_earlier_version_only_the_key_of_the_person_may_change_and_that_is_said(
    tmp_path: Path, bailee: Callable[..., Said]
) -> None:
    edited = tmp_path / "edited.tlog-proof"
    for name, may in (
        ("about-alice", {"change person_key", "remove person_key", "add person_key"}),
        ("made-again", {"add person_key"}),
    ):
        whole = (EARLIER / f"{name}.tlog-proof").read_text()
        for what, text in changes(whole):
            edited.write_text(text)
            said = bailee("receipt", "verify", edited)
            assert (said.code == 0) == (what in may), what
            assert not said.out.startswith("the receipt holds"), what
            assert said.code == 8 or "about whom it is was not looked at" in said.out, what
            assert what in may or bailee("receipt", "verify", edited, "--key", extra_of(whole)["log"]).code == 8, what
            assert what not in may or bailee("receipt", "verify", edited, "--person", ALICE).code == 8, what


def test_a_receipt_under_another_key_does_not_hold(receipt: Path, bailee: Callable[..., Said]) -> None:
    assert bailee("receipt", "verify", receipt, "--key", KEY).code == 8
    assert bailee("receipt", "verify", receipt, "--key", "nonsense").code == 7


def test_a_receipt_made_again_no_longer_shows_about_whom(
    firm: Firm, receipt: Path, tmp_path: Path, bailee: Callable[..., Said]
) -> None:
    again = tmp_path / "again.tlog-proof"
    assert bailee("apply", tmp_path / "plan", "--receipt", again, "--policy", firm.folder).code == 0
    assert bailee("receipt", "verify", again).code == 0
    assert bailee("receipt", "verify", again, "--person", ALICE).code == 8
    assert bailee("receipt", "verify", receipt, "--person", ALICE).code == 0
    assert entries(firm) == 2


def test_a_receipt_has_its_place_before_anything_is_done(
    firm: Firm, tmp_path: Path, bailee: Callable[..., Said]
) -> None:
    plan, before = tmp_path / "plan", firm.dump()
    plan.write_text(firm.plan().to_json())
    assert bailee("apply", plan, "--receipt", plan, "--policy", firm.folder).code == 7
    assert bailee("apply", plan, "--receipt", tmp_path / "no/where", "--policy", firm.folder).code == 7
    assert firm.dump() == before


# --- looking -------------------------------------------------------------------------------------------------


def test_the_ledger_is_verified_from_the_command_line(firm: Firm, tmp_path: Path, bailee: Callable[..., Said]) -> None:
    carry_out(firm, firm.plan(retain_calls))
    kept = Path(shutil.copy(firm.folder / "books/ledger/checkpoint", tmp_path / "kept"))
    carry_out(firm, firm.plan())
    said = bailee("ledger", "verify", "--policy", firm.folder, "--checkpoint", kept)
    assert said.code == 0
    assert "every entry is as it was signed, and goes on from the older checkpoint" in said.out
    path = firm.folder / "books/ledger/tile/entries/000.p/4"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    told = json.loads(bailee("ledger", "verify", "--policy", firm.folder, "--json").out)
    assert (told["holds"], told["entries"]) == (False, 4)
    assert ("tampered", "entry 3") in {(f["what"], f["where"]) for f in told["findings"]}
    assert bailee("ledger", "verify", "--policy", firm.folder, "--checkpoint", tmp_path / "none").code == 7
    opening = next(books(firm).names("openings"))
    books(firm).shelves.put("openings", opening, b"junk")
    told = json.loads(bailee("ledger", "verify", "--policy", firm.folder, "--json").out)
    wrong = {("tampered", "entry 3"), ("tampered", f"openings/{opening}")}
    assert wrong <= {(f["what"], f["where"]) for f in told["findings"]}
    (firm.folder / "books/ledger/checkpoint").unlink()
    assert "no entry is signed" in bailee("ledger", "verify", "--policy", firm.folder).out


def test_a_firm_that_has_done_nothing_has_no_ledger_yet(firm: Firm, bailee: Callable[..., Said]) -> None:
    said = bailee("ledger", "verify", "--policy", firm.folder)
    assert said.code == 7
    assert "there is no ledger yet" in said.err


def test_entries_that_were_taken_off_the_end_are_missed_by_the_openings(firm: Firm, tmp_path: Path) -> None:
    carry_out(firm, firm.plan(retain_calls))
    shutil.copytree(firm.folder / "books/ledger", tmp_path / "old")
    carry_out(firm, firm.plan())
    shutil.rmtree(firm.folder / "books/ledger")
    shutil.copytree(tmp_path / "old", firm.folder / "books/ledger")
    _, size, findings = inspect_ledger(books(firm))
    assert (size, {f.what for f in findings}) == (2, {"missing", "shorter"})
    assert len([f for f in findings if f.what == "missing"]) == 2


def test_an_entry_that_the_owner_of_the_key_dropped_with_its_opening_is_missed(firm: Firm) -> None:
    carry_out(firm, firm.plan(retain_calls))
    state = books(firm)
    shutil.copytree(firm.folder / "books/ledger", firm.folder / "old")
    carry_out(firm, firm.plan())
    state = books(firm)
    shutil.rmtree(firm.folder / "books/ledger")
    shutil.move(firm.folder / "old", firm.folder / "books/ledger")
    for name in [n for n in state.names("openings") if "outcome" in n or "intent" in n]:
        if (state.get("openings", name) or {})["after"] >= 2:
            state.remove("openings", name)
    _, size, findings = inspect_ledger(books(firm))
    assert size == 2
    assert [f.what for f in findings] == ["shorter", "shorter"]


def test_an_opening_that_was_taken_away_is_missed_and_one_that_was_forgotten_is_not(firm: Firm) -> None:
    carry_out(firm, firm.plan(retain_calls))
    carry_out(firm, firm.plan())
    state = books(firm)
    assert inspect_ledger(state)[2] == ()
    last = max(state.names("openings"), key=lambda name: (state.get("openings", name) or {})["after"])
    state.remove("openings", last)
    assert [(f.what, f.where) for f in inspect_ledger(books(firm))[2]] == [("missing", "the opening of entry 3")]
    assert forget_openings(books(firm), date(2199, 1, 1)) == 3
    assert [f.where for f in inspect_ledger(books(firm))[2]] == ["the opening of entry 3"]


def test_each_part_of_a_tile_that_was_published_is_missed_when_it_is_gone(
    firm: Firm, bailee: Callable[..., Said]
) -> None:
    carry_out(firm, firm.plan(retain_calls))
    carry_out(firm, firm.plan())
    folder = firm.folder / "books/ledger"
    parts = sorted(folder.glob("tile/*/*.p/*"))
    assert len(parts) == 2 * entries(firm)
    assert bailee("ledger", "verify", "--policy", firm.folder).code == 0
    for path in parts:
        whole = path.read_bytes()
        path.unlink()
        said = bailee("ledger", "verify", "--policy", firm.folder)
        assert said.code == 8, path
        assert str(path.relative_to(folder)) in said.out
        path.write_bytes(whole)
    assert bailee("ledger", "verify", "--policy", firm.folder).code == 0
