"""Where Bailee's own state stands: in a folder on one machine, in tables of the books where machines share them.

What comes here is sealed already, or has nothing personal in it. `bailee.runner.state` is the face of it all.
"""

from bailee.runner.keeping.fence import fenced
from bailee.runner.keeping.folder import FolderShelves
from bailee.runner.keeping.memory import Place, memory_of, remembering
from bailee.runner.keeping.problems import BusyError, InvalidSealError, StateError
from bailee.runner.keeping.shelves import CASES, Shelves

__all__ = [
    "CASES", "BusyError", "FolderShelves", "InvalidSealError", "Place", "Shelves", "StateError", "fenced", "memory_of",
    "remembering",
]  # fmt: skip
