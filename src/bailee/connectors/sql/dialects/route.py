"""Whether what is said to a server leaves this machine: both ends are asked, for one end alone can be mistaken."""

from __future__ import annotations

import os
import socket
from ipaddress import ip_address
from typing import Literal

Route = Literal["file", "socket", "loopback", "network"]


def find_route(descriptor: int, seen_port: int | None) -> Route:
    """Return how the server at the other end of the connection ``descriptor`` is reached.

    ``seen_port``: the client's port, as the server sees it; ``None`` where it sees a Unix socket. Whoever forwards a
    connection, as a tunnel, a pool or a container does, talks to the server from a port of its own: that is
    ``network``, although this machine is all that the client sees.
    """
    with socket.socket(fileno=os.dup(descriptor)) as ours:
        if ours.family == socket.AF_UNIX:
            return "socket" if seen_port is None else "network"
        address, port = ours.getsockname()[:2]
    return "loopback" if ip_address(address).is_loopback and port == seen_port else "network"
