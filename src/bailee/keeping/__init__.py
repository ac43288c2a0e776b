"""Where Bailee's own state stands: in a file on one machine, in tables of the books where machines share them.

What comes here is sealed already, or has nothing personal in it. `bailee.runner.state` is the face of it all.
"""

from bailee.keeping.earlier import PARCELS
from bailee.keeping.fence import fenced
from bailee.keeping.memory import Place, memory_of, remembering
from bailee.keeping.problems import BusyError, InvalidSealError, StateError
from bailee.keeping.shelves import CASES, Shelves
from bailee.keeping.sqlite import SqliteShelves

__all__ = [
    "CASES", "PARCELS", "BusyError", "InvalidSealError", "Place", "Shelves", "SqliteShelves", "StateError",
    "fenced", "memory_of", "remembering",
]  # fmt: skip
