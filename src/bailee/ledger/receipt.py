"""Receipts (c2sp.org/tlog-proof): an entry, its opening, and the proof that the log has it; verified offline.

Nothing in a receipt is free: the tree binds entry, salt, index and proof to the checkpoint, and the *seal*, a signature
of the log's key, binds the whole file as it was made. Earlier versions made receipts that have no seal: what nothing
binds there, the key of the person, is told (`Verified.unbound`) and never passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.ledger import tree
from bailee.ledger.errors import LedgerError
from bailee.ledger.log import read_checkpoint
from bailee.ledger.note import (
    SIGNATURE_BYTES,
    Checkpoint,
    Signer,
    Verifier,
    decoded,
    encoded,
    open_checkpoint,
    signatures_of,
    verifier_of,
)
from bailee.ledger.opening import SALT_BYTES, Opening, canonical, commitment, tag
from bailee.ledger.tiles import Tiles

HEADER = "c2sp.org/tlog-proof@v1"
FORMAT = 2
"""Of receipts with a seal. Those of format 1 have none."""

SEALED_SINCE = 2
"""The format of entries from which on every receipt has a seal: one without it was changed."""

MOST_BYTES = 1 << 20

PROVES = (
    "The firm has stated, under its key, what stands here, and has put the statement into its ledger,"
    " where it can neither be changed nor taken out without that being found."
)
PROVES_NOT = (
    "It does not prove that the bytes are gone: nobody can show that of a copy. It is the firm's word,"
    " which the firm cannot take back."
)

_SAYS = {"proves": frozenset({PROVES}), "proves_not": frozenset({PROVES_NOT})}
"""What receipts of any version say that they prove, and that they do not: their reader must not be told more."""

_SEAL = "bailee-receipt/2"
"""The first line of what is sealed: no checkpoint's, whose first line is the name of its log."""

_KEY_BYTES = 32
_NAMES = frozenset({"bailee-receipt", "entry", "salt", "log", "person_key", "seal", *_SAYS})

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A receipt as its file has it, nothing verified. ``key``: of the tags; ``vkey``: the log's, as it says itself.

    ``seal``: the signature over ``sealed``, which is all of the file but it; ``None`` in receipts of format 1.
    """

    index: int
    proof: tuple[bytes, ...]
    note: str
    salt: bytes
    entry: Mapping[str, Any]
    key: bytes | None
    vkey: str
    seal: bytes | None
    sealed: str

    def is_about(self, attribute: str, value: str) -> bool:
        """Whether the receipt binds a person known by the normal ``value``."""
        tags = [t for person in self.entry.get("persons", ()) for t in person]
        return self.key is not None and tag(self.key, attribute, value) in tags


@dataclass(frozen=True, slots=True)
class Verified:
    """A receipt that holds: the ``checkpoint`` that it leads to, and by which key it was verified.

    ``unbound``: the fields that nothing binds, so that somebody may have changed, added or removed them.
    """

    checkpoint: Checkpoint
    by: Verifier
    unbound: tuple[str, ...] = ()


def write(folder: Path, signer: Signer, opening: Opening, index: int, key: bytes | None) -> str:
    """Return the receipt of the entry at ``index`` of the log in ``folder``, as a file has it; raises `LedgerError`."""
    head = open_checkpoint(read_checkpoint(folder), signer.verifier)
    note = signer.signed(head.text)  # with the log's signature alone: others' are no part of a receipt
    proof = tree.inclusion_proof(index, head.size, Tiles(folder, head.size))
    extra = {
        "bailee-receipt": FORMAT, "entry": opening.content, "salt": encoded(opening.salt), "log": str(signer.verifier),
        "proves": PROVES, "proves_not": PROVES_NOT, **({"person_key": encoded(key)} if key else {}),
    }  # fmt: skip
    rest = [f"index {index}", *map(encoded, proof)]
    seal = signer.signature(_sealed(extra, rest, note))
    return _file({**extra, "seal": encoded(seal)}, rest, note)


def _file(extra: Mapping[str, Any], rest: Sequence[str], note: str) -> str:
    return "\n".join([HEADER, f"extra {encoded(canonical(extra))}", *rest]) + f"\n\n{note}"


def _sealed(extra: Mapping[str, Any], rest: Sequence[str], note: str) -> str:
    """Return what the seal is a signature of: the file as it is without the seal, under a line of its own."""
    return f"{_SEAL}\n{_file({name: said for name, said in extra.items() if name != 'seal'}, rest, note)}"


def parse(text: str) -> ReceiptFile:
    """Return what the file of a receipt says; raises `LedgerError` (L607).

    Every field that it may have is known, and stands there in its one spelling; words are those that every receipt has.
    """
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    match = _INDEX.fullmatch(lines[2]) if len(lines) > 2 else None  # noqa: PLR2004 - header, extra, index
    if not blank or lines[0] != HEADER or not match or len(text) > MOST_BYTES or not lines[1].startswith("extra "):
        raise _no_receipt()
    proof = [decoded(line) for line in lines[3:]]
    extra = decoded(lines[1].removeprefix("extra "))
    if extra is None or not all(one is not None and len(one) == tree.HASH_BYTES for one in proof):
        raise _no_receipt()
    data = _extra(extra)
    salt, key, seal = (_bytes(data, name) for name in ("salt", "person_key", "seal"))
    assert salt is not None
    hashes = tuple(one for one in proof if one is not None)
    sealed = _sealed(data, lines[2:], note)
    return ReceiptFile(int(match[1]), hashes, note, salt, data["entry"], key, data["log"], seal, sealed)


_LENGTHS = {"salt": SALT_BYTES, "person_key": _KEY_BYTES, "seal": SIGNATURE_BYTES}


def _extra(extra: bytes) -> Mapping[str, Any]:
    """Return the extra data of a receipt. Raises `LedgerError` where a field is not what one of Bailee's has."""
    try:
        data: dict[str, Any] = json.loads(extra)
        known = isinstance(data["entry"], dict) and isinstance(data["log"], str)
        known = known and canonical(data) == extra  # one spelling: what stands twice would be read as it suits
        known = known and _NAMES.issuperset(data) and all(data[name] in texts for name, texts in _SAYS.items())
        known = known and data["bailee-receipt"] == (FORMAT if "seal" in data else FORMAT - 1)
        known = known and "salt" in data and all(_bytes(data, name) for name in _LENGTHS if name in data)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_receipt() from None
    if not known:
        raise _no_receipt()
    return data


