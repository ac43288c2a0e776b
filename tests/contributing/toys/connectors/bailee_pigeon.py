"""A toy connector, from outside the tree: a loft, in which what lies in an SQLite file goes by another name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Engine

from bailee.connectors.sql import SqlConnector
from bailee.trace.schema import DatabaseKind, Schema

PIGEON = DatabaseKind("pigeon", has_accounts=False)


@dataclass
class PigeonConnector(SqlConnector):
    """What the sql connector does, at addresses of its own."""

    def _engine(self, *, write: bool) -> Engine:
        self.url = self.url.replace("pigeon:", "sqlite:")
        self.write_url = self.write_url.replace("pigeon:", "sqlite:") if self.write_url else None
        return super()._engine(write=write)

    def schema(self) -> Schema:
        """Return the tables, of a kind of its own."""
        return replace(super().schema(), kind=PIGEON)


CONNECTOR = PigeonConnector
