"""A dialect is added by one file, from outside the tree as from within; and what is particular to one stands there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import bailee
from tests.contributing.outside import HERE, passed_with
from tests.docs.pages import DOCS

TOY = HERE / "toys" / "dialects" / "archive.py"
SOURCE = Path(bailee.__file__).parent
NAMES = frozenset({"sqlite", "postgresql", "postgres", "mysql", "mariadb"})

OTHERWISE = {
    "store": "Bailee's own books are on SQLite or PostgreSQL, and Django has their dialects",
    "jobs/statements.py": "likewise",
    "requests/steps.py": "likewise",
    "views/doctor/machine.py": "likewise",
    "engine/connect/imports.py": "Fides has names of its own for what it calls kinds of databases",
    "draft/fides.py": "likewise",
}
"""Where a dialect is named outside its folder, and why."""


def test_one_file_adds_a_dialect_to_addresses_and_all_that_is_done_to_systems() -> None:
    assert [path.name for path in TOY.parent.glob("*.py")] == [TOY.name]
    assert "2 passed" in passed_with(TOY, "bailee.connectors.sql.dialects", "check_dialect.py")


def test_the_page_shows_the_toy_dialect() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "dialect.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SOURCE.rglob("*.py")) if "dialects" not in path.parts],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_no_other_file_asks_which_dialect_it_has(path: Path) -> None:
    place = path.relative_to(SOURCE).as_posix()
    if any(place == known or place.startswith(f"{known}/") for known in OTHERWISE):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in NAMES]
    assert named == [], f"{place} names a dialect; give it a fact in connectors/sql/dialects, or in DatabaseKind"
