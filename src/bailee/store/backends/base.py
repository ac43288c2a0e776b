"""What a place of Bailee's own state can do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from bailee.vault import First, KeyPlace

CASES = "cases"
"""The shelf of cases, which are found by what they name."""

Index: TypeAlias = Mapping[str, Collection[bytes]]
"""Name of a case -> digests of 16 bytes of what it names: keys of rows, and values that a person is known by."""


class Backend(Protocol):
    """Sealed things by shelf and name, pages, digests of shared values, wrapped keys, and a lock.

    What is written is durable when the call returns, or when the caller's own transaction of the books is committed.
    Every write passes the fence first. All raise `StateError` where the place cannot be used.
    """

    @property
    def keys(self) -> KeyPlace:
        """Wrapped keys. One that is made is committed at once, whatever becomes of the caller's transaction."""
        ...

    def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        ...

    def get(self, shelf: str, name: str) -> bytes | None:
        """Return what stands on ``shelf`` under ``name``."""
        ...

    def put(self, shelf: str, name: str, sealed: bytes) -> None:
        """Put ``sealed`` in place of what was there."""
        ...

    def put_all(self, sealed: Mapping[tuple[str, str], bytes], index: Index) -> None:
        """Put several things, by shelf and name, in place of what was there: all stand, or none.

        ``index``: the digests of those that are cases, in place of those before: they stand with what is put, or
        neither does. A case that is put without is not indexed.
        """
        ...

    def put_first(self, shelf: str, name: str, key: str, first: First, index: Index) -> None:
        """Put what is sealed, where nothing stood, and the key ``key`` that seals it alone: both stand, or neither."""
        ...

    def move(
        self, shelf: str, name: str, to: str, sealed: Mapping[tuple[str, str], bytes], key: str, index: Index
    ) -> None:
        """Put ``sealed`` with its ``index``; destroy what stands on ``shelf`` under ``name``, and its wrapped ``key``.

        What comes in its place on the shelf ``to`` is among ``sealed``. All of it is done, or nothing.
        """
        ...

    def at_once(self, waits: Callable[[], None]) -> AbstractContextManager[None]:
        """Let what ``waits`` writes, and all that is written in the block, stand at once at its end, or nothing of it.

        What is asked in the block has what was written in it. A wrapped key that is made in it stands all the same.
        """
        ...

    def gather(
        self, whole: Sequence[str], places: Iterable[tuple[str, str]]
    ) -> tuple[Mapping[tuple[str, str], bytes], frozenset[str]]:
        """Return all that stands on the shelves ``whole`` and at ``places``, and what `shared` returns."""
        ...

    def is_any_indexed(self) -> bool:
        """Whether a digest may find a case, or a case is not indexed."""
        ...

    def chosen(self, digests: Collection[bytes]) -> frozenset[str]:
        """Return the names of the cases that have one of ``digests``, and of those not indexed by this state of theirs.

        Such are put without an index, or were written by an earlier version.
        """
        ...

    def several(self, shelf: str, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return by name what stands on ``shelf`` under ``names``."""
        ...

    def remove(self, shelf: str, name: str) -> None:
        """Remove what stands there, if anything does, with its digests."""
        ...

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names on ``shelf``, in order."""
        ...

    def all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        """Yield the names on ``shelf``, in order, and what stands under each."""
        ...

    def shelves(self) -> Iterator[str]:
        """Yield the shelves on which something stands, in order."""
        ...

    def page(self, name: str) -> dict[str, Any]:
        """Return the page ``name``; empty where there is none."""
        ...

    def keep_page(self, name: str, content: Mapping[str, Any]) -> None:
        """Write the page ``name``."""
        ...

    def shared(self) -> frozenset[str]:
        """Return the digests of values found shared."""
        ...

    def add_shared(self, digests: Iterable[str]) -> None:
        """Remember more of them, for good."""
        ...

    def alone(self, wait: float) -> AbstractContextManager[Callable[[], bool]]:
        """Hold the books alone, or raise `StateError` where another still does after ``wait`` seconds.

        A process that dies lets go of them. Yields what tells whether they are held still.
        """
        ...
