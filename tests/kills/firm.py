"""A firm with a system on each database and a shelf of files, whose tables count every row that goes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from bailee.connectors.sql.engine import open_connection, open_engine
from bailee.requests.startup import open_context
from bailee.store.context import Context

if TYPE_CHECKING:
    from bailee.store.models import Request

HERE = Path(__file__).parent
NOTES = 3
SYSTEMS = ("crm", "phones", "desk")

_TABLES = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, email VARCHAR(80) UNIQUE, name VARCHAR(80))",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id), body VARCHAR(80))",
    "CREATE TABLE tapes (id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people (id), file_name VARCHAR(9))",
    "CREATE INDEX notes_of ON notes (person_id)",
    "CREATE INDEX tapes_of ON tapes (person_id)",
    "CREATE TABLE gone (name VARCHAR(10), id INTEGER)",
)
_TRIGGERS: Mapping[str, str] = {
    "sqlite": "CREATE TRIGGER {0}_go AFTER DELETE ON {0} BEGIN INSERT INTO gone VALUES ('{0}', OLD.id); END",
    "mariadb": "CREATE TRIGGER {0}_go AFTER DELETE ON {0} FOR EACH ROW INSERT INTO gone VALUES ('{0}', OLD.id)",
    "postgresql": "CREATE TRIGGER {0}_go AFTER DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION note_it()",
}
_FUNCTION = (
    "CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO gone VALUES (TG_TABLE_NAME, OLD.id); RETURN OLD; END $$"
)


_PATIENCE = 120.0
"""Seconds for a lock: a plan that waits for a system that hangs may hold the rows of another."""


@dataclass(frozen=True)
class Firm:
    """The policy's ``folder``, the URL of its ``books``, and of each system: all are empty at first."""

    folder: Path
    books: str
    urls: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        """Where the addresses stand that the policy names."""
        urls = {f"KILLS_{name.upper()}_URL": url for name, url in self.urls.items()}
        return {**urls, "BOOKS_URL": self.books}

    @contextmanager
    def context(self, now: datetime | None = None) -> Iterator[Context]:
        """Open the context at ``now``."""
        with patch.dict(os.environ, self.environment), open_context(self.folder, now=now) as context:
            yield replace(context, store=replace(context.store, waits=20))

    def run(self, system: str, *statements: str) -> list[tuple[object, ...]]:
        """Run statements in a system, as somebody beside Bailee; return the rows of the last."""
        engine = open_engine(self.urls[system], write=True, lock_timeout=_PATIENCE)
        with closing(open_connection(engine)) as connection, closing(connection.cursor()) as at:
            connection.commit()
            for statement in statements:
                at.execute(statement)
            connection.commit()
            return list(at.fetchall()) if at.description else []

    def add(self, number: int) -> str:
        """Add a person to every system, and return the e-mail that they are known by."""
        email = f"person{number}@post.example"
        for system in SYSTEMS:
            self.run(
                system,
                f"INSERT INTO people VALUES ({number}, '{email}', 'Person {number}')",
                *(f"INSERT INTO notes VALUES ({number * 100 + n}, {number}, 'note')" for n in range(NOTES)),
            )
        self.run("phones", f"INSERT INTO tapes VALUES ({number}, {number}, '{number}.wav')")
        (self.folder / "tapes" / f"{number}.wav").write_bytes(b"RIFF")
        return email

    def ask(self, context: Context, number: int) -> Request:
        """Let a new person ask to be erased."""
        from tests.jobs.firm import asks

        return asks(context, self.add(number), reply_to="")

    def gone(self) -> dict[tuple[str, object, object], object]:
        """Return how often each row has gone."""
        found = {}
        for system in SYSTEMS:
            for name, id, times in self.run(system, "SELECT name, id, COUNT(*) FROM gone GROUP BY name, id"):
                found[system, name, id] = times
        return found

    def rows_of(self, number: int) -> set[tuple[str, object, object]]:
        """Return every row that is a person's."""
        notes = {(system, "notes", number * 100 + n) for system in SYSTEMS for n in range(NOTES)}
        return notes | {(system, "people", number) for system in SYSTEMS} | {("phones", "tapes", number)}


def build(folder: Path, urls: Mapping[str, str], *, settles: int = 24) -> Firm:
    """Write the policy into ``folder`` and make empty tables in each system; ``settles``: hours until a second look."""
    shutil.copytree(HERE / "policy", folder)
    (folder / "tapes").mkdir()
    path = folder / "bailee.yaml"
    path.write_text(path.read_text().replace("settle_hours: 24", f"settle_hours: {settles}"))
    firm = Firm(folder, "", urls)
    for system, url in urls.items():
        dialect = url.partition(":")[0].partition("+")[0]
        if dialect == "sqlite":
            Path(url.removeprefix("sqlite:///")).touch()
        triggers = (_TRIGGERS[dialect].format(name) for name in ("people", "notes", "tapes"))
        firm.run(system, *_TABLES, *((_FUNCTION,) if dialect == "postgresql" else ()), *triggers)
    return firm


def scratch() -> Path:
    """Return a new folder for a run."""
    return Path(tempfile.mkdtemp(prefix="bailee-kills-"))
