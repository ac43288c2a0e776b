"""A firm that is served, its books on each of the databases that they may stand in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from bailee.engine.addresses import find_books_url
from bailee.store import open_books
from tests import ready
from tests.api.live import Served, served
from tests.conftest import Database, MakeBooks
from tests.harm.firm import build

POLICY = """\
firm: Harm Ltd
mode: act
regime: uk
region: GB
controller: {name: Grace Achieng, email: privacy@firm.example}
regulator: {name: The Regulator, address: "1 Office Row"}
requests: {division: england-and-wales, waits_hours: 1}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policy of a small firm whose systems stand in SQLite."""
    firm = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    for name, value in firm.environment.items():
        monkeypatch.setenv(name, value)
    (firm.folder / "bailee.yaml").write_text(POLICY)
    return firm.folder


@pytest.fixture
def firm(folder: Path, make_books: MakeBooks) -> Iterator[Served]:
    """The firm, served, its books on SQLite."""
    yield from _served("sqlite", folder, make_books)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, folder: Path, make_books: MakeBooks) -> Iterator[Served]:
    """The firm, served, its books on either."""
    yield from _served(request.param, folder, make_books)


def _served(dialect: str, folder: Path, make_books: MakeBooks) -> Iterator[Served]:
    make_books(dialect, folder)
    if dialect == "postgresql":
        policy = folder / "bailee.yaml"
        policy.write_text(f"{policy.read_text()}books_url: env:BOOKS_URL\n")
    with served(folder) as live:
        yield live
    connections.close_all()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Served]:
    """The firm, made once for all tests that change nothing of it."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("once")
        made = build(place / "firm", Database(f"sqlite:///{place / 'systems.db'}", "sqlite"))
        for name, value in made.environment.items():
            patch.setenv(name, value)
        (made.folder / "bailee.yaml").write_text(POLICY)
        ready.sqlite_books(made.folder / "books", shared)
        with served(made.folder) as live:
            yield live


@pytest.fixture
def once_served(made_once: Served) -> Iterator[Served]:
    """The firm that was made once, its books open: a process has those open that were opened last."""
    open_books(find_books_url(made_once.context.policy, made_once.folder), migrate=False)
    yield made_once
    connections.close_all()
