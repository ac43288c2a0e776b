"""What can be wrong with a ledger. Codes are permanent."""

from __future__ import annotations

NOT_A_NOTE = "L601"
"""The code where what is shown is no signed note at all."""


class LedgerError(Exception):
    """The ledger cannot be used, or what is shown of it does not hold.

    ``code``: L601 not a signed note, L602 not signed by the key, L603 no checkpoint, L604 tiles do not fit the
    checkpoint, L605 cannot be read or written, L606 another writer, L607 not a receipt, L608 a receipt that does not
    hold, L609 not a key. ``message`` says what is, ``hint`` what to do.
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(f"{message} ({hint})")
