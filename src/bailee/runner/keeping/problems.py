"""What can be wrong with Bailee's own state."""

from __future__ import annotations


class StateError(Exception):
    """Bailee's own state cannot be used. ``message`` says what is, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class InvalidSealError(StateError):
    """What is sealed does not open: another key, it was tampered with, or its key was shredded."""
