"""The demo firm, built once and copied for each test, and a way to run a command on it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bailee.cli.app import run
from bailee.demo import build


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)["error"]


Bailee = Callable[..., Said]


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "firm"
    build(folder, today=datetime.now(UTC).date())
    return folder


@pytest.fixture
def firm(_built: Path, tmp_path: Path) -> Path:
    """The folder of a demo firm, for this test alone."""
    return Path(shutil.copytree(_built, tmp_path / "firm"))


@pytest.fixture
def bailee(firm: Path, capsys: pytest.CaptureFixture[str]) -> Bailee:
    """Run a command on the firm, in this process."""

    def command(*arguments: str) -> Said:
        capsys.readouterr()
        needs_policy = arguments[:1] not in {(), ("schema",), ("demo",)} and not {"--policy", "--help"} & {*arguments}
        code = run([*arguments, "--policy", str(firm)] if needs_policy else arguments)
        return Said(code, *capsys.readouterr())

    return command


@pytest.fixture
def sql(firm: Path) -> Callable[[str, str], list[tuple[Any, ...]]]:
    """Say something to one of the firm's databases, as somebody else would."""

    def say(system: str, text: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(firm / "data" / f"{system}.db")) as connection, connection:
            return connection.execute(text).fetchall()

    return say


@pytest.fixture
def set_mode(firm: Path) -> Callable[[str], None]:
    """Set the firm's mode."""

    def write(mode: str) -> None:
        page = firm / "bailee.yaml"
        page.write_text(page.read_text().replace("mode: act", f"mode: {mode}"))

    return write
