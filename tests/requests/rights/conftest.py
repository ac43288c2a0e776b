"""The firm, its books on each of their databases, and its staff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bailee.requests.startup import open_context
from tests.conftest import Database, MakeBooks
from tests.harm.firm import NOW, build
from tests.requests.rights.people import POLICY, World, hire


@pytest.fixture(params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A firm at work; its systems are in SQLite, its books in SQLite and in PostgreSQL by turns."""
    firm = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    url = "books_url: env:BOOKS_URL\n" if request.param == "postgresql" else ""
    with (firm.folder / "bailee.yaml").open("a") as file:
        file.write(POLICY + url)
    make_books(request.param, firm.folder)
    for name, value in firm.environment.items():
        monkeypatch.setenv(name, value)
    with open_context(firm.folder, now=NOW) as context:
        yield World(context, firm, hire(context))
