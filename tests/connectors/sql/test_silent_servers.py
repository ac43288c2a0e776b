"""A server that takes a connection and says nothing, or stops in the middle, is waited for only so long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, make_url

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql import engine, hung_servers
from bailee.connectors.sql.dialects import list_dialects
from bailee.connectors.sql.dialects.failures import guarded
from tests.servers import Server

SOON = 8.0


@contextmanager
def silent_server() -> Iterator[int]:
    """Yield the port of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def proxy(host: str, port: int) -> Iterator[tuple[int, threading.Event]]:
    """Yield the port of a proxy to a server, and what stops it from passing anything on."""
    stopped = threading.Event()
    ends: list[socket.socket] = []

    def passed_on(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if not stopped.is_set():
                    other.sendall(data)

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection((host, port))
                ends.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=passed_on, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1], stopped
    for end in ends:
        end.close()


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_never_answers_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "CONNECT_TIMEOUT", 2)
    with silent_server() as port:
        begun = time.monotonic()
        with pytest.raises(ConnectorError) as caught:
            engine.open_connection(engine.open_engine(f"{kind}://reader:secret@127.0.0.1:{port}/shop", write=False))
    assert caught.value.code == "C501"
    assert time.monotonic() - begun < SOON


@contextmanager
def through_a_proxy(server: Server) -> Iterator[tuple[str, threading.Event]]:
    """Yield the address of a new database as a proxy has it, and what stops the proxy."""
    name = f"silent_{uuid4().hex[:8]}"  # two workers have the same server
    url = make_url(server.create_database(name))
    try:
        with proxy(url.host or "", url.port or 0) as (port, stopped):
            yield url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False), stopped
    finally:
        server.drop_database(name)


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_stops_in_the_middle_is_given_up(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_TIMEOUT", 1.0)
    with through_a_proxy(request.getfixturevalue(f"{kind}_server")) as (through, stopped):
        assert seconds_until_cut(engine.open_engine(through, write=False, statement_timeout=1.0), kind, stopped) < SOON


def seconds_until_cut(made: Engine, kind: str, stopped: threading.Event) -> float:
    """Return how long a statement waits when its server stops in the middle."""
    with closing(engine.open_connection(made)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT 1")
        assert list(cursor.fetchall()) == [(1,)]
        stopped.set()
        begun = time.monotonic()
        with pytest.raises(ConnectorError) as caught, guarded(list_dialects()[kind].driver):
            cursor.execute("SELECT 2")
        assert caught.value.code == "C509"
        return time.monotonic() - begun


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_hangs_is_given_up_long_before_a_statement_may_end(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hung_servers, "AFTER", 1.0)
    monkeypatch.setattr(engine, "CONNECT_TIMEOUT", 2)
    with through_a_proxy(request.getfixturevalue(f"{kind}_server")) as (through, stopped):
        assert seconds_until_cut(engine.open_engine(through, write=False), kind, stopped) < 2 * SOON


@pytest.mark.parametrize(("kind", "sleeps"), [("postgresql", "pg_sleep(4)"), ("mariadb", "sleep(4)")])
def test_a_slow_statement_of_a_server_that_works_is_waited_for(
    kind: str, sleeps: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hung_servers, "AFTER", 0.5)
    greeted, greets = list[bool](), engine._is_greeting

    def noted(way: Any) -> bool:
        greeted.append(greets(way))
        return greeted[-1]

    monkeypatch.setattr(engine, "_is_greeting", noted)
    with through_a_proxy(request.getfixturevalue(f"{kind}_server")) as (through, _):
        made = engine.open_engine(through, write=False)
        with closing(engine.open_connection(made)) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"SELECT 7, {sleeps}")
            assert next(iter(cursor.fetchall()))[0] == 7
    assert greeted
    assert all(greeted)


class Half:
    """One end of a connection, as the drivers have it: `wait` waits for what the other end says."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self.fileno = end, end.fileno

    def wait(self) -> bytes:
        """Return what comes, and nothing where it was cut."""
        return self.end.recv(1)

    _read_packet = wait


def test_a_wait_is_cut_where_a_new_connection_is_not_greeted_and_where_it_is_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hung_servers, "AFTER", 0.2)
    greeted = threading.Event()

    def greets() -> bool:
        greeted.set()
        return True

    ours, theirs = socket.socketpair()
    with ours, theirs:
        works = Half(ours)
        hung_servers.watch_waits(works, list_dialects()["postgresql"].driver, "one that works", greets)
        threading.Thread(target=lambda: theirs.sendall(b"7" if greeted.wait(SOON) else b"0")).start()
        assert works.wait() == b"7"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(SOON)
        hangs = Half(ours)
        hung_servers.watch_waits(hangs, list_dialects()["postgresql"].driver, "one that hangs", lambda: False)
        assert hangs.wait() == b""


def test_a_connection_that_is_used_again_is_watched_once() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        one = Half(ours)
        for _ in range(2_000):
            hung_servers.watch_waits(one, list_dialects()["mariadb"].driver, "one that works", lambda: True)
        theirs.sendall(b"7")
        assert one._read_packet() == b"7"
