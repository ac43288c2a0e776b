"""Secrets in the vault, for ``vault:NAME`` in the policy: addresses with passwords, and the mail's password.

None is taken until a recovery has been rehearsed: whoever throws other copies of a password away relies on the vault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bailee.store.recovery import PATIENCE, is_rehearsed, was_rehearsed
from bailee.store.sealed_store import SECRETS, Store
from bailee.vault import VaultError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def put_secret(store: Store, name: str, text: str) -> None:
    """Put ``text`` into the vault as ``name``, in place of what was there. Raises `VaultError`, `StateError`."""
    if not _NAME.fullmatch(name):
        hint = "use letters, digits, _ and -, and begin with a letter"
        raise VaultError("V708", "this is no name for a secret", hint)
    if not text:
        raise VaultError("V708", "the secret is empty", "give it on standard input")
    if not is_rehearsed(store):
        hint = "bailee vault recovery print, put the shares in two places, then: bailee vault recovery rehearse"
        raise VaultError("V708", "no recovery of this master key has been rehearsed: the vault takes no secrets", hint)
    with store.alone(PATIENCE):
        store.put(SECRETS, name, {"text": text})


def list_secrets(store: Store) -> Iterator[str]:
    """Yield the names of all secrets."""
    return store.names(SECRETS)


def reveal_secret(store: Store, name: str) -> str:
    """Return the secret ``name``; raises `VaultError`, `StateError`.

    A new epoch takes no secret away: those in the vault stay readable until it has been rehearsed, too.
    """
    if not was_rehearsed(store):
        hint = "bailee vault recovery print, then: bailee vault recovery rehearse"
        raise VaultError("V708", "no recovery has been rehearsed: the vault hands out no secrets", hint)
    kept = store.get(SECRETS, name) if _NAME.fullmatch(name) else None
    if kept is None:
        raise VaultError("V708", f"the vault has no secret {name!r}", f"bailee vault secret put {name}")
    return str(kept["text"])


def remove_secret(store: Store, name: str) -> None:
    """Shred the secret ``name``; raises `VaultError` where there is none, `StateError`."""
    if name not in {*list_secrets(store)}:
        raise VaultError("V708", f"the vault has no secret {name!r}", "bailee vault secret list")
    store.remove(SECRETS, name)
