"""What can be wrong with a ledger. Codes are permanent."""

from __future__ import annotations

from bailee.errors import BaileeError, ErrorKind

NOT_A_NOTE = "L601"
"""The code where what is shown is no signed note at all."""


_UNUSABLE = {"L603", "L605", "L606", "L609"}
"""The others say that something is not as it was signed."""


class LedgerError(BaileeError):
    """The ledger cannot be used, or what is shown of it does not hold.

    ``code``: L601 not a signed note, L602 not signed by the key, L603 no checkpoint, L604 tiles do not fit the
    checkpoint, L605 cannot be read or written, L606 another writer, L607 not a receipt, L608 a receipt that does not
    hold, L609 not a key.
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.kind = code, ErrorKind.BOOKS if code in _UNUSABLE else ErrorKind.UNPROVEN
        super().__init__(message, hint)
