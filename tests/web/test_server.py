"""The built-in server's limits: what one visitor does to it keeps nobody else waiting."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from waitress.adjustments import Adjustments
from waitress.wasyncore import poll2

from bailee.web import server
from tests.ports import free_port

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

SOON = 5.0
HEAD = b"POST /ask HTTP/1.1\r\nHost: localhost\r\n"


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    length = len(environ["wsgi.input"].read())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(length).encode()]


@pytest.fixture
def port() -> Iterator[int]:
    number = free_port()
    serving = server.listen(answer, "127.0.0.1", number)
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    yield number
    serving.task_dispatcher.shutdown()
    serving.close()


def get(port: int) -> tuple[int, bytes]:
    visitor = HTTPConnection("127.0.0.1", port, timeout=SOON)
    visitor.request("GET", "/")
    got = visitor.getresponse()
    body = got.read()
    visitor.close()
    return got.status, body


def ends(connection: socket.socket) -> bool:
    """Whether the server closes ``connection`` soon."""
    connection.settimeout(SOON)
    try:
        while connection.recv(4096):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def drip(connection: socket.socket) -> None:
    for letter in HEAD * 100:
        connection.send(bytes([letter]))
        time.sleep(0.1)


def test_half_open_connections_keep_nobody_waiting(port: int) -> None:
    with ExitStack() as held:
        for _ in range(400):
            one = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            one.sendall(HEAD)
        assert get(port) == (200, b"0")


def test_a_request_that_arrives_byte_by_byte_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ARRIVES", 1.5)
    with socket.create_connection(("127.0.0.1", port)) as slow:
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            drip(slow)
        assert time.monotonic() - begun < SOON


def test_a_connection_that_asks_for_nothing_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ARRIVES", 0.5)
    with socket.create_connection(("127.0.0.1", port)) as silent:
        assert ends(silent)


def test_one_address_has_only_so_many_connections(port: int) -> None:
    with ExitStack() as held:
        for _ in range(server.PER_ADDRESS):
            held.enter_context(socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)))
        time.sleep(0.2)
        one_more = held.enter_context(socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)))
        assert ends(one_more)
        assert get(port) == (200, b"0")


def test_one_network_of_ipv6_has_only_so_many_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PER_ADDRESS", 3)
    limits, map_ = Adjustments(), dict[int, Any]()
    serving: Any = SimpleNamespace(active_channels={}, adj=limits)
    with ExitStack() as held:

        def is_taken(address: str) -> bool:
            ours, theirs = (held.enter_context(one) for one in socket.socketpair())
            server._Server.channel_class(serving, ours, (address, 1, 0, 0), limits, map=map_)
            return bool(ours.fileno() != -1) and theirs.fileno() != -1

        assert [is_taken(f"2001:db8:1:2::{n}") for n in range(4)] == [True, True, True, False]
        assert not is_taken("2001:db8:1:2:ffff::1")
        assert is_taken("2001:db8:1:3::1")
        assert [is_taken("::1") for _ in range(4)] == [True] * 4


def test_half_open_connections_of_many_addresses_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """More connections than the server has, none of which ends its request; nobody has too many by themselves."""
    monkeypatch.setattr(server, "CONNECTIONS", 60)
    number = free_port()
    serving = server.listen(answer, "127.0.0.1", number)
    threading.Thread(target=serving.run, daemon=True).start()
    try:
        with ExitStack() as held:
            alone = held.enter_context(
                socket.create_connection(("127.0.0.1", number), source_address=("127.0.0.99", 0))
            )
            alone.sendall(HEAD)
            for n in range(200):
                source = (f"127.0.0.{2 + n % 10}", 0)
                one = held.enter_context(socket.create_connection(("127.0.0.1", number), source_address=source))
                with suppress(ConnectionError):
                    one.sendall(HEAD)
            for _ in range(3):
                assert get(number) == (200, b"0")
            alone.sendall(b"Content-Length: 2\r\n\r\nhi")  # who has one connection keeps it
            alone.settimeout(SOON)
            assert alone.recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        serving.task_dispatcher.shutdown()
        serving.close()


def told(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer with from where a call came, and how, as the pages and the limits see it."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    forwarded = [name for name in environ if name.startswith("HTTP_X_FORWARDED") or name == "HTTP_FORWARDED"]
    said = [environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"], *sorted(forwarded)]
    return [" ".join(said).encode()]


def test_a_proxy_on_this_machine_is_believed_and_no_other_is() -> None:
    number = free_port()
    serving = server.listen(told, "127.0.0.1", number)
    threading.Thread(target=serving.run, daemon=True).start()
    says = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "elsewhere.example",
        "Forwarded": "for=203.0.113.9;proto=https",
    }

    def seen(by: str, **more: str) -> list[str]:
        visitor = HTTPConnection("127.0.0.1", number, timeout=SOON, source_address=(by, 0))
        visitor.request("GET", "/", headers={"Host": "quill.example", **says, **more})
        body = visitor.getresponse().read().decode()
        visitor.close()
        return body.split(" ")

    try:
        assert seen("127.0.0.1")[:3] == ["203.0.113.9", "https", "quill.example"]
        assert seen("127.0.0.2") == ["127.0.0.2", "http", "quill.example"]  # nothing of it comes to a page
        added = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}  # what a visitor put before what the proxy adds
        assert seen("127.0.0.1", **added)[0] == "203.0.113.9"
        assert seen("127.0.0.2", **added)[0] == "127.0.0.2"
    finally:
        serving.task_dispatcher.shutdown()
        serving.close()


def test_a_large_body_is_refused_before_it_is_read(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(HEAD + b"Content-Length: 310378496\r\n\r\n")
        sender.settimeout(SOON)
        assert sender.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert not list(tmp_path.iterdir())


def test_a_large_body_in_chunks_is_refused_too(port: int) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port)) as sender:
        sender.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        sender.settimeout(SOON)
        try:
            for _ in range(64):
                sender.sendall(chunk)
            got = sender.recv(4096)
        except ConnectionError:
            got = b"HTTP/1.1 413 "
        assert got.startswith(b"HTTP/1.1 413 ")


def test_a_body_within_the_limit_is_taken(port: int) -> None:
    visitor = HTTPConnection("127.0.0.1", port, timeout=SOON)
    visitor.request("POST", "/", body=b"x" * server.BODY)
    assert visitor.getresponse().read() == str(server.BODY).encode()
    visitor.close()


def test_a_head_that_is_too_large_is_refused(port: int) -> None:
    """ASVS 15.2.2; of a body the same is tried above."""
    told = []
    for size in (server.HEAD - 1024, server.HEAD + 1024):
        with socket.create_connection(("127.0.0.1", port)) as visitor:
            visitor.settimeout(SOON)
            visitor.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\nX-Long: " + b"a" * (size - 100) + b"\r\n\r\n")
            told.append(visitor.recv(64).split(b" ")[1])
    assert told == [b"200", b"431"]


PIECE = bytes(range(256)) * 256
"""64 KiB, as a copy comes."""
PIECES = 500
"""Of one answer: more than the server and the sockets hold."""


class Copies:
    """Large answers, and how many of them were begun, and ended."""

    serving: Any = None

    def __init__(self) -> None:
        self.begun = self.taken = self.ended = 0

    @property
    def waiting(self) -> list[int]:
        """Bytes that wait to be read, of each connection."""
        return [each.total_outbufs_len for each in list(self.serving.active_channels.values())]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        if environ["PATH_INFO"] == "/page":
            start_response("200 OK", [("Content-Type", "text/html")])
            self.begun += 1
            return [PIECE * 16]
        if environ["PATH_INFO"] != "/copy":
            return answer(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/zip")])
        self.begun += 1
        return self.pieces()

    def pieces(self) -> Iterator[bytes]:
        try:
            for _ in range(PIECES):
                self.taken += 1
                yield PIECE
        finally:
            self.ended += 1


@pytest.fixture
def copies() -> Iterator[tuple[Copies, int]]:
    app, number = Copies(), free_port()
    serving = app.serving = server.listen(app, "127.0.0.1", number)
    threading.Thread(target=serving.run, daemon=True).start()
    yield app, number
    serving.task_dispatcher.shutdown()
    serving.close()


def asks(held: ExitStack, port: int, path: bytes = b"/copy", times: int = 1) -> socket.socket:
    """Ask for a copy, and read nothing."""
    one = held.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * len(PIECE))  # else systems differ in what they take in
    one.connect(("127.0.0.1", port))
    one.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path * times)
    return one


def soon(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + 2 * SOON
    while not what() and time.monotonic() < end:
        time.sleep(0.02)
    return what()


def test_slow_readers_of_large_answers_keep_nobody_waiting(copies: tuple[Copies, int]) -> None:
    """As many as there are threads, and more. Of each no more is made than a little ahead of what is read."""
    app, port = copies
    with ExitStack() as held:
        for _ in range(2 * server.THREADS):
            asks(held, port)
        assert soon(lambda: app.begun == 2 * server.THREADS)
        assert get(port) == (200, b"0")
        assert app.ended == 0
        assert max(app.waiting) <= server.AHEAD + len(PIECE) + 1024


def test_an_answer_that_was_left_comes_whole(copies: tuple[Copies, int]) -> None:
    app, port = copies
    with ExitStack() as held:
        for _ in range(server.THREADS):
            asks(held, port)
        visitor = HTTPConnection("127.0.0.1", port, timeout=SOON)
        visitor.request("GET", "/copy")
        got = visitor.getresponse()
        assert got.read(5) == PIECE[:5]
        assert soon(lambda: app.begun == server.THREADS + 1)
        assert got.read() == (PIECE * PIECES)[5:]
        visitor.close()
        assert soon(lambda: app.ended == 1)
    assert soon(lambda: app.ended == server.THREADS + 1)  # what nobody reads any more is ended, too


def test_who_asks_for_many_pages_and_reads_none_keeps_nobody_waiting(copies: tuple[Copies, int]) -> None:
    """The answers come in the order of the requests, and no more are made than are read."""
    app, port = copies
    with ExitStack() as held:
        readers = [asks(held, port, b"/page", 40) for _ in range(server.THREADS)]
        assert soon(lambda: app.begun >= server.THREADS)
        assert get(port) == (200, b"0")
        assert max(app.waiting) <= server.AHEAD + 17 * len(PIECE)
        last, got, end = readers[0], 0, b""
        last.sendall(b"GET / HTTP/1.0\r\n\r\n")
        last.settimeout(SOON)
        while piece := last.recv(1 << 20):
            got, end = got + len(piece), (end + piece)[-64:]  # the head and the body may come apart
        assert end.endswith(b"\r\n\r\n0")
        assert got > 40 * 16 * len(PIECE)


class Clock:
    """The time of the server's loop, which moves when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        for module in ("waitress.channel", "waitress.server", "bailee.web.server"):
            monkeypatch.setattr(f"{module}.time", self)

    def time(self) -> float:
        return self.now


