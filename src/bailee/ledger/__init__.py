"""The room where it is written down what was done, so that nobody can rewrite it unseen: a Merkle log of commitments.

The tree is that of RFC 6962 and RFC 9162; files, checkpoints and receipts are those of C2SP (tlog-tiles,
tlog-checkpoint, signed-note, tlog-proof), so that other people's programs can read and judge them. The log holds no
word of an entry, only ``SHA-256(salt, entry)``; salt and entry are an *opening*, kept apart and handed out in receipts.
Knows no systems, plans or books.
"""

from bailee.ledger.audit import AuditFinding, audit
from bailee.ledger.errors import NOT_A_NOTE, LedgerError
from bailee.ledger.log import Log, create, read_checkpoint
from bailee.ledger.note import Checkpoint, Signer, Verifier, open_checkpoint, signer_of, verifier_of
from bailee.ledger.opening import Opening, bind, canonical, commitment, tag

__all__ = [
    "NOT_A_NOTE",
    "AuditFinding",
    "Checkpoint",
    "LedgerError",
    "Log",
    "Opening",
    "Signer",
    "Verifier",
    "audit",
    "bind",
    "canonical",
    "commitment",
    "create",
    "open_checkpoint",
    "read_checkpoint",
    "signer_of",
    "tag",
    "verifier_of",
]
