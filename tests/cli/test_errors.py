"""What goes wrong ends in words and an exit code, never in a traceback, and leaves nothing half done."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bailee.cli import find as find_command
from bailee.cli.app import app, run
from bailee.store.sealed_store import Store
from tests.cli.conftest import Bailee, Said

ALICE = "alice.okonkwo@post.example"

Sql = Callable[[str, str], list[tuple[Any, ...]]]


def test_every_mistake_of_the_policy_comes_at_once_with_its_place(bailee: Bailee, firm: Path) -> None:
    page = firm / "systems" / "crm.yaml"
    page.write_text(
        page.read_text().replace("owned_by:", "ownd_by:", 1).replace("hold: accounting", "hold: acounting", 1)
    )
    said = bailee("find", ALICE)
    assert said.code == 3
    lines = said.err.splitlines()
    assert lines[0] == "error policy: the policy has 2 mistakes"
    assert all(line.startswith("  systems/crm.yaml:") for line in lines[1:3])
    problems = bailee("find", ALICE, "--json").error["problems"]
    assert [(p["file"], p["severity"]) for p in problems] == [("systems/crm.yaml", "error")] * 2


def test_a_table_that_is_gone_is_a_mistake_of_the_policy(bailee: Bailee, sql: Sql) -> None:
    sql("helpdesk", "alter table message rename to letter")
    said = bailee("find", ALICE, "--json")
    assert said.code == 3
    assert said.error["problems"][0]["code"] == "T401"


def test_a_column_that_is_gone_is_shown_where_the_map_names_it(bailee: Bailee, firm: Path, sql: Sql) -> None:
    sql("crm", "alter table contact rename column postal to address")
    lines = (firm / "systems" / "crm.yaml").read_text().splitlines()
    line, text = next((n, text) for n, text in enumerate(lines, start=1) if text.strip() == "postal: postal")
    problems = bailee("find", ALICE, "--json").error["problems"]
    places = [(p["code"], p["line"], p["column"]) for p in problems if p["file"] == "systems/crm.yaml"]
    assert ("T402", line, text.rindex("postal") + 1) in places


def test_no_policy_is_said_with_the_way_to_name_one(bailee: Bailee, tmp_path: Path) -> None:
    said = bailee("find", ALICE, "--policy", str(tmp_path / "none"))
    assert said.code == 3
    assert "--policy names another folder" in said.err


def test_the_environment_names_the_policy_too(
    firm: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAILEE_POLICY", str(firm))
    assert run(["find", ALICE]) == 0
    assert "143 rows" in capsys.readouterr().out


def test_a_system_that_is_down_is_named(bailee: Bailee, firm: Path) -> None:
    (firm / "data" / "crm.db").rename(firm / "data" / "crm.away")
    said = bailee("find", ALICE)
    assert said.code == 4
    assert said.err.startswith("error C501: system 'crm': the system cannot be reached")
    assert bailee("find", ALICE, "--json").error["code"] == "C501"


def test_a_folder_of_files_that_is_gone_is_named_and_the_other_systems_are_looked_at(
    bailee: Bailee, firm: Path
) -> None:
    (firm / "data" / "recordings").rename(firm / "data" / "away")
    said = bailee("find", ALICE)
    assert (said.code, said.err.splitlines()[0]) == (
        4, "error C501: system 'recordings': the folder is not there, or is no folder",
    )  # fmt: skip
    assert bailee("check", "retention.ceiling").code == 10


def test_a_lock_that_somebody_else_holds_is_waited_for_and_told(bailee: Bailee, firm: Path, tmp_path: Path) -> None:
    plan = str(tmp_path / "the.plan")
    bailee("plan", "erase", ALICE, "--out", plan)
    with closing(sqlite3.connect(firm / "data" / "crm.db")) as other:
        other.execute("begin exclusive")
        said = bailee("apply", plan)
    assert (said.code, said.err.split(":")[0]) == (4, "error C505")


@pytest.mark.parametrize("text", ["", " ", "nobody", "n/a", "12", "@", "a@", "unknown:thing"])
def test_what_names_nobody_is_wrong_use(bailee: Bailee, text: str) -> None:
    assert bailee("find", text).code == 2


@pytest.mark.parametrize("row", ["", "crm", "crm.contact", "crm.nothing:1", "nothing.contact:1", "crm.contact:1,2"])
def test_what_names_no_row_is_wrong_use(bailee: Bailee, row: str) -> None:
    assert bailee("find", ALICE, "--confirm", row).code == 2


def test_a_reader_that_hangs_up_is_no_fault(firm: Path) -> None:
    script = "from bailee.cli import main; main()"
    command = [sys.executable, "-c", script, "find", ALICE, "--why", "--policy", str(firm)]
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (128 + signal.SIGPIPE, b"")


# --- a fault of our own --------------------------------------------------------------------------------------


def test_an_unexpected_fault_repeats_nobodys_values(bailee: Bailee, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        secret = "alice's secret"
        raise KeyError(secret)

    monkeypatch.setattr(find_command, "_page", fail)
    said = bailee("find", ALICE)
    assert said.code == 70
    assert said.err.startswith("error fault: Bailee met something that it does not expect: KeyError\n")
    assert "please report these lines" in said.err
    assert "bailee/cli/find.py:" in said.err
    assert "secret" not in said.err
    assert bailee("find", ALICE, "--json").code == 0


def test_tracebacks_with_local_variables_are_off() -> None:
    assert not app.pretty_exceptions_enable


# --- no room -------------------------------------------------------------------------------------------------


def _with_room_for(size: int, *arguments: str) -> Said:
    """Run a command that may write no file longer than ``size`` bytes, as on a disk that fills up."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    script = "import sys; sys.dont_write_bytecode = True; from bailee.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, preexec_fn=limit
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def test_a_disk_that_fills_leaves_no_half_copy(firm: Path, tmp_path: Path) -> None:
    target = tmp_path / "alice.zip"
    said = _with_room_for(10_000, "copy", ALICE, "-o", str(target), "--policy", str(firm))
    assert (said.code, said.err.splitlines()[0]) == (7, "error disk_full: the disk has no room for the copy")
    assert [path.name for path in tmp_path.iterdir()] == ["firm"]


def test_a_disk_that_fills_leaves_neither_plan_nor_case(firm: Path, tmp_path: Path) -> None:
    target = tmp_path / "the.plan"
    said = _with_room_for(1_000, "plan", "erase", ALICE, "--out", str(target), "--policy", str(firm))
    assert said.code == 7
    assert not target.exists()
    assert not list(Store(firm / "books").names("cases"))
