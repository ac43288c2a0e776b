"""Recovery of the master key: printed, rehearsed, restored; and what the vault can be seen to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bailee.store.sealed_store import Store, find_master
from bailee.vault import InvalidVaultSealError, Vault, VaultError, master_of
from bailee.vault.keyfile import FileMaster
from bailee.vault.masters import RecoveredMaster, epoch_of, fingerprint
from bailee.vault.recovery import join_key, split_key

PAGE = "recovery"

PATIENCE = 10.0
"""Seconds to wait for whoever holds the books."""

_ELSEWHERE = "the master key never leaves its key service"


@dataclass(frozen=True, slots=True, repr=False)  # words are shown on paper alone
class Shares:
    """Two shares in words, and what to write on them."""

    words: tuple[str, ...]
    epoch: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RecoveryStatus:
    """``keys``: epoch -> how many data keys it wraps. ``rehearsed``: when the newest epoch's recovery was, if ever.

    ``unsealed``: things that were sealed before there was a vault, under keys that come from one. ``is_beside``: the
    master key lies in the books' own folder. ``needs_rehearsal``: whether secrets wait for one.
    """

    master: str
    epoch: int
    epochs: tuple[int, ...]
    keys: Mapping[int, int]
    secrets: int
    rehearsed: str
    unsealed: int
    is_beside: bool
    needs_rehearsal: bool

    @property
    def is_rotating(self) -> bool:
        """Whether a rotation was cut short."""
        return any(epoch < self.epoch for epoch in self.keys)


def begin_vault(store: Store) -> Vault:
    """Return the vault of ``store`` with its master key made, if there never was one."""
    store.secret("begun")
    return store.vault


def rotate_master(store: Store) -> tuple[int, int, bool]:
    """Begin a new epoch, or go on with one that was cut short, and seal anew what is older than the vault.

    Return the epoch, how much was sealed anew, and whether older epochs open nothing any more. Raises `VaultError`
    where the master key's epochs are begun elsewhere or a key does not open, `StateError`.
    """
    with store.alone(PATIENCE):
        vault = begin_vault(store)
        anew = store.seal_anew()
        epoch = vault.rotate()
        return epoch, anew, vault.master.epochs() == (epoch,)


def adopt_master(store: Store, old: str) -> int:
    """Wrap by the policy's master key what the one that ``old`` names has wrapped; return how many keys those were.

    One that is cut short goes on. Raises `VaultError`, `StateError`.
    """
    with store.alone(PATIENCE):
        before = master_of(old, store.home)
        if not before.stands():
            raise VaultError("V703", "there is no master key at that place", "write file:PATH or env:NAME, as it was")
        return Vault(find_master(store), store.shelves.keys).adopt(before)


def print_shares(store: Store) -> Shares:
    """Return the newest epoch as two shares. Raises `VaultError` where it is not ours to print, `StateError`."""
    vault = begin_vault(store)
    key = vault.master.material()
    if key is None:
        raise VaultError("V707", _ELSEWHERE, "see to the backups and the unseal keys of OpenBao instead")
    return Shares(split_key(key), vault.master.epoch(), fingerprint(key))


def rehearse_recovery(store: Store, text: str, now: datetime) -> int:
    """Prove that the shares in ``text`` give the master key back, note it, and return how many data keys they open.

    Raises `VaultError` where they do not, or a single data key does not open; `StateError`.
    """
    vault = begin_vault(store)
    if vault.master.material() is None:
        raise VaultError("V707", _ELSEWHERE, "see to the backups and the unseal keys of OpenBao instead")
    key, epoch = join_key(text), vault.master.epoch()
    opened = _count_opened(vault, RecoveredMaster(epoch, key))
    noted = {"epoch": epoch, "key": fingerprint(key), "at": now.isoformat(), "keys": opened}
    store.keep_page(PAGE, noted)
    return opened


def restore_key(store: Store, text: str) -> int:
    """Write the key file anew from two shares, and return how many data keys it opens.

    Nothing is written unless every data key of the books opens. Raises `VaultError`, `StateError`.
    """
    master = find_master(store)
    if not isinstance(master, FileMaster):
        raise VaultError("V707", "this master key does not stand in a file", "only file:PATH is restored by Bailee")
    vault = Vault(master, store.shelves.keys)
    epochs = {epoch_of(wrapped) for _, wrapped in vault.wrapped()}
    if not epochs:
        raise VaultError("V707", "the books have no wrapped keys to try the shares on", "put the books back first")
    key, epoch = join_key(text), max(epochs)
    opened = _count_opened(vault, RecoveredMaster(epoch, key))
    master.restore(epoch, key)
    return opened


def is_rehearsed(store: Store) -> bool:
    """Whether secrets may be taken: the newest epoch has been rehearsed, or its recovery is its key service's."""
    vault = begin_vault(store)
    key, noted = vault.master.material(), store.page(PAGE)
    return key is None or noted.get("key") == fingerprint(key)


def was_rehearsed(store: Store) -> bool:
    """Whether a recovery of any epoch has been rehearsed, or is its key service's."""
    return bool(store.page(PAGE)) or store.vault.master.material() is None


def read_recovery_status(store: Store) -> RecoveryStatus:
    """Return what the vault can be seen to hold. Raises `VaultError`, `StateError`."""
    vault = begin_vault(store)
    master = vault.master
    key, noted = master.material(), store.page(PAGE)
    keys = Counter(epoch_of(wrapped) for _, wrapped in vault.wrapped())
    return RecoveryStatus(
        master.reference if store.master else "file:key, in the folder of the books",
        master.epoch(),
        master.epochs(),
        dict(sorted(keys.items())),
        sum(1 for _ in store.names("secrets")),
        str(noted["at"]) if key is not None and noted.get("key") == fingerprint(key) else "",
        sum(1 for _ in store.sealed_of_old()),
        isinstance(master, FileMaster) and master.path.resolve().is_relative_to(store.folder.resolve()),
        not is_rehearsed(store),
    )


def _count_opened(vault: Vault, recovered: RecoveredMaster) -> int:
    count = 0
    for name, wrapped in vault.wrapped():
        try:
            recovered.unwrap(wrapped, name)
        except InvalidVaultSealError:
            hint = "are they of this firm, and of the newest epoch? print and rehearse anew after each rotation"
            raise VaultError("V707", "the shares give another key than the one of these books", hint) from None
        count += 1
    return count
