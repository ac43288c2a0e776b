"""Books on each of the databases that they may stand in, and a firm beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database, MakeBooks
from tests.jobs.firm import Place, settle_in
from tests.store.conftest import books

__all__ = ["books", "place", "small"]


@pytest.fixture(params=[("sqlite", "sqlite"), ("sqlite", "mariadb"), ("postgresql", "postgresql")], ids="-".join)
def place(request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks) -> Place:
    """A firm: where its books stand, and where its systems."""
    books, systems = request.param
    database = Database(request.getfixturevalue(f"{systems}_url"), systems)
    made = settle_in(tmp_path / "firm", database, shared=books == "postgresql")
    return Place(made.firm, make_books(books, made.firm.folder))


@pytest.fixture
def small(tmp_path: Path, sqlite_url: str, make_books: MakeBooks) -> Place:
    """A firm in one file, and its books in another."""
    made = settle_in(tmp_path / "firm", Database(sqlite_url, "sqlite"))
    return Place(made.firm, make_books("sqlite", made.firm.folder))
