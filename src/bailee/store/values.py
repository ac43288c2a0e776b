"""Rows' values as JSON and back, without loss: what a sealed case file is made of."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Any
from uuid import UUID


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one case a kind
    """Return ``value`` as JSON can say it; what JSON lacks becomes an object with one key that begins with ``$``."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case dict():
            return {"$map": [[to_plain(k), to_plain(v)] for k, v in value.items()]}
        case list() | tuple() | set() | frozenset():
            return [to_plain(v) for v in value]
        case datetime():
            return {"$time": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$clock": value.isoformat()}
        case timedelta():
            return {"$seconds": value.total_seconds()}
        case Decimal():
            return {"$number": str(value)}
        case UUID():
            return {"$uuid": str(value)}
        case bytes() | bytearray() | memoryview():
            return {"$bytes": base64.b64encode(bytes(value)).decode()}
    return {next((kind for kind, types in _OF_NETWORKS.items() if isinstance(value, types)), "$text"): str(value)}


_OF_NETWORKS = {
    "$interface": (IPv4Interface, IPv6Interface),  # before addresses, of which they are a kind
    "$address": (IPv4Address, IPv6Address),
    "$network": (IPv4Network, IPv6Network),
}


def from_plain(value: Any) -> Any:
    """Return what `to_plain` was given; lists come back as tuples.

    Thousands of cases may be read for one plan: what JSON says as it is, which most values are, costs no call.
    """
    kind = type(value)
    if kind is list:
        return tuple([from_plain(v) if type(v) in _NOT_AS_IT_IS else v for v in value])
    if kind is not dict:
        return value
    (name, inner), *_ = value.items()
    return _READ[name](inner)


def _make_map(pairs: Any) -> dict[Any, Any]:
    return {k if type(k) is str else from_plain(k): from_plain(v) if type(v) in _NOT_AS_IT_IS else v for k, v in pairs}


_NOT_AS_IT_IS = frozenset({list, dict})
"""The types in which `json.loads` returns what has to be read once more."""


_READ: dict[str, Callable[[Any], Any]] = {
    "$map": _make_map,
    "$time": datetime.fromisoformat,
    "$date": date.fromisoformat,
    "$clock": time.fromisoformat,
    "$seconds": lambda seconds: timedelta(seconds=seconds),
    "$number": Decimal,
    "$uuid": UUID,
    "$bytes": base64.b64decode,
    "$interface": ip_interface,
    "$address": ip_address,
    "$network": ip_network,
    "$text": str,
}
