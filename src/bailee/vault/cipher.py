"""AES-256-GCM by `cryptography`, in the format of what is sealed; imported when the first key is at hand."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.vault.errors import InvalidVaultSealError
from bailee.vault.masters import MARK, NONCE_BYTES

_START = len(MARK) + NONCE_BYTES
_BEFORE_NONCE = len(MARK)


class Cipher:
    """Seals and opens under one data key."""

    __slots__ = ("_decrypt", "_encrypt")

    def __init__(self, key: bytes) -> None:
        aead = AESGCM(key)
        self._encrypt, self._decrypt = aead.encrypt, aead.decrypt

    def seal(self, content: bytes, about: str) -> bytes:
        """Return ``content`` sealed, with ``about`` authenticated."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return MARK + nonce + self._encrypt(nonce, content, MARK + about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Return what was sealed; raises `InvalidVaultSealError`."""
        try:
            return self._decrypt(sealed[_BEFORE_NONCE:_START], sealed[_START:], sealed[:_BEFORE_NONCE] + about.encode())
        except (InvalidTag, ValueError):
            hint = "put the key or what it sealed back, both from one backup"
            raise InvalidVaultSealError("what is sealed does not open with its key", hint) from None
