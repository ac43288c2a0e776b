"""What can be wrong with staff and their tokens. Apart from `staff`, which needs the books."""

from __future__ import annotations


class StaffError(Exception):
    """It cannot be done with staff or a token. ``message`` says what is, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class UnknownStaff(StaffError):
    """Nobody here is known by that."""


class NotYours(StaffError):
    """Somebody else may do this."""
