"""A connector of somebody else's: a package beside Bailee, found by its entry point as docs/connectors.md has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.engine.systems import kinds
from tests.cli.conftest import Bailee
from tests.cli.test_plan_and_apply import ALICE, Sql

PIGEON = '''
"""A loft: what lies in an SQLite file, by another name."""

from dataclasses import replace

from bailee.connectors.sql import SqlConnector
from bailee.trace.schema import DatabaseKind


class PigeonConnector(SqlConnector):
    def _engine(self, *, write):
        self.url, self.write_url = (url and url.replace("pigeon:", "sqlite:") for url in (self.url, self.write_url))
        return super()._engine(write=write)

    def schema(self):
        schema = super().schema()
        return replace(schema, kind=DatabaseKind("pigeon", has_accounts=False))


CONNECTOR = PigeonConnector
'''


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install bailee-pigeon as pip would, for this test alone."""
    site = tmp_path / "site"
    files = {
        "bailee_pigeon/__init__.py": PIGEON,
        "bailee_pigeon-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: bailee-pigeon\nVersion: 1\n",
        "bailee_pigeon-1.dist-info/entry_points.txt": "[bailee.connectors]\npigeon = bailee_pigeon:CONNECTOR\n",
    }
    for name, text in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    monkeypatch.syspath_prepend(site)
    kinds.cache_clear()
    yield
    kinds.cache_clear()


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
    assert "no database" in bailee("map", "crm").err


@pytest.mark.usefixtures("kept_by_pigeons")
def test_one_that_is_not_installed_is_a_mistake_of_the_policy(bailee: Bailee) -> None:
    said = bailee("find", ALICE)
    assert said.code == 3
    assert 'systems/crm.yaml:5:12  P104 connector cannot be "pigeon", which is not installed (pip install' in said.err
