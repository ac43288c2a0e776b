"""Where wrapped keys stand: the store provides it, as a folder or as a table of the books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol


class KeyPlace(Protocol):
    """Wrapped data keys by name. Names are random ids or purposes, never personal: letters, digits, ``_ . : -``.

    What is written is durable when the call returns. Each call raises `OSError`, or what the books raise.
    """

    def get(self, name: str) -> bytes | None:
        """Return what stands under ``name``."""
        ...

    def several(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands under ``names``, of those under which something does."""
        ...

    def add(self, name: str, wrapped: bytes) -> bytes:
        """Put ``wrapped`` unless something stands there, and return what then does: of two workers at once one wins."""
        ...

    def replace(self, name: str, old: bytes, wrapped: bytes) -> bool:
        """Put ``wrapped`` in place of ``old``, if that still stands there; else a shredded key would come back."""
        ...

    def delete(self, name: str) -> None:
        """Destroy what stands under ``name``, if anything does."""
        ...

    def names(self) -> Iterator[str]:
        """Yield all names."""
        ...
