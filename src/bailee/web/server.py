"""The built-in web server: waitress, with limits that keep one visitor from taking it from all others.

waitress counts how long a connection is idle, not how long a request takes to arrive: who sends a byte now and then
holds a connection for ever. Here a request has to arrive within `ARRIVES` seconds, and one address, or one IPv6 network
of 64 bits, has at most `PER_ADDRESS` connections. And waitress takes up no connection more once it has as many as it
may: a few addresses that begin requests and never end them would keep all others waiting for `ARRIVES` seconds. Here a
new connection then takes the place of one on which nothing is being answered (CWE-400; OWASP ASVS 5.0, 15.2.2).

And a thread of waitress waits for who reads a large answer slowly: as many of these as there are threads keep all
others waiting for as long as they like. Here no thread waits for a reader. It makes `AHEAD` bytes of an answer, and
leaves the rest: another thread goes on with it once these were read (`_Channel.service`). Meanwhile the connection
counts as one that waits, which may lose its place, and which is closed when nothing was read for `IDLE` seconds. What
is read shows only in what the system takes of an answer, and by itself it takes megabytes at once. Here it has `SENT`
bytes: who reads slowly, and steadily, is seen to read.

The loop takes up several connections after it has asked which are ready. One that were closed there would give its
number to the next, and what was ready on it would close that. So it is closed before the loop asks again
(`_Server.readable`).
"""

from __future__ import annotations

import resource
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from bailee.web.limits import place_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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
"""Seconds that a connection may stay open between two requests, or while nothing of an answer is read."""

AHEAD = 512 * 1024
"""Bytes of an answer, of which more is to come, that are made before they are read."""

SENT = 128 * 1024
"""Bytes that the system keeps of an answer (Linux: twice as many) on their way to the reader."""

LEFT = 128
"""Answers at most that wait for who reads slowly: each holds a connection, an open file, and `AHEAD` bytes or a piece.
For one more, the one ends of which nothing was read for longest, of the place that has most of them."""

_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of an answer in memory, above which waitress writes them to disk, unsealed. No page is so large, and of what
comes in pieces there are never more than `AHEAD` and one piece."""

_CLOSING = 64
"""Connections that may be about to close, so that the place of one is free before waitress takes up no more."""

_SPARE = 256 + LEFT  # open files that are left for the store, the systems and what is served
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
        outbuf_high_watermark=AHEAD,
        outbuf_overflow=_IN_MEMORY,
        channel_timeout=IDLE,
        cleanup_interval=1,
        **_PROXY,
    )
    limits.socket_options = [*limits.socket_options, (socket.SOL_SOCKET, socket.SO_SNDBUF, SENT)]
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


class _ReaderIsBehind(BaseException):
    """Enough of an answer waits to be read: its thread leaves it. No error, so nothing that handles errors takes it."""


class _RestOfAnswer:
    """The rest of an answer: it ends its thread's work when `AHEAD` bytes wait to be read, and goes on in another."""

    def __init__(self, pieces: Iterable[bytes], channel: _Channel) -> None:
        self._pieces, self._each, self._channel = pieces, iter(pieces), channel
        self._is_left = self._is_over = False

    def __iter__(self) -> Iterator[bytes]:
        self._is_left = False
        return self

    def __next__(self) -> bytes:
        self._is_left = self._channel.is_full
        if self._is_left:
            raise _ReaderIsBehind
        return next(self._each)

    def close(self) -> None:
        """End the answer, unless it is only left."""
        if not self._is_left:
            self.drop()

    def drop(self) -> None:
        """End the answer; a second time nothing happens."""
        close = getattr(self._pieces, "close", None)
        if close is not None and not self._is_over:
            self._is_over = True
            close()


class _PartedTask(WSGITask):  # type: ignore[misc] # waitress ships no types
    """An answer that is made by one thread, or by several, one after the other."""

    rest: _RestOfAnswer | None = None

    def service(self) -> None:
        """Answer, or go on with it. Raises `_ReaderIsBehind` where it is left, and then the channel has it."""
        try:
            super().service()
        except _ReaderIsBehind:
            self.channel.task = self
            raise

    def drop(self) -> None:
        """End the answer that was begun; a second time nothing happens."""
        if self.rest is not None:
            self.rest.drop()

    def get_environment(self) -> WSGIEnvironment:
        """Return the environment, with this in it."""
        environ: WSGIEnvironment = super().get_environment()
        environ[_TASK] = self
        return environ


_TASK = "bailee.task"


