"""An act is added by one file, from outside the tree as from within."""

from __future__ import annotations

from tests.contributing.outside import HERE, passed_with
from tests.docs.pages import DOCS

TOY = HERE / "toys" / "acts" / "thanks.py"


def test_one_file_adds_an_act_to_the_console_the_api_the_command_line_and_the_documents() -> None:
    assert [path.name for path in TOY.parent.glob("*.py")] == [TOY.name]
    assert "4 passed" in passed_with(TOY, "bailee.requests.acts", "check_act.py")


def test_the_page_shows_the_toy() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "act.md").read_text(encoding="utf-8")
