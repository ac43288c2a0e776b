"""Master keys: what wraps data keys, in epochs."""

from __future__ import annotations

import hmac
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from bailee.vault.errors import InvalidVaultSealError, VaultError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
LEGACY = 0
"""The epoch of a key file from before there was a vault: 32 bytes, from which all other keys were derived."""

MARK = b"BLS1"
"""What is sealed begins with it; then a nonce, then AES-256-GCM's ciphertext and tag."""

WRAPPED = b"BLK1"
_EPOCH_BYTES = 4
_HEADER_BYTES = len(WRAPPED) + _EPOCH_BYTES


class Master(Protocol):
    """Wraps data keys; has epochs, of which the newest wraps. All but `stands` raise `VaultError`."""

    reference: str
    """As the policy names it: ``file:PATH``, ``env:NAME``, ``transit:URL``."""

    def stands(self) -> bool:
        """Whether there is a master key: `begin` makes one where it can."""
        ...

    def begin(self) -> None:
        """Make the first epoch."""
        ...

    def epoch(self) -> int:
        """Return the newest epoch."""
        ...

    def epochs(self) -> tuple[int, ...]:
        """Return the epochs that can still unwrap, the newest last."""
        ...

    def wrap(self, key: bytes, name: str) -> bytes:
        """Return ``key`` wrapped under the newest epoch, so that it opens as ``name`` alone."""
        ...

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Return the key that was wrapped as ``name``; raises `InvalidVaultSealError` besides."""
        ...

    def unwrap_several(self, wrapped: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return the keys that stand under their names in ``wrapped``, of those that open."""
        ...

    def rewrap(self, wrapped: bytes, name: str) -> bytes:
        """Return what is ``wrapped`` under an older epoch, under the newest."""
        ...

    def begin_epoch(self) -> int:
        """Begin a new epoch and return it."""
        ...

    def retire(self) -> bool:
        """Forget all epochs but the newest; return whether the older ones can open nothing any more."""
        ...

    def material(self) -> bytes | None:
        """Return the 32 bytes of the newest epoch, for recovery; ``None`` where they never leave the key service."""
        ...

    def legacy(self) -> bytes | None:
        """Return the key of books that are older than the vault, if this is theirs."""
        ...


class LocalMaster(ABC):
    """A master key that this process has in its hands: epochs by number, 32 bytes each."""

    @abstractmethod
    def _epochs(self) -> Mapping[int, bytes]:
        """Return all epochs; raises `VaultError` where there are none."""

    def epoch(self) -> int:
        """Return the newest epoch."""
        return max(self._epochs())

    def epochs(self) -> tuple[int, ...]:
        """Return all epochs, the newest last."""
        return tuple(sorted(self._epochs()))

    def wrap(self, key: bytes, name: str) -> bytes:
        """Return ``key`` wrapped under the newest epoch: AES-256-GCM; header and name are authenticated."""
        return wrap_under(self._epochs(), key, name)

    def unwrap(self, wrapped: bytes, name: str) -> bytes:
        """Return the data key ``name``; raises `InvalidVaultSealError`, `VaultError` where its epoch is not there."""
        return unwrap_under(self._epochs(), wrapped, name)

    def unwrap_several(self, wrapped: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return the keys that stand under their names in ``wrapped``, of those that open."""
        found: dict[str, bytes] = {}
        epochs, ciphers = self._epochs() if wrapped else {}, dict[int, "AESGCM"]()
        for name, one in wrapped.items():
            with suppress(InvalidVaultSealError):
                found[name] = unwrap_under(epochs, one, name, ciphers)
        return found

    def rewrap(self, wrapped: bytes, name: str) -> bytes:
        """Return what is ``wrapped`` under an older epoch, under the newest."""
        return self.wrap(self.unwrap(wrapped, name), name)

    def material(self) -> bytes:
        """Return the 32 bytes of the newest epoch."""
        return self._epochs()[self.epoch()]

    def legacy(self) -> bytes | None:
        """Return the key of books that are older than the vault, if this is theirs."""
        return self._epochs().get(LEGACY)


class RecoveredMaster(LocalMaster):
    """One epoch out of somebody's hands, to see what it opens."""

    def __init__(self, epoch: int, key: bytes) -> None:
        self._recovered = {epoch: key}

    def _epochs(self) -> Mapping[int, bytes]:
        return self._recovered


def epoch_of(wrapped: bytes) -> int:
    """Return the epoch under which a data key is wrapped; raises `InvalidVaultSealError` where it is no wrapped key."""
    if len(wrapped) <= _HEADER_BYTES or not wrapped.startswith(b"BL"):
        raise InvalidVaultSealError("a wrapped key is damaged", "put it back from a backup of the books")
    return int.from_bytes(wrapped[len(WRAPPED) : _HEADER_BYTES])


def header(mark: bytes, epoch: int) -> bytes:
    """Return what a wrapped key begins with."""
    return mark + epoch.to_bytes(_EPOCH_BYTES)


def split(wrapped: bytes) -> tuple[bytes, bytes]:
    """Return the header of a wrapped key, and the rest."""
    return wrapped[:_HEADER_BYTES], wrapped[_HEADER_BYTES:]


def wrap_under(epochs: Mapping[int, bytes], key: bytes, name: str) -> bytes:
    """Return ``key`` wrapped under the newest of ``epochs``: AES-256-GCM; header and name are authenticated."""
    newest = max(epochs)
    head, nonce = header(WRAPPED, newest), secrets.token_bytes(NONCE_BYTES)
    return head + nonce + _cipher(epochs[newest]).encrypt(nonce, key, head + name.encode())


def unwrap_under(
    epochs: Mapping[int, bytes], wrapped: bytes, name: str, ciphers: dict[int, AESGCM] | None = None
) -> bytes:
    """Return the data key ``name``; raises `InvalidVaultSealError`, `VaultError` where its epoch is not there.

    ``ciphers``: those of ``epochs`` that were made already; more are added, for the keys that come next.
    """
    from cryptography.exceptions import InvalidTag  # start-up: 13 ms

    epoch = epoch_of(wrapped)
    head, rest = split(wrapped)
    if not head.startswith(WRAPPED):
        hint = "see vault: in the policy, or: bailee vault adopt OLD"
        raise VaultError("V705", "the keys of these books are wrapped by another kind of master", hint)
    if epoch not in epochs:
        there = ", ".join(map(str, sorted(epochs)))
        message = f"a key is wrapped under epoch {epoch}, and the master key has {there}"
        raise VaultError("V705", message, "put the master key of that epoch back beside the newest")
    ciphers = {} if ciphers is None else ciphers
    if epoch not in ciphers:
        ciphers[epoch] = _cipher(epochs[epoch])
    try:
        return ciphers[epoch].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + name.encode())
    except (InvalidTag, ValueError):
        hint = "put the right master key back, or the wrapped key from a backup of the books"
        raise InvalidVaultSealError("a wrapped key does not open with this master key", hint) from None


def fingerprint(key: bytes) -> str:
    """Return by what a master key is known in print and in the books: it tells nothing of the key."""
    return hmac.digest(key, b"bailee fingerprint\x01", "sha256").hex()[:16]


def _cipher(master: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # start-up: 14 ms

    # A key of its own for wrapping (HKDF-Expand, RFC 5869): of epoch 0 other keys were derived, too.
    return AESGCM(hmac.digest(master, b"bailee wrap\x01", "sha256"))