def _in_parts(application: WSGIApplication) -> WSGIApplication:
    """Return ``application``, whose answers are made as far as the buffer has space: see `_PartedTask`."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        task: _PartedTask = environ[_TASK]
        if task.rest is None:
            made = application(environ, start_response)
            if isinstance(made, ReadOnlyFileBasedBuffer | list | tuple):
                return made  # a file is read by the loop, and a list is there already
            task.rest = _RestOfAnswer(made, task.channel)
        return task.rest

    return answer


class _Channel(HTTPChannel):  # type: ignore[misc] # as above
    """A connection that knows since when a request has been arriving, and holds no thread for who reads slowly."""

    begun: float | None = None
    is_left: bool = False
    """Whether the rest of an answer, or the next one, waits for what was made to be read. No thread is at it."""
    task: _PartedTask | None = None
    """The answer that was left."""

    def __init__(
        self, server: _Server, connection: socket.socket, address: tuple[Any, ...], *more: Any, **named: Any
    ) -> None:
        super().__init__(server, connection, address, *more, **named)
        self.place = _place(address)

    def task_class(self, channel: _Channel, request: Any) -> _PartedTask:
        """Return the task that was left, or a new one for ``request``."""
        left, self.task = self.task, None
        return left or _PartedTask(channel, request)

    @property
    def is_full(self) -> bool:
        """Whether enough waits to be read."""
        return bool(self.connected and self.total_outbufs_len > AHEAD)

    def service(self) -> None:
        """Answer as far as the buffer has space; what is left is gone on with when what was made is read."""
        if self.is_full:  # of the answer to what came before
            self._leave()
            return
        left = self.task
        try:
            super().service()
        except _ReaderIsBehind:
            self._leave()
            return
        if left is not None:
            left.drop()  # where nobody is there to read it nothing else has ended it

    def _leave(self) -> None:
        with self.outbuf_lock:  # what was made may be read by now
            self.is_left = waits = self._has_no_room()
        if waits:  # as soon as it is left the loop may have it go on
            self.server.pull_trigger()
        else:
            self.server.add_task(self)

    def _has_no_room(self) -> bool:
        return bool(self.connected and self.total_outbufs_len > AHEAD // 2)

    def _go_on(self) -> None:
        """Have a thread go on with what was left, where the buffer has space for it, or nobody reads it."""
        if not self.is_left:
            return
        with self.outbuf_lock:
            goes_on = not self._has_no_room()
            if goes_on:
                self.is_left = False
        if goes_on:
            self.server.add_task(self)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Wait for no reader: `service` and `_RestOfAnswer` leave what is too much."""

    def handle_write(self) -> None:
        """Send what the reader takes."""
        super().handle_write()
        self._go_on()

    def handle_close(self) -> None:
        """Close the connection."""
        super().handle_close()
        self._go_on()

    def readable(self) -> bool:
        """Whether more may come; not where it was closed since the loop began to ask, for then its number is free."""
        return self.socket is not None and bool(super().readable())

    def writable(self) -> bool:
        """Whether there is something to send, or it has to be closed; where it was closed as above."""
        return self.socket is not None and bool(super().writable())

    @property
    def waits_since(self) -> float:
        """Since when (seconds) this waits for a request to come, for the rest of one, or for an answer to be read."""
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
        """Whether at ``now`` (seconds) a request takes too long to arrive, or nothing of an answer is read any more."""
        is_new = self.last_activity == self.creation_time
        begun = self.creation_time if is_new else self.begun
        if self.is_left:
            return bool(now - self.last_activity > IDLE)  # nothing was read
        return begun is not None and now - begun > ARRIVES and not self.requests


class _Server(TcpWSGIServer):  # type: ignore[misc] # as above
    def __init__(self, application: WSGIApplication, *more: Any, **named: Any) -> None:
        super().__init__(application, *more, **named)
        self.application: WSGIApplication = _in_parts(self.application)

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
        if len(map) - sum(each.will_close for each in _channels(map)) >= limits.connection_limit - _CLOSING:
            _make_room(map)
        _Channel(server, connection, address, limits, map=map)

    def handle_accept(self) -> None:
        """Take up the connections that wait for it, several at a time: many that arrive at once delay nobody else."""
        for _ in range(_CLOSING // 2):
            super().handle_accept()  # does nothing where none waits

    def readable(self) -> bool:
        """Close the connections that lose their place; whether new ones may come."""
        _end_slowest(self._map)
        for channel in _channels(self._map):
            if channel.will_close:
                channel.handle_close()  # waitress would wait until more can be sent, which is never where nobody reads
        return bool(super().readable())

    def maintenance(self, now: float) -> None:
        """Close the connections that have been idle, or on which too long a request arrives or nothing is read."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_late(now) or channel.will_close:
                channel.handle_close()


_HERE = "this machine"
"""The place of the proxy: all that comes through it."""


def _place(address: tuple[Any, ...]) -> str:
    """Return from where a connection comes, as all limits count it."""
    return _HERE if address[0] in {_PROXY["trusted_proxy"], "::1"} else place_of(address[0])


def _channels(sockets: Mapping[int, Any]) -> list[_Channel]:
    return [each for each in sockets.values() if isinstance(each, _Channel)]


def _make_room(sockets: Mapping[int, Any]) -> None:
    """Have one of the connections closed that wait for a request, the rest of one, or to be read, if any does.

    It is the one that has waited longest of the place that has most of them: who has few loses none while others have
    many, and nobody's goes for whom a thread is at work.
    """
    idle = [each for each in _channels(sockets) if each.is_left or not each.requests]
    idle = [each for each in idle if not each.will_close]
    waiting = [each for each in idle if not each.total_outbufs_len] or idle  # who still reads an answer goes last
    if waiting:
        _longest_of_most(waiting).will_close = True


def _end_slowest(sockets: Mapping[int, Any]) -> None:
    """Have the connections closed on which more answers than `LEFT` wait to be read."""
    left = [each for each in _channels(sockets) if each.is_left and not each.will_close]
    while len(left) > LEFT:
        slowest = _longest_of_most(left)
        slowest.will_close = True
        left.remove(slowest)


def _longest_of_most(waiting: Sequence[_Channel]) -> _Channel:
    """Return the one of ``waiting`` that has waited longest, of the place that has most of them."""
    of = Counter(each.place for each in waiting)
    return max(waiting, key=lambda each: (of[each.place], -each.waits_since))
