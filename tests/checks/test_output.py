"""What `bailee check` prints and writes: lights, hints that can be pasted, codes to end with, JSON, JUnit."""

from __future__ import annotations

import json
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml

from bailee.checks.page import write_page
from bailee.cli.app import run
from bailee.cli.check import since
from tests.checks.firm import NOW, Firm

BROKEN, UNKNOWN = 10, 11


def said(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["check", *words, "--policy", str(firm.folder)])
    return (code, *capsys.readouterr())


def test_all_kept_ends_well_and_whispers(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(firm, capsys)
    assert (code, err) == (0, "")
    assert out.splitlines()[1:] == [
        "\N{CHECK MARK} kept    it is so", "  2 of 2 systems looked at", "", "1 promise: 1 kept",
    ]  # fmt: skip


def test_what_is_broken_leads_to_the_command_that_mends_it(
    firm: Firm, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(firm.folder)
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql("INSERT INTO call VALUES (9, 1, '2015-01-01 10:00:00')")
    code, out, _ = said(firm, capsys)
    assert code == BROKEN
    assert "\N{BALLOT X} broken  it is so" in out
    assert "broken as of this look" in out
    (hint,) = [line.strip() for line in out.splitlines() if line.strip().startswith("do: ")]
    planning, _, applying = hint.removeprefix("do: ").removesuffix(" carries it out").partition(" shows them, and ")
    assert run(shlex.split(planning)[1:]) == 0
    assert run(shlex.split(applying)[1:]) == 0
    assert said(firm, capsys)[0] == 0


def test_a_promise_that_rests_on_a_word_alone_says_so(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    word = "attested: {by: Maeve, on: 2026-11-20, that: staff are vetted}"
    firm.promises(word)
    assert said(firm, capsys)[1].splitlines()[1] == "\N{CHECK MARK} kept    it is so (attested)"
    firm.promises(word, "systems.reachable")
    assert said(firm, capsys)[1].splitlines()[1] == "\N{CHECK MARK} kept    it is so"


def test_what_is_unknown_has_a_code_of_its_own_and_a_place(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("attested: {by: Maeve, on: 2020-01-01, that: staff are vetted}")
    code, out, _ = said(firm, capsys)
    assert code == UNKNOWN
    assert "do: look again, and write who did and when: promises.yaml:4:7" in out


def test_a_query_is_shown_and_gives_the_same_number(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("rows.have: {collection: member, columns: origin}")
    firm.sql("INSERT INTO member VALUES (2, 'bob@example.com', ''), (3, 'carol@example.com', NULL)")
    _, out, _ = said(firm, capsys, "--sql")
    (query,) = [line.strip() for line in out.splitlines() if line.strip().startswith("SELECT")]
    with sqlite3.connect(firm.folder / "office.db") as connection:
        assert connection.execute(query).fetchall() == [(2,)]
    assert "example.com" not in out


def test_a_program_reads_json(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("rows.have: {collection: member, columns: origin}", "systems.reachable")
    firm.sql("UPDATE member SET origin = NULL")
    code, out, _ = said(firm, capsys, "--json")
    report = json.loads(out)
    assert code == BROKEN
    assert report["counts"] == {"kept": 0, "broken": 1, "unknown": 0}
    (promise,) = report["promises"]
    assert promise["since"] == promise["confirmed"]
    broken = next(f for f in promise["findings"] if f["verdict"] == "broken")
    assert (broken["check"], broken["about"], broken["count"], broken["basis"]) == (
        "rows.have", "office.member", 1, "measured",
    )  # fmt: skip
    assert (broken["file"], broken["line"]) == ("promises.yaml", 4)


def test_ci_reads_junit(firm: Firm, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    firm.write(
        "promises.yaml",
        "it: {says: a, checks: [systems.reachable]}\n"
        "list: {says: b, checks: [{rows.have: {collection: member, columns: origin}}]}\n"
        "staff: {says: c, checks: [{attested: {by: M, on: 2020-01-01, that: staff are vetted}}]}\n",
    )
    firm.sql("UPDATE member SET origin = NULL")
    file = tmp_path / "checks.xml"
    said(firm, capsys, "--junit", str(file))
    (suite,) = JUnitXml.fromfile(str(file))
    assert (suite.tests, suite.failures, suite.errors) == (3, 1, 1)
    results = {case.name: [type(r).__name__ for r in case.result] for case in suite}
    assert results == {"it": [], "list": ["Failure"], "staff": ["Error"]}


def test_a_name_that_is_none_is_refused_with_what_was_meant(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = said(firm, capsys, "systems.reachabel")
    assert code == 2
    assert 'did you mean "systems.reachable"?' in err


def test_one_check_alone_leaves_the_standing_of_the_whole_promise(firm: Firm) -> None:
    from bailee.engine.checking import read_history, run_checks
    from bailee.store.sealed_store import Store

    firm.promises("systems.reachable", "attested: {by: M, on: 2020-01-01, that: staff are vetted}")
    firm.look()
    report = run_checks(firm.folder, now=NOW, only=["systems.reachable"])
    assert report.promises[0].verdict == "kept"
    assert read_history(Store(firm.folder / "books"), NOW)["it"].verdict == "unknown"


def test_a_rehearsal_says_what_was_planted(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("rows.have: {collection: member, columns: origin}")
    code, out, _ = said(firm, capsys, "--rehearse")
    assert code == 0
    assert out.splitlines()[0] == "\N{CHECK MARK} rows.have (it): a row of office.member without origin"
    assert out.splitlines()[-1] == "2 violations planted in copies: 2 seen"


def test_a_rehearsal_owns_up_where_no_violation_can_be_made(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("systems.sealed: {system: office}")
    code, out, _ = said(firm, capsys, "--rehearse")
    assert code == UNKNOWN
    assert "no violation can be made up for this policy" in out


def test_since_is_said_as_people_say_it() -> None:
    assert since(NOW, NOW) == "as of this look"
    assert since(NOW.replace(hour=7, minute=30), NOW) == "since 07:30 UTC"
    assert since(NOW.replace(day=1), NOW) == "since 1 November 2026, 23 days"


def test_the_catalogue_in_the_docs_is_the_one_that_the_checks_write() -> None:
    docs = Path(__file__).parents[2] / "docs" / "catalogue.md"
    assert docs.read_text(encoding="utf-8") == write_page(), "python -m bailee.checks > docs/catalogue.md"


def test_the_catalogue_is_written_by_a_command() -> None:
    done = subprocess.run([sys.executable, "-m", "bailee.checks"], capture_output=True, check=True, text=True)
    assert done.stdout == write_page()
