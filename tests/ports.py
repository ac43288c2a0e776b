"""Ports for servers that have to know theirs before they listen."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

_FIRST, _LAST = 10_000, 32_000
"""Below those that a system gives to whoever calls out: none of these is taken meanwhile."""


def free_port() -> int:
    """Return a port on which nobody listens."""
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
