"""What is not kept leads a newcomer on, in whatever mode they are: places are named, and commands run as they stand."""

from __future__ import annotations

import re
import shlex

import pytest

from bailee.cli.app import run
from tests.checks.firm import Firm
from tests.checks.test_each_check import CASES, IDS, Case, Do

ENDS = {0, 1, 10, 11}
"""How the commands of hints end: done, something is to be looked at, or the light is what it was."""


MODED = ("retention.ceiling", "rights.reach")
"""Checks whose hints depend on how far Bailee may go."""
TRIED = [
    pytest.param(case, mode, id=f"{name}-{mode}")
    for case, name in zip(CASES, IDS, strict=True)
    for mode in (("observe", "propose", "act") if name in MODED else ("observe",))
]


@pytest.mark.parametrize("how", ["breaks", "unsettles"])
@pytest.mark.parametrize(("case", "mode"), TRIED)
def test_a_hint_leads_on(case: Case, mode: str, how: str, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(firm.folder)
    firm.promises(case.check)
    case.before(firm)
    do: Do = getattr(case, how)
    do(firm)
    text = (firm.folder / "bailee.yaml").read_text()
    firm.write("bailee.yaml", re.sub("mode: .*", f"mode: {mode}", text))
    hints = {f.hint for f in firm.kept().findings if f.verdict != "kept"}
    for hint in hints:
        commands = [words for words in re.findall(r"`bailee ([^`]+)`", hint) if not re.search(r"\b[A-Z]+\b", words)]
        for words in commands:
            assert run(shlex.split(words)) in ENDS, hint
        assert commands or re.search(r"\w+\.(yaml|md|db|json)\b", hint), hint


def broken_ceiling(firm: Firm, mode: str) -> str:
    firm.promises("retention.ceiling: {rule: calls}")
    firm.sql("INSERT INTO call VALUES (9, 1, '2015-01-01 10:00:00')")
    firm.change("bailee.yaml", "mode: act", f"mode: {mode}")
    return firm.finding("broken").hint


def test_who_only_observes_is_not_sent_to_a_plan(firm: Firm) -> None:
    hint = broken_ceiling(firm, "observe")
    assert hint == (
        "`bailee check retention.ceiling --sql` shows the query that finds them; delete them by hand, or let Bailee do"
        " it: write mode: act at bailee.yaml:3:1, then look again"
    )


def test_who_proposes_sees_what_would_go(firm: Firm) -> None:
    assert broken_ceiling(firm, "propose").startswith("`bailee plan retain calls` shows what would go; delete them by")


def test_who_may_act_and_has_no_account_that_writes_is_told_how_to_have_one(firm: Firm) -> None:
    firm.change("systems/office.yaml", "write_url: sqlite:///office.db\n", "")
    hint = broken_ceiling(firm, "act")
    assert "give office a write_url at systems/office.yaml:2:9 (`bailee grants office`" in hint
    assert "mode:" not in hint


def test_a_look_that_failed_names_the_file_of_the_address(firm: Firm) -> None:
    firm.promises("retention.ceiling: {rule: calls}")
    (firm.folder / "office.db").rename(firm.folder / "away.db")
    assert firm.finding("unknown").hint.endswith("systems/office.yaml:2:9")
