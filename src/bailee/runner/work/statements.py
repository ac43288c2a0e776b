"""The statements of `statements.sql`, sent to the books, and rows as SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

_LOCK = {"postgresql": "FOR UPDATE", "sqlite": ""}
"""How rows are locked that are found before they are changed; on SQLite the whole file is."""


@cache
def _statements() -> Mapping[str, str]:
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)[1:]
    bare = (re.sub(r"^--.*\n", "", part, flags=re.MULTILINE).strip() for part in parts[1::2])
    return dict(zip(parts[::2], bare, strict=True))


def send(name: str, values: Mapping[str, Any] | Sequence[Any], rows: str = "") -> tuple[int, list[tuple[Any, ...]]]:
    """Send the statement ``name``; return how many rows it touched, and those that it returns.

    ``rows`` is put in place of ``{rows}``: placeholders for as many rows as there are ``values`` for.
    """
    sql = _statements()[name].replace("{rows}", rows).replace("{lock}", _LOCK[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if cursor.description:
            found = list(cursor.fetchall())
            return len(found), found
        return cursor.rowcount, []


def moment(at: datetime | None) -> Any:
    """Return a time as the books' database takes it."""
    return connection.ops.adapt_datetimefield_value(at)
