"""The log itself: a folder that entries are appended to, and nothing is ever taken out of.

Order of an append: what a process that died left behind of a longer tree that was never signed is removed; bundles
and tiles of the longer tree, flushed; then the checkpoint, put in place whole; then parts of tiles that have become
full are removed. A process that dies leaves the old checkpoint, or the new one. So every part of a tile that lies
there, up to what is signed, begins the tile: the audit holds each against it. Parts that a larger part covers stay: who
reads an older checkpoint asks for them (c2sp.org/tlog-tiles lets them go once the tile is full, and not before).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from os import fsync
from pathlib import Path
from shutil import rmtree

from bailee.ledger import tiles
from bailee.ledger.errors import LedgerError
from bailee.ledger.note import Checkpoint, Signer, open_checkpoint
from bailee.ledger.tiles import ENTRIES, WIDTH, name_of
from bailee.ledger.tree import EMPTY, leaf_hashes, root_of

CHECKPOINT = "checkpoint"

_FLUSHES = 16
"""Flushes that wait for the disk at once: it writes many in the time of one."""


class Log:
    """A log that may be appended to. One process at a time: whoever opens it holds the lock of the books."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder, self._signer = folder, signer
        self.note = read_checkpoint(folder)
        self.checkpoint = open_checkpoint(self.note, signer.verifier)
        self._edges = tiles.edge(folder, self.checkpoint.size)
        self._must_fit()

    def _must_fit(self) -> None:
        """Refuse to go on from tiles, or from a last bundle, that are not what was signed."""
        size = self.checkpoint.size
        fits = tiles.root_of_edge(self._edges) == self.checkpoint.root
        if fits and size:
            index, place = divmod(size - 1, WIDTH)
            last = tiles.entries(self._folder, index, place + 1)
            fits = leaf_hashes(last) == tiles.hashes(self._folder, 0, index, place + 1)
        if not fits:
            hint = "nothing is appended: see what bailee ledger verify finds, and put a backup of the log back"
            raise LedgerError("L604", "the ledger's tiles do not fit its checkpoint", hint)

    def entry(self, index: int) -> bytes:
        """Return entry ``index``; raises `LedgerError`."""
        return tiles.entry_at(self._folder, index, self.checkpoint.size)

    def find(self, entry: bytes, first: int) -> int | None:
        """Return the index of ``entry`` at ``first`` or after it, ``None`` where it is not; raises `LedgerError`."""
        size = self.checkpoint.size
        for index, width in islice(tiles.widths(size, 0), first // WIDTH, None):
            for place, one in enumerate(tiles.entries(self._folder, index, width)):
                if one == entry and index * WIDTH + place >= first:
                    return index * WIDTH + place
        return None

    def append(self, entries: Sequence[bytes]) -> int:
        """Append ``entries``, at most 65,535 bytes each, and sign the longer tree; return the index of the first.

        When it returns they are on the disk. Raises `LedgerError`: then the log is as it was.
        """
        first = self.checkpoint.size
        if not entries:
            return first
        if read_checkpoint(self._folder) != self.note:
            raise LedgerError("L606", "another process has written to the ledger", "run it again, one at a time")
        files, edges = self._grown(entries)
        head = Checkpoint(self.checkpoint.origin, first + len(entries), tiles.root_of_edge(edges))
        note = self._signer.signed(head.text)
        self._remove_unsigned(files)
        write(self._folder, files)
        replace(self._folder / CHECKPOINT, note)
        self.checkpoint, self.note, self._edges = head, note, edges
        for name in files:
            rmtree(self._folder / f"{name}.p", ignore_errors=True)  # a part may go once the whole stands
        return first

    def _remove_unsigned(self, files: Iterable[str]) -> None:
        """Remove the parts beside ``files`` that are wider than what is signed. Raises `LedgerError`."""
        for name in {name.partition(".p/")[0] for name in files}:
            level, index = tiles.place_of(name)
            unit = 1 if level == ENTRIES else 1 << 8 * int(level)
            signed = max(0, self.checkpoint.size // unit - index * WIDTH)
            wider = [width for width in tiles.parts(self._folder, level, index) if width > signed]
            try:
                for width in wider:
                    (self._folder / name_of(level, index, width)).unlink(missing_ok=True)
                if wider:
                    _flush(self._folder / f"{name}.p")
            except OSError as error:
                raise _unwritable(self._folder, error) from None

    def _grown(self, entries: Sequence[bytes]) -> tuple[dict[str, bytes], list[list[bytes]]]:
        """Return the files of the longer tree that are new, and its edges."""
        size = self.checkpoint.size
        number, width = divmod(size, WIDTH)
        whole = [*(tiles.entries(self._folder, number, width) if width else []), *entries]
        files = {
            name_of(ENTRIES, number + i // WIDTH, len(part)): tiles.bundle(part)
            for i, part in ((i, whole[i : i + WIDTH]) for i in range(0, len(whole), WIDTH))
        }
        more, level, edges = leaf_hashes(entries), 0, list[list[bytes]]()
        while more or level < len(self._edges):
            hashes = [*(self._edges[level] if level < len(self._edges) else []), *more]
            number = (size >> 8 * level) // WIDTH
            parts = [hashes[i : i + WIDTH] for i in range(0, len(hashes), WIDTH)]
            if more:
                files |= {name_of(level, number + i, len(part)): b"".join(part) for i, part in enumerate(parts)}
            more = [root_of(part) for part in parts if len(part) == WIDTH]
            edges.append(parts[-1] if parts and len(parts[-1]) < WIDTH else [])
            level += 1
        return files, edges


def create(folder: Path, signer: Signer) -> None:
    """Begin a log, an empty tree, or what is left of a beginning. Raises `LedgerError` where there are tiles."""
    if (folder / "tile").exists():
        raise LedgerError("L603", f"there is a ledger at {folder} already", "a new ledger wants a new folder")
    write(folder, {})
    replace(folder / CHECKPOINT, signer.signed(Checkpoint(signer.name, 0, EMPTY).text))


def read_checkpoint(folder: Path) -> str:
    """Return the note that is the log's checkpoint; raises `LedgerError`."""
    try:
        return (folder / CHECKPOINT).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LedgerError("L603", "the ledger has no checkpoint", f"put a backup of {folder} back") from None
    except (OSError, UnicodeDecodeError):
        raise LedgerError("L605", "the checkpoint cannot be read", f"see to {folder}") from None


# --- the disk ------------------------------------------------------------------------------------------------


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` (name -> content) into ``folder``; when it returns they are on the disk. Raises `LedgerError`."""
    try:
        within = {folder / parent for name in files for parent in Path(name).parents} | {folder}
        for path in sorted(within):  # a folder before what is in it; like all of the books, its owner's alone
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ThreadPoolExecutor(_FLUSHES) as flushing:
            _all(flushing.map(lambda name: _write(f"{folder}/{name}", files[name]), files))
            _all(flushing.map(_flush, within | {folder.parent}))
    except OSError as error:
        raise _unwritable(folder, error) from None


def replace(path: Path, text: str) -> None:
    """Put a file in place so that it is there whole or as it was. Raises `LedgerError`."""
    part = path.with_name(f"{path.name}.part")
    try:
        _write(part, text.encode())
        part.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise _unwritable(path.parent, error) from None


def _write(path: Path | str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fsync(descriptor)
    finally:
        os.close(descriptor)


def _all(results: Iterable[None]) -> None:
    """Wait for ``results``, so that what was raised in a thread is raised here."""
    for _ in results:
        pass


def _unwritable(folder: Path, error: OSError) -> LedgerError:
    reason = os.strerror(error.errno) if error.errno else "unknown"
    hint = f"see to {folder}, then run it again: what cannot be recorded is not done"
    return LedgerError("L605", f"the ledger cannot be written: {reason}", hint)
