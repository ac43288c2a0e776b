"""A whole log computed anew from its entries, and held against what is signed: what is wrong, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bailee.ledger import tiles
from bailee.ledger.errors import NOT_A_NOTE, LedgerError
from bailee.ledger.log import read_checkpoint
from bailee.ledger.note import Checkpoint, Verifier, open_checkpoint
from bailee.ledger.tiles import ENTRIES, WIDTH, Tiles, name_of
from bailee.ledger.tree import consistency_proof, goes_on, leaf_hashes, root_of


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """``what``: tampered, missing, signature, shorter, rewritten or forked. ``where``: a file, or entries."""

    what: str
    where: str
    says: str


def audit(
    folder: Path, verifier: Verifier, older: str | None = None
) -> tuple[Checkpoint | None, tuple[AuditFinding, ...]]:
    """Return the log's checkpoint, if it is one, and all that is wrong with the log in ``folder``.

    ``older``: a checkpoint that somebody kept: the log must go on from it (RFC 9162, 2.1.4). Raises `LedgerError`
    where that is none.
    """
    try:
        head = open_checkpoint(read_checkpoint(folder), verifier)
    except LedgerError as error:
        return None, (AuditFinding("signature", "checkpoint", error.message),)
    findings = [*_tiles(folder, head)] or [*_parts(folder, head)]
    if older is not None:
        findings += _since(folder, head, verifier, older)
    return head, tuple(findings)


def _tiles(folder: Path, head: Checkpoint) -> Iterator[AuditFinding]:
    """Compute every hash from the entries up, and yield where a file says something else."""
    below: list[bytes | None] = []
    for index, width in tiles.widths(head.size, 0):
        name = name_of(ENTRIES, index, width)
        try:
            below += leaf_hashes(tiles.entries(folder, index, width))
        except LedgerError as error:
            below += [None] * width
            yield AuditFinding(
                "missing", name, f"entries {index * WIDTH} to {index * WIDTH + width - 1}: {error.message}"
            )
    last: list[bytes] = []
    edges: list[list[bytes]] = []
    for level in range(tiles.levels(head.size)):
        above: list[bytes | None] = []
        last = []
        for index, width in tiles.widths(head.size, level):
            mine = below[index * WIDTH : index * WIDTH + width]
            yield from _tile(folder, level, index, mine)
            known = [one for one in mine if one is not None]
            if width == WIDTH:
                above.append(root_of(known) if len(known) == WIDTH else None)
            else:
                last = known
        edges.append(last)
        below = above
    if tiles.root_of_edge(edges) != head.root:
        says = f"the {head.size} entries that are there are not those that were signed"
        yield AuditFinding("rewritten", "checkpoint", says)


def _tile(folder: Path, level: int, index: int, computed: list[bytes | None]) -> Iterator[AuditFinding]:
    name = name_of(level, index, len(computed))
    try:
        found = tiles.hashes(folder, level, index, len(computed))
    except LedgerError as error:
        yield AuditFinding("missing", name, error.message)
        return
    for place, (one, other) in enumerate(zip(computed, found, strict=True)):
        if one is not None and one != other:
            number = index * WIDTH + place
            says = (
                f"entry {number} does not hash to" if level == 0 else f"what is below does not hash to hash {number} of"
            )
            yield AuditFinding("tampered", f"entry {number}" if level == 0 else name, f"{says} {name}")


def _parts(folder: Path, head: Checkpoint) -> Iterator[AuditFinding]:
    """Yield the files that are not, to the byte, what the tile or bundle that was signed begins with.

    Parts that a larger part covers are read by holders of an older checkpoint. Wider ones than ``head`` has are of a
    tree that is not signed yet; one that goes meanwhile is of a tile that has become full.
    """
    for index, width in tiles.widths(head.size, 0):
        yield from _begins(folder, ENTRIES, index, [tiles.bundle([e]) for e in tiles.entries(folder, index, width)])
    for level in range(tiles.levels(head.size)):
        for index, width in tiles.widths(head.size, level):
            yield from _begins(folder, level, index, tiles.hashes(folder, level, index, width))


def _begins(folder: Path, level: int | str, index: int, pieces: Sequence[bytes]) -> Iterator[AuditFinding]:
    """Yield the files of one tile, or bundle, that are not what it begins with; ``pieces``: what it is made of."""
    widths = {width for width in tiles.parts(folder, level, index) if width <= len(pieces)}
    for width in sorted(widths | {len(pieces)}):
        name = name_of(level, index, width)
        try:
            found = (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            yield AuditFinding("missing", name, f"{name} cannot be read: {error.strerror}")
            continue
        if found != b"".join(pieces[:width]):
            yield AuditFinding("tampered", name, f"{name} is not what the tile that was signed begins with")


def _since(folder: Path, head: Checkpoint, verifier: Verifier, older: str) -> Iterator[AuditFinding]:
    """Yield whether the log does not go on from an older checkpoint."""
    try:
        old = open_checkpoint(older, verifier)
    except LedgerError as error:
        if error.code == NOT_A_NOTE:
            raise
        yield AuditFinding("signature", "the older checkpoint", error.message)
        return
    if old.size > head.size:
        says = f"the older checkpoint has {old.size} entries, the log has {head.size}: the last ones are gone"
        yield AuditFinding("shorter", f"entries {head.size} to {old.size - 1}", says)
    elif old.size == head.size and old.root != head.root:
        says = f"two different checkpoints of {head.size} entries are signed: some were shown another ledger"
        yield AuditFinding("forked", "checkpoint", says)
    elif not _goes_on(folder, old, head):
        says = f"the first {old.size} entries are not those of the older checkpoint: history was rewritten"
        yield AuditFinding("rewritten", f"entries 0 to {old.size - 1}", says)


def _goes_on(folder: Path, old: Checkpoint, head: Checkpoint) -> bool:
    try:
        proof = consistency_proof(old.size, head.size, Tiles(folder, head.size))
    except LedgerError:
        return False
    return goes_on(old.size, head.size, proof, old.root, head.root)
