"""What can be wrong with the store, with staff and their tokens, and with what people ask for. Needs no Django."""

from __future__ import annotations

from datetime import datetime

from bailee.errors import BaileeError, ErrorKind


class StaffError(BaileeError):
    """It cannot be done with staff, a token or a webhook."""

    kind = ErrorKind.NOT_SO
    code = "staff"


class NothingThere(StaffError):
    """There is no such thing, or it is not theirs to see."""

    kind = ErrorKind.NOT_THERE


class UnknownStaff(NothingThere):
    """Nobody here is known by that."""


class UnknownWebhook(NothingThere):
    """There is no such webhook."""


class NotYours(StaffError):
    """Somebody else may do this."""

    kind = ErrorKind.NOT_YOURS
    code = "not_allowed"


class NotAskable(BaileeError):
    """A request cannot be taken in as it is."""

    kind = ErrorKind.NOT_ASKABLE
    code = "not_askable"


class TooMany(BaileeError):
    """Something was tried too often. ``retry_at``: when it may be tried again (UTC)."""

    kind = ErrorKind.TOO_MANY
    code = "too_many"

    def __init__(self, message: str, hint: str, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(message, hint)


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
