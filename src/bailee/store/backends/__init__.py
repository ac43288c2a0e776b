"""Where Bailee's own state stands: in a file on one machine, in tables of the books where machines share them.

What comes here is sealed already, or has nothing personal in it. `bailee.store.sealed_store` is the face of it all.
"""

from bailee.store.backends.base import CASES, Backend
from bailee.store.backends.cache import Place, memory_of, remembering
from bailee.store.backends.earlier import PARCELS
from bailee.store.backends.fence import fenced
from bailee.store.backends.sqlite import SqliteShelves
from bailee.store.errors import BusyError, InvalidSealError, StateError

__all__ = [
    "CASES",
    "PARCELS",
    "Backend",
    "BusyError",
    "InvalidSealError",
    "Place",
    "SqliteShelves",
    "StateError",
    "fenced",
    "memory_of",
    "remembering",
]  # fmt: skip
