"""What a database tells of its tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from bailee.connectors.sql.dialects.sketch import FoundTables, Wanted


class Catalogue(ABC):
    """The catalogue of one dialect, read by hand-written SQL.

    ``tables``: the statement that lists schema (null: the default one) and name of each table, without partitions,
    tables that inherit all their columns, and what belongs to an extension or to the database itself. ``home``: the
    statement that names the default schema; empty where there are no schemas.
    """

    tables: ClassVar[str]
    home: ClassVar[str] = ""

    schemas_are_databases: ClassVar[bool] = False
    """Whether a schema is a database: one server has many that do not belong together."""
    hides_tables: ClassVar[bool] = False
    """Whether an account is told only of tables and triggers that it has rights on."""

    @abstractmethod
    def read(self, cursor: Any, wanted: Iterable[Wanted]) -> FoundTables:
        """Return the ``wanted`` tables and those that a deletion from them reaches."""
