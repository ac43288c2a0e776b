"""Books on each of the databases that they may stand in."""

from __future__ import annotations

from tests.books.conftest import books

__all__ = ["books"]
