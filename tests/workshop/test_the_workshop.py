"""The files around the systems hold together."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from tests.mutants.faults import FAULTS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINES = 600


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): wanted for name, wanted in pairs}


def needed(name: str, extras: frozenset[str], seen: set[tuple[str, frozenset[str]]]) -> Iterator[str]:
    """Yield the distributions that one needs, through all the others."""
    if (name, extras) in seen:
        return
    seen.add((name, extras))
    for line in requires(name) or []:
        requirement = Requirement(line)
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            continue
        other = canonicalize_name(requirement.name)
        yield other
        yield from needed(other, frozenset(requirement.extras), seen)


def test_all_that_bailee_needs_is_pinned_and_installed_as_pinned() -> None:
    try:
        version("bailee")
    except PackageNotFoundError:
        pytest.skip("bailee is not installed here: make install")
    installed = {name: version(name) for name in needed("bailee", frozenset({"dev"}), set())}
    assert installed == {name: wanted for name, wanted in pins().items() if name in installed}


def test_pins_are_names_and_versions_alone() -> None:
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        assert re.fullmatch(r"#.*|[\w.\-]+==[\w.]+( ; python_version >= \"[\d.]+\")?", line)


def test_hooks_run_what_is_installed_here_and_fetch_nothing() -> None:
    hooks = YAML(typ="safe").load(ROOT / ".pre-commit-config.yaml")
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    assert {hook["language"] for repo in hooks["repos"] for hook in repo["hooks"]} == {"system"}


def test_every_room_stands_somewhere_in_the_layers() -> None:
    contracts = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
    placed = {room.strip("() ") for layer in contracts["layers"]["layers"] for room in layer.split("|")}
    rooms = {init.parent.name for init in (ROOT / "src/bailee").glob("*/__init__.py")}
    assert rooms <= placed
    assert contracts["layers"]["exhaustive"]


def test_every_fault_of_the_mutants_has_its_one_place_in_the_source() -> None:
    assert [f.said for f in FAULTS if (ROOT / "src/bailee" / f.file).read_text().count(f.old) != 1] == []


def test_what_contributing_tells_to_make_can_be_made() -> None:
    told = set(re.findall(r"make ([a-z]+)\b", (ROOT / "CONTRIBUTING.md").read_text())) - {"alone"}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert told <= targets


def test_no_file_is_longer_than_a_room_should_be() -> None:
    files = [path for room in ("src", "tests", "bench") for path in (ROOT / room).rglob("*.py")]
    files = [path for path in files if path.parent.name != "migrations"]  # as Django writes them
    assert {path.name for path in files if len(path.read_text().splitlines()) > LINES} == set()


def test_who_lets_go_of_the_books_lets_go_of_all_connections_to_them() -> None:
    """There may be a second one, aside. A thread that leaves it open is noticed by whatever test runs when it goes."""
    files = [path for room in ("src", "tests", "bench") for path in (ROOT / room).rglob("*.py")]
    of_books = re.compile(r"from django\.db import .*\bconnection\b")
    one_alone = re.compile(r"^ *connection\.close\(\)", re.MULTILINE)
    texts = {path.name: path.read_text() for path in files}
    assert [name for name, text in texts.items() if of_books.search(text) and one_alone.search(text)] == []


@pytest.mark.parametrize("fragment", sorted(path.name for path in (ROOT / "changes.d").glob("*.md")))
def test_a_change_is_named_by_issue_and_kind(fragment: str) -> None:
    kinds = "|".join(kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"])
    assert fragment == "README.md" or re.fullmatch(rf"\d+\.({kinds})(\.\d+)?\.md", fragment)


WITHOUT_MARIADB = """\
import sys, pytest
from tests.servers import mariadb
mariadb.OLDEST = (99,)
sys.exit(pytest.main(["tests/workshop/test_databases.py", "-k", "each_test_gets"]))
"""


def without_mariadb(ci: str) -> subprocess.CompletedProcess[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | {"CI": ci}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_MARIADB], cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False
    )


def test_a_database_left_out_is_said_loudly() -> None:
    done = without_mariadb(ci="")
    assert done.returncode == 0
    assert "LEFT OUT: MariaDB: apt-get install mariadb-server (99 or newer)" in done.stdout.splitlines()[-2]


def test_a_database_left_out_fails_in_ci() -> None:
    done = without_mariadb(ci="true")
    assert done.returncode == 1
    assert "LEFT OUT: MariaDB" in done.stdout
