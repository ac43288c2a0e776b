"""A context with books, and a certificate that this machine trusts or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bailee.policy import Mail, Policy
from bailee.store import open_books
from bailee.store.context import Context
from bailee.store.sealed_store import Store
from tests import ready
from tests.conftest import MakeBooks
from tests.letters.example import FIRM, NOW
from tests.letters.servers import Certificate
from tests.letters.servers import certificate as certificate_in


def context_in(folder: Path, port: int = 0) -> Context:
    """Return the context of a firm whose mail goes to ``port`` of this machine."""
    from bailee.requests.subscribers import EVENTS

    mail = Mail("127.0.0.1", port, "none") if port else None
    return Context(folder, Policy(replace(FIRM, mail=mail), {}, {}, {}), Store(folder), NOW, events=EVENTS)


@pytest.fixture
def context(tmp_path: Path, shared: Path) -> Context:
    """A context with new books on SQLite, which has no mail server yet."""
    open_books(ready.sqlite_books(tmp_path, shared), migrate=False)
    return context_in(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_context(request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks) -> Context:
    """The same, on each database that books may stand in."""
    if request.param == "sqlite":
        return cast("Context", request.getfixturevalue("context"))
    open_books(make_books(request.param, tmp_path), migrate=False)
    return context_in(tmp_path)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("certificate"))
