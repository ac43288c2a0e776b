"""What can be wrong with staff, their tokens, and what people ask for. Apart from modules that need the books."""

from __future__ import annotations

from datetime import datetime


class StaffError(Exception):
    """It cannot be done with staff, a token or a webhook. ``message`` says what is, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class NothingThere(StaffError):
    """There is no such thing, or it is not theirs to see."""


class UnknownStaff(NothingThere):
    """Nobody here is known by that."""


class UnknownWebhook(NothingThere):
    """There is no such webhook."""


class NotYours(StaffError):
    """Somebody else may do this."""


class NotAskable(Exception):
    """A request cannot be taken in as it is. ``message`` says what is, ``hint`` what to do; nothing is repeated."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(f"{message} ({hint})")


class TooMany(Exception):
    """Something was tried too often. ``retry_at``: when it may be tried again. ``message``, ``hint``: as elsewhere."""

    def __init__(self, message: str, hint: str, retry_at: datetime) -> None:
        self.message, self.hint, self.retry_at = message, hint, retry_at
        super().__init__(f"{message} ({hint})")
