"""A connector that can what every system can, and has no capability beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from bailee.connectors.base import Session
from bailee.connectors.sql import SqlConnector
from bailee.policy import System
from bailee.trace import Trace
from bailee.trace.schema import Schema


class _LeastSession:
    """One conversation, with the methods of `Session` and no other."""

    def __init__(self, session: Session) -> None:
        for name in (name for name in vars(Session) if not name.startswith("_")):
            setattr(self, name, getattr(session, name))


class LeastConnector:
    """Rows in an SQLite file: found, changed and looked at again, and neither counted nor drafted."""

    def __init__(
        self, system: System, url: str, write_url: str | None, secret: Callable[[], bytes], now: datetime
    ) -> None:
        written = write_url.replace("pigeon:", "sqlite:") if write_url else None
        self._rows = SqlConnector(system, url.replace("pigeon:", "sqlite:"), written, secret, now)

    def facts(self) -> Mapping[str, str]:
        """Return what is known of the file."""
        return self._rows.facts()

    def schema(self) -> Schema:
        """Return its tables."""
        return self._rows.schema()

    @contextmanager
    def session(self, trace: Trace, *, write: bool) -> Iterator[_LeastSession]:
        """Yield a session without capabilities."""
        with self._rows.session(trace, write=write) as session:
            yield _LeastSession(session)


CONNECTOR = LeastConnector
