"""What can be wrong with a vault. No message repeats a key, a secret, or what was sealed."""

from __future__ import annotations

from bailee.errors import BaileeError, ErrorKind

_REFUSED = {"V707", "V708"}
"""The others say that a key or a file cannot be used."""


class VaultError(BaileeError):
    """The vault cannot do it. ``code`` is permanent.

    V701  does not open: another key, tampered with, moved, or shredded (`InvalidVaultSealError`)
    V702  not a master key, or a reference that names none
    V703  the master key is missing, or a wrapped key is
    V704  the master key, or where it stands, is open to others
    V705  the epoch is not there, or there is no newer one
    V706  the key service cannot be reached, or refuses
    V707  recovery: wrong shares, or not to be had of this master key
    V708  secrets: no such one, or no recovery has been rehearsed
    V709  a file cannot be read or written
    """

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.kind = code, ErrorKind.NOT_ALLOWED if code in _REFUSED else ErrorKind.BOOKS
        super().__init__(message, hint)


class InvalidVaultSealError(VaultError):
    """What is sealed does not open: another key, tampered with, moved, or its key was shredded."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__("V701", message, hint)
