"""A firm that anybody may visit: its notice, its portal, and whoever works there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.conftest import MakeBooks
from tests.web.public.live import Open, build, opened


@pytest.fixture
def live(tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The firm, open to the public, its books on SQLite."""
    folder = tmp_path / "firm"
    for name, value in build(folder, tmp_path).items():
        monkeypatch.setenv(name, value)
    make_books("sqlite", folder)
    with opened(folder) as live:
        yield live
    connections.close_all()
