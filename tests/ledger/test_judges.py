"""Somebody else's program reads the log and judges it: `aics-tlog`, which wants Python 3.12."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.ledger import Opening, canonical, receipt
from bailee.ledger.tree import leaf_hash
from tests.ledger.logs import KEY, SIGNER, entry, made

tlog = pytest.importorskip("aics_tlog", reason="aics-tlog wants Python 3.12")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 255, 256, 257, 300, 700])
def test_another_implementation_reads_every_file_and_finds_the_same_root(tmp_path: Path, size: int) -> None:
    log = made(tmp_path / "ledger", size)
    reader = tlog.FileSystemTileReader(tmp_path / "ledger")
    result = tlog.verify_checkpoint(tlog.parse_note(log.note), tlog.parse_vkey(str(KEY)))
    assert (result.log_ok, result.origin, result.size, result.root) == (True, SIGNER.name, size, log.checkpoint.root)
    report = tlog.audit_tiles(reader, size, log.checkpoint.root)
    assert report.bundles == -(-size // 256)
    assert tlog.MerkleTree([entry(n) for n in range(size)]).root() == log.checkpoint.root


def test_another_implementation_verifies_a_receipt(tmp_path: Path) -> None:
    log = made(tmp_path / "ledger", 300)
    opening = Opening(canonical({"kind": "outcome"}), log.checkpoint.size)
    index = log.append([opening.commitment])
    text = receipt.write(tmp_path / "ledger", SIGNER, opening, index, None)
    head, _, note = text.partition("\n\n")
    proof = [tlog.note.b64_decode(line) for line in head.split("\n")[3:]]
    result = tlog.verify_checkpoint(tlog.parse_note(note), tlog.parse_vkey(str(KEY)))
    assert result.log_ok
    assert tlog.verify_inclusion(leaf_hash(opening.commitment), index, result.size, proof, result.root)


def test_another_implementation_sees_the_log_go_on(tmp_path: Path) -> None:
    log = made(tmp_path / "ledger", 77)
    old = log.checkpoint
    log.append([entry(n) for n in range(77, 600)])
    reader = tlog.FileSystemTileReader(tmp_path / "ledger")
    proof = tlog.consistency_proof_from_tiles(reader, old.size, log.checkpoint.size)
    assert tlog.verify_consistency(old.size, log.checkpoint.size, old.root, log.checkpoint.root, proof)
