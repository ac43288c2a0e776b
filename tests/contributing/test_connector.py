"""A connector is added by one file, in a package beside Bailee, and is found by its entry point."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bailee as package
from bailee.policy.systems import row_kinds
from tests.cli.conftest import Bailee, _built, bailee, firm, sql
from tests.cli.test_plan_and_apply import ALICE, Sql
from tests.contributing.outside import HERE
from tests.docs.pages import DOCS

__all__ = ["_built", "bailee", "firm", "sql"]

SOURCE = Path(package.__file__).parent
TOY = HERE / "toys" / "connectors" / "bailee_pigeon.py"
LEAST = HERE / "least_connector.py"


@pytest.fixture(params=[TOY])
def installed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install a connector of one file as pip would, for this test alone, under the name of pigeon."""
    site, file = tmp_path / "site", request.param
    files = {
        file.name: file.read_text(encoding="utf-8"),
        "bailee_pigeon-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: bailee-pigeon\nVersion: 1\n",
        "bailee_pigeon-1.dist-info/entry_points.txt": f"[bailee.connectors]\npigeon = {file.stem}:CONNECTOR\n",
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
    assert "residual: looked again, and nothing that is theirs" in said.out
    assert "crm: what the system keeps of its own accord; backups, until they run out" in said.out
    assert sql("crm", "select full_name, email, phone from contact where id = 1") == [("Alice Okonkwo", None, None)]
    assert bailee("check").code in {0, 10, 11}
    assert bailee("map", "crm").code == 0


@pytest.mark.parametrize("installed", [LEAST], indirect=True)
@pytest.mark.usefixtures("installed", "kept_by_pigeons")
def test_a_connector_without_a_capability_is_used_and_what_it_cannot_tell_is_unknown(
    bailee: Bailee, tmp_path: Path, sql: Sql
) -> None:
    plan = str(tmp_path / "the.plan")
    assert bailee("plan", "erase", ALICE, "--out", plan).code == 0
    said = bailee("apply", plan)
    assert (said.code, "residual: looked again" in said.out) == (0, True)
    assert sql("crm", "select full_name, email, phone from contact where id = 1") == [("Alice Okonkwo", None, None)]
    promises = bailee("check", "--json").json["promises"]
    findings = [finding for one in promises for finding in one["findings"] if finding["system"] == "crm"]
    untold = [finding for finding in findings if "cannot be asked" in finding["says"]]
    assert {finding["verdict"] for finding in untold} == {"unknown"}
    assert {finding["verdict"] for finding in findings if finding["check"] == "retention.ceiling"} == {"unknown"}
    assert "no database" in bailee("map", "crm").err


@pytest.mark.usefixtures("kept_by_pigeons")
def test_one_that_is_not_installed_is_a_mistake_of_the_policy(bailee: Bailee) -> None:
    said = bailee("find", ALICE)
    assert said.code == 3
    assert 'systems/crm.yaml:5:12  P104 connector cannot be "pigeon", which is not installed (pip install' in said.err


def test_the_page_shows_the_toy_connector() -> None:
    assert TOY.read_text(encoding="utf-8") in (DOCS / "contributing" / "connector.md").read_text(encoding="utf-8")


NAMES = frozenset({"sql", "files"})
NAMED = {
    "engine/connect/drafts.py": "what `bailee connect` makes where no connector is named",
    "engine/checking/rehearsals.py": "a copy of tables for a rehearsal is in SQLite, whatever they are copied from",
    "policy/folder.py": "what stands for a connector that is missing, while the rest of its file is looked at",
} | dict.fromkeys(
    (
        "engine/journal.py", "engine/recheck.py", "engine/cases.py", "engine/ledger_entries.py",
        "engine/package/write.py", "trace/set_names.py", "errors.py", "requests/plan_differences.py",
        "web/console/picture.py", "cli/apply.py", "cli/check.py", "cli/connect.py", "cli/receipt.py", "draft/guess.py",
    ),
    "files of a plan, or SQL that was run: words, and no names of connectors",
)  # fmt: skip
"""Where a word that is also the name of a connector is said outside of them, and why."""

IMPORTED = {
    "engine/checking/rehearsals.py": "a copy of tables for a rehearsal is in SQLite, whatever they are copied from",
    "engine/addresses.py": "the path of a file is seen from the folder, before there is a connector that has it",
    "engine/connect/drafts.py": "likewise",
    "engine/shared_files.py": "which names mean one file is said of paths, before any folder is opened",
    "web/api/systems.py": "an address that is sent must name a host, before there is a system that has it",
    "web/api/vault.py": "likewise",
}
"""What imports one kind of connector, and why."""

PATHS = {
    path.relative_to(SOURCE).as_posix(): path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.relative_to(SOURCE).parts[0] != "connectors"
}


def parsed(place: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(PATHS[place].read_text(encoding="utf-8"))))


def names_a_connector(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in NAMES


def imports_a_kind(node: ast.AST) -> bool:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    names += [one.name for one in node.names] if isinstance(node, ast.Import) else []
    return any(re.match(r"bailee\.connectors\.(?!base\b)", name) for name in names)


def compares_by_name(node: ast.AST) -> bool:
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    is_name = any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) for side in sides for one in ast.walk(side)
    )
    return is_name and any(isinstance(side, ast.Attribute) and side.attr == "connector" for side in sides)


def probes(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"getattr", "hasattr"}):
        return False
    return bool(re.search("connector|session|made", ast.unparse(node.args[0])))


@pytest.mark.parametrize("place", PATHS)
def test_nothing_outside_connectors_asks_which_connector_it_has(place: str) -> None:
    nodes = parsed(place)
    assert not any(map(compares_by_name, nodes)), f"{place} compares the name of a connector: ask for a capability"
    assert not any(map(probes, nodes)), f"{place} probes: name a capability in connectors/base.py"
    assert place in NAMED or not any(map(names_a_connector, nodes)), f"{place} names a connector: ask for a capability"
    assert place in IMPORTED or not any(map(imports_a_kind, nodes)), f"{place} imports a kind of connector"


def test_each_exception_is_still_one() -> None:
    assert [place for place in NAMED if not any(map(names_a_connector, parsed(place)))] == []
    assert [place for place in IMPORTED if not any(map(imports_a_kind, parsed(place)))] == []


@pytest.mark.parametrize(
    ("code", "is_seen"),
    [
        ('system.connector == "sql"', compares_by_name),
        ('one.connector in {"sql", "pigeon"}', compares_by_name),
        ('getattr(connectors[name], "place", "")', probes),
        ('hasattr(self.session, "note_plan")', probes),
        ("from bailee.connectors.sql import SqlConnector", imports_a_kind),
        ("import bailee.connectors.files", imports_a_kind),
    ],
)
def test_asking_is_seen(code: str, is_seen: Callable[[ast.AST], bool]) -> None:
    assert any(map(is_seen, ast.walk(ast.parse(code))))