def _bytes(data: Mapping[str, Any], name: str) -> bytes | None:
    """Return the bytes of a field, ``None`` where it is not there or not as long as it should be."""
    found = decoded(data[name]) if name in data else None
    return found if found is not None and len(found) == _LENGTHS[name] else None


def _no_receipt() -> LedgerError:
    return LedgerError("L607", "this is no receipt of Bailee's", "take the file as it was handed out, without a change")


def verify(receipt: ReceiptFile, key: str | None = None) -> Verified:
    """Return what the receipt leads to, if it holds; raises `LedgerError` (L601, L602, L608, L609).

    ``key``: the log's public key as the firm publishes it. Without it the receipt is held against the key that it
    names itself: then it is whole, and whose it is remains to be seen.
    """
    verifier = _verifier(receipt, key)
    head = open_checkpoint(receipt.note, verifier)
    leaf = tree.leaf_hash(commitment(receipt.salt, canonical_of(receipt)))
    if not tree.includes(leaf, receipt.index, head.size, receipt.proof, head.root):
        hint = "something in it was changed, or it was never in this ledger"
        raise LedgerError("L608", "the receipt does not hold: the ledger has no such entry", hint)
    return Verified(head, verifier, _unbound(receipt, verifier))


def _verifier(receipt: ReceiptFile, key: str | None) -> Verifier:
    """Return the key that ``receipt`` is held against: it names the same one, and has no signature but that key's."""
    if key is None:
        try:
            verifier = verifier_of(receipt.vkey)
        except LedgerError:
            raise _no_receipt() from None
    else:
        verifier = verifier_of(key)
    if receipt.vkey != str(verifier):
        hint = "want the key from the firm itself, and the receipt as it was handed out"
        raise LedgerError("L602", "the receipt names another key than the one it is held against", hint)
    if len(signatures_of(receipt.note)) > 1:
        raise _not_as_made("there are signatures in it that are not the ledger's")
    return verifier


def _unbound(receipt: ReceiptFile, verifier: Verifier) -> tuple[str, ...]:
    """Return the fields that nothing binds. Raises `LedgerError` (L608) where what binds them shows a change."""
    if receipt.seal is not None:
        if not verifier.holds(receipt.sealed, receipt.seal):
            raise _not_as_made("its seal does not fit what stands in it")
        return ()
    made = receipt.entry.get("bailee-entry", 1)
    if not isinstance(made, int) or made >= SEALED_SINCE:
        raise _not_as_made("its seal was taken out")
    if receipt.entry.get("persons"):
        return ("person_key",)
    if receipt.key is not None:
        raise _not_as_made("it has the key of a person, and its entry is about nobody")
    return ()


def _not_as_made(why: str) -> LedgerError:
    return LedgerError("L608", f"the receipt does not hold: {why}", "take the file as it was handed out")


def canonical_of(receipt: ReceiptFile) -> bytes:
    """Return the entry as it was hashed; raises `LedgerError` where it cannot have been."""
    try:
        return canonical(receipt.entry)
    except ValueError:
        raise _no_receipt() from None
