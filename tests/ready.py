"""Books with their tables made, copied from ones that were made once a run: making them takes a second each time."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psycopg
from filelock import FileLock
from psycopg import sql

from bailee.engine.addresses import DATABASE
from bailee.store import open_books
from tests.servers import Server

_TEMPLATE = "ready_books"


def sqlite_books(books: Path, shared: Path) -> str:
    """Put books into the folder ``books`` and return their URL. ``shared``: the folder of this run."""
    template = shared / "template" / DATABASE
    with FileLock(shared / "template.lock"):
        if not template.exists():
            made = template.with_suffix(".part")
            open_books(f"sqlite:///{made}")
            _let_go()
            made.replace(template)
    books.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(template, books / DATABASE)
    return f"sqlite:///{os.path.abspath(books / DATABASE)}"  # noqa: PTH100 - as the context names them


def postgresql_books(server: Server, name: str, shared: Path) -> str:
    """Make books called ``name`` on ``server`` and return their URL. ``shared``: the folder of this run."""
    with FileLock(shared / "template.postgresql.lock"), psycopg.connect(_plain(server.url), autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE]).fetchone():
            open_books(server.create_database(_TEMPLATE))
            _let_go()
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE)))
    return server.url_of(name)


def _let_go() -> None:
    from django.db import connections

    connections.close_all()


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")
