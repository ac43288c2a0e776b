"""Whether something stays on this machine: then it need not be encrypted."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its own address (RFC 1122 s. 3.2.1.3, RFC 4291 s. 2.5.3) or its own name."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
