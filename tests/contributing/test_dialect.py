"""A dialect is added by one file, from outside the tree as from within; and what is particular to one stands there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import bailee
from tests.contributing.outside import HERE, passed_with
from tests.docs.pages import DOCS

TOY = HERE / "toys" / "dialects" / "archive.py"
SOURCE = Path(bailee.__file__).parent
NAMED = re.compile(r"(sqlite|postgresql|postgres|mysql|mariadb)(:|$)")
"""The name of a dialect, or the address of a database of one."""

OTHERWISE = {
    "store": "Bailee's own books are on SQLite or PostgreSQL, and Django has their dialects",
    "jobs/statements.py": "likewise",
    "requests/steps.py": "likewise",
    "views/doctor/machine.py": "likewise",
    "engine/addresses.py": "likewise: where the books stand",
    "connectors/sql/twin.py": "a copy of tables for a rehearsal is in SQLite, whatever they are copied from",
    "engine/checking/rehearsals.py": "likewise",
    "engine/connect/imports.py": "Fides has names of its own for what it calls kinds of databases",
    "draft/fides.py": "likewise",
    "cli/connect.py": "a person is shown what an address looks like",
    "cli/init.py": "likewise",
}
"""Where a dialect is named outside its folder, and why."""

PATHS = {
    path.relative_to(SOURCE).as_posix(): path
    for path in sorted(SOURCE.rglob("*.py"))
    if "connectors/sql/dialects" not in path.as_posix()
}


def test_one_file_adds_a_dialect_to_addresses_and_all_that_is_done_to_systems() -> None:
    assert [path.name for path in TOY.parent.glob("*.py")] == [TOY.name]
    assert "3 passed" in passed_with(TOY, "bailee.connectors.sql.dialects", "check_dialect.py")


def test_the_page_shows_the_toy_dialect() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "dialect.md").read_text(encoding="utf-8")


def named(text: str) -> list[int]:
    """Return the lines of a file in which a dialect is named, or its folder is imported."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMED.match(node.value):
            found.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and re.search(r"dialects\.(sqlite|postgresql|mariadb)", node.module or ""):
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("place", PATHS)
def test_no_other_file_asks_which_dialect_it_has(place: str) -> None:
    if not any(place == known or place.startswith(f"{known}/") for known in OTHERWISE):
        lines = named(PATHS[place].read_text(encoding="utf-8"))
        assert lines == [], f"{place} names a dialect; give it a fact in connectors/sql/dialects, or in DatabaseKind"


def test_each_place_where_a_dialect_is_named_is_still_one() -> None:
    texts = {place: path.read_text(encoding="utf-8") for place, path in PATHS.items()}
    for known in OTHERWISE:
        within = [text for place, text in texts.items() if place == known or place.startswith(f"{known}/")]
        assert any(map(named, within)), known


@pytest.mark.parametrize(
    "code",
    [
        'name == "sqlite"',
        'f"sqlite:///{file}"',
        'x in ("postgresql", 1)',
        "from connectors.sql.dialects.mariadb import a",
    ],
)
def test_naming_a_dialect_is_seen(code: str) -> None:
    assert named(code)
