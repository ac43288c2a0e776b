"""What a toy check is given without another line: test_check.py runs it in a process that has the check."""

from __future__ import annotations

import json

import pytest

from bailee.checks.page import write_page
from bailee.cli.app import run
from tests.checks.conftest import _built, firm
from tests.checks.firm import Firm

__all__ = ["_built", "firm"]

BROKEN = 10


def test_it_stands_in_the_catalogue() -> None:
    assert "### `systems.titled`" in write_page()


def test_a_promise_rests_on_it_and_its_light_turns(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("systems.titled")
    assert run(["check", "--policy", str(firm.folder)]) == 0
    assert "2 of 2 systems looked at" in capsys.readouterr().out
    path = next((firm.folder / "systems").glob("*.yaml"))
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "title:" not in line))
    assert run(["check", "--json", "--policy", str(firm.folder)]) == BROKEN
    assert "has no title of its own" in json.dumps(json.loads(capsys.readouterr().out))


def test_its_light_is_rehearsed(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    firm.promises("systems.titled")
    assert run(["check", "--rehearse", "--policy", str(firm.folder)]) == 0
    assert "without a title" in capsys.readouterr().out
