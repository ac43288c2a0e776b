"""The log as files: growing, refusing, and what an audit finds."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.ledger import LedgerError, Log, audit, create, tiles
from bailee.ledger.tiles import Tiles, name_of
from bailee.ledger.tree import consistency_proof, goes_on, includes, inclusion_proof, leaf_hash, root_of
from tests.ledger.logs import KEY, OTHER, SIGNER, entry, made


def whats(folder: Path, older: str | None = None) -> set[str]:
    return {finding.what for finding in audit(folder, KEY, older)[1]}


@given(batches=st.lists(st.sampled_from([1, 2, 7, 255, 256, 257, 600]), min_size=1, max_size=4))
@settings(max_examples=25)
def test_however_it_grows_it_is_the_tree_of_its_entries(
    tmp_path_factory: pytest.TempPathFactory, batches: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("log") / "ledger"
    with patch("bailee.ledger.log.fsync"):  # the disk is not the matter here
        log, size = made(folder, 0), 0
        for batch in batches:
            assert log.append([entry(size + n) for n in range(batch)]) == size
            size += batch
    hashes = [leaf_hash(entry(n)) for n in range(size)]
    head, findings = audit(folder, KEY)
    assert not findings
    assert head is not None
    assert (head.size, head.root) == (size, root_of(hashes))
    assert Log(folder, SIGNER).checkpoint == head
    of = Tiles(folder, size)
    for index in {0, size // 2, size - 1}:
        assert includes(hashes[index], index, size, inclusion_proof(index, size, of), head.root)
        assert goes_on(index, size, consistency_proof(index, size, of), root_of(hashes[:index]), head.root)
    assert [log.find(entry(n), n) for n in (0, size - 1)] == [0, size - 1]
    assert log.find(entry(0), 1) is None


def test_a_tree_of_70_000_has_the_tiles_of_the_specification() -> None:
    names = [
        name_of(level, index, width)
        for level in range(tiles.levels(70_000))
        for index, width in tiles.widths(70_000, level)
    ]
    assert len(names) == 273 + 1 + 1 + 1 + 1
    assert {"tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= {*names}
    assert name_of(0, 1_234_067) == "tile/0/x001/x234/067"


def test_parts_of_a_tile_go_once_it_is_whole(tmp_path: Path) -> None:
    log = made(tmp_path / "ledger", 200)
    log.append([entry(200 + n) for n in range(100)])
    assert not (tmp_path / "ledger/tile/0/000.p").exists()
    assert {p.name for p in (tmp_path / "ledger/tile/0").iterdir()} == {"000", "001.p"}
    assert whats(tmp_path / "ledger") == set()


def one_by_one(folder: Path, first: int, last: int) -> Log:
    """Make a log, or go on with it, as the engine does: an entry at a time."""
    log = Log(folder, SIGNER) if folder.exists() else made(folder, 0)
    with patch("bailee.ledger.log.fsync"):
        for number in range(first, last):
            log.append([entry(number)])
    return log


def test_each_byte_of_each_part_of_a_tile_that_was_signed_is_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    one_by_one(folder, 0, 5)
    parts = sorted(folder.glob("tile/*/000.p/*"))
    assert [str(path.relative_to(folder / "tile")) for path in parts[:2]] == ["0/000.p/1", "0/000.p/2"]
    assert (len(parts), whats(folder)) == (10, set())
    for path in parts:
        whole = path.read_bytes()
        for wrong in (bytes([whole[0] ^ 1]) + whole[1:], whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-1], whole + b"x"):
            path.write_bytes(wrong)
            assert whats(folder) & {"tampered", "missing"}, path
        path.write_bytes(whole)
    assert whats(folder) == set()


def test_parts_that_a_dead_writer_left_of_a_tree_that_was_never_signed_are_no_finding(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    one_by_one(folder, 0, 250)
    with (
        patch("bailee.ledger.log.fsync"),
        patch("bailee.ledger.log.replace", side_effect=LedgerError("L605", "killed", "")),
        pytest.raises(LedgerError),
    ):
        Log(folder, SIGNER).append([entry(9_000 + n) for n in range(4)])
    assert (folder / "tile/0/000.p/254").exists()
    assert whats(folder) == set()
    log = Log(folder, SIGNER)
    with patch("bailee.ledger.log.fsync"):
        log.append([entry(250 + n) for n in range(5)])  # past what was left, without writing over it
    assert not (folder / "tile/0/000.p/254").exists()
    assert whats(folder) == set()
    one_by_one(folder, 255, 259)
    assert whats(folder) == set()


def test_a_tile_that_became_full_while_its_writer_died_keeps_its_parts_and_they_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with patch("bailee.ledger.log.rmtree"):
        one_by_one(folder, 0, 257)
    assert (folder / "tile/0/000.p/7").exists()
    assert whats(folder) == set()
    (folder / "tile/0/000.p/7").write_bytes(bytes(7 * 32))
    assert whats(folder) == {"tampered"}


def test_who_looks_with_the_wrong_key_is_told_so(tmp_path: Path) -> None:
    made(tmp_path / "ledger", 3)
    head, (finding,) = audit(tmp_path / "ledger", OTHER.verifier)
    assert head is None
    assert (finding.what, finding.where) == ("signature", "checkpoint")
    with pytest.raises(LedgerError, match="not signed by"):
        Log(tmp_path / "ledger", OTHER)


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_tampered_entry_is_found_where_it_is(tmp_path: Path) -> None:
    made(tmp_path / "ledger", 300)
    _flip(tmp_path / "ledger/tile/entries/000", 34 * 17 + 5)
    found = audit(tmp_path / "ledger", KEY)[1]
    assert [(f.what, f.where) for f in found] == [
        ("tampered", "entry 17"),
        ("tampered", "tile/1/000.p/1"),
        ("rewritten", "checkpoint"),
    ]


def test_a_tampered_tile_is_found_where_it_is(tmp_path: Path) -> None:
    made(tmp_path / "ledger", 300)
    _flip(tmp_path / "ledger/tile/0/000", 32 * 9)
    assert [(f.what, f.where) for f in audit(tmp_path / "ledger", KEY)[1]] == [("tampered", "entry 9")]


def test_a_file_that_is_gone_or_cut_short_is_named(tmp_path: Path) -> None:
    made(tmp_path / "ledger", 300)
    (tmp_path / "ledger/tile/entries/001.p/44").unlink()
    assert ("missing", "tile/entries/001.p/44") in {(f.what, f.where) for f in audit(tmp_path / "ledger", KEY)[1]}
    (tmp_path / "ledger/tile/0/000").write_bytes(b"short")
    assert ("missing", "tile/0/000") in {(f.what, f.where) for f in audit(tmp_path / "ledger", KEY)[1]}


def test_a_ledger_cut_back_goes_not_on_from_the_checkpoint_that_somebody_kept(tmp_path: Path) -> None:
    log = made(tmp_path / "ledger", 5)
    shutil.copytree(tmp_path / "ledger", tmp_path / "before")
    log.append([entry(5)])
    kept = log.note
    assert whats(tmp_path / "before") == set()
    assert whats(tmp_path / "before", kept) == {"shorter"}


def test_a_history_written_anew_is_found_by_the_checkpoint_that_somebody_kept(tmp_path: Path) -> None:
    kept = made(tmp_path / "ledger", 5).note
    made(tmp_path / "anew", 9, first=1)
    assert whats(tmp_path / "anew") == set()  # alone it looks whole
    assert whats(tmp_path / "anew", kept) == {"rewritten"}


def test_a_fork_is_found(tmp_path: Path) -> None:
    kept = made(tmp_path / "ledger", 5).note
    made(tmp_path / "fork", 5, first=1)
    assert whats(tmp_path / "fork", kept) == {"forked"}


def test_a_log_that_goes_on_is_told_so(tmp_path: Path) -> None:
    log = made(tmp_path / "ledger", 5)
    kept = log.note
    log.append([entry(n) for n in range(5, 400)])
    assert whats(tmp_path / "ledger", kept) == set()
    assert whats(tmp_path / "ledger", OTHER.signed("other\n")) == {"signature"}


# --- refusing ------------------------------------------------------------------------------------------------


def _swap_entry(folder: Path) -> None:
    _flip(folder / "tile/entries/000.p/5", 3)


def _swap_hash(folder: Path) -> None:
    _flip(folder / "tile/0/000.p/5", 3)


def _lose_tile(folder: Path) -> None:
    (folder / "tile/0/000.p/5").unlink()


def _lose_checkpoint(folder: Path) -> None:
    (folder / "checkpoint").unlink()


def _change_checkpoint(folder: Path) -> None:
    path = folder / "checkpoint"
    path.write_text(path.read_text().replace("\n5\n", "\n4\n"))


@pytest.mark.parametrize("harm", [_swap_entry, _swap_hash, _lose_tile, _lose_checkpoint, _change_checkpoint])
def test_what_does_not_fit_is_not_appended_to(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    made(tmp_path / "ledger", 5)
    harm(tmp_path / "ledger")
    with pytest.raises(LedgerError):
        Log(tmp_path / "ledger", SIGNER)


def test_a_log_that_is_there_is_not_begun_anew(tmp_path: Path) -> None:
    made(tmp_path / "ledger", 1)
    with pytest.raises(LedgerError, match="there is a ledger"):
        create(tmp_path / "ledger", SIGNER)


def test_a_second_writer_is_noticed(tmp_path: Path) -> None:
    first = made(tmp_path / "ledger", 3)
    Log(tmp_path / "ledger", SIGNER).append([entry(3)])
    with pytest.raises(LedgerError, match="another process"):
        first.append([entry(4)])


def test_a_full_disk_leaves_a_log_that_goes_on(tmp_path: Path) -> None:
    for at in range(12):
        log = made(tmp_path / f"ledger{at}", 250)
        with patch("bailee.ledger.log.fsync", _full_after(at)), pytest.raises(LedgerError, match="No space left"):
            log.append([entry(250 + n) for n in range(10)])
        again = Log(tmp_path / f"ledger{at}", SIGNER)
        again.append([entry(999)])
        assert whats(tmp_path / f"ledger{at}") == set()


def _full_after(flushes: int) -> Callable[[int], None]:
    """Return a flush that fails after some, whichever files they were of."""
    left = iter(range(flushes))

    def flush(_: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "a text of the system's")

    return flush
