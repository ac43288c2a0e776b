"""The small firm, for one test alone; and accounts on a server that may do little."""

import shutil
from pathlib import Path

import pytest

from tests.checks.firm import Firm, build
from tests.connectors.sql.conftest import limited

__all__ = ["limited"]


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the disk to itself: that the books survive a power cut is not asked here."""
    monkeypatch.setattr("os.fsync", lambda _: None)


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("checks") / "firm").folder


@pytest.fixture
def firm(_built: Path, tmp_path: Path) -> Firm:
    """A firm whose promises are kept."""
    return Firm(Path(shutil.copytree(_built, tmp_path / "firm")))
