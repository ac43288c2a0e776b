"""The firm, in each database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import Database
from tests.harm.firm import Firm, build, run
from tests.harm.refusals import says_nothing_personal


@pytest.fixture
def firm(database: Database, tmp_path: Path) -> Firm:
    """A small firm; the test runs on each of the three databases."""
    return build(tmp_path / "firm", database)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Nothing personal is logged or printed, whatever happens."""
    caplog.set_level(logging.DEBUG)
    yield
    printed = capfd.readouterr()
    assert says_nothing_personal(printed.out + printed.err + caplog.text)


@pytest.fixture
def reader(database: Database) -> Iterator[Callable[..., str]]:
    """Make an account that may read the tables given and no others, and return its URL; it goes with the test."""
    url = make_url(database.url)
    name = f"reader_{url.database}"
    whole = f"'{name}'@'127.0.0.1'" if database.dialect == "mariadb" else name
    how = f"USER {whole} IDENTIFIED BY" if database.dialect == "mariadb" else f"ROLE {whole} LOGIN PASSWORD"

    def make(*tables: str) -> str:
        run(database.url, f"CREATE {how} '{name}'", *(f"GRANT SELECT ON {table} TO {whole}" for table in tables))
        return url.set(username=name, password=name).render_as_string(hide_password=False)

    yield make
    if database.dialect == "postgresql":
        run(database.url, f"DROP OWNED BY {whole}")
    run(database.url, f"DROP {'USER' if database.dialect == 'mariadb' else 'ROLE'} {whole}")
