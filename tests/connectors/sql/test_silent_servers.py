"""A server that takes a connection and says nothing, or stops in the middle, is waited for only so long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from sqlalchemy import make_url

from bailee.connectors.base import ConnectorError
from bailee.connectors.sql import engine
from bailee.connectors.sql.failures import guarded
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
            engine.raw(engine.open_engine(f"{kind}://reader:secret@127.0.0.1:{port}/shop", write=False))
    assert caught.value.code == "C501"
    assert time.monotonic() - begun < SOON


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_that_stops_in_the_middle_is_given_up(
    kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ANSWER_TIMEOUT", 1.0)
    server: Server = request.getfixturevalue(f"{kind}_server")
    url = make_url(server.create_database("silent"))
    try:
        with proxy(url.host or "", url.port or 0) as (port, stopped):
            through = url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
            made = engine.open_engine(through, write=False, statement_timeout=1.0)
            with closing(engine.raw(made)) as connection, closing(connection.cursor()) as cursor:
                cursor.execute("SELECT 1")
                assert list(cursor.fetchall()) == [(1,)]
                stopped.set()
                begun = time.monotonic()
                with pytest.raises(ConnectorError) as caught, guarded(kind):
                    cursor.execute("SELECT 2")
                assert caught.value.code == "C509"
                assert time.monotonic() - begun < SOON
    finally:
        server.drop_database("silent")
