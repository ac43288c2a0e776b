"""Signed notes (c2sp.org/signed-note) under Ed25519 (RFC 8032), their keys as text, and checkpoints made of them."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from bailee.ledger.errors import LedgerError
from bailee.ledger.tree import HASH_BYTES

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
"""The signature type of the note's specification: Ed25519 over the text."""

MOST_SIGNATURES = 100
MOST_BYTES = 1 << 20

SIGNATURE_BYTES = 64
_KEY_BYTES = 32
_ID_BYTES = 4
_KEYS = re.compile(r"(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<data>[A-Za-z0-9+/]+=*)")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key: whose (``name``), and its 32 bytes."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that name the key in a signature."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(ED25519 + self.key)}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether ``signature`` is this key's over ``text``."""
        from cryptography.exceptions import InvalidSignature  # start-up: 13 ms
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # start-up: 16 ms

        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key: whose (``name``), and its seed, 32 bytes."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"  # never the seed

    @property
    def verifier(self) -> Verifier:
        """Return the public key."""
        return Verifier(self.name, self._private().public_key().public_bytes_raw())

    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # start-up: 16 ms

        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def signed(self, text: str) -> str:
        """Return ``text``, which ends in a newline, as a note with this key's signature."""
        line = encoded(self.verifier.id + self._private().sign(text.encode()))
        return f"{text}\n— {self.name} {line}\n"

    def signature(self, text: str) -> bytes:
        """Return this key's signature over ``text``, which must not be one that somebody could take for a note's."""
        return self._private().sign(text.encode())

    def to_text(self) -> str:
        """Return the key as text: a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{encoded(ED25519 + self.seed)}"


def verifier_of(text: str) -> Verifier:
    """Return the public key that ``text`` (a *vkey*) spells; raises `LedgerError`."""
    found = Verifier(*_key(text.strip(), private=False))
    if str(found) != text.strip():
        raise _no_key()
    return found


def signer_of(text: str) -> Signer:
    """Return the private key that ``text`` spells; raises `LedgerError`."""
    found = Signer(*_key(text.strip(), private=True))
    if found.to_text() != text.strip():
        raise _no_key()
    return found


def _key(text: str, *, private: bool) -> tuple[str, bytes]:
    match = _KEYS.fullmatch(text.removeprefix(_PRIVATE))
    data = decoded(match["data"]) if match else None
    if text.startswith(_PRIVATE) != private or not match or not data or data[:1] != ED25519:
        raise _no_key()
    if len(data) != 1 + _KEY_BYTES:
        raise _no_key()
    return match["name"], data[1:]


def _no_key() -> LedgerError:
    return LedgerError(
        "L609", "this is no Ed25519 key of a ledger", "give it whole: name+id+key, as the firm publishes it"
    )


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of ``note``, which ``verifier``'s key has signed; raises `LedgerError` (L601, L602).

    Signatures of other keys, such as witnesses', are passed over, as the specification wants it.
    """
    text, signatures = _parts(note)
    mine = [s[_ID_BYTES:] for name, s in signatures if (name, s[:_ID_BYTES]) == (verifier.name, verifier.id)]
    if not mine:
        names = ", ".join(sorted({f"{name}+{s[:_ID_BYTES].hex()}" for name, s in signatures}))
        raise LedgerError(
            "L602", f"the note is not signed by {verifier.name}+{verifier.id.hex()}", f"it is signed by {names}"
        )
    if not all(verifier.holds(text, signature) for signature in mine):
        hint = "what was signed was changed afterwards, or somebody else pretends to be the ledger"
        raise LedgerError("L602", "the signature does not hold", hint)
    return text


def signatures_of(note: str) -> list[tuple[str, bytes]]:
    """Return the signatures of ``note``: whose, and each after the key's four bytes. Raises `LedgerError`."""
    return _parts(note)[1]


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    wrong = LedgerError("L601", "this is no signed note", "take the file as it was published, without a change")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or len(note.encode()) > MOST_BYTES or not lines.endswith("\n"):
        raise wrong
    if any(c < " " and c != "\n" for c in note) or lines.count("\n") > MOST_SIGNATURES:
        raise wrong
    signatures = []
    for line in lines[:-1].split("\n"):
        match = _LINE.fullmatch(line)
        data = decoded(match[2]) if match else None
        if not match or not data or len(data) <= _ID_BYTES:
            raise wrong
        signatures.append((match[1], data))
    return text + "\n", signatures


# --- checkpoints ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: how many entries it has and the root over them (c2sp.org/tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return what is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def open_checkpoint(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint that ``note`` is, signed by the log's key; raises `LedgerError` (L601, L602)."""
    return checkpoint_of(open_note(note, verifier), verifier.name)


def checkpoint_of(text: str, origin: str) -> Checkpoint:
    """Return the checkpoint of ``origin`` that the text of a note is; raises `LedgerError` (L601)."""
    lines = text.split("\n")[:-1]
    root = decoded(lines[2]) if len(lines) > 2 else None  # noqa: PLR2004 - origin, size, root
    if root is None or len(root) != HASH_BYTES or not all(lines) or not _SIZE.fullmatch(lines[1]):
        raise LedgerError("L601", "this is no checkpoint", "take the file as it was published, without a change")
    if lines[0] != origin:
        raise LedgerError("L602", "the checkpoint is another log's", f"want one of {origin}")
    return Checkpoint(lines[0], int(lines[1]), root)


# --- base64, the standard one, in its one right spelling -----------------------------------------------------


def encoded(data: bytes) -> str:
    """Return ``data`` in base64."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes | None:
    """Return what ``text`` is in base64, ``None`` where it is not, or not spelled as `encoded` would."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encoded(data) == text else None
