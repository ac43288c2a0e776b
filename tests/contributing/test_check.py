"""A check is added by one file, from outside the tree as from within."""

from __future__ import annotations

from tests.contributing.outside import HERE, passed_with
from tests.docs.pages import DOCS

TOY = HERE / "toys" / "checks" / "titles.py"


def test_one_file_adds_a_check_to_promises_their_rehearsal_and_the_catalogue() -> None:
    assert [path.name for path in TOY.parent.glob("*.py")] == [TOY.name]
    assert "3 passed" in passed_with(TOY, "bailee.checks.catalogue", "check_check.py")


def test_the_page_shows_the_toy() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "check.md").read_text(encoding="utf-8")
