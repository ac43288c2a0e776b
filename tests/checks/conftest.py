"""The small firm, for one test alone."""

from pathlib import Path

import pytest

from tests.checks.firm import Firm, build


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A firm whose promises are kept."""
    return build(tmp_path / "firm")
