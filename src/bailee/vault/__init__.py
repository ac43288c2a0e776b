"""The vault: keys, and what is sealed with them.

Each thing is sealed under a *data key* of its own (a case, a data subject, a shelf), each data key is *wrapped* by the
*master key*, and the master key stands apart from the books: in a file, in the environment, or in OpenBao (envelope
encryption). To *shred* is to destroy a data key: what it sealed is gone, wherever copies of it lie. To *rotate* is to
begin a new *epoch* of the master key, wrap all data keys again, and forget the epoch before.

The vault knows no books: it is given a `KeyPlace`, where wrapped keys stand. Formats and vectors: docs/vault.md.
"""

from bailee.vault.envelope import CACHE_KEYS, First, KeyPlace, Vault, is_sealed
from bailee.vault.errors import InvalidVaultSealError, VaultError
from bailee.vault.files import flush_folder, sweep, write_once, write_whole
from bailee.vault.masters import Master
from bailee.vault.references import master_of

__all__ = [
    "CACHE_KEYS",
    "First",
    "InvalidVaultSealError",
    "KeyPlace",
    "Master",
    "Vault",
    "VaultError",
    "flush_folder",
    "is_sealed",
    "master_of",
    "sweep",
    "write_once",
    "write_whole",
]
