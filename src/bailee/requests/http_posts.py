"""A body posted to an address that somebody else has chosen: outside, over TLS, without following anybody anywhere.

The name is resolved once, every address is looked at, and the connection goes to one of these: a name that points
elsewhere a moment later (DNS rebinding) reaches nothing inside. HTTP is spoken to this machine alone.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from bailee.errors import BaileeError, ErrorKind

SECONDS = 10.0
"""All that a receiver is given, from the connection to the end of its headers."""

_PORTS = {"https": 443, "http": 80}


class Unreachable(BaileeError):
    """Nothing can be sent there. The address is not repeated."""

    kind = ErrorKind.NOT_SO
    code = "unreachable"


def post_body(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post ``body`` and return the status. What is answered besides is not read; a redirect is not followed.

    Raises `Unreachable` where the address is none to be sent to, or nobody answers within `SECONDS`.
    """
    parts, address = must_be_public(url)
    port = parts.port or _PORTS[parts.scheme]
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", port, timeout=SECONDS)
    timer = threading.Timer(SECONDS, _close_connection, (connection,))
    timer.daemon = True
    timer.start()
    try:
        plain = socket.create_connection((address, port), timeout=SECONDS)
        connection.sock = plain if parts.scheme == "http" else _secure_socket(plain, parts.hostname or "")
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", target, body, {"User-Agent": "Bailee", **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError, AttributeError):  # the last: it was hung up meanwhile
        raise Unreachable("nobody answers there", "see that the program runs, and its certificate is valid") from None
    finally:
        timer.cancel()
        connection.close()


def must_be_public(url: str) -> tuple[SplitResult, str]:
    """Return the parts of ``url``, and the address to connect to. Raises `Unreachable`.

    HTTPS to an address of the public internet, or HTTP and HTTPS to this machine.
    """
    hint = "give an https address that is reachable from outside, without a password in it"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable("this is no address", hint) from None
    is_odd = parts.username or parts.password or parts.fragment or port == 0 or not url.isascii() or " " in url
    if parts.scheme not in _PORTS or not parts.hostname or is_odd:
        raise Unreachable("this is no address to send to", hint)
    try:
        found = socket.getaddrinfo(parts.hostname, port or _PORTS[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("the name of the address cannot be resolved", hint) from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    is_here = all(address.is_loopback for address in addresses)
    if not is_here and not all(_is_public(address) for address in addresses):
        raise Unreachable("the address lies inside a network", hint)
    if parts.scheme == "http" and not is_here:
        raise Unreachable("what is sent would travel unencrypted", hint)
    return parts, str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = address.ipv4_mapped or address.sixtofour if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def _secure_socket(plain: socket.socket, name: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=name)


def _close_connection(connection: http.client.HTTPConnection) -> None:
    """End a connection whose other end says a byte now and then, so that no single wait is too long."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
