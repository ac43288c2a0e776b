"""The small firm of `tests/harm`, in a file, and systems that opens on any day."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.engine.journal import NO_COUNTS
from bailee.engine.systems import Systems, open_systems
from tests.conftest import Database
from tests.harm.firm import NOW, Firm, build


@pytest.fixture
def firm(sqlite_url: str, tmp_path: Path) -> Firm:
    """The firm, on SQLite."""
    return build(tmp_path / "firm", Database(sqlite_url, "sqlite"))


@contextmanager
def on(firm: Firm, day: str) -> Iterator[Systems]:
    """Open the systems on a day, or at the firm's usual time where ``day`` is empty."""
    now = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else NOW
    with patch.dict(os.environ, firm.environment), open_systems(firm.folder, now=now) as systems:
        yield systems


class Lost(Exception):
    """The lease is lost."""


@dataclass
class Written:
    """A journal that is written down, and that refuses to go on before the step ``until``."""

    until: str = ""
    lines: list[str] = field(default_factory=list)
    counts: list[tuple[str, Mapping[str, int]]] = field(default_factory=list)

    def begin_step(self, step: str, system: str = "") -> None:
        """Write the step down; raise where it is not to come."""
        line = f"before {step} {system}".strip()
        if line == f"before {self.until}":
            raise Lost
        self.lines.append(line)

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        """Write the step down."""
        self.lines.append(f"after {step} {system}".strip())
        self.counts.append((f"{step} {system}".strip(), dict(counts)))
