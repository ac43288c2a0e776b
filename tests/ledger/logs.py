"""A log to try things on."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from bailee.ledger import Log, Signer, Verifier, create

SIGNER = Signer("firm.example/ledger", bytes(range(32)))
OTHER = Signer("firm.example/ledger", bytes(range(1, 33)))
KEY: Verifier = SIGNER.verifier


def entry(number: int) -> bytes:
    """Return an entry, like no other."""
    return sha256(str(number).encode()).digest()


def made(folder: Path, size: int, signer: Signer = SIGNER, *, first: int = 0) -> Log:
    """Make a log of ``size`` entries, counted from ``first``."""
    create(folder, signer)
    log = Log(folder, signer)
    log.append([entry(first + n) for n in range(size)])
    return log
