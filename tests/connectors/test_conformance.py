"""Every connector of the systems does what the suite asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import Connector, FileStore
from bailee.connectors.conformance import COLUMNS, FILES, ROWS, SYSTEM, ConnectorSuite, StoreSuite
from bailee.connectors.files import open_root
from bailee.connectors.sql import SqlConnector
from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.policy.predicate import Scalar
from tests.conftest import Database


class TestSql(ConnectorSuite):
    """On each of the three databases."""

    database: Database

    @pytest.fixture(autouse=True)
    def _filled(self, database: Database) -> None:
        self.fill(database)

    def fill(self, database: Database) -> None:
        self.database = database
        if database.dialect == "sqlite":
            Path(make_url(database.url).database or "").touch()
        mark = "?" if database.dialect == "sqlite" else "%s"
        with (
            closing(open_connection(open_engine(database.url, write=True))) as connection,
            closing(connection.cursor()) as cursor,
        ):
            for name, columns in COLUMNS.items():
                cursor.execute(f"CREATE TABLE {name} ({', '.join(map(_column, columns))})")
                cursor.executemany(
                    f"INSERT INTO {name} VALUES ({', '.join([mark] * len(columns))})",
                    [[str(cell) if _column(c).endswith("DATE") else cell for c, cell in zip(columns, row, strict=True)]
                     for row in ROWS[name]],
                )  # fmt: skip
            connection.commit()

    def connector(self) -> Connector:
        return SqlConnector(SYSTEM, self.database.url, self.database.url)

    def rows(self, collection: str) -> Iterable[Sequence[Scalar]]:
        reader = closing(open_connection(open_engine(self.database.url, write=False)))
        with reader as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"SELECT * FROM {collection}")
            return list(cursor.fetchall())

    def out_of_reach(self) -> Connector:
        url = make_url(self.database.url).set(
            database="/nosuch/place" if self.database.dialect == "sqlite" else "nosuch"
        )
        return SqlConnector(SYSTEM, url.render_as_string(hide_password=False))


def _column(name: str) -> str:
    if name == "id":
        return "id INTEGER PRIMARY KEY"
    kind = "DATE" if name == "issued_on" else "INTEGER" if name.endswith("_id") or name == "total" else "VARCHAR(80)"
    return f"{name} {kind}"


class TestFiles(StoreSuite):
    """On a folder."""

    folder: Path

    @pytest.fixture(autouse=True)
    def _filled(self, tmp_path: Path) -> None:
        self.fill(tmp_path)

    def fill(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "shelf"
        for name, content in FILES.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def store(self) -> FileStore:
        return open_root(self.folder)

    def names(self) -> Collection[str]:
        return [str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()]
