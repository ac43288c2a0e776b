"""A firm that is served, its books on each of the databases that they may stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from bailee.books import open_books
from tests.api.house import Served, served
from tests.conftest import Database
from tests.harm.firm import build


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policy of a small firm whose systems stand in SQLite."""
    firm = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    for name, value in firm.environment.items():
        monkeypatch.setenv(name, value)
    return firm.folder


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The firm, served."""
    if request.param == "postgresql":
        monkeypatch.setenv("API_BOOKS", str(request.getfixturevalue("postgresql_url")))
        policy = folder / "bailee.yaml"
        policy.write_text(f"{policy.read_text()}books_url: env:API_BOOKS\n")
    with served(folder) as house:
        yield house
    connections.close_all()
    open_books("sqlite:///:memory:", migrate=False)
