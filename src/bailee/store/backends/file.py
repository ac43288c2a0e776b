"""One SQLite file in the folder of the books, and its transactions: nothing of Django.

In WAL mode who reads waits for nobody, and a commit is one flush (``synchronous=FULL``: durable when it returns), where
a rollback journal takes three or four. Deleted bytes are zeroed (``secure_delete``), and where a key was destroyed the
log is written back and cut to nothing, since it has pages from before. Every thread has a connection of its own, which
is closed with it. All are closed before a process forks, as SQLite wants it; a file that was put in the place of
another, as out of a backup, is opened again.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from bailee.store.backends import earlier
from bailee.store.backends.fence import must_be_allowed
from bailee.store.backends.locks import hold_lock, translate_errors
from bailee.store.errors import BusyError, StateError
from bailee.vault import flush_folder, sweep

NAME = "state.db"
"""The file in the folder of the books."""

PATIENCE = 20.0
"""Seconds for which a writer waits for another."""

VERSION = 1
"""The form of the file, in its ``user_version``."""

SCHEMA = """
CREATE TABLE sealed (
    shelf TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, indexed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (shelf, name)
);
CREATE INDEX sealed_not_indexed ON sealed (name) WHERE shelf = 'cases' AND indexed = 0;
CREATE TABLE digests (digest BLOB NOT NULL, name TEXT NOT NULL, PRIMARY KEY (digest, name)) WITHOUT ROWID;
CREATE INDEX digests_of ON digests (name);
CREATE TABLE keys (name TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL);
CREATE TABLE pages (name TEXT PRIMARY KEY NOT NULL, content TEXT NOT NULL);
CREATE TABLE shared (digest TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
CREATE TABLE taken (path TEXT PRIMARY KEY NOT NULL, digest BLOB NOT NULL);
"""
"""``indexed``: whether the digests of a case came with its content. ``taken``: files that wait to be removed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Statement:
    """A write. ``rows``: the values for each time. ``must``: the error where one of these touches no row."""

    sql: str
    rows: Sequence[Sequence[Any]]
    must: StateError | None = None
    destroys: bool = False

    def run(self, connection: sqlite3.Connection) -> None:
        """Carry it out."""
        count = connection.executemany(self.sql, self.rows).rowcount
        if self.must is not None and count < len(self.rows):
            raise self.must


@dataclass(slots=True)
class WriteBlock:
    """What is to stand at once. ``keys``: names of those that are written. ``then``: what is called when it stands."""

    statements: list[Statement] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    then: list[Callable[[], None]] = field(default_factory=list)


_BLOCKS: ContextVar[Mapping[str, WriteBlock]] = ContextVar("blocks", default={})  # noqa: B039 - never changed in place


class StateFile:
    """The file of the books in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / NAME
        self._mine = threading.local()

    def read(self, ask: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """Return what ``ask`` returns of one moment, with what waits in this block; ``nothing`` where are no books."""
        block = self.block()
        waits = block.statements if block is not None else ()
        with self._told():
            held = self._held(make=bool(waits))
            if held is None:
                return nothing
            with _begin_transaction(held.connection, "BEGIN IMMEDIATE" if waits else "BEGIN"):
                for statement in waits:
                    statement.run(held.connection)
                return ask(held.connection)

    def write(self, *statements: Statement, keys: Iterable[str] = (), then: Callable[[], None] | None = None) -> None:
        """Carry ``statements`` out in one transaction: at the end of the block, if this is in one; then call ``then``.

        ``keys``: the names of wrapped keys that are written.
        """
        must_be_allowed()
        block = self.block()
        if block is None:
            self._transact(statements)
            if then is not None:
                then()
            return
        block.statements += statements
        block.keys += keys
        block.then += [then] if then is not None else []

    def write_now(self, write: Callable[[sqlite3.Connection], T]) -> T:
        """Return what ``write`` returns, in a transaction that is committed whatever becomes of the block."""
        must_be_allowed()
        with self._told():
            held = self._held(make=True)
            assert held is not None
            with _begin_transaction(held.connection, "BEGIN IMMEDIATE"):
                must_be_allowed()  # again: it may have taken a while
                result = write(held.connection)
                commit_writes(held.connection)
            return result

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Write in one transaction what is written in the block, at its end; in an error, nothing of it.

        A block within a block is written with the outer one; an error in it takes back what it had to write.
        """
        outer = self.block()
        if outer is not None:
            statements, keys, then = list(outer.statements), list(outer.keys), list(outer.then)
            try:
                yield
            except BaseException:
                outer.statements, outer.keys, outer.then = statements, keys, then
                raise
            return
        block = WriteBlock()
        token = _BLOCKS.set({**_BLOCKS.get(), self._place: block})
        try:
            yield
        finally:
            _BLOCKS.reset(token)
        if block.statements:
            self._transact(block.statements)
        for stands in block.then:
            stands()

    def block(self) -> WriteBlock | None:
        """Return the block in which this is, by whichever value of the same file it was begun."""
        return _BLOCKS.get().get(self._place)

    def prepare(self) -> None:
        """Take over what an earlier version has left, if it has."""
        with self._told():
            self._held(make=False)

    @property
    def _place(self) -> str:
        return str(self.path.absolute())

    def _transact(self, statements: Sequence[Statement]) -> None:
        with self._told():
            held = self._held(make=True)
            assert held is not None
            with _begin_transaction(held.connection, "BEGIN IMMEDIATE"):
                must_be_allowed()
                for statement in statements:
                    statement.run(held.connection)
                commit_writes(held.connection)
            held.write_back(destroyed=any(statement.destroys for statement in statements))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in words what is wrong with the file: what SQLite says may repeat a value."""
        try:
            with translate_errors(self.folder), _count_worker():
                yield
        except sqlite3.Error as error:
            self._mine.held = None  # opened again by the next
            raise describe_problem(error, self.path) from None

    # --- the file --------------------------------------------------------------------------------------------

    def _held(self, *, make: bool) -> _HeldConnection | None:
        """Return this thread's connection; ``make``: there are to be books, if there are none."""
        held: _HeldConnection | None = getattr(self._mine, "held", None)
        place = _identify_file(self.path)
        if held is not None and held.is_open and held.pid == os.getpid() and held.place == place:
            return held
        self._mine.held = held = None
        if place is None:
            is_earlier = earlier.is_there(self.folder)
            if not is_earlier:
                earlier.must_be_new(self.folder, self.path)
            if not make and not is_earlier:
                return None
            self._make()
            place = _identify_file(self.path)
        held = _HeldConnection(self.path, place)
        self._see_to(held.connection)
        self._mine.held = held
        return held

    def _make(self) -> None:
        """Make the file, with all that an earlier version has left: under its name it is whole, or not there."""
        with self._opening():
            if self.path.exists():  # another process was first
                return
            parts = self.folder / earlier.PARTS
            parts.mkdir(mode=0o700, exist_ok=True)
            for left in parts.glob(f"{NAME}.*"):  # by a process that died: no other makes one at this time
                left.unlink()
            part = parts / f"{NAME}.part"
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            is_earlier = earlier.is_there(self.folder)
            # a process that holds the books alone by that version is not to be interrupted
            with hold_lock(self.folder / "lock", PATIENCE) if is_earlier else nullcontext():
                _fill_file(part, self.folder)
                part.rename(self.path)
            flush_folder(self.folder)

    def _see_to(self, connection: sqlite3.Connection) -> None:
        """Remove files that have been taken over, now or by a process that died; refuse those that were not."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StateError(f"{NAME} of the books was written by a later version", "use that version, or a later one")
        if version < VERSION:
            raise StateError(f"{NAME} of the books is damaged: it is empty", "put the books back from a backup")
        is_in_wal = connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        if is_in_wal and earlier.is_taken(self.folder) and not _list_taken(connection):
            return
        with self._opening():
            connection.execute("PRAGMA journal_mode = WAL").fetchone()  # of a copy by VACUUM INTO it is another one
            if taken := _list_taken(connection):
                earlier.remove_taken(self.folder, taken)
                sweep(Path("*"), self.folder / earlier.PARTS)  # parts of such files
                with _begin_transaction(connection, "BEGIN IMMEDIATE"):
                    connection.execute("DELETE FROM taken")
                    commit_writes(connection)
            earlier.refuse_earlier(self.folder, self.path)
            earlier.mark_taken(self.folder)

    @contextmanager
    def _opening(self) -> Iterator[None]:
        """Hold what only one process may do at a time: to make the file, and take over what was there before."""
        try:
            with hold_lock(self.folder / f"{NAME}.lock", PATIENCE):
                yield
        except BusyError:
            message = "another process uses the books of the earlier version, or takes them over"
            raise StateError(message, "wait until it has ended, then run it again") from None


class _HeldConnection:
    """A connection of one thread, of this process, to the file at ``place``. It is closed with this."""

    def __init__(self, path: Path, place: tuple[int, int] | None) -> None:
        self.pid, self.place = os.getpid(), place
        where = f"file:{quote(str(path.absolute()))}?mode=rw"  # none is made: that one would be new books
        # another thread closes it, where the process ends or forks
        self.connection = sqlite3.connect(
            where, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True
        )
        self.is_open, self._is_in_the_log = True, False
        weakref.finalize(self, self.connection.close)
        _HELD.add(self)
        for pragma in ("synchronous = FULL", "secure_delete = ON"):
            self.connection.execute(f"PRAGMA {pragma}").fetchall()

    def close(self) -> None:
        """Close it before this is gone."""
        self.is_open = False
        self.connection.close()

    def write_back(self, *, destroyed: bool) -> None:
        """Cut the log to nothing where it may have keys that were destroyed; where somebody reads, with the next."""
        if not (destroyed or self._is_in_the_log):
            return
        self._is_in_the_log = True
        with suppress(sqlite3.Error):  # what was written stands
            self.connection.execute("PRAGMA busy_timeout = 100").fetchall()
            busy, *_ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._is_in_the_log = bool(busy)
        self.connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}").fetchall()


_HELD: weakref.WeakSet[_HeldConnection] = weakref.WeakSet()
_TURN = threading.Condition()
_WORKING = [0]
"""How many threads use a connection now: a fork waits for them."""


@contextmanager
def _count_worker() -> Iterator[None]:
    with _TURN:
        _WORKING[0] += 1
    try:
        yield
    finally:
        with _TURN:
            _WORKING[0] -= 1
            _TURN.notify_all()


def _close_all() -> None:
    """Close all connections: a new one in the child would take their locks for its own, and hold none."""
    _TURN.acquire()
    while _WORKING[0]:
        _TURN.wait()
    for held in list(_HELD):
        held.close()


os.register_at_fork(before=_close_all, after_in_parent=_TURN.release, after_in_child=_TURN.release)


def commit_writes(connection: sqlite3.Connection) -> None:
    """Let what was written stand, flushed to the disk."""
    connection.execute("COMMIT")


@contextmanager
def _begin_transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _identify_file(path: Path) -> tuple[int, int] | None:
    """Return by what a file is the same one, ``None`` where it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _fill_file(part: Path, folder: Path) -> None:
    """Make of ``part`` the books, with what an earlier version has left in ``folder``; flushed to the disk."""
    connection = sqlite3.connect(part, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF").fetchall()  # it is whole when it has its name
        connection.execute("PRAGMA synchronous = OFF").fetchall()
        connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION};")
        for sql, rows in earlier.list_statements(folder):
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    finally:
        connection.close()
    descriptor = os.open(part, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _list_taken(connection: sqlite3.Connection) -> Mapping[str, bytes]:
    return dict(connection.execute("SELECT path, digest FROM taken"))


def describe_problem(error: sqlite3.Error, path: Path) -> StateError:
    """Return what is wrong, by its kind."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    reason, todo = _PROBLEMS.get(code, (type(error).__name__, f"see to {path}"))
    hint = f"{todo.format(path=path)}, then run it again: what is not in the books is not done"
    return StateError(f"the books cannot be used: {reason}", hint)


_DAMAGED = f"{NAME} is damaged", "put {path} back from a backup"
_PROBLEMS = {
    sqlite3.SQLITE_FULL: ("the disk is full", "make room for {path}"),
    sqlite3.SQLITE_READONLY: (f"{NAME} may not be written", "let this account write {path} and its folder"),
    sqlite3.SQLITE_PERM: (f"{NAME} may not be opened", "let this account read and write {path}"),
    sqlite3.SQLITE_CANTOPEN: (f"{NAME} cannot be opened", "let this account read and write {path} and its folder"),
    sqlite3.SQLITE_IOERR: (f"{NAME} cannot be read or written", "see to the disk of {path}"),
    sqlite3.SQLITE_BUSY: ("another process has been writing for too long", "see which one holds {path}"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