def test_who_reads_slowly_and_steadily_is_not_closed_and_who_stops_is(
    copies: tuple[Copies, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """512 KiB in less than `IDLE` are enough to be seen."""
    clock = Clock(monkeypatch)
    app, port = copies
    with ExitStack() as held:
        reader = asks(held, port)
        reader.settimeout(SOON)
        assert soon(lambda: app.begun == 1 and any(app.waiting))
        (channel,) = app.serving.active_channels.values()
        for _ in range(5):
            clock.now += 0.9 * server.IDLE
            left = 8 * len(PIECE)  # in all of a minute
            while left:
                left -= len(reader.recv(left))
            assert soon(lambda: channel.last_activity == clock.now)
        assert app.ended == 0

        def is_closed() -> bool:  # what was under way when it stopped may be taken a little later
            clock.now += 1.1 * server.IDLE
            return app.ended == 1

        assert soon(is_closed)
        assert app.taken < PIECES


@pytest.fixture
def standing() -> Iterator[tuple[Any, int]]:
    """A server whose loop runs when a test says so, and which has two connections at most."""
    number = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "CONNECTIONS", 4)  # waitress counts what it listens on, and what wakes its loop
        serving = server.listen(answer, "127.0.0.1", number)
    yield serving, number
    serving.task_dispatcher.shutdown()
    for each in list(serving._map.values()):
        each.close()


def is_answered(serving: Any, one: socket.socket) -> bool:
    one.sendall(b"GET / HTTP/1.0\r\n\r\n")
    one.setblocking(False)
    got = b""

    def is_there() -> bool:
        nonlocal got
        poll2(0.02, serving._map)
        with suppress(BlockingIOError):
            got += one.recv(4096)
        return got.endswith(b"\r\n\r\n0")

    with suppress(ConnectionError):
        return soon(is_there)
    return False


def test_who_takes_a_place_is_not_closed_for_what_came_on_it_before(standing: tuple[Any, int]) -> None:
    """The loop has asked what is ready before it takes up anybody: a number that is free then must not be taken."""
    serving, port = standing
    with ExitStack() as held:
        first, second = (held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(2))
        assert soon(lambda: poll2(0.02, serving._map) or len(serving.active_channels) == 2)
        first.sendall(b"G")
        second.sendall(b"G")
        more = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(3)]
        assert soon(lambda: poll2(0.02, serving._map) or len(serving.active_channels) == 2)
        assert is_answered(serving, more[-1])
        assert is_answered(serving, more[-2])


