"""What was read is not read again, and what can wait is written with the next: while one has the books to oneself.

It holds as long as nobody else can change what it has read. So it begins when the books are held alone, or for the time
in which a plan is made, which is located again before anything is done by it; and it is one thread's. Holds are placed
at any time: a plan has those that stood when the books were taken for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeAlias

from bailee.store.backends.base import CASES, Backend

Place: TypeAlias = tuple[str, str]
"""Shelf, name."""


@dataclass(slots=True)
class Memory:
    """What stands on ``shelves``, as far as it is known. ``found``: ``None`` where nothing stands.

    ``whole``: shelves of which all is known; ``shared``: the digests of values found shared. ``waiting``: what is
    written with the next, and ``index`` the digests of the cases among it; a run that is cut short before it does it
    again; ``leaving``: what is destroyed then, as its place is taken on another shelf, and with which key. ``alone``:
    whether the books are held alone.
    """

    shelves: Backend
    found: dict[Place, bytes | None]
    whole: frozenset[str]
    shared: frozenset[str]
    alone: bool
    waiting: dict[Place, bytes] = field(default_factory=dict)
    index: dict[str, Collection[bytes]] = field(default_factory=dict)
    leaving: dict[Place, tuple[str, str]] = field(default_factory=dict)

    def get(self, shelf: str, name: str) -> bytes | None:
        """Return what stands on ``shelf`` under ``name``; it is read once."""
        place = shelf, name
        if place not in self.found and shelf not in self.whole:
            self.found[place] = self.shelves.get(shelf, name)
        return self.found.get(place)

    def all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        """Yield the names on ``shelf``, which is known whole, in order, and what stands under each."""
        return iter(sorted((n, sealed) for (s, n), sealed in self.found.items() if s == shelf and sealed is not None))

    def put_later(self, shelf: str, name: str, sealed: bytes, digests: Collection[bytes] | None = None) -> None:
        """Put ``sealed``, and the ``digests`` of a case, with whatever is written next."""
        self.found[shelf, name] = self.waiting[shelf, name] = sealed
        if digests is not None:
            self.index[name] = digests

    def move_later(self, shelf: str, name: str, to: str, sealed: bytes, key: str) -> None:
        """Put ``sealed`` on ``to``, and destroy the rest, with whatever is written next."""
        self.forget(shelf, name)
        self.put_later(to, name, sealed)
        self.leaving[shelf, name] = to, key

    def forget(self, shelf: str, name: str) -> None:
        """Know that nothing stands there any more."""
        self.found[shelf, name] = None
        self.waiting.pop((shelf, name), None)
        if shelf == CASES:
            self.index.pop(name, None)

    def write(self) -> None:
        """Put all that waits, and destroy what it comes in place of."""
        for (shelf, name), (to, key) in self.leaving.items():
            self.shelves.move(shelf, name, to, self.waiting, key, self.index)
        if self.waiting and not self.leaving:
            self.shelves.put_all(self.waiting, self.index)
        self.waiting, self.index, self.leaving = {}, {}, {}


_MEMORY: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextmanager
def remember_reads(shelves: Backend, whole: Sequence[str], places: Iterable[Place], *, alone: bool) -> Iterator[None]:
    """Remember what stands on the shelves ``whole`` and at ``places``, read at once, until the block ends.

    What still waits is written then, but not where the block ends by an error: it is done again.
    """
    found, shared = shelves.gather(whole, places := list(places))
    known: Mapping[Place, None] = dict.fromkeys(places)
    memory = Memory(shelves, {**known, **found}, frozenset(whole), shared, alone)
    token = _MEMORY.set(memory)
    try:
        yield
        memory.write()
    finally:
        _MEMORY.reset(token)


def find_memory(shelves: Backend) -> Memory | None:
    """Return what this thread remembers of ``shelves``."""
    memory = _MEMORY.get()
    return memory if memory is not None and memory.shelves is shelves else None
