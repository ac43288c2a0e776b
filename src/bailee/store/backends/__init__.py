"""Where Bailee's own state stands: in a file on one machine, in tables of the books where machines share them.

What comes here is sealed already, or has nothing personal in it. `bailee.store.sealed_store` is the face of it all.
"""

from bailee.store.backends.base import CASES, Backend
from bailee.store.backends.cache import Place, find_memory, remember_reads
from bailee.store.backends.earlier import PARCELS
from bailee.store.backends.fence import fence_writes
from bailee.store.backends.sqlite import SqliteBackend
from bailee.store.errors import BusyError, InvalidSealError, StateError

__all__ = [
    "CASES",
    "PARCELS",
    "Backend",
    "BusyError",
    "InvalidSealError",
    "Place",
    "SqliteBackend",
    "StateError",
    "fence_writes",
    "find_memory",
    "remember_reads",
]  # fmt: skip
