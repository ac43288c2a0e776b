"""A firm of its own for each test: its rows are erased here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.api.conftest import POLICY
from tests.api.live import Served, served
from tests.conftest import Database, MakeBooks
from tests.harm.firm import build


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_books: MakeBooks) -> Iterator[Served]:
    """The firm, served for one test."""
    firm = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    for name, value in firm.environment.items():
        monkeypatch.setenv(name, value)
    (firm.folder / "bailee.yaml").write_text(POLICY)
    make_books("sqlite", firm.folder)
    with served(firm.folder) as live:
        yield live
    connections.close_all()
