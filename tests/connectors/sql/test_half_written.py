"""A process was killed in the midst of writing a SQLite file: whoever reads it next sees it as it was before."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from bailee.connectors.sql.engine import open_connection, open_engine

WRITES = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE person SET name = 'half' || id || hex(randomblob(300))")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_reader_undoes_what_was_left_half_written_and_reads(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)")
        db.executemany("INSERT INTO person (name) VALUES (?)", [(f"Alice {n}",) for n in range(2_000)])
    db.close()
    killed = subprocess.run([sys.executable, "-c", WRITES, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "crm.db-journal").stat().st_size  # hot: the file cannot be read as it lies
    connection = open_connection(open_engine(f"sqlite:///{path}", write=False))
    cursor = connection.cursor()
    cursor.execute("SELECT count(*), min(name) FROM person WHERE name LIKE 'Alice%'")
    assert tuple(cursor.fetchone() or ()) == (2_000, "Alice 0")
    connection.close()
