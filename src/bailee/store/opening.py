"""The books opened: Django set up once a process, its one database chosen, its tables brought up to date."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bailee.errors import BaileeError, ErrorKind

# Imports stand in functions: Django is set up here, and only once.


class BooksError(BaileeError):
    """The books cannot be used."""

    kind = ErrorKind.BOOKS
    code = "books"


def open_books(url: str, *, migrate: bool = True) -> None:
    """Make the database at ``url`` this process's books: ``sqlite:///PATH`` or ``postgresql://...``.

    With ``migrate`` its tables are made, or brought up to date. Opening others closes those that were open. Raises
    `BooksError`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bailee.store.settings")
    import django
    from django.apps import apps
    from django.db import connections

    if not apps.ready:
        django.setup()
    chosen = describe_database(url)
    # those of connections to come, and of the one that is here: an event loop has one of its own
    there = connections.settings["default"], connections["default"].settings_dict
    if any(one.get(key) != value for one in there for key, value in chosen.items()):
        connections.close_all()
        connections.settings["default"] = connections.configure_settings({"default": chosen})["default"]
        del connections["default"]
    if migrate:
        _migrate_books()


def describe_database(url: str) -> dict[str, Any]:
    """Return the entry of Django's ``DATABASES`` for ``url``. Raises `BooksError`."""
    parts = urlsplit(url)
    kind = parts.scheme.partition("+")[0]
    if kind == "sqlite":
        path = unquote(parts.path.removeprefix("/")) if not parts.netloc else ""
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(OSError):  # which opening it will tell
            Path(path).touch(mode=0o600)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            # a writer waits for another instead of failing half way: it takes its lock when it begins
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
        }
    if kind == "postgresql":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": None,  # kept open: a worker would connect anew for every task
            "CONN_HEALTH_CHECKS": True,
        }
    raise BooksError("the books can stand in SQLite or PostgreSQL alone", "write sqlite:///PATH or postgresql://...")


_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def _migrate_books() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.recorder import MigrationRecorder

    try:
        if not _list_migrations() <= MigrationRecorder(connection).applied_migrations().keys():
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        kind = type(error).__name__
        raise BooksError(
            f"the books cannot be opened: {kind}", "see that their database is there, and may be written"
        ) from None


@cache
def _list_migrations() -> frozenset[tuple[str, str]]:
    """Return the application and the name of every migration that there is; reading them takes a while."""
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).disk_migrations)
