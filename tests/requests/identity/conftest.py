"""The firm, its books on each of their databases."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bailee.requests.startup import open_context
from tests.conftest import Database, MakeBooks
from tests.harm.firm import NOW, build
from tests.harm.refusals import says_nothing_personal
from tests.requests.identity.place import Place
from tests.requests.rights.people import POLICY, hire


@contextmanager
def opened(
    folder: Path, systems: Database, books: str, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """Build the firm with its ``systems``, its ``books`` in a database of that kind, and open its context."""
    firm = build(folder / "firm", systems)
    url = "books_url: env:BOOKS_URL\n" if books == "postgresql" else ""
    with (firm.folder / "bailee.yaml").open("a") as file:
        file.write(POLICY + url)
    make_books(books, firm.folder)
    for name, value in firm.environment.items():
        monkeypatch.setenv(name, value)
    with open_context(firm.folder, now=NOW) as context:
        yield Place(context, firm, hire(context))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A firm at work; its systems are in SQLite, its books in SQLite and in PostgreSQL by turns."""
    systems = Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite")
    with opened(tmp_path, systems, request.param, make_books, monkeypatch) as place:
        yield place


@pytest.fixture
def place_of_each_kind(
    database: Database, tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A firm whose systems are in SQLite, PostgreSQL and MariaDB by turns, its books in SQLite."""
    with opened(tmp_path, database, "sqlite", make_books, monkeypatch) as place:
        yield place


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing personal is logged or printed, whatever happens."""
    caplog.set_level(logging.INFO)
    yield
    printed = capfd.readouterr()
    assert says_nothing_personal(printed.out + printed.err + caplog.text)
