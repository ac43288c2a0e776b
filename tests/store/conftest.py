"""Books on each of the databases that they may stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.store import open_books
from tests.conftest import MakeBooks


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks) -> str:
    """The URL of new books, open."""
    url = make_books(request.param, tmp_path)
    open_books(url)
    return url
