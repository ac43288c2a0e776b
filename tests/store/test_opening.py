"""The books are opened, on either database, and are the process's books from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailee.store import BooksError, open_books

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_what_is_written_is_read_again_after_other_books_were_open(books: str, tmp_path: Path) -> None:
    from bailee.store.models import Due

    Due.objects.create(kind="check", at=NOON)
    open_books(f"sqlite:///{tmp_path / 'others.sqlite3'}")
    assert not Due.objects.exists()
    open_books(books)
    assert Due.objects.get().at == NOON


def test_books_elsewhere_are_refused() -> None:
    with pytest.raises(BooksError, match="SQLite or PostgreSQL"):
        open_books("mysql://localhost/books")


def test_books_that_are_not_there_say_so_without_their_address() -> None:
    with pytest.raises(BooksError, match="cannot be opened") as caught:
        open_books("postgresql://bob:hunter2@127.0.0.1:1/books")
    assert "hunter2" not in str(caught.value)
