"""``make kill-matrix``: a worker killed at every point of a request's way, then four workers killed at random."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import ready
from tests.kills.firm import Firm, build, scratch
from tests.kills.matrix import Matrix
from tests.kills.storm import storm
from tests.servers import MARIADB, POSTGRESQL, start

BOOKS = ("sqlite", "postgresql")
WRITES = Path("build/kills.json")


def main() -> None:
    """Run what is asked for, and say how it went; the first thing that is not true ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200, help="requests of the storm on PostgreSQL")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=4711)
    parser.add_argument("--only", choices=("points", "storm"))
    parser.add_argument("--books", choices=BOOKS, help="of this kind alone; default: both, one after the other")
    asked = parser.parse_args()
    command = f"python -m tests.kills --only storm --requests {asked.requests} --seed {asked.seed}"
    for books in [asked.books] if asked.books else BOOKS:
        if asked.only != "storm":
            with a_firm(books) as firm:
                points(firm, books)
        if asked.only != "points":
            whole = books == "postgresql" or asked.books is not None
            count = asked.requests if whole else max(1, asked.requests // 10)
            with a_firm(books, settles=0) as firm:
                weathered = storm(firm, count, every=asked.every, seed=asked.seed, patience=60 + 30 * count, say=say)
            print(f"{books}: {count} requests ended once each, {weathered.kills} kills, {weathered.seconds:.0f} s")
            named = {"kind": "storm", "books": books, "requests": count, "seed": asked.seed}
            write({**named, "kills": weathered.kills, "seconds": round(weathered.seconds), "command": command})
    print("all is true")


def points(firm: Firm, books: str) -> None:
    """Kill a worker at every point."""
    began = time.monotonic()
    matrix = Matrix(firm)
    for point in range(1, len(matrix.points) + 1):
        say(f"{books}, {point} of {len(matrix.points)}: {matrix.kill_at(point)}")
    seconds = round(time.monotonic() - began)
    print(f"{books}: {len(matrix.points)} points, each died at once, {seconds} s")
    count, command = len(matrix.points), "python -m tests.kills --only points"
    write({"kind": "points", "books": books, "kills": count, "seconds": seconds, "command": command})


def write(found: dict[str, Any]) -> None:
    """Write down what a run has shown, in place of what the same run has shown before."""
    runs = json.loads(WRITES.read_text()) if WRITES.exists() else []
    same = ("kind", "books", "requests", "seed")
    runs = [run for run in runs if any(run.get(name) != found.get(name) for name in same)]
    WRITES.parent.mkdir(exist_ok=True)
    WRITES.write_text(json.dumps([*runs, {"date": datetime.now(UTC).date().isoformat(), **found}], indent=1) + "\n")


def say(text: str) -> None:
    """Say how far it is, in place of what was said before."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


@contextmanager
def a_firm(books: str, *, settles: int = 24) -> Iterator[Firm]:
    """Yield a firm with books of a kind; servers and folder go with the block."""
    folder = scratch()
    servers = [start(kind, owner=os.getpid()) for kind in (POSTGRESQL, MARIADB)]
    try:
        urls = {"phones": servers[0].create_database("phones"), "desk": servers[1].create_database("desk")}
        firm = build(folder / "firm", {"crm": f"sqlite:///{folder / 'crm.db'}", **urls}, settles=settles)
        if books == "sqlite":
            yield replace(firm, books=ready.sqlite_books(firm.folder / "books", folder))
        else:
            yield replace(firm, books=ready.postgresql_books(servers[0], "books", folder))
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
