"""A connector is added by one file, in a package beside Bailee, and is found by its entry point."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bailee as package
from bailee.policy.connector_kinds import row_kinds
from tests.cli.conftest import Bailee, _built, bailee, firm, sql
from tests.cli.test_plan_and_apply import ALICE, Sql
from tests.contributing.outside import HERE
from tests.docs.pages import DOCS

__all__ = ["_built", "bailee", "firm", "sql"]

SOURCE = Path(package.__file__).parent
TOY = HERE / "toys" / "connectors" / "bailee_pigeon.py"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install bailee-pigeon as pip would, for this test alone."""
    site = tmp_path / "site"
    files = {
        "bailee_pigeon.py": TOY.read_text(encoding="utf-8"),
        "bailee_pigeon-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: bailee-pigeon\nVersion: 1\n",
        "bailee_pigeon-1.dist-info/entry_points.txt": "[bailee.connectors]\npigeon = bailee_pigeon:CONNECTOR\n",
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    monkeypatch.syspath_prepend(site)
    row_kinds.cache_clear()
    yield
    row_kinds.cache_clear()


@pytest.fixture
def kept_by_pigeons(firm: Path) -> None:
    """Let the firm's crm be reached by pigeon."""
    page, file = firm / "systems/crm.yaml", (firm / "data/crm.db").resolve()
    said = page.read_text().replace("connector: sql", "connector: pigeon")
    page.write_text(said.replace("sqlite:///data/crm.db", f"pigeon:///{file}"))


@pytest.mark.usefixtures("installed", "kept_by_pigeons")
def test_a_system_of_another_connector_is_found_planned_applied_and_checked(
    bailee: Bailee, tmp_path: Path, sql: Sql
) -> None:
    plan = str(tmp_path / "the.plan")
    assert any(held["system"] == "crm" for held in bailee("find", ALICE, "--json").json["holdings"])
    assert bailee("plan", "erase", ALICE, "--out", plan).code == 0
    said = bailee("apply", plan)
    assert said.code == 0
    assert "crm: what the system keeps of its own accord; backups, until they run out" in said.out
    assert sql("crm", "select full_name, email, phone from contact where id = 1") == [("Alice Okonkwo", None, None)]
    assert bailee("check").code in {0, 10, 11}
    assert bailee("map", "crm").code == 0


@pytest.mark.usefixtures("kept_by_pigeons")
def test_one_that_is_not_installed_is_a_mistake_of_the_policy(bailee: Bailee) -> None:
    said = bailee("find", ALICE)
    assert said.code == 3
    assert 'systems/crm.yaml:5:12  P104 connector cannot be "pigeon", which is not installed (pip install' in said.err


def test_the_page_shows_the_toy_connector() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "connector.md").read_text(encoding="utf-8")


NAMES = frozenset({"sql", "files"})
ASKED_BY_NAME = {
    "engine/connect/drafts.py": "what `bailee connect` makes where no connector is named",
    "engine/checking/rehearsals.py": "a copy of tables for a rehearsal is in SQLite, whatever they are copied from",
    "policy/folder.py": "what stands for a connector that is missing, while the rest of its file is looked at",
}
OF_ANOTHER_MEANING = {
    "engine/journal.py", "engine/recheck.py", "engine/cases.py", "engine/ledger_entries.py", "engine/package/write.py",
    "trace/set_names.py", "errors.py", "requests/plan_differences.py", "web/console/picture.py", "cli/apply.py",
    "cli/check.py", "cli/connect.py", "cli/receipt.py", "draft/guess.py",
}  # fmt: skip
"""Files of a plan, or SQL that was run: words, and no names of connectors."""


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SOURCE.rglob("*.py")) if path.relative_to(SOURCE).parts[0] != "connectors"],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_nothing_outside_connectors_asks_which_connector_it_has(path: Path) -> None:
    place, text = path.relative_to(SOURCE).as_posix(), path.read_text(encoding="utf-8")
    assert not re.search(r"(get|has)attr\((connector|session|made)\b", text), f"{place} probes: name a capability"
    if place in ASKED_BY_NAME or place in OF_ANOTHER_MEANING:
        return
    named = [
        node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant) and node.value in NAMES
    ]
    assert named == [], f"{place} names a connector: ask for a capability of connectors/base.py"
