"""What accounts of a database may do, and the SQL that makes those that Bailee needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import URL

from bailee.connectors.base import Need, Privileges

EVERY_RIGHT = frozenset({"select", "insert", "update", "delete", "truncate"})
TITLES = {
    "reader": "The account that reads, under url:. It can change nothing.",
    "writer": "The account that writes, under write_url:, where mode is act. It changes what the map does.",
}


@dataclass(frozen=True, slots=True)
class GrantSpelling:
    """How a grant spells names (``quote``) and texts (``literal``), in statements that a person reads and runs.

    ``home`` and ``database``: the default schema and the database, empty where there are none.
    """

    quote: Callable[[str], str]
    literal: Callable[[str], str]
    home: str = ""
    database: str = ""

    def schema(self, table: str) -> str:
        """Return the schema of ``table``, as the map names it."""
        return table.rpartition(".")[0] or self.home

    def table(self, table: str) -> str:
        """Return ``table`` with its schema, as identifiers."""
        return f"{self.quote(self.schema(table))}.{self.quote(table.rpartition('.')[2])}"

    def columns(self, names: Iterable[str]) -> str:
        """Return a list of columns, as identifiers."""
        return ", ".join(map(self.quote, sorted(names)))


class DatabaseAccounts(ABC):
    """The accounts of one dialect. ``here``: the statement that names the default schema and the database."""

    here: ClassVar[str] = ""

    @abstractmethod
    def privileges(self, cursor: Any, url: URL) -> Privileges:
        """Return what the account of ``cursor`` may do, told by the server and found out without trying."""

    @abstractmethod
    def grants(
        self, name: str, needs: Sequence[Need], passwords: Mapping[str, str], spelling: GrantSpelling
    ) -> Iterator[str]:
        """Yield the lines of SQL that make a reader and a writer for exactly ``needs``, with comments.

        ``name``: the system's, which the accounts are called after. ``passwords``: of ``reader`` and ``writer``.
        """

    def sees_all(self, _cursor: Any, _schemas: Iterable[str | None]) -> bool:
        """Whether the account is told of every table of these schemas (``None``: the default one)."""
        return True
