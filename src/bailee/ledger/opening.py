"""What a leaf stands for, and how it is opened: the entry, a salt, and keys that bind it to persons.

The log holds commitments alone. Who has neither salt nor entry learns nothing from them, and cannot try guesses; when
the last opening is destroyed the leaf stands for nothing any more, and the tree stays whole.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import rfc8785

SALT_BYTES = 32


def canonical(entry: Mapping[str, Any]) -> bytes:
    """Return ``entry`` as canonical JSON (RFC 8785)."""
    return rfc8785.dumps(dict(entry))


def commitment(salt: bytes, entry: bytes) -> bytes:
    """Return what the log holds of a canonical ``entry``: SHA-256 over the ``salt``, 32 bytes, and it."""
    return sha256(salt + entry).digest()


def tag(key: bytes, attribute: str, value: str) -> str:
    """Return the HMAC-SHA-256, hexadecimal, that binds an entry to a person known by the normal ``value``."""
    return hmac.digest(key, f"{attribute}\0{value}".encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Opening:
    """An ``entry``, canonical, with its ``salt``. ``after``: entries of the log when it was made.

    ``keys``: person -> key of the tags in the entry, until the person's receipt has it.
    """

    entry: bytes
    after: int
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES))
    keys: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def commitment(self) -> bytes:
        """Return what the log holds of it."""
        return commitment(self.salt, self.entry)

    @property
    def content(self) -> dict[str, Any]:
        """Return the entry as it was given."""
        found: dict[str, Any] = json.loads(self.entry)
        return found


def bind(persons: Mapping[int, Sequence[tuple[str, str]]]) -> tuple[list[list[str]], dict[int, bytes]]:
    """Return tags for each person, known by (attribute, normal value), and the key of each.

    Keys are random and each person's own: tags of one value in two entries have nothing in common.
    """
    keys = {person: secrets.token_bytes(SALT_BYTES) for person in sorted(persons)}
    return [sorted(tag(keys[person], *known) for known in persons[person]) for person in keys], keys
