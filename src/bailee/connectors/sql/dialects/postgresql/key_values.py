"""Values of keys as psycopg reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any
from uuid import UUID

from bailee.trace.keys import name_type, read_typed
from bailee.trace.schema import SchemaColumn

_BY_TYPE: Mapping[str, Callable[[str], Any]] = {
    "uuid": UUID,
    **dict.fromkeys(("real", "double precision", "float4", "float8"), float),
    **dict.fromkeys(("time", "time without time zone"), time.fromisoformat),
    "inet": lambda text: ip_interface(text) if "/" in text else ip_address(text),
    "cidr": ip_network,
}


def read_value(text: str, column: SchemaColumn, is_quoted: bool) -> Any:  # noqa: FBT001 - see `DatabaseKind.read_value`
    """Return a value; the padding of a text is no part of it. Raises `ValueError`, or what a reader raises."""
    if name_type(column) in {"character", "bpchar"} and column.length is not None:
        return text.rstrip(" ")
    return read_typed(text, column, _BY_TYPE, is_quoted=is_quoted)
