"""The firm whose screens are looked at, served once for all tests that change nothing of it, or anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from bailee.store.sealed_store import Store
from tests.api.live import Served
from tests.conftest import MakeBooks
from tests.web.records.live import build, opened


@pytest.fixture
def firm(tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The firm, anew."""
    folder = tmp_path / "firm"
    for name, value in build(folder, tmp_path).items():
        monkeypatch.setenv(name, value)
    make_books("sqlite", folder)
    with opened(folder) as live:
        yield live
    connections.close_all()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A state of the engine, new."""
    return Store(tmp_path / "books")
