"""Where Bailee's own state stands: in a file on one machine, in tables of the books where machines share them.

What comes here is sealed already, or has nothing personal in it. `bailee.store.state` is the face of it all.
"""

from bailee.store.keeping.earlier import PARCELS
from bailee.store.keeping.fence import fenced
from bailee.store.keeping.memory import Place, memory_of, remembering
from bailee.store.keeping.problems import BusyError, InvalidSealError, StateError
from bailee.store.keeping.shelves import CASES, Shelves
from bailee.store.keeping.sqlite import SqliteShelves

__all__ = [
    "CASES", "PARCELS", "BusyError", "InvalidSealError", "Place", "Shelves", "SqliteShelves", "StateError",
    "fenced", "memory_of", "remembering",
]  # fmt: skip
