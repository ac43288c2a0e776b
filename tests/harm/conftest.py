"""The firm, in each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from tests.harm.firm import Firm, build


@pytest.fixture
def firm(database: Database, tmp_path: Path) -> Firm:
    """A small firm; the test runs on each of the three databases."""
    return build(tmp_path / "firm", database)
