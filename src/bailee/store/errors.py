"""What can be wrong with staff, their tokens, and what people ask for. Apart from modules that need the books."""

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
