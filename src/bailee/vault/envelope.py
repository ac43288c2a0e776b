"""Sealing, opening and shredding under data keys, and secrets that are always the same."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from bailee.vault.errors import InvalidVaultSealError, VaultError
from bailee.vault.masters import KEY_BYTES, MARK, Master, epoch_of

if TYPE_CHECKING:
    from bailee.vault.cipher import Cipher  # start-up: cryptography

ROOT = "root"
"""The data key from which secrets are derived: made first, and wrapped as the others are."""

CACHE_SECONDS = 60.0
"""How long an unwrapped key is kept in memory: what another process shreds opens here no longer than that."""

CACHE_KEYS = 8_192

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}")


class KeyPlace(Protocol):
    """Wrapped data keys by name. Names are random ids or purposes, never personal: letters, digits, ``_ . : -``.

    What is written is durable when the call returns. Each call raises `OSError`, or what the books raise.
    """

    def get(self, name: str) -> bytes | None:
        """Return what stands under ``name``."""
        ...

    def several(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands under ``names``, of those under which something does."""
        ...

    def add(self, name: str, wrapped: bytes) -> bytes:
        """Put ``wrapped`` unless something stands there, and return what then does: of two workers at once one wins."""
        ...

    def replace(self, name: str, old: bytes, wrapped: bytes) -> bool:
        """Put ``wrapped`` in place of ``old``, if that still stands there; else a shredded key would come back."""
        ...

    def delete(self, name: str) -> None:
        """Destroy what stands under ``name``, if anything does."""
        ...

    def names(self) -> Iterator[str]:
        """Yield all names."""
        ...


@dataclass(frozen=True, slots=True, repr=False)  # a key is never printed
class _Unwrapped:
    key: bytes
    cipher: Cipher
    until: float


@dataclass(frozen=True, slots=True, repr=False)
class First:
    """What a new data key has ``sealed``, and the key, ``wrapped``; ``stands`` is to be called when both stand."""

    sealed: bytes
    wrapped: bytes
    stands: Callable[[], None]


