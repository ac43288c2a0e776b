"""The vault with a cached key against bare AES-GCM: sealed and opened again, with a fresh nonce each time."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bailee.store.backends import SqliteBackend
from bailee.vault import Vault, master_of
from bench.databases import BUILD
from bench.measure import Case, Turn, compare, timed

COUNT = 20_000
SIZES = (600, 8_000)  # bytes: about a request, and the sealed case of an erasure
TURNS = 5
ABOUT = "cases/0f1e2d3c4b5a"


def vault_cases() -> Iterator[Case]:
    """Yield the cases, as they are measured."""
    folder = BUILD / "vault"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    vault, bare = Vault(master_of("file:key", folder), SqliteBackend(folder).keys), AESGCM(secrets.token_bytes(32))
    vault.seal("case:bench", b"", ABOUT)

    def ours(content: bytes) -> Turn:
        def do() -> int:
            for _ in range(COUNT):
                vault.open("case:bench", vault.seal("case:bench", content, ABOUT), ABOUT)
            return COUNT

        return timed(do, lambda: 0)

    def by_hand(content: bytes) -> Turn:
        def do() -> int:
            about = ABOUT.encode()
            for _ in range(COUNT):
                nonce = secrets.token_bytes(12)
                sealed = nonce + bare.encrypt(nonce, content, about)
                bare.decrypt(sealed[:12], sealed[12:], about)
            return COUNT

        return timed(do, lambda: 0)

    for size in SIZES:
        name = f"vault: {size:,} bytes sealed and opened, key cached, beside bare AES-GCM, a second"
        content = secrets.token_bytes(size)
        yield compare(name, 0.5, "higher", ours, by_hand, [(content, content)] * TURNS)
