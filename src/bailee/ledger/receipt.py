"""Receipts (c2sp.org/tlog-proof): an entry, its opening, and the proof that the log has it; verified offline."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bailee.ledger import tree
from bailee.ledger.log import read_checkpoint
from bailee.ledger.note import Checkpoint, Verifier, decoded, encoded, open_checkpoint, verifier_of
from bailee.ledger.opening import SALT_BYTES, Opening, canonical, commitment, tag
from bailee.ledger.problems import LedgerError
from bailee.ledger.tiles import Tiles

HEADER = "c2sp.org/tlog-proof@v1"
FORMAT = 1
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

_NAMES = frozenset({"bailee-receipt", "entry", "salt", "log", "person_key", *_SAYS})

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as its file has it, nothing verified. ``key``: of the tags; ``vkey``: the log's, as it says itself."""

    index: int
    proof: tuple[bytes, ...]
    note: str
    salt: bytes
    entry: Mapping[str, Any]
    key: bytes | None
    vkey: str

    def is_about(self, attribute: str, value: str) -> bool:
        """Whether the receipt binds a person known by the normal ``value``."""
        tags = [t for person in self.entry.get("persons", ()) for t in person]
        return self.key is not None and tag(self.key, attribute, value) in tags


@dataclass(frozen=True, slots=True)
class Verified:
    """A receipt that holds: the ``checkpoint`` that it leads to, and by which key it was verified."""

    checkpoint: Checkpoint
    by: Verifier


def write(folder: Path, verifier: Verifier, opening: Opening, index: int, key: bytes | None) -> str:
    """Return the receipt of the entry at ``index`` of the log in ``folder``, as a file has it; raises `LedgerError`."""
    note = read_checkpoint(folder)
    head = open_checkpoint(note, verifier)
    proof = tree.inclusion_proof(index, head.size, Tiles(folder, head.size))
    extra = {
        "bailee-receipt": FORMAT, "entry": opening.content, "salt": encoded(opening.salt), "log": str(verifier),
        "proves": PROVES, "proves_not": PROVES_NOT, **({"person_key": encoded(key)} if key else {}),
    }  # fmt: skip
    lines = [HEADER, f"extra {encoded(canonical(extra))}", f"index {index}", *map(encoded, proof)]
    return "\n".join(lines) + f"\n\n{note}"


def parse(text: str) -> Receipt:
    """Return what the file of a receipt says; raises `LedgerError` (L607).

    Nothing in the file is taken that its proof does not bind, but for words that every receipt has: a receipt to which
    somebody has added what it proves is none.
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
    return Receipt(int(match[1]), tuple(one for one in proof if one is not None), note, *_extra(extra))


def _extra(extra: bytes) -> tuple[bytes, Mapping[str, Any], bytes | None, str]:
    try:
        data = json.loads(extra)
        known = data["bailee-receipt"] == FORMAT and isinstance(data["entry"], dict) and isinstance(data["log"], str)
        known = known and canonical(data) == extra  # one spelling: what stands twice would be read as it suits
        known = known and _NAMES.issuperset(data) and all(data[name] in texts for name, texts in _SAYS.items())
        salt, key = decoded(data["salt"]), decoded(data["person_key"]) if "person_key" in data else None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_receipt() from None
    if not known or salt is None or len(salt) != SALT_BYTES or (key is None and "person_key" in data):
        raise _no_receipt()
    return salt, data["entry"], key, data["log"]


def _no_receipt() -> LedgerError:
    return LedgerError("L607", "this is no receipt of Bailee's", "take the file as it was handed out, without a change")


def verify(receipt: Receipt, key: str | None = None) -> Verified:
    """Return what the receipt leads to, if it holds; raises `LedgerError` (L601, L602, L608, L609).

    ``key``: the log's public key as the firm publishes it. Without it the receipt is held against the key that it
    names itself: then it is whole, and whose it is remains to be seen.
    """
    verifier = verifier_of(key or receipt.vkey)
    head = open_checkpoint(receipt.note, verifier)
    leaf = tree.leaf_hash(commitment(receipt.salt, canonical_of(receipt)))
    if not tree.includes(leaf, receipt.index, head.size, receipt.proof, head.root):
        hint = "something in it was changed, or it was never in this ledger"
        raise LedgerError("L608", "the receipt does not hold: the ledger has no such entry", hint)
    return Verified(head, verifier)


def canonical_of(receipt: Receipt) -> bytes:
    """Return the entry as it was hashed; raises `LedgerError` where it cannot have been."""
    try:
        return canonical(receipt.entry)
    except ValueError:
        raise _no_receipt() from None
