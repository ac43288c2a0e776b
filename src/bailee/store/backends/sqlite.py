"""The state in one SQLite file: one machine, and no Django where none is needed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from bailee.store.backends.base import CASES, Index
from bailee.store.backends.file import StateFile, Statement
from bailee.store.backends.locks import hold_lock
from bailee.store.errors import StateError
from bailee.vault import First

_AT_ONCE = 500
"""Values in one statement."""

_PUT = """INSERT INTO sealed (shelf, name, content, indexed) VALUES (?, ?, ?, ?)
ON CONFLICT (shelf, name) DO UPDATE SET content = excluded.content, indexed = excluded.indexed"""
_REMOVE = "DELETE FROM sealed WHERE shelf = ? AND name = ?"
_FORGET = "DELETE FROM digests WHERE name = ?"
_DIGEST = "INSERT OR IGNORE INTO digests (digest, name) VALUES (?, ?)"
_ADD = "INSERT OR IGNORE INTO keys (name, content) VALUES (?, ?)"
_REPLACE = "UPDATE keys SET content = ? WHERE name = ? AND content = ?"
_DESTROY = "DELETE FROM keys WHERE name = ?"
_KEEP = """INSERT INTO pages (name, content) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET content = excluded.content"""
# both say by which index: nobody keeps counts by which it could be chosen
_NOT_INDEXED = "SELECT name FROM sealed INDEXED BY sealed_not_indexed WHERE shelf = 'cases' AND indexed = 0"
_CHOSEN = """SELECT s.name FROM digests d CROSS JOIN sealed s ON s.shelf = 'cases' AND s.name = d.name
WHERE d.digest IN ({places})"""


class SqliteBackend:
    """``state.db`` in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._file = folder, StateFile(folder)

    @cached_property
    def keys(self) -> SqliteKeys:
        """Wrapped keys."""
        return SqliteKeys(self._file)

    def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        asked = "SELECT NOT EXISTS (SELECT 1 FROM sealed) AND NOT EXISTS (SELECT 1 FROM shared)"
        return self._file.read(lambda at: bool(at.execute(asked).fetchone()[0]), True)

    def get(self, shelf: str, name: str) -> bytes | None:
        """Return what stands on ``shelf`` under ``name``."""
        return self._file.read(lambda at: _read_content(at, shelf, name), None)

    def several(self, shelf: str, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands on ``shelf`` under ``names``, of those under which something does."""
        asked = "SELECT name, content FROM sealed WHERE shelf = ? AND name IN ({places})"
        return self._file.read(lambda at: dict(_query_in_parts(at, asked, names, shelf)), {})

    def put(self, shelf: str, name: str, sealed: bytes) -> None:
        """Put ``sealed`` in place of what was there."""
        self.put_all({(shelf, name): sealed}, {})

    def put_all(self, sealed: Mapping[tuple[str, str], bytes], index: Index) -> None:
        """Put several things, in one transaction."""
        self._file.write(*_list_puts(sealed, index))

    def put_first(self, shelf: str, name: str, key: str, first: First, index: Index) -> None:
        """Put what is sealed with its key, in one transaction."""
        stands = StateError("a key of this name stands already", "run it again")
        make = Statement(_ADD, [(key, first.wrapped)], stands)
        self._file.write(make, *_list_puts({(shelf, name): first.sealed}, index), keys=[key], then=first.stands)

    def move(
        self,
        shelf: str,
        name: str,
        to: str,  # noqa: ARG002 - what is put there is among `sealed`
        sealed: Mapping[tuple[str, str], bytes],
        key: str,
        index: Index,
    ) -> None:
        """Put ``sealed``, and destroy the rest: in one transaction."""
        destroy = Statement(_DESTROY, [(key,)], destroys=True)
        self._file.write(*_list_puts(sealed, index), destroy, *_list_removals(shelf, name), keys=[key])

    @contextmanager
    def at_once(self, waits: Callable[[], None]) -> Iterator[None]:
        """Let all stand at once: in one transaction at the end of the block."""
        with self._file.at_once():
            yield
            waits()

    def gather(
        self, whole: Sequence[str], places: Iterable[tuple[str, str]]
    ) -> tuple[Mapping[tuple[str, str], bytes], frozenset[str]]:
        """Return all that stands on the shelves ``whole`` and at ``places``, and what `shared` returns."""

        def ask(at: sqlite3.Connection) -> tuple[Mapping[tuple[str, str], bytes], frozenset[str]]:
            found = {(shelf, name): sealed for shelf in whole for name, sealed in at.execute(_ALL, [shelf])}
            found |= {place: sealed for place in places if (sealed := _read_content(at, *place)) is not None}
            return found, _read_shared(at)

        nothing: tuple[Mapping[tuple[str, str], bytes], frozenset[str]] = {}, frozenset()
        return self._file.read(ask, nothing)

    def is_any_indexed(self) -> bool:
        """Whether a digest may find a case, or a case is not indexed."""
        asked = f"SELECT EXISTS (SELECT 1 FROM digests) OR EXISTS ({_NOT_INDEXED})"
        return self._file.read(lambda at: bool(at.execute(asked).fetchone()[0]), False)

    def chosen(self, digests: Collection[bytes]) -> frozenset[str]:
        """Return the cases that have one of ``digests``, and those that are not indexed as they stand."""

        def ask(at: sqlite3.Connection) -> frozenset[str]:
            found = {name for (name,) in _query_in_parts(at, _CHOSEN, digests)}
            return frozenset(found | {name for (name,) in at.execute(_NOT_INDEXED)})

        return self._file.read(ask, frozenset())

    def remove(self, shelf: str, name: str) -> None:
        """Remove what stands there, if anything does."""
        self._file.write(*_list_removals(shelf, name))

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names on ``shelf``, in order."""
        asked = "SELECT name FROM sealed WHERE shelf = ? ORDER BY name"
        return iter(self._file.read(lambda at: [name for (name,) in at.execute(asked, [shelf])], []))

    def all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        """Yield the names on ``shelf``, in order, and what stands under each."""
        return iter(self._file.read(lambda at: at.execute(_ALL, [shelf]).fetchall(), []))

    def shelves(self) -> Iterator[str]:
        """Yield the shelves on which something stands, in order."""
        asked = "SELECT DISTINCT shelf FROM sealed ORDER BY shelf"
        return iter(self._file.read(lambda at: [shelf for (shelf,) in at.execute(asked)], []))

    def page(self, name: str) -> dict[str, Any]:
        """Return the page ``name``; empty where there is none."""
        asked = "SELECT content FROM pages WHERE name = ?"
        text = self._file.read(lambda at: at.execute(asked, [name]).fetchone(), None)
        try:
            content = json.loads(text[0]) if text else {}
        except ValueError:
            hint = f"put {self._file.path} back from a backup"
            raise StateError(f"the page {name} of the books cannot be read", hint) from None
        return content if isinstance(content, dict) else {}

    def keep_page(self, name: str, content: Mapping[str, Any]) -> None:
        """Write the page ``name``."""
        self._file.write(Statement(_KEEP, [(name, json.dumps(content, sort_keys=True))]))

    def shared(self) -> frozenset[str]:
        """Return the digests of values found shared."""
        return self._file.read(_read_shared, frozenset())

    def add_shared(self, digests: Iterable[str]) -> None:
        """Remember more of them, for good."""
        rows = [(digest,) for digest in sorted(digests)]
        self._file.write(Statement("INSERT OR IGNORE INTO shared (digest) VALUES (?)", rows))

    @contextmanager
    def alone(self, wait: float) -> Iterator[Callable[[], bool]]:
        """Hold the books alone."""
        self._file.prepare()  # an earlier version, that holds them, is waited for there
        with hold_lock(self.folder / "lock", wait):
            yield lambda: True


class SqliteKeys:
    """Wrapped keys as rows."""

    def __init__(self, file: StateFile) -> None:
        self._file = file

    def get(self, name: str) -> bytes | None:
        """Return what stands under ``name``."""
        return self._file.read(lambda at: _read_key(at, name), None)

    def several(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands under ``names``."""
        asked = "SELECT name, content FROM keys WHERE name IN ({places})"
        return self._file.read(lambda at: dict(_query_in_parts(at, asked, names)), {})

    def add(self, name: str, wrapped: bytes) -> bytes:
        """Put ``wrapped`` unless something stands there, and return what then does: whatever becomes of the block.

        Raises `StateError` where the block is to destroy or make a key of this name: what is sealed with this one would
        not open when that is done, or not done.
        """
        block = self._file.block()
        if block is not None and name in block.keys:
            raise StateError("a key is made whose name another has until all is written", "run it again")

        def write(at: sqlite3.Connection) -> bytes:
            at.execute(_ADD, (name, wrapped))
            stands = _read_key(at, name)
            assert stands is not None
            return stands

        return self._file.write_now(write)

    def replace(self, name: str, old: bytes, wrapped: bytes) -> bool:
        """Put ``wrapped`` in place of ``old``, if that still stands there."""
        if self._file.block() is None:
            return self._file.write_now(lambda at: at.execute(_REPLACE, (wrapped, name, old)).rowcount > 0)
        stands = self.get(name) == old
        if stands:
            gone = StateError("a key was changed by another process meanwhile", "run it again")
            self._file.write(Statement(_REPLACE, [(wrapped, name, old)], gone), keys=[name])
        return stands

    def delete(self, name: str) -> None:
        """Destroy what stands under ``name``, if anything does."""
        self._file.write(Statement(_DESTROY, [(name,)], destroys=True), keys=[name])

    def names(self) -> Iterator[str]:
        """Yield all names."""
        asked = "SELECT name FROM keys ORDER BY name"
        return iter(self._file.read(lambda at: [name for (name,) in at.execute(asked)], []))


_ALL = "SELECT name, content FROM sealed WHERE shelf = ? ORDER BY name"


def _list_puts(sealed: Mapping[tuple[str, str], bytes], index: Index) -> Iterator[Statement]:
    """Yield the statements that put ``sealed``, and the digests of the cases that ``index`` names."""
    named = {name for shelf, name in sealed if shelf == CASES and name in index}
    rows = [(*place, content, place[0] == CASES and place[1] in named) for place, content in sealed.items()]
    yield Statement(_PUT, rows)
    if named:
        yield Statement(_FORGET, [(name,) for name in named])
        yield Statement(_DIGEST, [(digest, name) for name in named for digest in index[name]])


def _list_removals(shelf: str, name: str) -> Iterator[Statement]:
    yield Statement(_REMOVE, [(shelf, name)])
    if shelf == CASES:
        yield Statement(_FORGET, [(name,)])


def _read_content(at: sqlite3.Connection, shelf: str, name: str) -> bytes | None:
    found = at.execute("SELECT content FROM sealed WHERE shelf = ? AND name = ?", (shelf, name)).fetchone()
    return found[0] if found else None


def _read_key(at: sqlite3.Connection, name: str) -> bytes | None:
    found = at.execute("SELECT content FROM keys WHERE name = ?", (name,)).fetchone()
    return found[0] if found else None


def _read_shared(at: sqlite3.Connection) -> frozenset[str]:
    return frozenset(digest for (digest,) in at.execute("SELECT digest FROM shared"))


def _query_in_parts(at: sqlite3.Connection, asked: str, values: Collection[Any], *first: Any) -> Iterator[Any]:
    """Yield what the statement ``asked`` finds of ``values``, some at a time: there is a most that it takes."""
    wanted = list(values)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        yield from at.execute(asked.format(places=", ".join("?" * len(some))), [*first, *some])
