"""A page is added by two files, from outside the tree as from within."""

from __future__ import annotations

from tests.contributing.outside import HERE, passed_with
from tests.docs.pages import DOCS

TOY = HERE / "toys" / "pages" / "countries.py"
TEMPLATES = TOY.parent / "templates"
TEMPLATE = TEMPLATES / "console" / "countries.html"


def test_two_files_add_a_page_to_the_console_and_to_the_menu_of_those_who_may_see_it() -> None:
    assert sorted(path for path in TOY.parent.rglob("*.*") if path.suffix != ".pyc") == sorted([TOY, TEMPLATE])
    assert "2 passed" in passed_with(TOY, "bailee.web.console", "check_page.py", templates=TEMPLATES)


def test_the_page_shows_the_toy() -> None:
    shown = (DOCS / "contributing" / "page.md").read_text(encoding="utf-8")
    assert TOY.read_text(encoding="utf-8") in shown
    assert TEMPLATE.read_text(encoding="utf-8") in shown
