"""A shape, and the ground on which it is tried: one database that is filled again and again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias
from unittest.mock import patch

from sqlalchemy import make_url

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.engine.apply import ApplyResult, apply_plan
from bailee.engine.cases import load_kept_cases
from bailee.engine.copies import read_sections
from bailee.engine.package import Record, Section
from bailee.engine.people import Search, search_person
from bailee.engine.plans import PlanningResult, plan_erase, plan_release, plan_retain, seal_plan
from bailee.engine.recheck import recheck_plan
from bailee.engine.systems import Systems, open_systems
from bailee.plan import PlanDocument
from tests.conftest import Database

NOW = "2026-06-01 09:00:00"
A_DAY_LATER = "2026-06-02 10:00:00"
MASKED = "#"
"""What stands, in SQL by hand, for a cell that a copy leaves out."""

Rows: TypeAlias = Sequence[tuple[Any, ...]]
Tables: TypeAlias = Mapping[str, Rows]
Statements: TypeAlias = Iterable[str]
Selects: TypeAlias = Mapping[str, str]

TYPES: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "text": "VARCHAR(200)", "time": "TIMESTAMP", "uuid": "CHAR(36)", "json": "JSON", "zoned": "TIMESTAMP",
        "status": "TEXT CHECK (status IN ('open', 'paid', 'lost'))", "kinds": "",
    },
    "postgresql": {
        "text": "varchar(200)", "time": "timestamp", "uuid": "uuid", "json": "jsonb", "zoned": "timestamptz",
        "status": "status", "kinds": "CREATE TYPE status AS ENUM ('open', 'paid', 'lost');",
    },
    "mariadb": {
        "text": "VARCHAR(200)", "time": "DATETIME", "uuid": "UUID", "json": "JSON", "zoned": "TIMESTAMP NULL",
        "status": "ENUM('open', 'paid', 'lost')", "kinds": "",
    },
}  # fmt: skip
"""What the databases call a type that all of them have. Text has the collation that a database gives by itself."""


def _nothing(*_: object) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Shape:
    """An application's tables, its policy, its rows, and by hand what must become of them.

    ``tables``: the DDL, in the order in which rows go in, with ``{text}`` and the like of `TYPES`; ``policy``: file ->
    text. ``people``: name -> what they are asked for by. All SQL is plain, and runs on the same rows.

    ``found``: of one person, "collection mode" -> the keys; ``copied``: collection -> the cells, `MASKED` for one that
    is left out. ``erased``: persons, day -> the statements that do by hand what erasing them together must do that day.
    ``kept``: likewise, "collection hold" -> the keys of rows that would go and are held. ``refused``: who cannot be
    erased. ``left``: of one person, what `find` still finds after their erasure; ``to_confirm``: how many rows await a
    word, before. ``free``: a day on which no hold is left. ``due``: rule -> statements that do by hand what retention
    must do. ``files``: name -> the SQL that counts the rows that name it, after whatever was done.
    """

    tables: str
    policy: Mapping[str, str]
    rows: Tables
    people: Mapping[str, Sequence[str]]
    found: Callable[[str], Selects]
    copied: Callable[[str], Mapping[str, Sequence[str]]]
    erased: Callable[[Sequence[str], str], Statements]
    pairs: Sequence[tuple[str, str]]
    kept: Callable[[Sequence[str], str], Selects] = _nothing
    left: Callable[[str], Selects] = _nothing
    refused: frozenset[str] = frozenset()
    to_confirm: Mapping[str, int] = field(default_factory=dict)
    free: str = ""
    due: Mapping[str, Statements] = field(default_factory=dict)
    files: str = ""


@dataclass(frozen=True)
class Report:
    """What became of one plan, and what a second look found."""

    plan: PlanDocument
    applied: ApplyResult
    outcome: Mapping[tuple[str, str], int]
    clean: bool
    refused: int


@dataclass
class Ground:
    """A database with the tables of a shape, and the folder of its policy."""

    shape: Shape
    database: Database
    folder: Path
    _dumps: dict[str, Tables] = field(default_factory=dict)

    def build(self) -> None:
        """Make the tables and write the policy."""
        for name, text in self.shape.policy.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if self.database.dialect == "sqlite":
            Path(make_url(self.database.url).database or "").touch()
        ddl = self.shape.tables.format(**TYPES[self.database.dialect])
        self.run(*(statement for statement in ddl.split(";") if statement.strip()))

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as somebody beside Bailee, in one transaction; return the rows of the last."""
        return self.ask(statements)[-1] if statements else []

    def ask(self, statements: Iterable[str]) -> list[list[tuple[Any, ...]]]:
        """Run statements in one transaction; return the rows of each."""
        told = []
        with closing(open_connection(open_engine(self.database.url, write=True))) as connection:
            with closing(connection.cursor()) as cursor:
                if self.database.dialect == "mariadb":
                    cursor.execute("SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')")
                for statement in statements:
                    cursor.execute(statement)
                    told.append(list(cursor.fetchall()) if cursor.description else [])
            connection.commit()
        return told

    def fill(self) -> None:
        """Put every row and file there as at first, and forget whatever the books know."""
        if self.database.dialect == "sqlite":
            self._fill_file()
        else:
            self._insert()
        shutil.rmtree(self.folder / "books", ignore_errors=True)
        files = self.folder / "files"
        if files.exists():
            shutil.rmtree(files)
        if self.shape.files:
            files.mkdir()
            for (name,) in self.run(self.shape.files):
                if name is not None:
                    (files / name).write_bytes(b"RIFF")

    def _fill_file(self) -> None:
        """A file that was filled once is copied."""
        path = Path(make_url(self.database.url).database or "")
        full = path.with_suffix(".full")
        if not full.exists():
            self._insert()
            shutil.copy(path, full)
        for beside in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        shutil.copy(full, path)

    def _insert(self) -> None:
        empty, mark = {
            "sqlite": (["PRAGMA defer_foreign_keys = ON"], "?"),
            "postgresql": ([f"TRUNCATE {', '.join(self.shape.rows)}"], "%s"),
            "mariadb": (
                [
                    "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
                    "SET foreign_key_checks = 0",
                    *(f"DELETE FROM {name}" for name in self.shape.rows),
                ],
                "%s",
            ),
        }[self.database.dialect]
        with closing(open_connection(open_engine(self.database.url, write=True))) as connection:
            with closing(connection.cursor()) as cursor:
                for statement in empty:
                    cursor.execute(statement)
                for name, rows in self.shape.rows.items():
                    if rows:
                        marks = ", ".join([mark] * len(rows[0]))
                        cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
            connection.commit()

    def dump(self) -> Tables:
        """Return every row of every table, in one order."""
        found = self.ask(f"SELECT * FROM {name}" for name in self.shape.rows)
        return {name: in_order(rows) for name, rows in zip(self.shape.rows, found, strict=True)}

    def by_hand(self, statements: Statements) -> Tables:
        """Return what statements leave of the rows as they were at first."""
        told = list(statements)
        key = "\n".join(told)
        if key not in self._dumps:
            self.fill()
            self.run(*told)
            self._dumps[key] = self.dump()
        return self._dumps[key]

    @property
    def at_first(self) -> Tables:
        """The rows as they were at first."""
        return self._dumps.get("") or self.by_hand(())

    def keys(self, selects: Mapping[str, str | Sequence[str]]) -> Tables:
        """Return the rows of each select, or of each list of them, that has any."""
        asked = [(name, one) for name, some in selects.items() for one in ([some] if isinstance(some, str) else some)]
        told: dict[str, list[tuple[Any, ...]]] = {}
        for (name, _), rows in zip(asked, self.ask(one for _, one in asked), strict=True):
            if rows:
                told[name] = in_order([*told.get(name, []), *rows])
        return told

    def there(self) -> list[str]:
        """Return the names of the files that are there."""
        return sorted(path.name for path in (self.folder / "files").iterdir()) if self.shape.files else []

    def named(self) -> list[str]:
        """Return the names of the files that a row names."""
        return sorted({name for (name,) in self.run(self.shape.files)}) if self.shape.files else []

    @property
    def is_quick(self) -> bool:
        """Whether everything can be tried here. A server takes its time; there it is tried with fewer people."""
        return self.database.dialect == "sqlite"

    @property
    def people(self) -> Sequence[str]:
        """Who is to be erased here."""
        return list(self.shape.people)[: None if self.is_quick else 1]

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """The pairs to be tried here."""
        return self.shape.pairs[: None if self.is_quick else 1]

    # --- Bailee ----------------------------------------------------------------------------------------------

    @contextmanager
    def systems(self, now: str = NOW) -> Iterator[Systems]:
        """Open the policy at a time."""
        day = datetime.fromisoformat(now).replace(tzinfo=UTC)
        with patch.dict(os.environ, {"SHAPE_URL": self.database.url}), open_systems(self.folder, now=day) as systems:
            yield systems

    def find(self, *names: str, now: str = NOW) -> Sequence[tuple[str, Tables, int]]:
        """Return each of ``names`` with "collection mode" -> keys, as Bailee finds them, and how many await a word."""
        told = []
        with self.systems(now) as systems:
            for name in names:
                with search_person(systems, self.shape.people[name]) as found:
                    told.append((name, _found(systems, found), len(found.persons.to_confirm)))
        return told

    def copy(self, *names: str) -> Sequence[tuple[str, Tables, list[str]]]:
        """Return each of ``names`` with collection -> the cells that a copy shows, and the files that it brings."""
        told = []
        with self.systems() as systems:
            for name in names:
                with search_person(systems, self.shape.people[name]) as found:
                    held = list({(h.system, h.collection): None for h in found.find_holdings()})
                    read = [(one, list(one.rows)) for one in read_sections(found, held)]
                    files = [record.file for _, rows in read for record in rows if record.file is not None]
                    brought = sorted({file.name for file in files if file.opener is not None})
                    cells = {one.collection: in_order(_shown(one, rows)) for one, rows in read}
                    told.append((name, cells, brought))
        return told

    def erase(self, *names: str, now: str = NOW) -> Report:
        """Erase persons together, and look again a day later."""
        with self.systems(now) as systems:
            return self._carried_out(systems, plan_erase(systems, [self.shape.people[name] for name in names]))

    def release(self, now: str) -> list[Report]:
        """Release what is kept of every case, one by one."""
        with self.systems(now) as systems:
            ids = [case.id for case in load_kept_cases(systems.store)]
            return [
                self._carried_out(systems, plan_release(systems, one))
                for one in ids
                if one in {case.id for case in load_kept_cases(systems.store)}  # else another release has taken it up
            ]

    def retain(self, rule: str, now: str = NOW) -> Report:
        """Carry a retention rule out."""
        with self.systems(now) as systems:
            return self._carried_out(systems, plan_retain(systems, rule))

    def _carried_out(self, systems: Systems, planned: PlanningResult) -> Report:
        seal_plan(systems, planned)
        applied = apply_plan(systems, planned.plan, settle=True)
        settled = recheck_plan(systems, planned.plan)
        assert apply_plan(systems, planned.plan).again
        outcome: dict[tuple[str, str], int] = {}
        for one in applied.outcomes:
            outcome[one.collection, one.fate] = outcome.get((one.collection, one.fate), 0) + one.count
        clean = applied.is_clean and settled.is_over and not settled.strangers and not settled.unseen
        return Report(planned.plan, applied, outcome, clean, planned.plan.refused)


