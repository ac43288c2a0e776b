"""Books on each of the databases that they may stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.books import open_books


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of new books, open."""
    url = (
        f"sqlite:///{tmp_path / 'books.sqlite3'}"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql_url"))
    )
    open_books(url)
    return url
