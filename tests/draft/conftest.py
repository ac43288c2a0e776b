"""A database with the tables that a test gives it, connected to a policy as its owner would connect it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bailee.cli.app import run
from bailee.draft import Draft, Guess
from bailee.draft.page import find_targets
from bailee.engine.connect.drafts import ConnectedSystem, connect_system
from bailee.engine.connect.new_folder import create_folder
from tests.conftest import Database
from tests.connect.conftest import say

SURE = 0.9
_OWNING = ("owned_by", "owns")


@dataclass(frozen=True)
class Looked:
    """A system that was connected: its policy's ``folder``, and what was ``seen``."""

    folder: Path
    seen: ConnectedSystem

    @property
    def draft(self) -> Draft:
        return self.seen.draft

    def of(self, collection: str, word: str, sure: float = 0.0) -> list[Guess]:
        """Return the guesses about a collection that say ``word`` and are at least so ``sure``."""
        return [g for g in self.draft.guesses if g.collection == collection and word in g.says and g.sure >= sure]

    def owners(self, collection: str, sure: float = SURE) -> set[str]:
        """Return the collections that own rows of ``collection``, by guesses that are taken over."""
        found = {to for g in self.of(collection, "owned_by", sure) for to in find_targets(g)}
        return found | {
            g.collection
            for g in self.draft.guesses
            if "owns" in g.says and g.sure >= sure and collection in find_targets(g)
        }

    def undecided(self, collection: str) -> dict[str, str]:
        """Return what is said to be undecided of a collection: a column or path, and why."""
        return {n.about: n.because for n in self.draft.notes if n.collection == collection and n.kind == "undecided"}


Look = Callable[..., Looked]


@pytest.fixture
def looked(database: Database, tmp_path: Path) -> Look:
    """Make tables, fill them, and connect the database."""

    def look(*statements: str) -> Looked:
        folder = tmp_path / "firm"
        if not folder.exists():
            create_folder(folder, "uk", "Otter & Sons")
        say(database.url, *statements)
        return Looked(folder, connect_system(folder, "shop", database.url))

    return look


def insert(table: str, rows: Iterable[Iterable[Any]]) -> str:
    """Return the statement that puts ``rows`` into a table; an empty cell is None."""

    def cell(value: Any) -> str:
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"

    return f"INSERT INTO {table} VALUES " + ", ".join("(" + ", ".join(map(cell, row)) + ")" for row in rows)


Command = Callable[..., Any]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on what was looked at, and return what it says to a program."""

    def command(looked: Looked, *arguments: str) -> Any:
        capsys.readouterr()
        run([*arguments, "--json", "--policy", str(looked.folder)])
        return json.loads(capsys.readouterr().out)

    return command
