"""The statements of `statements.sql`, sent to the books, and rows as SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, reduce
from pathlib import Path
from typing import Any

from django.db import connection

_LOCK = {"postgresql": "FOR UPDATE", "sqlite": ""}
"""How rows are locked that are found before they are changed; on SQLite the whole file is."""

_LOCK_FREE = {"postgresql": "FOR UPDATE SKIP LOCKED", "sqlite": ""}
"""The same, without the rows that another has locked."""


@cache
def _read_statements() -> Mapping[str, str]:
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)[1:]
    bare = (re.sub(r"^--.*\n", "", part, flags=re.MULTILINE).strip() for part in parts[1::2])
    return dict(zip(parts[::2], bare, strict=True))


def send_statement(name: str, values: Sequence[Any], rows: str = "") -> list[tuple[Any, ...]]:
    """Send the statement ``name`` at once, and return the rows that it returns.

    ``rows`` is put in place of ``{rows}``: placeholders for as many rows as there are ``values`` for.
    """
    with connection.cursor() as cursor:
        cursor.execute(_spell_sql(name, rows), values)
        return list(cursor.fetchall())


def write_statement(name: str, values: Sequence[Any], rows: str = "") -> int:
    """Write by the statement ``name``, as `send_statement`, and return how many rows it has touched."""
    with connection.cursor() as cursor:
        cursor.execute(_spell_sql(name, rows), values)
        return int(cursor.rowcount)


def _spell_sql(name: str, rows: str) -> str:
    locks = {"{lock}": _LOCK[connection.vendor], "{lock_free}": _LOCK_FREE[connection.vendor]}
    return reduce(lambda text, part: text.replace(*part), locks.items(), _read_statements()[name]).replace(
        "{rows}", rows
    )


def spell_moment(at: datetime | None) -> Any:
    """Return a time as the books' database takes it."""
    return connection.ops.adapt_datetimefield_value(at)