def test_who_comes_when_another_is_late_is_not_closed_for_it(standing: tuple[Any, int]) -> None:
    serving, port = standing
    with ExitStack() as held:
        held.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert soon(lambda: poll2(0.02, serving._map) or len(serving.active_channels) == 1)
        (late,) = serving.active_channels.values()
        late.creation_time = late.last_activity = serving.next_channel_cleanup = 0
        one_more = held.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert soon(lambda: poll2(0.02, serving._map) or late not in serving.active_channels.values())
        assert is_answered(serving, one_more)


def test_who_reads_nothing_of_an_answer_is_closed(copies: tuple[Copies, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE", 0.5)
    app, port = copies
    with ExitStack() as held:
        asks(held, port)
        assert soon(lambda: app.ended == 1)
        assert app.taken < PIECES


def test_a_slow_reader_loses_its_place_to_who_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTIONS", 20)
    app, number = Copies(), free_port()
    serving = server.listen(app, "127.0.0.1", number)
    threading.Thread(target=serving.run, daemon=True).start()
    try:
        with ExitStack() as held:
            for n in range(18):
                asks(held, number)
                assert soon(lambda n=n: app.begun > n)  # type: ignore[misc]
            for _ in range(3):
                assert get(number) == (200, b"0")
            for _ in range(4):
                asks(held, number)
            assert get(number) == (200, b"0")
            assert soon(lambda: app.ended > 0)
    finally:
        serving.task_dispatcher.shutdown()
        serving.close()


def test_only_so_many_answers_wait_for_slow_readers(
    copies: tuple[Copies, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds an open file: a few hundred would leave none for the books."""
    monkeypatch.setattr(server, "LEFT", 5)
    app, port = copies
    with ExitStack() as held:
        for n in range(12):
            asks(held, port)
            assert soon(lambda n=n: app.begun > n)  # type: ignore[misc]
        assert soon(lambda: app.ended == 7)
        assert get(port) == (200, b"0")
        assert app.ended == 7


def test_nothing_of_an_answer_reaches_the_disk(copies: tuple[Copies, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy is sealed where it lies, and opened on its way."""
    written: list[object] = []
    monkeypatch.setattr("waitress.buffers.TempfileBasedBuffer.newfile", written.append)
    app, port = copies
    with ExitStack() as held:
        asks(held, port)
        assert soon(lambda: app.begun == 1)
        visitor = HTTPConnection("127.0.0.1", port, timeout=SOON)
        visitor.request("GET", "/copy")
        assert len(visitor.getresponse().read()) == len(PIECE) * PIECES
        visitor.close()
        assert get(port) == (200, b"0")
    assert not written
