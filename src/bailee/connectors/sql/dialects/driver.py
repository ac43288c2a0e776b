"""How a database is reached, what its server tells of itself, and what its driver's errors mean."""

from __future__ import annotations

import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, ClassVar, Literal

from sqlalchemy import URL

from bailee.connectors.base import ConnectorError


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """What a connection reaches, what it is for, and how many seconds it may wait.

    ``lock`` and ``statement``: for one. ``connect``: for a new connection, the server's greetings among them.
    """

    url: URL = field(repr=False)  # a password may stand in its options
    write: bool
    lock: float
    statement: float
    connect: int


class Driver(ABC):
    """The driver of one database, and what is particular to connections that it makes.

    ``schemes``: of the addresses that it is for. ``backend``: SQLAlchemy's name of database and driver.
    ``begin_reading`` and ``begin_writing``: the statements that begin a transaction.
    """

    schemes: ClassVar[tuple[str, ...]]
    backend: ClassVar[str]
    begin_reading: ClassVar[str]
    begin_writing: ClassVar[str]

    read_only: ClassVar[str] = ""
    """The statement after which no later transaction writes, however it is begun."""
    waits_in: ClassVar[str] = ""
    """The method of a connection in which it waits for the server's answer; empty where there is no server."""
    clock: ClassVar[str] = ""
    """What asks a server for the time, and for our port or ``host:port`` as it sees it."""

    @property
    @abstractmethod
    def errors(self) -> type[BaseException]:
        """What all errors of the driver are of."""

    @abstractmethod
    def meaning(self, error: BaseException, *, connecting: bool) -> ConnectorError:
        """Return what an error of the driver means; ``connecting``: it was to reach the system, no statement failed."""

    def check_url(self, url: URL) -> None:
        """Raise `ConnectorError` for an address that names no database."""
        del url  # a server has a database of the account's name where none is named

    @abstractmethod
    def arguments(self, given: MutableMapping[str, Any], settings: ConnectionSettings) -> Mapping[str, Any]:
        """Return the arguments: those ``given``, which SQLAlchemy makes of the URL, and what we always want."""

    @abstractmethod
    def set_up(self, connection: Any, cursor: Any, settings: ConnectionSettings) -> None:
        """Let a new connection behave as the algebra needs it. Raises `ConnectorError`, or what the driver raises."""

    @abstractmethod
    def facts(self, cursor: Any, url: URL) -> Mapping[str, str]:
        """Return what `make_server_facts` gives, asked of the server."""

    def wait_at_most(self, connection: Any, seconds: float) -> None:
        """Wait so long for each answer of a server: one that is stopped, or cut off, breaks off nothing itself."""
        del connection, seconds  # a file answers

    def socket_of(self, connection: Any) -> int:
        """Return the number of the socket of a connection, where there is a server."""
        return int(connection.fileno())

    def place(self, url: URL) -> str:
        """Return a name of the database: the same for every account, and no password in it."""
        return f"{url.get_backend_name()} {url.host} {url.port} {url.database} {sorted(url.query.items())}"

    def encoding_of(self, _connection: Any) -> str:
        """Return the encoding of the database's texts, as `Dialect.encoding` has it."""
        return "utf-8"

    def streaming_cursor(self, connection: Any) -> Any:
        """Return a cursor of which the server keeps the rows, and not the driver: all of them would fill the memory."""
        return connection.cursor()

    def stream_rows(
        self, connection: Any, text: str, values: Sequence[object], most: int
    ) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Yield the rows of a statement as they come, at most ``most`` of them at a time.

        Once all are read, the connection is ready for the next statement, of whatever kind.
        """
        cursor = self.streaming_cursor(connection)
        cursor.execute(text, values)
        while len(rows := cursor.fetchmany(most)) == most:
            yield rows
        cursor.close()
        if rows:
            yield rows

    def pipeline(self, connection: Any) -> AbstractContextManager[Any]:
        """Return the context in which statements are sent without waiting for answers, where `Dialect.pipelines`."""
        raise NotImplementedError

    @contextmanager
    def reading_any_text(self, _connection: Any) -> Iterator[None]:
        """Read text that is not of the encoding with what is wrong of it escaped (PEP 383), and do not fail."""
        yield

    @contextmanager
    def given_up_after(self, _connection: Any, _seconds: float) -> Iterator[None]:
        """Interrupt a statement after so many ``_seconds``, where the server has no timeout of its own for that."""
        yield


def make_server_facts(
    server: str, version: str, account: str, tls: str, way: Route, encoding: str, zone: str, *, writes: bool
) -> Mapping[str, str]:
    """Return facts of a server by their names, as `engine.read_facts` describes them."""
    facts = {"server": server, "version": version, "tls": tls, "route": way, "account": account}
    return {**facts, "writes": "yes" if writes else "no", "encoding": encoding, "time_zone": zone}


def read_port(said: int | str | None) -> int | None:
    """Return the port that the server sees of us: of ``host:port`` too, where there is one."""
    port = str(said or "").rpartition(":")[2]
    return int(port) if port.isdigit() else None


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
