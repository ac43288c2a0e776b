"""A starter policy is valid apart from having no systems, covers its own notice, and is never written over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bailee.checks import find_problems
from bailee.cli.app import run
from bailee.engine.connect.drafts import connect_system
from bailee.engine.connect.new_folder import FILES, NotStarted, Regime, create_folder
from bailee.policy import Mode, PolicyError, load
from tests.connect.conftest import TABLES, say


@pytest.mark.parametrize("regime", ["uk", "eu"])
def test_a_starter_policy_lacks_a_system_and_nothing_else(tmp_path: Path, regime: Regime) -> None:
    folder = tmp_path / "firm"
    create_folder(folder, regime, 'Otter & Sons: "Ltd"')
    with pytest.raises(PolicyError) as raised:
        load(folder)
    assert [problem.code for problem in raised.value.problems] == ["P003"]
    say(f"sqlite:///{tmp_path / 'shop.db'}", *TABLES)
    connect_system(folder, "shop", f"sqlite:///{tmp_path / 'shop.db'}")
    policy = load(folder)
    assert (policy.firm.name, policy.firm.mode, policy.firm.regime) == ('Otter & Sons: "Ltd"', Mode.OBSERVE, regime)
    assert find_problems(policy) == ()
    assert policy.notice is not None
    assert all(sentence.promises or sentence.plain for sentence in policy.notice.sentences)
    text = "".join((folder / file).read_text() for file in FILES)
    assert not re.search(r"@[A-Z_]+@", text)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "theirs.txt").write_text("mine")
    with pytest.raises(NotStarted):
        create_folder(tmp_path, "uk", "Otter")
    assert run(["init", str(tmp_path)]) == 7
    assert [entry.name for entry in tmp_path.iterdir()] == ["theirs.txt"]
    assert "is not empty" in capsys.readouterr().err


def test_the_next_command_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "firm"), "--regime", "eu"]) == 0
    assert "connect NAME postgresql://ACCOUNT@HOST/DATABASE" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["find", "alice@post.example"], ["notice", "coverage"], ["doctor"], ["check"]])
def test_a_new_policy_is_told_that_it_has_no_system_yet_and_of_no_mistake(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "firm"
    create_folder(folder, "uk", "Otter")
    assert run([*words, "--policy", str(folder)]) == 3
    said = capsys.readouterr().err
    assert "the policy has no mistake, and no system yet" in said
    assert "bailee connect NAME ADDRESS" in said
    assert "1 mistake" not in said
    (folder / "holds.yaml").write_text("x: {}\n")
    assert run([*words, "--policy", str(folder)]) == 3
    assert "mistakes" in capsys.readouterr().err
