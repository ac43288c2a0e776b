"""The sign-in on PostgreSQL, whose columns of addresses and whose locks are other ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from bailee.store.models import Role
from tests.api.conftest import POLICY
from tests.api.live import served
from tests.conftest import Database, MakeBooks
from tests.harm.firm import build
from tests.web.accounts.coming_in import PASSWORD, code, enrol, try_password
from tests.web.visitor import visitor, words


@pytest.fixture
def books_of_before() -> Iterator[None]:
    """The other tests of this process go on with the books that they had."""
    before = connections.settings["default"]
    yield
    connections.close_all()
    connections.settings["default"] = before
    del connections["default"]


@pytest.mark.usefixtures("books_of_before")
def test_two_factors_let_in_and_guesses_lock_out_on_postgresql(
    tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build(tmp_path / "firm", Database(f"sqlite:///{tmp_path / 'systems.db'}", "sqlite"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    make_books("postgresql", made.folder)
    (made.folder / "bailee.yaml").write_text(f"{POLICY}books_url: env:BOOKS_URL\n")
    with served(made.folder) as live:
        _, secret = enrol(live, Role.OFFICER)
        guesser, came = visitor(live, at="198.51.100.7"), visitor(live)
        for _ in range(5):
            try_password(guesser, Role.OFFICER, "wrong")
        assert "Too many attempts" in words(try_password(guesser, Role.OFFICER, PASSWORD))
        assert try_password(came, Role.OFFICER).location == "/sign-in/code/"
        assert came.post("/sign-in/code/", {"code": code(secret)}).location == "/console/"
        assert came.get("/sign-in/account/").status_code == 200
