"""A toy dialect, from outside the tree: archives, which are files of SQLite that one program has at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from bailee.connectors.sql.dialects.driver import Driver
from bailee.connectors.sql.dialects.sqlite.driver import SqliteDriver
from bailee.connectors.sql.dialects.sqlite.writing import KIND, SqliteDialect
from bailee.trace.schema import DatabaseKind


class ArchiveDriver(SqliteDriver):
    """A file that nobody else reads while Bailee writes."""

    schemes: ClassVar[tuple[str, ...]] = ("archive",)
    begin_writing: ClassVar[str] = "BEGIN EXCLUSIVE"


@dataclass(frozen=True, slots=True)
class ArchiveDialect(SqliteDialect):
    """SQLite's way with words; of few keys, so many fewer travel as parameters."""

    name: str = "archive"
    few: int = 1

    driver: ClassVar[Driver] = ArchiveDriver()
    kind: ClassVar[DatabaseKind] = replace(KIND, name="archive", media="the archive's free pages, until it is packed")


DIALECT = ArchiveDialect()
