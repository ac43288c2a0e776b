"""A small firm in one database: a shop, a helpdesk beside it and a shelf of tapes; Alice, Bob, and what is theirs.

Every text in its rows carries `MARKER`, so that a test can look for it where no row value may be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import make_url

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.plans import plan_erase, plan_retain, seal_plan
from bailee.engine.systems import Systems, open_systems
from bailee.plan import PlanDocument
from bailee.store.sealed_store import Store
from tests.conftest import Database

MARKER = "marker4711"
ALICE, BOB = f"alice.{MARKER}@post.example", f"bob.{MARKER}@post.example"
NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
OLD_CALLS = 10  # of Bob's, and due

HERE = Path(__file__).parent
TABLES = (HERE / "tables.sql").read_text().split(";")[:-1]
NAMES = ("persons", "invoices", "calls", "tapes", "threads", "writers", "notes")
SHOP, DESK = NAMES[:5], NAMES[5:]

ROWS: Mapping[str, tuple[tuple[object, ...], ...]] = {
    "persons": (
        (1, ALICE, f"Alice {MARKER}", f"1 {MARKER} Road", "+442079460101"),
        (2, BOB, f"Bob {MARKER}", f"2 {MARKER} Road", "+442079460102"),
    ),
    "invoices": ((1, 1, "2025-06-01", 10), (2, 1, "2010-06-01", 20), (3, 2, "2025-07-01", 30)),
    "calls": (
        *((n, 1, "+442079460199", "2026-01-02") for n in (1, 2, 3)),
        (4, 2, "+442079460101", "2026-01-03"),
        *((100 + n, 2, None, "2015-01-01") for n in range(OLD_CALLS)),
    ),
    "tapes": (
        (1, 1, f"{MARKER}-1.wav", "2026-01-02"),
        (2, 2, f"{MARKER}-2.wav", "2026-01-02"),
        (3, 4, f"{MARKER}-3.wav", "2026-01-03"),
        (4, 101, f"{MARKER}-4.wav", "2015-01-01"),
    ),
    "threads": ((1, 1, 2, f"both of {MARKER}"), (2, 1, None, f"one of {MARKER}")),
    "writers": ((1, ALICE, f"Alice {MARKER}"), (2, BOB, f"Bob {MARKER}")),
    "notes": ((1, 1, f"said {MARKER}"), (2, 1, f"again {MARKER}"), (3, 2, f"heard {MARKER}")),
}


def run(url: str, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements as somebody beside Bailee, each in a transaction of its own; return the rows of the last."""
    with closing(open_connection(open_engine(url, write=True))) as connection:
        connection.commit()
        with closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []


@dataclass(frozen=True)
class Firm:
    """The policy's ``folder``, and the ``database`` of its systems. ``read`` and ``write``: as whom Bailee comes."""

    folder: Path
    database: Database
    read: str = ""
    write: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Where the addresses stand that the policy names."""
        return {"HARM_URL": self.read or self.database.url, "HARM_WRITE_URL": self.write or self.database.url}

    @property
    def shelf(self) -> Path:
        """The folder of the tapes."""
        return self.folder / "tapes"

    def by(self, *, read: str = "", write: str = "") -> Firm:
        """Return the firm with other accounts."""
        return replace(self, read=read, write=write)

    @contextmanager
    def systems(self, store: Store | None = None) -> Iterator[Systems]:
        """Open the systems at `NOW`; ``store``: that of its books, if it is open already."""
        with patch.dict(os.environ, self.environment), open_systems(self.folder, now=NOW, store=store) as systems:
            yield systems

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as somebody beside Bailee."""
        return run(self.database.url, *statements)

    def plan(self, make: Callable[[Systems], Any] | None = None) -> PlanDocument:
        """Return a plan and keep it: to erase Alice, or what ``make`` makes."""
        with self.systems() as systems:
            planned = (make or erase_alice)(systems)
            seal_plan(systems, planned)
            plan: PlanDocument = planned.plan
            return plan

    def dump(self, tables: tuple[str, ...] = NAMES) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows."""
        return {name: sorted(map(_plain, self.run(f"SELECT * FROM {name}")), key=str) for name in tables}

    def files(self) -> list[str]:
        """Return the names of the tapes on the shelf."""
        return sorted(path.name for path in self.shelf.iterdir())

    def accept(self, collection: str, *hazards: str) -> None:
        """Let the map of the shop account for hazards of a table."""
        path = self.folder / "systems/shop.yaml"
        told = ", ".join(f"{name!r}: it does no harm" for name in hazards)
        whole = f"  {collection}:\n"
        path.write_text(path.read_text().replace(whole, f"{whole}    accepts: {{{told}}}\n"))

    def refill(self) -> None:
        """Put every row and file there as at first."""
        self.run(*(f"DELETE FROM {name}" for name in reversed(NAMES)))
        fill_rows(self.database)
        fill_shelf(self.shelf)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(cell) if cell is not None and not isinstance(cell, int) else cell for cell in row)


def erase_alice(systems: Systems) -> Any:
    """Plan to erase Alice."""
    return plan_erase(systems, [[ALICE]])


def retain_calls(systems: Systems) -> Any:
    """Plan what is due under the rule for calls."""
    return plan_retain(systems, "calls")


def build(folder: Path, database: Database) -> Firm:
    """Write the firm's policy, and fill its tables and its shelf."""
    shutil.copytree(HERE / "policy", folder)
    if database.dialect == "sqlite":
        Path(make_url(database.url).database or "").touch()
    run(database.url, *TABLES)
    fill_rows(database)
    fill_shelf(folder / "tapes")
    return Firm(folder, database)


def fill_rows(database: Database) -> None:
    """Insert the rows."""
    mark = "?" if database.dialect == "sqlite" else "%s"
    with (
        closing(open_connection(open_engine(database.url, write=True))) as connection,
        closing(connection.cursor()) as cursor,
    ):
        for name, rows in ROWS.items():
            cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join([mark] * len(rows[0]))})", rows)
        connection.commit()


def fill_shelf(shelf: Path) -> None:
    """Put a tape there for every row that names one."""
    shutil.rmtree(shelf, ignore_errors=True)
    shelf.mkdir()
    for _, _, name, _ in ROWS["tapes"]:
        (shelf / str(name)).write_bytes(b"RIFF")
