"""The state as tables of the books on PostgreSQL, which several machines share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.models import Q

from bailee.store import BooksError, open_books
from bailee.store.backends.base import CASES, Index
from bailee.store.backends.fence import must_be_allowed
from bailee.store.errors import BusyError, StateError
from bailee.vault import First

# Imports stand in functions: models can be imported once the books are open.

SECOND_CONNECTION = "aside"
"""Django's name for a second connection to the books, whose commits are its own."""

PATIENCE = "10s"
"""How long a key that is made waits for a transaction that has shredded one of its name: it may be the caller's own."""

_LOCK = int.from_bytes(b"bailee-1", signed=True)
_LOCK_NOT_AVAILABLE = "55P03"
_SHARED = "shared"


class TableBackend:
    """`Sealed`, `Page` and `WrappedKey` of the books at ``url``, which are opened."""

    def __init__(self, url: str) -> None:
        try:
            open_books(url)
        except BooksError as error:
            raise StateError(error.message, error.hint) from None
        self.keys = TableKeys()

    def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        with _translate_errors():
            return not _find_sealed_rows().exists()

    def get(self, shelf: str, name: str) -> bytes | None:
        """Return what stands on ``shelf`` under ``name``."""
        with _translate_errors():
            found = _find_sealed_rows().filter(shelf=shelf, name=name).values_list("content", flat=True).first()
        return None if found is None else bytes(found)

    def several(self, shelf: str, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands on ``shelf`` under ``names``, of those under which something does."""
        with _translate_errors():
            rows = list(_find_sealed_rows().filter(shelf=shelf, name__in=names).values_list("name", "content"))
        return {name: bytes(content) for name, content in rows}

    def put(self, shelf: str, name: str, sealed: bytes) -> None:
        """Put ``sealed`` in place of what was there."""
        self.put_all({(shelf, name): sealed}, {})

    def put_all(self, sealed: Mapping[tuple[str, str], bytes], index: Index) -> None:
        """Put several things, in one transaction."""
        with _begin_writes():
            _put_things(sealed, index)

    def put_first(self, shelf: str, name: str, key: str, first: First, index: Index) -> None:
        """Put what is sealed with its key, in one transaction."""
        with _begin_writes():
            _write(_FIRST, [key, first.wrapped])
            _put_things({(shelf, name): first.sealed}, index)
            transaction.on_commit(first.stands)

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
        with _begin_writes():
            _put_things(sealed, index)
            _write(_DESTROY, [key])
            _remove_thing(shelf, name)

    @contextmanager
    def at_once(self, waits: Callable[[], None]) -> Iterator[None]:
        """Let all stand at once: in one transaction of the books."""
        with _translate_errors(), transaction.atomic(savepoint=False):
            yield
            waits()

    def gather(
        self, whole: Sequence[str], places: Iterable[tuple[str, str]]
    ) -> tuple[Mapping[tuple[str, str], bytes], frozenset[str]]:
        """Return all that stands on the shelves ``whole`` and at ``places``, and what `shared` returns."""
        wanted = Q(shelf__in=[*whole, _SHARED])
        for shelf, name in places:
            wanted |= Q(shelf=shelf, name=name)
        with _translate_errors():
            rows = list(_find_sealed_rows().filter(wanted).values_list("shelf", "name", "content"))
        found = {(shelf, name): bytes(content) for shelf, name, content in rows if shelf != _SHARED}
        return found, frozenset(name for shelf, name, _ in rows if shelf == _SHARED)

    def remove(self, shelf: str, name: str) -> None:
        """Remove what stands there, if anything does."""
        with _begin_writes():
            _remove_thing(shelf, name)

    def is_any_indexed(self) -> bool:
        """Whether a digest may find a case, or a case is not indexed."""
        with _translate_errors(), connection.cursor() as cursor:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM books_casedigest) OR EXISTS ({_NOT_INDEXED})")
            return bool(cursor.fetchone()[0])

    def chosen(self, digests: Collection[bytes]) -> frozenset[str]:
        """Return the cases that have one of ``digests``, and those that are not indexed as they stand."""
        with _translate_errors(), connection.cursor() as cursor:
            cursor.execute(_CHOSEN, [list(digests)])
            return frozenset(name for (name,) in cursor.fetchall())

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names on ``shelf``, in order."""
        with _translate_errors():
            found = list(_find_sealed_rows().filter(shelf=shelf).order_by("name").values_list("name", flat=True))
        return iter(found)

    def all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        """Yield the names on ``shelf``, in order, and what stands under each."""
        with _translate_errors():
            found = list(_find_sealed_rows().filter(shelf=shelf).order_by("name").values_list("name", "content"))
        return ((name, bytes(sealed)) for name, sealed in found)

    def shelves(self) -> Iterator[str]:
        """Yield the shelves on which something sealed stands, in order."""
        with _translate_errors():
            found = (
                _find_sealed_rows().exclude(shelf=_SHARED).order_by("shelf").values_list("shelf", flat=True).distinct()
            )
            return iter(list(found))

    def page(self, name: str) -> dict[str, Any]:
        """Return the page ``name``; empty where there is none."""
        from bailee.store.models import Page

        with _translate_errors():
            content = Page.objects.filter(name=name).values_list("content", flat=True).first()
        return content if isinstance(content, dict) else {}

    def keep_page(self, name: str, content: Mapping[str, Any]) -> None:
        """Write the page ``name``."""
        from bailee.store.models import Page

        with _begin_writes():
            Page.objects.bulk_create(
                [Page(name=name, content=dict(content))],
                update_conflicts=True,
                unique_fields=["name"],
                update_fields=["content"],
            )

    def shared(self) -> frozenset[str]:
        """Return the digests of values found shared."""
        return frozenset(self.names(_SHARED))

    def add_shared(self, digests: Iterable[str]) -> None:
        """Remember more of them, for good: a row each, so that of two workers neither forgets the other's."""
        from bailee.store.models import Sealed

        with _begin_writes():
            rows = [Sealed(shelf=_SHARED, name=digest, content=b"") for digest in sorted(digests)]
            Sealed.objects.bulk_create(rows, ignore_conflicts=True)

    @contextmanager
    def alone(self, wait: float) -> Iterator[Callable[[], bool]]:
        """Hold the books alone: an advisory lock of this thread's session, which PostgreSQL lets go when that ends."""
        if not _ask_lock("SELECT pg_try_advisory_lock(%s)", _LOCK) and not (wait > 0 and _wait_for_lock(wait)):
            raise BusyError
        session = connection.connection
        try:
            yield lambda: connection.connection is session and not session.closed
        finally:
            with suppress(StateError):  # the session has ended, and the lock with it
                _ask_lock("SELECT pg_advisory_unlock(%s)", _LOCK)


class TableKeys:
    """Wrapped keys as rows."""

    def get(self, name: str) -> bytes | None:
        """Return what stands under ``name``."""
        with _translate_errors():
            found = _find_key_rows().filter(name=name).values_list("content", flat=True).first()
        return None if found is None else bytes(found)

    def several(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands under ``names``."""
        with _translate_errors():
            return {
                name: bytes(one) for name, one in _find_key_rows().filter(name__in=names).values_list("name", "content")
            }

    def add(self, name: str, wrapped: bytes) -> bytes:
        """Put ``wrapped`` unless something stands there, and return what then does.

        On a connection of its own: a caller's transaction that is rolled back would take the key away under what is
        sealed with it elsewhere, while this process went on sealing with it.
        """
        from bailee.store.models import WrappedKey

        with _begin_writes():
            with connections[open_second_connection()].cursor() as cursor:
                cursor.execute(_ADD, [name, wrapped])
                if cursor.rowcount:
                    return wrapped
            return bytes(WrappedKey.objects.using(SECOND_CONNECTION).values_list("content", flat=True).get(name=name))

    def replace(self, name: str, old: bytes, wrapped: bytes) -> bool:
        """Put ``wrapped`` in place of ``old``, if that still stands there."""
        with _begin_writes():
            return bool(_find_key_rows().filter(name=name, content=old).update(content=wrapped))

    def delete(self, name: str) -> None:
        """Destroy what stands under ``name``, if anything does."""
        with _begin_writes():
            _find_key_rows().filter(name=name).delete()

    def names(self) -> Iterator[str]:
        """Yield all names."""
        with _translate_errors():
            return iter(list(_find_key_rows().order_by("name").values_list("name", flat=True)))


_FIRST = "INSERT INTO books_wrappedkey (name, content) VALUES (%s, %s)"
_ADD = f"{_FIRST} ON CONFLICT (name) DO NOTHING"

_PUT = """INSERT INTO books_sealed (shelf, name, content, changed_at, indexed_as) VALUES {rows}
ON CONFLICT (shelf, name) DO UPDATE SET
    content = excluded.content, changed_at = excluded.changed_at, indexed_as = excluded.indexed_as"""

# A digest that stands is locked: else another writer of the case, who strikes it, might commit before the case does.
_STRIKE = "DELETE FROM books_casedigest WHERE name = %s AND digest <> ALL (%s::bytea[])"
_NOTE = """INSERT INTO books_casedigest (name, digest) SELECT %s, one FROM unnest(%s::bytea[]) AS one
ON CONFLICT (digest, name) DO UPDATE SET name = excluded.name"""
_FORGET = "DELETE FROM books_casedigest WHERE name = %s"

_NOT_INDEXED = "SELECT name FROM books_sealed WHERE not_indexed"  # a column that the migration makes
_CHOSEN = f"""SELECT s.name FROM books_casedigest d JOIN books_sealed s ON s.shelf = 'cases' AND s.name = d.name
WHERE d.digest = ANY (%s::bytea[])
UNION {_NOT_INDEXED}"""

_DESTROY = "DELETE FROM books_wrappedkey WHERE name = %s"
_TAKE_AWAY = "DELETE FROM books_sealed WHERE shelf = %s AND name = %s"


def _write(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _put_things(sealed: Mapping[tuple[str, str], bytes], index: Index) -> None:
    """Put things, with the digests of the cases that ``index`` names."""
    named = {name for shelf, name in sealed if shelf == CASES and name in index}
    values: list[Any] = []
    for (shelf, name), content in sealed.items():
        digest = hashlib.sha256(content).digest() if shelf == CASES and name in named else None
        values += [shelf, name, content, digest]
    _write(_PUT.format(rows=", ".join(["(%s, %s, %s, now(), %s)"] * len(sealed))), values)
    for name in named:
        digests = sorted(set(index[name]))
        _write(_STRIKE, [name, digests])
        _write(_NOTE, [name, digests])


def _remove_thing(shelf: str, name: str) -> None:
    """Remove a thing, and if it is a case its digests."""
    _write(_TAKE_AWAY, [shelf, name])
    if shelf == CASES:
        _write(_FORGET, [name])


def _find_sealed_rows() -> Any:
    from bailee.store.models import Sealed

    return Sealed.objects


def _find_key_rows() -> Any:
    from bailee.store.models import WrappedKey

    return WrappedKey.objects


def open_second_connection() -> str:
    """Return the second connection, to the books that are open now."""
    there = connections.settings["default"]
    options = f"{there['OPTIONS'].get('options', '')} -c lock_timeout={PATIENCE}".strip()
    wanted = {**there, "OPTIONS": {**there["OPTIONS"], "options": options}}
    if connections.settings.get(SECOND_CONNECTION) != wanted:
        if SECOND_CONNECTION in connections.settings:
            connections[SECOND_CONNECTION].close()
            del connections[SECOND_CONNECTION]
        connections.settings[SECOND_CONNECTION] = wanted
    return SECOND_CONNECTION


def _ask_lock(statement: str, lock: int) -> bool:
    with _translate_errors(), connection.cursor() as cursor:
        cursor.execute(statement, [lock])
        return bool(cursor.fetchone()[0])


def _wait_for_lock(wait: float) -> bool:
    """Wait for the lock, in the order of coming, at most ``wait`` seconds; whether it is held now."""
    with _translate_errors(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{max(1, round(wait * 1000))}ms"])
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                raise
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    return True


@contextmanager
def _begin_writes() -> Iterator[None]:
    with _translate_errors(), transaction.atomic(savepoint=False):
        must_be_allowed()
        yield


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Say that the books failed, and of what kind it was: what the driver says may repeat a value."""
    try:
        yield
    except DatabaseError as error:
        kind = type(error).__name__
        hint = "see to their database, then run it again: what is not in the books is not done"
        raise StateError(f"the books cannot be used: {kind}", hint) from None
