"""The built-in web server: waitress, with limits that keep one visitor from taking it from all others.

waitress counts how long a connection is idle, not how long a request takes to arrive: who sends a byte now and then
holds a connection for ever. Here a request has to arrive within `ARRIVES` seconds, and one address has at most
`PER_ADDRESS` connections (CWE-400; OWASP ASVS 5.0, 15.2.2).
"""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

WAITING = 8
"""Threads that may wait for a system at once: others are told at once that it has not answered."""

THREADS = 4 + WAITING
"""That answer calls. Each keeps a connection to the store. Some are left for pages, however many wait for a system."""

BODY = 1024 * 1024
"""Bytes of a body at most. A larger one is refused from its declared length, and nothing of it reaches the disk."""

HEAD = 32 * 1024
"""Bytes of a request's head at most."""

CONNECTIONS = 1_000
"""Open connections at most, fewer where the system allows fewer open files."""

PER_ADDRESS = 50
"""Open connections of one address at most, save the proxy's on this machine: everybody comes from there."""

ARRIVES = 15.0
"""Seconds in which a request has to arrive whole, and in which a new connection has to begin one."""

IDLE = 60
"""Seconds that a connection may stay open between two requests."""

_SPARE = 256  # open files that are left for the store, the systems and what is served
_PROXY: Mapping[str, Any] = {
    "ident": None,
    "trusted_proxy": "127.0.0.1",  # a process of this machine: else all of the public would come from one address
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "trusted_proxy_count": 1,
    "clear_untrusted_proxy_headers": True,
}
"""What a proxy in front is believed: from where a call came, and whether by HTTPS."""


def listen(application: WSGIApplication, host: str, port: int) -> TcpWSGIServer | MultiSocketServer:
    """Return a server that listens on ``host`` and ``port``, and answers with ``application`` once it is run.

    Its ``run`` ends on `SystemExit` in its thread; ``close`` closes it. Raises `OSError` where it cannot listen.
    """
    limits = Adjustments(
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=min(CONNECTIONS, _open_files() - _SPARE),
        asyncore_use_poll=True,  # select takes no descriptor above 1,023
        max_request_body_size=BODY + 1,  # waitress refuses a body of just this size
        max_request_header_size=HEAD,
        inbuf_overflow=BODY + HEAD,  # bytes in memory, above which waitress writes to disk
        channel_timeout=IDLE,
        cleanup_interval=1,
        **_PROXY,
    )
    answers = ThreadedTaskDispatcher()
    answers.set_thread_count(limits.threads)
    sockets: dict[int, Any] = {}
    servers = [_Server(application, sockets, dispatcher=answers, adj=limits, sockinfo=each) for each in limits.listen]
    if len(servers) == 1:
        return servers[0]
    places = [(each.effective_host, each.effective_port) for each in servers]  # a name that means several addresses
    return MultiSocketServer(sockets, limits, places, answers)


def _open_files() -> int:
    """Return how many files this process may have open, after asking for as many as `CONNECTIONS` need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _SPARE
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress ships no types
    """A connection that knows since when a request has been arriving."""

    begun: float | None = None

    def received(self, data: bytes) -> bool:
        """Take in ``data``, of one request or several."""
        taken: bool = super().received(data)
        if self.request is None:
            self.begun = None
        elif self.begun is None:
            self.begun = time.time()
        return taken

    def is_late(self, now: float) -> bool:
        """Whether the request that is arriving at ``now`` (seconds), or the first one, takes too long."""
        is_new = self.last_activity == self.creation_time
        begun = self.creation_time if is_new else self.begun
        return begun is not None and now - begun > ARRIVES and not self.requests


class _Server(TcpWSGIServer):  # type: ignore[misc] # as above
    @staticmethod
    def channel_class(
        server: _Server,
        connection: socket.socket,
        address: tuple[Any, ...],
        limits: Adjustments,
        map: dict[int, Any],  # noqa: A002 - as waitress calls it
    ) -> None:
        """Take up a connection, or close it where its address has enough of them."""
        place = address[0]
        if place not in {_PROXY["trusted_proxy"], "::1"}:
            same = sum(1 for each in server.active_channels.values() if each.addr[0] == place)
            if same >= PER_ADDRESS:
                connection.close()
                return
        _Channel(server, connection, address, limits, map=map)

    def maintenance(self, now: float) -> None:
        """Close the connections that have been idle, or on which a request has been arriving, for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.will_close = True
