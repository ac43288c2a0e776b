"""Applies a plan in a process of its own, which is killed at a point, or goes step by step beside another.

Killed is `kill -9`: no clean-up, no second thoughts.

Points are counted: each change, both sides of each commit of a session that writes and of each deletion of a file, and
both sides of each commit of the books, the moment before each entry of the ledger and each flush to the disk but the
ledger's own: those are counted, without a database, in `tests/ledger`. What is not there cannot be forgotten: the test
lets the process die at every point that there is.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bailee.connectors import sql
from bailee.connectors.files import FilesRoot
from bailee.connectors.sql.engine import open_connection
from bailee.engine.apply import apply_plan
from bailee.engine.journal import SpokenJournal
from bailee.engine.systems import open_systems
from bailee.ledger import Log
from bailee.plan import read_plan
from bailee.store.backends import file
from bailee.store.sealed_store import StateError

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.harm.dying"])


def points_of(
    folder: Path, environment: Mapping[str, str], plan: str, now: datetime, log: Path, chunk: int
) -> list[str]:
    """Apply ``plan`` undisturbed and return the names of the points passed."""
    assert _go(folder, environment, plan, now, log, chunk, 0) == 0
    return log.read_text().splitlines()


def die_at(
    point: int, folder: Path, environment: Mapping[str, str], plan: str, now: datetime, log: Path, chunk: int
) -> None:
    """Apply ``plan``, and die at the ``point``-th point."""
    assert _go(folder, environment, plan, now, log, chunk, point) == -signal.SIGKILL


def _go(*arguments: object) -> int | None:
    process = CONTEXT.Process(target=apply_dying, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def apply_dying(
    folder: Path, environment: Mapping[str, str], plan: str, now: datetime, log: Path, chunk: int, point: int
) -> None:
    """Apply ``plan`` in this process; write each point that is passed to ``log``; die at the ``point``-th."""

    os.environ.update(environment)
    passed: list[str] = []
    with log.open("w") as stream, open_systems(folder, now=now) as systems:

        def pass_by(name: str) -> None:
            passed.append(name)
            stream.write(f"{name}\n")
            stream.flush()
            if len(passed) == point:
                os.kill(os.getpid(), signal.SIGKILL)

        with watched(pass_by), patch("bailee.engine.retention.CHUNK", chunk):
            apply_plan(systems, read_plan(plan), SpokenJournal(lambda system, change, _: pass_by(f"{system} {change}")))


def watched(pass_by: Callable[[str], None]) -> Any:
    """Return a context in which ``pass_by`` is told of commits, flushes and deletions."""

    def around(name: str, call: Callable[..., Any], *, after: bool = True) -> Callable[..., Any]:
        def told(*arguments: Any) -> Any:
            pass_by(f"before {name}")
            result = call(*arguments)
            if after:
                pass_by(f"after {name}")
            return result

        return told

    class Witness:
        """A connection whose commits are seen."""

        def __init__(self, connection: Any) -> None:
            self._connection = connection
            self.commit = around("commit", connection.commit)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

    def witnessed(engine: Any, *rest: Any) -> Any:
        connection = open_connection(engine, *rest)
        return Witness(connection) if engine.get_execution_options()["bailee_way"].settings.write else connection

    stack = ExitStack()
    stack.enter_context(patch.object(sql, "open_connection", witnessed))
    stack.enter_context(patch("os.fsync", around("flush", os.fsync, after=False)))
    stack.enter_context(patch.object(file, "commit_writes", around("what the books are told", file.commit_writes)))
    stack.enter_context(patch.object(Log, "append", around("entry", Log.append, after=False)))
    stack.enter_context(patch.object(FilesRoot, "delete", around("deletion", FilesRoot.delete)))
    return stack


def apply_in_step(
    folder: Path, environment: Mapping[str, str], plan: str, now: datetime, pipe: Connection, *, stop: bool
) -> None:
    """Apply ``plan`` at a word through ``pipe``, wait for another after the first change if told to ``stop``, and say
    what became of it."""

    os.environ.update(environment)
    passed: list[str] = []

    def progress(_system: str, change: str, _count: int) -> None:
        passed.append(change)
        if stop and len(passed) == 1:
            pipe.send("at work")
            pipe.recv()

    with open_systems(folder, now=now) as systems:
        pipe.send("ready")
        pipe.recv()
        try:
            applied = apply_plan(systems, read_plan(plan), SpokenJournal(progress))
        except StateError as error:
            pipe.send(str(error))
        else:
            pipe.send("again" if applied.again else "clean" if applied.is_clean else "left")
