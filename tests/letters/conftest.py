"""An office with books, and a certificate that this machine trusts or not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bailee.books import open_books
from bailee.policy import Mail, Policy
from bailee.runner.office import Office
from bailee.runner.state import State
from tests.letters.example import FIRM, NOW
from tests.letters.servers import Certificate
from tests.letters.servers import certificate as certificate_in


def office_in(folder: Path, port: int = 0) -> Office:
    """Return the office of a firm whose mail goes to ``port`` of this machine."""
    mail = Mail("127.0.0.1", port, "none") if port else None
    return Office(folder, Policy(replace(FIRM, mail=mail), {}, {}, {}), State(folder), NOW)


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of new books, closed. To make them takes longer than any test of ours."""
    path = tmp_path_factory.mktemp("books") / "books.sqlite3"
    open_books(f"sqlite:///{path}")
    from django.db import connections

    connections.close_all()
    return path


@pytest.fixture
def office(tmp_path: Path, empty_books: Path) -> Office:
    """An office with new books on SQLite, which has no mail server yet."""
    shutil.copy(empty_books, tmp_path / "books.sqlite3")
    open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    return office_in(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    """The same, on each database that books may stand in."""
    if request.param == "sqlite":
        return cast("Office", request.getfixturevalue("office"))
    open_books(request.getfixturevalue("postgresql_url"))
    return office_in(tmp_path)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("certificate"))