def _shown(section: Section, rows: Iterable[Record]) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of a copy; an empty one is no secret."""
    for row in rows:
        hidden = {column for column in row.masked if row.values[column] is not None}
        yield tuple(MASKED if column in hidden else row.values[column] for column in section.columns)


def _found(systems: Systems, found: Search) -> Tables:
    told: dict[str, Rows] = {}
    for system, session in found.sessions.items():
        for collection, modes in systems.trace(system).located.items():
            for mode, name in modes.items():
                keys = in_order(session.keys(name)) or [(None,)] * session.count(name)  # rows without a key are counted
                if keys:
                    told[f"{collection} {mode}"] = keys
    return told


def whole(found: Selects, tables: Mapping[str, tuple[str, str]], seen: Selects | None = None) -> dict[str, list[str]]:
    """Return what a copy has: the rows ``found`` that are somebody's whole, and what is ``seen`` as it is said.

    ``tables``: collection -> table and key.
    """
    told: dict[str, list[str]] = {}
    for name, keys in found.items():
        collection, mode = name.split()
        table, key = tables[collection]
        if mode != "touch":
            told.setdefault(collection, []).append(f"SELECT * FROM {table} WHERE ({key}) IN ({keys})")
    for collection, select in (seen or {}).items():
        told.setdefault(collection, []).append(select)
    return told


def in_order(rows: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """Return rows in one order, their cells in one form: SQLite has times as text, with a fraction or without."""
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


def plain(cell: Any) -> Any:
    """Return a cell in the form in which cells are compared."""
    if isinstance(cell, str) and len(cell) == 26 and cell.endswith(".000000"):
        return cell.removesuffix(".000000")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, (date, bytes)) or hasattr(cell, "hex"):
        return str(cell) if not isinstance(cell, (int, float)) else cell
    return cell
