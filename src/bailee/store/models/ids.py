"""Names of rows: random, so that they tell nothing and cannot be guessed."""

from __future__ import annotations

import secrets

_ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""Letters and digits that are not taken for one another, and spell no word."""


def new_id() -> str:
    """Return a new name of a row, 16 hexadecimal digits."""
    return secrets.token_hex(8)


def new_reference() -> str:
    """Return a new reference that a person can read out on the telephone: ``7F3K-92QD-M4XV``, 57 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
