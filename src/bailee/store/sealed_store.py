"""What Bailee keeps between commands: sealed things by shelf and name, pages, and values once found shared.

Where it stands says `bailee.store.backends`: a file in a folder, mode 0700, or tables of the books. What is personal is
sealed by the vault before it comes there, a case under a key of its own, so that closing it shreds it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from bailee.store.backends import (
    CASES,
    Backend,
    BusyError,
    InvalidSealError,
    Place,
    SqliteBackend,
    StateError,
    fence_writes,
    find_memory,
    remember_reads,
)
from bailee.store.values import from_plain, to_plain
from bailee.trace.closure import Value
from bailee.vault import CACHE_KEYS, Master, Vault, VaultError, is_sealed, master_of
from bailee.vault import InvalidVaultSealError as VaultInvalidSealError

__all__ = [
    "CASES",
    "BusyError",
    "InvalidSealError",
    "SharedDigests",
    "StateError",
    "Store",
    "calculate_digest",
    "find_master",
]

CLOSED_CASES, SECRETS, RESTRICTED = "done", "secrets", "restricted"
"""Places where each thing has a key of its own; `CLOSED_CASES` has what is left of cases, all under one key."""

HOLDS = "holds"
HIGH_WATER = "high_water"
"""The shelf of the holds placed by hand."""

T = TypeVar("T")

_OWN_KEY = {CASES: "case", SECRETS: "secret", RESTRICTED: "restriction"}
_NONCE_BYTES = 12

_OPENED_AT_ONCE = CACHE_KEYS // 8
"""Cases of which the keys are unwrapped together: more than the vault remembers would be unwrapped twice."""


@dataclass(slots=True)
class _Lingering:
    """``held``: lets go of the books when it ends. ``holds``: whether they are held."""

    held: ExitStack
    holds: Callable[[], bool] = lambda: False


_LINGERING: ContextVar[_Lingering | None] = ContextVar("lingering", default=None)


@dataclass(frozen=True)
class Store:
    """Bailee's own state.

    ``folder``: of the books. ``master``: where the master key is, empty for ``folder``/key; a relative path is seen
    from ``home``. ``books_url``: a PostgreSQL that several machines share; empty where a file in ``folder`` does.
    ``waits``: how many seconds whoever wants the books alone waits for another who has them: a worker waits.
    """

    folder: Path
    master: str = ""
    home: Path = Path()
    books_url: str = ""
    waits: float = 0.0

    @cached_property
    def shelves(self) -> Backend:
        """Where all this stands."""
        if not self.books_url:
            return SqliteBackend(self.folder)
        from bailee.store.backends.tables import TableBackend  # start-up: Django, where the books are shared

        return TableBackend(self.books_url)

    @cached_property
    def vault(self) -> Vault:
        """The vault of these books; what it raises is `VaultError`. Raises `StateError` where its master is lost."""
        with _translate_errors():
            master = find_master(self)
            if not master.stands() and not self.shelves.is_new():
                hint = "put it back, or: bailee vault recovery restore; without it no case can be opened"
                raise StateError("the master key of the books is missing", hint)
        return Vault(master, self.shelves.keys)

    def secret(self, purpose: str) -> bytes:
        """Return the key for ``purpose``, 32 bytes, always the same."""
        with _translate_errors():
            return self.vault.secret(purpose)

    @contextmanager
    def alone(self, wait: float = 0.0, about: Sequence[Place] = ()) -> Iterator[None]:
        """Hold the books alone; a process that dies lets go of them.

        ``about``: the places of the one plan that is dealt with, which are then read once, with the holds placed by
        hand and the restrictions. For the same plan, one who holds the books alone may hold them again. All is
        written when the outermost block ends. Raises `StateError` where another process still holds them after ``wait``
        seconds.
        """
        memory = find_memory(self.shelves)
        if about and memory is not None and memory.alone:
            yield
            return
        with self._held(max(wait, self.waits)):
            if not about:
                yield
                return
            with remember_reads(self.shelves, [HOLDS, RESTRICTED], about, alone=True):
                yield

    @contextmanager
    def lingering(self) -> Iterator[None]:
        """Let this thread, once it holds the books alone, hold them until the block ends: for several plans in a row.

        What each has read is forgotten with it, since others place holds meanwhile.
        """
        with ExitStack() as held:
            token = _LINGERING.set(_Lingering(held))
            try:
                yield
            finally:
                _LINGERING.reset(token)

    @contextmanager
    def _held(self, wait: float) -> Iterator[None]:
        lingering = _LINGERING.get()
        if lingering is None:
            with self.shelves.alone(wait):
                yield
            return
        if not lingering.holds():
            lingering.holds = lingering.held.enter_context(self.shelves.alone(wait))
        yield

    def at_once(self) -> AbstractContextManager[None]:
        """Let what waits, and all that is written here in the block, stand at once: at its end."""
        return self.shelves.at_once(self.write_waiting)

    @contextmanager
    def with_other_books(self) -> Iterator[None]:
        """Let what waits, and all that is written in the block here and in other tables of the books, stand at once.

        Where this is a file beside these tables, no transaction spans both: what waits is written first, and the rest
        in its order, so that the next, after a process that died, finds nothing done before what it follows from.
        """
        if self.books_url:
            with self.at_once():
                yield
        else:
            self.write_waiting()
            yield

    def write_waiting(self) -> None:
        """Write what waits to be written with the next."""
        memory = find_memory(self.shelves)
        if memory is not None:
            memory.write()

    def remembering(self) -> AbstractContextManager[None]:
        """Read holds, restrictions and shared values once until the block ends, in which a plan is made."""
        return remember_reads(self.shelves, [HOLDS, RESTRICTED], (), alone=False)

    def fenced(self, check: Callable[[], None]) -> AbstractContextManager[None]:
        """Call ``check`` before each write of this thread, on PostgreSQL in its transaction; if it raises, none is.

        A worker gives a check that raises when its lease is lost, reading the lease's row ``FOR UPDATE``.
        """
        return fence_writes(check)

    # --- cases -------------------------------------------------------------------------------------------

    def seal(
        self, case: str, content: dict[str, Any], names: Collection[bytes] | None = None, *, is_new: bool = False
    ) -> None:
        """Write the case file ``case``; one that ``is_new`` has no key yet.

        ``names``: digests of what it names, by which it is found; ``None``: it is opened by each plan.
        """
        key, index = _name_key(CASES, case), {} if names is None else {case: names}
        if not is_new:
            sealed, memory = self._sealed(CASES, case, content), find_memory(self.shelves)
            if memory is None:
                self.shelves.put_all({(CASES, case): sealed}, index)
            else:
                memory.put_later(CASES, case, sealed, names)
                memory.write()
            return
        with _translate_errors():
            first = self.vault.seal_first(key, _encode_content(content), f"{CASES}/{case}")
            self.shelves.put_first(CASES, case, key, first, index)
        memory = find_memory(self.shelves)
        if memory is not None:
            memory.found[CASES, case] = first.sealed

    def seal_later(self, case: str, content: dict[str, Any], names: Collection[bytes]) -> None:
        """Do what `seal` does with what is written next, while the books are held alone for a plan.

        For what a run that goes on after one that died would write again.
        """
        memory = find_memory(self.shelves)
        if memory is None:
            self.seal(case, content, names)
        else:
            memory.put_later(CASES, case, self._sealed(CASES, case, content), names)

    def close(self, case: str, content: dict[str, Any]) -> None:
        """Write what is left of a case that is over, and destroy the rest: with whatever is written next."""
        sealed, key = self._sealed(CLOSED_CASES, case, content), _name_key(CASES, case)
        memory = find_memory(self.shelves)
        with _translate_errors():
            if memory is not None:
                memory.move_later(CASES, case, CLOSED_CASES, sealed, key)
            else:
                self.shelves.move(CASES, case, CLOSED_CASES, {(CLOSED_CASES, case): sealed}, key, {})
            self.vault.forget(key)

    def open_case(self, case: str) -> dict[str, Any]:
        """Return what the case file ``case`` holds. Raises `StateError` where there is none or it was tampered with."""
        content = self.find_case(case)
        if content is None:
            raise StateError("the case of this plan is not in the books", "make the plan again, on this machine")
        return content

    def find_case(self, case: str) -> dict[str, Any] | None:
        """Return what the case file ``case`` holds, ``None`` where there is none. Raises `StateError`."""
        try:
            content = self.get(CLOSED_CASES, case)
            return self.get(CASES, case) if content is None else content
        except InvalidSealError:
            raise StateError("the case file does not open with this key", "put the key or the books back") from None

    def cases(self) -> Iterator[str]:
        """Yield the names of all cases that are not over."""
        return self.names(CASES)

    def keeps_cases(self) -> bool:
        """Whether there may be a case that `cases_about` finds."""
        return self.shelves.is_any_indexed()

    def cases_about(
        self, digests: Collection[bytes], read: Callable[[dict[str, Any]], T], but: Collection[str] = ()
    ) -> Mapping[str, T]:
        """Return by name what ``read`` makes of each case that is not over and names one of ``digests``.

        And of each that is not indexed by what it names; of none that is among ``but``. Keys are unwrapped together,
        fewer than the vault remembers: else each would be unwrapped twice.
        """
        known = self._known_cases()
        names = {*self.shelves.chosen(digests), *known}.difference(but)
        found = {name: sealed for name in names if (sealed := known.get(name)) is not None}
        more = [name for name in names if name not in known]
        return self._opened_cases(found | dict(self.shelves.several(CASES, more) if more else {}), read)

    def opened_cases(self, read: Callable[[dict[str, Any]], T]) -> Mapping[str, T]:
        """Return by name what ``read`` makes of each case that is not over."""
        found = {**dict(self.shelves.all(CASES)), **self._known_cases()}
        return self._opened_cases({name: sealed for name, sealed in found.items() if sealed}, read)

    def _known_cases(self) -> Mapping[str, bytes | None]:
        """Return the cases that this thread has read or written, as they are sealed; ``None``: one that is over."""
        memory = find_memory(self.shelves)
        return {} if memory is None else {name: one for (shelf, name), one in memory.found.items() if shelf == CASES}

    def _opened_cases(self, sealed: Mapping[str, bytes], read: Callable[[dict[str, Any]], T]) -> dict[str, T]:
        names = sorted(sealed)
        found: dict[str, T] = {}
        for start in range(0, len(names), _OPENED_AT_ONCE):
            some = names[start : start + _OPENED_AT_ONCE]
            with _translate_errors():
                self.vault.warm(_name_key(CASES, name) for name in some)
            found |= {name: read(self._content(CASES, name, sealed[name])) for name in some}
        return found

    def unindexed(self) -> frozenset[str]:
        """Return the names of the cases that are not indexed by what they name, so that each plan opens them."""
        return self.shelves.chosen(())

    def destroy(self, case: str) -> None:
        """Destroy the case ``case``: its key first, and with it whatever copies there are."""
        self.remove(CASES, case)

    # --- pages -------------------------------------------------------------------------------------------

    def page(self, name: str) -> dict[str, Any]:
        """Return the JSON page ``name`` of the books, in which nothing is personal; empty where there is none."""
        return self.shelves.page(name)

    def keep_page(self, name: str, content: dict[str, Any]) -> None:
        """Write the JSON page ``name`` of the books. Raises `StateError`."""
        self.shelves.keep_page(name, content)

    # --- shelves: what is sealed, by name -----------------------------------------------------------------

    def put(self, shelf: str, name: str, content: dict[str, Any]) -> None:
        """Seal ``content`` under ``name``, in place of what was there."""
        sealed, memory = self._sealed(shelf, name, content), find_memory(self.shelves)
        if memory is None:
            self.shelves.put(shelf, name, sealed)
        else:
            memory.put_later(shelf, name, sealed)
            memory.write()

    def put_later(self, shelf: str, name: str, content: dict[str, Any]) -> None:
        """Seal ``content`` under ``name`` with what is written next, while the books are held alone for a plan."""
        sealed, memory = self._sealed(shelf, name, content), find_memory(self.shelves)
        if memory is None:
            self.shelves.put(shelf, name, sealed)
        else:
            memory.put_later(shelf, name, sealed)

    def _sealed(self, shelf: str, name: str, content: dict[str, Any]) -> bytes:
        with _translate_errors():
            return self.vault.seal(_name_key(shelf, name), _encode_content(content), f"{shelf}/{name}")

    def get(self, shelf: str, name: str) -> dict[str, Any] | None:
        """Return what is sealed under ``name``, ``None`` where nothing is. Raises `InvalidSealError`, `StateError`."""
        sealed = (find_memory(self.shelves) or self.shelves).get(shelf, name)
        return None if sealed is None else self._content(shelf, name, sealed)

    def get_now(self, shelf: str, name: str) -> dict[str, Any] | None:
        """Return what `get` does as it stands at this moment, whatever this thread remembers. Raises as `get` does."""
        sealed = self.shelves.get(shelf, name)
        return None if sealed is None else self._content(shelf, name, sealed)

    def all(self, shelf: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the names of all that is sealed on ``shelf``, in order, and what that is. Raises as `get` does."""
        return ((name, self._content(shelf, name, sealed)) for name, sealed in self._all(shelf))

    def _all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        memory = find_memory(self.shelves)
        return (memory if memory is not None and shelf in memory.whole else self.shelves).all(shelf)

    def _content(self, shelf: str, name: str, sealed: bytes) -> dict[str, Any]:
        try:
            with _translate_errors():
                content = from_plain(json.loads(self._opened(shelf, name, sealed)))
        except InvalidSealError:
            hint = "put the key or the books back"
            raise InvalidSealError(f"{shelf}/{name} does not open with this key", hint) from None
        assert isinstance(content, dict)
        return content

    def remove(self, shelf: str, name: str) -> None:
        """Remove what is sealed under ``name``: where it has a key of its own, that is shredded first."""
        with _translate_errors(), self.shelves.at_once(_write_nothing):
            if shelf in _OWN_KEY:
                self.vault.shred(_name_key(shelf, name))
            self.shelves.remove(shelf, name)
        memory = find_memory(self.shelves)
        if memory is not None:
            memory.forget(shelf, name)

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names of all that is sealed on a shelf."""
        return self.shelves.names(shelf)

    def _opened(self, shelf: str, name: str, sealed: bytes) -> bytes:
        if is_sealed(sealed):
            return self.vault.open(_name_key(shelf, name), sealed, f"{shelf}/{name}")
        return _open_old(self.secret(shelf), name, sealed)

    def sealed_of_old(self) -> Iterator[tuple[str, str]]:
        """Yield shelf and name of what was sealed before there was a vault."""
        for shelf in self.shelves.shelves():
            for name in self.names(shelf):
                sealed = self.shelves.get(shelf, name)
                if sealed is not None and not is_sealed(sealed):
                    yield shelf, name

    def seal_anew(self) -> int:
        """Seal what was sealed before there was a vault as it is sealed now, and return how much it was."""
        old = list(self.sealed_of_old())
        for shelf, name in old:
            content = self.get(shelf, name)
            if content is not None:
                self.put(shelf, name, content)
        return len(old)

    # --- shared values -----------------------------------------------------------------------------------

    def remember_shared(self, values: frozenset[Value]) -> None:
        """Remember values found shared, for good (7)."""
        if not values:
            return
        new = {calculate_digest(self.secret("shared"), value) for value in values} - self._shared()
        if new:
            self.shelves.add_shared(new)
            memory = find_memory(self.shelves)
            if memory is not None:
                memory.shared |= new

    def shared(self) -> SharedDigests:
        """Return what is remembered as shared."""
        digests = self._shared()
        return SharedDigests(self.secret("shared") if digests else b"", digests)

    def _shared(self) -> frozenset[str]:
        memory = find_memory(self.shelves)
        return self.shelves.shared() if memory is None else memory.shared


def find_master(store: Store) -> Master:
    """Return the master key of ``store``, wherever it is; raises `VaultError` where that is no place of one."""
    return master_of(store.master or f"file:{store.folder.absolute() / 'key'}", store.home)


@dataclass(frozen=True, slots=True)
class SharedDigests:
    """Values once found shared, as keyed digests: who reads the file learns nobody's number."""

    key: bytes
    digests: frozenset[str]

    def __contains__(self, value: object) -> bool:
        return bool(self.digests) and isinstance(value, tuple) and calculate_digest(self.key, value) in self.digests


def calculate_digest(key: bytes, value: Value | tuple[str, ...]) -> str:
    """Return HMAC-SHA-256 of a value, in hexadecimal."""
    return hmac.new(key, "\0".join(value).encode(), hashlib.sha256).hexdigest()


def _encode_content(content: dict[str, Any]) -> bytes:
    return json.dumps(to_plain(content)).encode()


def _name_key(shelf: str, name: str) -> str:
    return f"{_OWN_KEY[shelf]}:{name}" if shelf in _OWN_KEY else f"shelf:{shelf}"


def _open_old(key: bytes, name: str, sealed: bytes) -> bytes:
    """Return what was sealed before there was a vault: a nonce, AES-256-GCM under the secret of its shelf."""
    from cryptography.exceptions import InvalidTag  # start-up: 13 ms
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # start-up: 14 ms

    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError):
        raise InvalidSealError("it does not open with this key", "put the key or the books back") from None


def _write_nothing() -> None:
    """Write nothing more."""


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Say what the vault says as the books' own trouble: to whoever keeps something here they are one."""
    try:
        yield
    except VaultInvalidSealError as error:
        raise InvalidSealError(error.message, error.hint) from None
    except VaultError as error:
        raise StateError(error.message, error.hint) from None
