"""The built-in web server: waitress, with limits that keep one visitor from taking it from all others.

waitress counts how long a connection is idle, not how long a request takes to arrive: who sends a byte now and then
holds a connection for ever. Here a request has to arrive within `ARRIVES` seconds, and one address, or one IPv6 network
of 64 bits, has at most `PER_ADDRESS` connections. And waitress takes up no connection more once it has as many as it
may: a few addresses that begin requests and never end them would keep all others waiting for `ARRIVES` seconds. Here a
new connection then takes the place of one on which nothing is being answered (CWE-400; OWASP ASVS 5.0, 15.2.2).
"""

from __future__ import annotations

import resource
import socket
import time
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from bailee.web.limits import place_of

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
"""Open connections at most, fewer where the system allows fewer open files. One more takes the place of another."""

PER_ADDRESS = 50
"""Open connections of one address, or one /64 of IPv6, at most, save the proxy's on this machine: everybody comes from
there."""

ARRIVES = 15.0
"""Seconds in which a request has to arrive whole, and in which a new connection has to begin one."""

IDLE = 60
"""Seconds that a connection may stay open between two requests."""

_CLOSING = 64
"""Connections that may be about to close, so that the place of one is free before waitress takes up no more."""

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
        connection_limit=min(CONNECTIONS, _open_files() - _SPARE) + _CLOSING,
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

    def __init__(
        self, server: _Server, connection: socket.socket, address: tuple[Any, ...], *more: Any, **named: Any
    ) -> None:
        super().__init__(server, connection, address, *more, **named)
        self.place = _place(address)

    @property
    def waits_since(self) -> float:
        """Since when (seconds) this waits for a request to come, or for the rest of one."""
        since: float = self.begun or self.last_activity
        return since

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
        place = _place(address)
        if place != _HERE:
            same = sum(1 for each in server.active_channels.values() if each.place == place)
            if same >= PER_ADDRESS:
                connection.close()
                return
        if len(map) >= limits.connection_limit - _CLOSING:
            _make_room(map)
        _Channel(server, connection, address, limits, map=map)

    def handle_accept(self) -> None:
        """Take up the connections that wait for it, several at a time: many that arrive at once delay nobody else."""
        for _ in range(_CLOSING // 2):
            super().handle_accept()  # does nothing where none waits

    def maintenance(self, now: float) -> None:
        """Close the connections that have been idle, or on which a request has been arriving, for too long."""
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.is_late(now):
                channel.will_close = True


_HERE = "this machine"
"""The place of the proxy: all that comes through it."""


def _place(address: tuple[Any, ...]) -> str:
    """Return from where a connection comes, as all limits count it."""
    return _HERE if address[0] in {_PROXY["trusted_proxy"], "::1"} else place_of(address[0])


def _make_room(sockets: Mapping[int, Any]) -> None:
    """Close one of the connections that wait for a request, or for the rest of one, if any does.

    It is the one that has waited longest of the place that has most of them: who has few loses none while others have
    many, and nobody's who is being answered goes.
    """
    idle = [each for each in sockets.values() if isinstance(each, _Channel) and not each.requests]
    idle = [each for each in idle if not each.will_close]
    waiting = [each for each in idle if not each.total_outbufs_len] or idle  # who still reads an answer goes last
    if not waiting:
        return
    of = Counter(each.place for each in waiting)
    most = max(waiting, key=lambda each: (of[each.place], -each.waits_since))
    most.will_close = True