class Vault:
    """Data keys in ``places``, wrapped by ``master``. Threads may share one. ``clock``: seconds that only grow.

    Every method raises `VaultError` where the master key cannot be used, and what ``places`` raises.
    """

    def __init__(self, master: Master, places: KeyPlace, clock: Callable[[], float] = time.monotonic) -> None:
        self.master, self.places = master, places
        self._clock = clock
        self._unwrapped: dict[str, _Unwrapped] = {}
        self._lock = Lock()

    # --- sealing -----------------------------------------------------------------------------------------

    def seal(self, key: str, content: bytes, about: str) -> bytes:
        """Return ``content`` sealed under the data key ``key``, which is made on first use.

        ``about`` is authenticated and not written (AAD): what is sealed about one thing does not open about another.
        One key seals at most 2**32 times (NIST SP 800-38D, 8.3): give each data subject, case or purpose its own.
        """
        return self._key(key, make=True).cipher.seal(content, about)

    def seal_first(self, key: str, content: bytes, about: str) -> First:
        """Return ``content`` sealed under a new data key ``key``, for whoever puts both into their places together.

        There must be none of that name yet, and nobody is asked whether there is.
        """
        made, wrapped = self._new(_checked(key))
        return First(_cipher(made).seal(content, about), wrapped, partial(self._stands, key, made, wrapped))

    def open(self, key: str, sealed: bytes, about: str) -> bytes:
        """Return what was sealed; raises `InvalidVaultSealError`."""
        if not is_sealed(sealed):
            raise InvalidVaultSealError("this was not sealed by a vault", "put it back from a backup of the books")
        return self._key(key, make=False).cipher.open(sealed, about)

    def warm(self, keys: Iterable[str]) -> None:
        """Unwrap the data keys ``keys`` together, ahead of their use: many one by one would take a request each."""
        missing = [key for key in keys if (found := self._unwrapped.get(key)) is None or found.until <= self._clock()]
        if missing:
            for name, key in self.master.unwrap_several(self.places.several(missing)).items():
                self._remember(name, key)

    def shred(self, key: str) -> None:
        """Destroy the data key ``key``: what it sealed is gone. A second time nothing happens.

        Copies of the wrapped key live on in backups of the books until these run out, or the master key is rotated:
        then they open nothing any more.
        """
        self.places.delete(_checked(key))
        self.forget(key)

    def forget(self, key: str) -> None:
        """Forget the data key ``key``: whoever keeps the wrapped keys has destroyed it with what it sealed."""
        self._unwrapped.pop(key, None)

    # --- secrets -----------------------------------------------------------------------------------------

    def secret(self, purpose: str) -> bytes:
        """Return the 32 bytes for ``purpose``, always the same, through rotations (HKDF-Expand, RFC 5869)."""
        return hmac.digest(self._key(ROOT, make=True).key, purpose.encode() + b"\x01", "sha256")

    def tag(self, purpose: str, *parts: str) -> str:
        """Return by what ``parts`` are known without being told: HMAC-SHA-256 in hexadecimal, under `secret`.

        Parts are told apart by their lengths: ``("a", "bc")`` has another tag than ``("ab", "c")``.
        """
        told = b"".join(len(part).to_bytes(8) + part for part in map(str.encode, parts))
        return hmac.digest(self.secret(purpose), told, "sha256").hex()

    # --- epochs ------------------------------------------------------------------------------------------

    def rotate(self) -> int:
        """Begin a new epoch of the master key, wrap all data keys anew, forget the epochs before; return the epoch.

        One that was cut short goes on instead of beginning another. Raises `VaultError` where a key does not open:
        then no epoch is forgotten.
        """
        self._key(ROOT, make=True)  # old books derive theirs from epoch 0, which is about to go
        if not self.is_rotating():
            self.master.begin_epoch()
        newest = self.master.epoch()
        while sum(self._rewrapped(name, newest) for name in self.places.names()):
            pass  # until a whole pass meets none: another process may have made a key in between
        self.master.retire()
        return newest

    def is_rotating(self) -> bool:
        """Whether an older epoch still wraps a key: a rotation was cut short, or a newer epoch came from elsewhere."""
        newest = self.master.epoch()
        return any(epoch_of(wrapped) < newest for _, wrapped in self.wrapped())

    def wrapped(self) -> Iterator[tuple[str, bytes]]:
        """Yield the names of all data keys, and these as they are wrapped."""
        for name in self.places.names():
            wrapped = self.places.get(name)
            if wrapped is not None:  # else shredded since
                yield name, wrapped

    def adopt(self, old: Master) -> int:
        """Wrap all data keys that ``old`` wrapped by this vault's master key, and return how many those were."""
        count = 0
        if not self.master.stands():
            self.master.begin()
        for name, wrapped in self.wrapped():
            if self._is_ours(name, wrapped):
                continue
            count += self.places.replace(name, wrapped, self.master.wrap(old.unwrap(wrapped, name), name))
        if self.places.get(ROOT) is None and (legacy := old.legacy()) is not None:
            self.places.add(ROOT, self.master.wrap(legacy, ROOT))
            count += 1
        return count

    def _is_ours(self, name: str, wrapped: bytes) -> bool:
        try:
            self.master.unwrap(wrapped, name)
        except VaultError:
            return False
        return True

    def _rewrapped(self, name: str, newest: int) -> bool:
        wrapped = self.places.get(name)
        if wrapped is None or epoch_of(wrapped) >= newest:
            return False
        self.places.replace(name, wrapped, self.master.rewrap(wrapped, name))
        return True

    # --- data keys ---------------------------------------------------------------------------------------

    def _key(self, name: str, *, make: bool) -> _Unwrapped:
        found = self._unwrapped.get(name)
        if found is not None and found.until > self._clock():
            return found
        wrapped = self.places.get(_checked(name))
        if wrapped is not None:
            return self._remember(name, self.master.unwrap(wrapped, name))
        if not make:
            raise InvalidVaultSealError(
                "the key of what is sealed is not there: it was shredded", "nothing opens it again"
            )
        return self._remember(name, self._made(name))

    def _made(self, name: str) -> bytes:
        """Return the data key ``name``, made now or at this moment by another process."""
        key, wrapped = self._new(name)
        stands = self.places.add(name, wrapped)
        if stands != wrapped:
            return self.master.unwrap(stands, name)
        self._stands(name, key, wrapped)
        return key

    def _new(self, name: str) -> tuple[bytes, bytes]:
        """Return a new data key, and how it is wrapped."""
        key = secrets.token_bytes(KEY_BYTES)
        if name == ROOT:
            self._begin()
            key = self.master.legacy() or key
        elif ROOT not in self._unwrapped and self.places.get(ROOT) is None:
            self._key(ROOT, make=True)
        return key, self.master.wrap(key, name)

    def _stands(self, name: str, key: bytes, wrapped: bytes) -> None:
        """Remember a data key that stands now, and wrap it anew if a rotation went by before that did not see it."""
        self._remember(name, key)
        if epoch_of(wrapped) != self.master.epoch():
            self.places.replace(name, wrapped, self.master.wrap(key, name))

    def _begin(self) -> None:
        """See that there is a master key; make none, and no root, where keys stand that another one wrapped."""
        is_new = next(self.places.names(), None) is None
        if not is_new and self.places.get(ROOT) is None:  # asked again: another process may just have made it
            hint = "put wrapped keys and master key back from one backup: pseudonyms would change"
            raise VaultError("V703", "the root of all secrets is missing", hint)
        if not self.master.stands():
            self.master.begin()

    def _remember(self, name: str, key: bytes) -> _Unwrapped:
        found = _Unwrapped(key, _cipher(key), self._clock() + CACHE_SECONDS)
        with self._lock:
            self._unwrapped.pop(name, None)
            while len(self._unwrapped) >= CACHE_KEYS:
                del self._unwrapped[next(iter(self._unwrapped))]  # the oldest
            self._unwrapped[name] = found
        return found


def _cipher(key: bytes) -> Cipher:
    from bailee.vault.cipher import Cipher  # start-up: cryptography

    return Cipher(key)


def is_sealed(content: bytes) -> bool:
    """Whether ``content`` was sealed by a vault, as its mark says."""
    return content[: len(MARK)] == MARK


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("the name of a key has letters, digits and _ . : - alone")  # and is not repeated: whose is it?
    return name
