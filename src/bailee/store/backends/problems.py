"""What can be wrong with Bailee's own state."""

from __future__ import annotations

from bailee.errors import BaileeError, ErrorKind


class StateError(BaileeError):
    """Bailee's own state cannot be used."""

    kind = ErrorKind.BOOKS
    code = "books"


class BusyError(StateError):
    """Another process holds the books alone, since it applies a plan: a matter of a moment."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("another plan is being applied", "wait until it has ended, then apply again")


class InvalidSealError(StateError):
    """What is sealed does not open: another key, it was tampered with, or its key was shredded."""
