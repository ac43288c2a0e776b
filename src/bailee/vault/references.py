"""Where a master key comes from, as the policy names it: a file, the environment, or a key service."""

from __future__ import annotations

from pathlib import Path

from bailee.vault.environment import EnvironmentMaster
from bailee.vault.errors import VaultError
from bailee.vault.keyfile import FileMaster
from bailee.vault.masters import Master


def master_of(reference: str, folder: Path) -> Master:
    """Return the master key that ``reference`` names, a relative path seen from ``folder``. Nothing is read yet.

    Raises `VaultError` for a reference that is none.
    """
    kind, _, rest = reference.partition(":")
    if rest and kind == "file":
        return FileMaster(folder / rest, reference)
    if rest and kind == "env":
        return EnvironmentMaster(rest)
    if rest and kind == "transit":
        from bailee.vault.transit import TransitMaster  # HTTP and TLS, which few vaults need

        return TransitMaster(rest)
    raise VaultError(
        "V702", "vault: names no master key", "write file:PATH, env:NAME or transit:https://HOST/MOUNT/KEY"
    )
