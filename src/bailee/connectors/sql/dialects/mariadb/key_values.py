"""Values of keys as PyMySQL reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from bailee.trace.keys import read_typed
from bailee.trace.schema import SchemaColumn

_CLOCK = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?", re.ASCII)


def read_value(text: str, column: SchemaColumn, is_quoted: bool) -> Any:  # noqa: FBT001 - see `DatabaseKind.read_value`
    """Return a value. Raises `ValueError`, or what a reader raises."""
    return read_typed(text, column, _BY_TYPE, is_quoted=is_quoted)


def _read_clock(text: str) -> timedelta:
    """Return a time of MariaDB, which may be of many days or before zero."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    sign, hours, minutes, seconds, rest = found.groups()
    length = timedelta(
        hours=int(hours), minutes=int(minutes), seconds=int(seconds), microseconds=int((rest or "0").ljust(6, "0"))
    )
    return -length if sign else length


_BY_TYPE: Mapping[str, Callable[[str], Any]] = {
    "uuid": lambda text: str(UUID(text)),
    **dict.fromkeys(("float", "double"), float),
    "time": _read_clock,
}
