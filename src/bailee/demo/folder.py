"""Writing the demo firm into a folder: the policy, the databases, the recordings."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from random import Random
from typing import Any

from bailee.demo import addressbooks, crm, helpdesk, logins, mailing, phones
from bailee.demo.cast import CAST, CastMember
from bailee.demo.sound import tone
from bailee.errors import BaileeError, ErrorKind

MARKER = ".bailee-demo"
_SIGN = "the folder of a demo firm; `bailee demo` may build it anew\n"
_MADE = (
    *("bailee.yaml", "retention.yaml", "holds.yaml", "processors.yaml", "promises.yaml", "notice.md"),
    *("systems", "data", "books", "notice", "outbox"),  # the last three are made by using the demo
)
SITE = "http://localhost:8080"
"""Where the pages are, by the policy as it is written."""
_WRITTEN = date(2026, 11, 24)
"""The day on which the policy was written: its dates move with the firm, or a word of last month would grow old."""
_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


class DemoError(BaileeError):
    """The demo cannot be built there."""

    kind = ErrorKind.FILES
    code = "demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo firm in a folder: its policy stands in ``folder``, its systems in ``data``.

    ``cast`` maps what somebody shows to who it is.
    """

    folder: Path
    data: Path
    recordings: Path
    today: date
    seed: int
    cast: Mapping[str, CastMember]


def build(folder: Path, *, today: date, seed: int = 1, site: str = SITE) -> Demo:
    """Build the demo firm as it is on ``today`` and return where everything is.

    The same arguments give the same files. ``site``: where its pages will be served. ``folder`` is made where it is
    missing; a demo that stands there already is built anew, with whatever was changed in it lost, and any other file
    beside it left alone.

    Raises:
        DemoError: ``folder`` is a file, or not empty and no demo that this function made.

    """
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(_SIGN, encoding="utf-8")
    _copy(files("bailee.demo") / "policy", folder, today - _WRITTEN, site)
    demo = Demo(folder, folder / "data", folder / "data" / "recordings", today, seed, CAST)
    _fill(demo)
    return demo


def _clear(folder: Path) -> None:
    """Remove what an earlier build made, or refuse."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise DemoError(f'"{folder}" is a file', "name a folder, or a new one")
    if not any(folder.iterdir()):
        return
    marker = folder / MARKER
    if marker.is_symlink() or not marker.is_file() or marker.read_bytes() != _SIGN.encode():
        raise DemoError(f'"{folder}" is not empty and holds no demo', "name an empty folder, or a new one")
    for name in _MADE:
        made = folder / name
        if made.is_dir() and not made.is_symlink():
            shutil.rmtree(made)
        else:
            made.unlink(missing_ok=True)


def _copy(source: Traversable, target: Path, later: timedelta, site: str) -> None:
    """Copy the folder ``source`` of the package into ``target``, its dates moved by ``later``, its site ``site``."""
    for entry in source.iterdir():
        if entry.is_dir():
            (target / entry.name).mkdir()
            _copy(entry, target / entry.name, later, site)
        else:
            text = entry.read_text(encoding="utf-8")
            moved = _DAY.sub(lambda day: (date.fromisoformat(day[0]) + later).isoformat(), text)
            (target / entry.name).write_text(moved.replace(SITE, site), encoding="utf-8")


def _fill(demo: Demo) -> None:
    """Make up the firm's people and write the systems."""
    chance = Random(demo.seed)  # noqa: S311 - invented people need no secrecy
    customers = crm.fill(chance, demo.today)
    calls = phones.fill(chance, demo.today, customers)
    systems: Mapping[str, Any] = {
        "crm": customers,
        "phones": calls,
        "helpdesk": helpdesk.fill(chance, demo.today, customers),
        "addressbooks": addressbooks.fill(chance, customers),
        "mailing": mailing.fill(chance, demo.today, customers),
        "logins": logins.fill(chance, demo.today, customers),
    }
    demo.data.mkdir()
    for name, rows in systems.items():
        _write_database(demo.data / f"{name}.db", name, {f.name: getattr(rows, f.name) for f in fields(rows)})
    for recording in calls.recording:
        file = demo.recordings / recording.file_name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tone(recording.id))


def _write_database(path: Path, system: str, tables: Mapping[str, Iterable[tuple[object, ...]]]) -> None:
    """Create the database of ``system`` from its DDL and insert ``tables`` in their order."""
    ddl = (files("bailee.demo") / "ddl" / f"{system}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # what is lost in a power cut is built anew
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(ddl)
        for table, rows in tables.items():
            _insert(connection, table, rows)
        connection.commit()
        connection.execute("ANALYZE")


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    cells = [tuple(map(_stored, row)) for row in rows]
    places = ", ".join("?" * len(cells[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", cells)


def _stored(value: object) -> object:
    """Return ``value`` as SQLite keeps it: dates and times as ISO 8601 text, which sorts as they do."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return value
