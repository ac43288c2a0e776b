"""The firm with books of each kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import MakeBooks
from tests.kills.firm import Firm, build


@pytest.fixture(params=["sqlite", "postgresql"])
def firm(
    request: pytest.FixtureRequest, tmp_path: Path, make_books: MakeBooks, postgresql_url: str, mariadb_url: str
) -> Firm:
    """A firm with a system on each database; the test runs with books of both kinds."""
    urls = {"crm": f"sqlite:///{tmp_path / 'crm.db'}", "phones": postgresql_url, "desk": mariadb_url}
    made = build(tmp_path / "firm", urls)
    return replace(made, books=make_books(request.param, made.folder))
