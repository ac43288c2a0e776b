"""`README.md` is true: its commands run, what it shows is what they print, and what it names is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, fenced

README = (ROOT / "README.md").read_text()
COMMANDS = [line for block in fenced(README, "sh") for line in block.splitlines()]
SHOWN = next(block for block in fenced(README, "") if block.startswith("$ "))
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(not (BIN / "bailee").exists(), reason="bailee is not installed here: make install")


def clone(folder: Path) -> None:
    """Make what `make` looks at, with Bailee installed already."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, folder)
    (folder / "build").mkdir()
    (folder / ".venv").mkdir()
    for done in (".runtime", ".dev"):
        (folder / ".venv" / done).touch()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    ours = ("MAKE", "MFLAGS", "PYTEST", "BAILEE", "CI")  # of the run that this test is a part of
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """Every command of the page, run in its order in one folder; but for `make test`, which would run this test."""
    folder = tmp_path_factory.mktemp("clone")
    clone(folder)
    (folder / ".venv" / "bin").symlink_to(BIN)
    return {command: run(command, folder) for command in COMMANDS if command != "make test"}


def test_the_page_begins_with_one_sentence_and_two_commands() -> None:
    title, sentence, commands = README.split("\n\n")[:3]
    assert title == "# Bailee"
    assert sentence.count(". ") == 0
    assert commands == "```sh\nmake demo\nmake test\n```"


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "make test"])
def test_a_command_runs(command: str, said: dict[str, subprocess.CompletedProcess[str]]) -> None:
    done = said[command]
    assert done.returncode in {0, 1, 10, 11}, done.stderr  # done, and a person must look: at rows, or at lights
    assert not done.stderr or " worker " in command  # which logs there


def test_make_test_lints_and_runs_the_tests_and_looks_at_what_they_cover(tmp_path: Path) -> None:
    clone(tmp_path)
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir()
    for name in ("python", "ruff", "mypy", "lint-imports", "pytest", "coverage"):
        stand_in = tools / name
        stand_in.write_text(f'#!/bin/sh\n[ {name} = python ] || echo "{name}" "$@" >> called\n')
        stand_in.chmod(0o755)
    assert "make test" in COMMANDS
    done = run("make test", tmp_path)
    assert done.returncode == 0, done.stderr
    called = (tmp_path / "called").read_text().splitlines()
    assert [line.split()[0] for line in called] == [
        "ruff",
        "ruff",
        "mypy",
        "lint-imports",
        "pytest",
        "coverage",
        "coverage",
        "pytest",
    ]


def shape(line: str) -> str:
    """Return ``line`` without what changes from day to day: numbers, months, and the room that they take."""
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    line = re.sub(rf"\b({months})\b", "month", line.strip())
    return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?", "0", line)).replace("0 rows", "0 row")


def test_what_is_shown_is_what_the_demo_prints(said: dict[str, subprocess.CompletedProcess[str]]) -> None:
    printed = [shape(line) for line in said["make demo"].stdout.splitlines()]
    at = 0
    for line in SHOWN.splitlines():
        assert shape(line) in printed[at:], line
        at += printed[at:].index(shape(line))


def test_every_room_stands_on_the_map() -> None:
    tree = next(block for block in fenced(README, "") if block.startswith("src/bailee/"))
    rooms = {init.parent.name for init in (ROOT / "src/bailee").glob("*/__init__.py")}
    assert set(re.findall(r"^  (\w+)/ ", tree, re.MULTILINE)) == rooms
    named = set(re.findall(r"\b(\w+\.md)\b", tree))
    assert named == {page.name for page in (ROOT / "docs").glob("*.md")}


def test_links_lead_somewhere() -> None:
    assert [to for to in re.findall(r"\]\(([^)#]+)\)", README) if not (ROOT / to).exists()] == []
