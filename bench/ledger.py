"""The ledger against bare hashing: entries committed to, appended and signed, and the hashes alone."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from hashlib import sha256

from bailee.ledger import Log, Signer, commitment, create
from bench.databases import BUILD
from bench.measure import Case, Turn, compare, timed

BATCHES = (1_000, 20_000)  # entries
ENTRY_BYTES = 1_300  # what the entries of the demo are long, in the mean
TURNS = 5

Entries = list[tuple[bytes, bytes]]
"""Salts and canonical entries."""


def ledger_cases() -> Iterator[Case]:
    """Yield the cases, as they are measured: durable on the disk on one side, hashes in memory on the other."""
    folder = BUILD / "ledger"
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    signer = Signer("bench.example/ledger", secrets.token_bytes(32))
    create(folder, signer)
    log = Log(folder, signer)

    def append(entries: Entries) -> Turn:
        def do() -> int:
            log.append([commitment(salt, entry) for salt, entry in entries])
            return len(entries)

        return timed(do, lambda: 0)

    for size in BATCHES:
        work = [(_entries(size), _entries(size)) for _ in range(TURNS)]
        name = f"ledger: {size:,} entries appended at once, beside bare hashing, entries a second"
        yield compare(name, 0.5 if size == max(BATCHES) else None, "higher", append, _hash, work)


def _entries(count: int) -> Entries:
    return [(secrets.token_bytes(32), secrets.token_bytes(ENTRY_BYTES)) for _ in range(count)]


def _hash(entries: Entries) -> Turn:
    """Hash commitments, leaves and inner nodes, as somebody would who keeps and signs nothing."""

    def do() -> int:
        level = [sha256(b"\0" + sha256(salt + entry).digest()).digest() for salt, entry in entries]
        while len(level) > 1:
            odd = level[-1:] if len(level) % 2 else []
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
        return len(entries)

    return timed(do, lambda: 0)
