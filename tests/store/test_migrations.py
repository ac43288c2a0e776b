"""The tables can be made from nothing and from every version before, and what stood in them stays."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bailee.store import open_books

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIRST = ("books", "0001_initial")


def test_the_migrations_make_what_the_models_say(books: str) -> None:
    call_command("makemigrations", "books", check_changes=True, dry_run=True, verbosity=0)


def test_books_of_the_first_version_are_brought_up_to_date_and_keep_what_they_hold(books: str) -> None:
    apps = _back_to_the_first()
    request = apps.get_model("books", "Request").objects.create(
        right="copy", channel="portal", received_at=NOON, received_on=NOON.date(), regime="uk", sealed=b"sealed"
    )
    apps.get_model("books", "Due").objects.create(kind="identify", about=request.id, at=NOON)
    open_books(books)
    from bailee.store.models import Due, Request

    now = Request.objects.get()
    assert (now.id, now.reference, bytes(now.sealed or b"")) == (request.id, request.reference, b"sealed")
    assert Due.objects.get().about == request.id


def _back_to_the_first() -> Any:
    """Return the models of the first version, after taking the tables of the books back to it."""
    executor = MigrationExecutor(connection)
    executor.migrate([FIRST])
    return MigrationExecutor(connection).loader.project_state([FIRST]).apps
