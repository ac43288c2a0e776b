"""A tree as files that any static host can serve (c2sp.org/tlog-tiles): where they lie, and the tree read from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from bailee.ledger.errors import LedgerError
from bailee.ledger.tree import HASH_BYTES, root_of, split

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

_HEIGHT = 8
_PART = re.compile(r"[1-9][0-9]{0,2}")
_LENGTH_BYTES = 2
ENTRIES = "entries"
"""The level of the bundles, in the name of a file."""


def name_of(level: int | str, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile, or of a bundle at level ``entries``, within the log."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < WIDTH else "")


def place_of(name: str) -> tuple[str, int]:
    """Return level and index of the tile, or bundle, that has this path: of the whole one, not of a part."""
    _, level, *digits = name.split("/")
    return level, int("".join(part.removeprefix("x") for part in digits))


def parts_of(size: int) -> Iterator[str]:
    """Yield the parts that were written when the log came to ``size``, of tiles that were not full by then."""
    for level in range(levels(size)):
        unit = 1 << _HEIGHT * level
        index, width = divmod(size // unit, WIDTH)
        if size % unit == 0 and width:
            yield from (name_of(one, index, width) for one in ((0, ENTRIES) if level == 0 else (level,)))


def levels(size: int) -> int:
    """Return how many levels of tiles a tree of ``size`` has."""
    count = 0
    while size:
        size, count = size >> _HEIGHT, count + 1
    return count


def widths(size: int, level: int) -> Iterator[tuple[int, int]]:
    """Yield (index, width) of each tile of a ``level`` of the tree of ``size``."""
    full, rest = divmod(size >> _HEIGHT * level, WIDTH)
    yield from ((index, WIDTH) for index in range(full))
    if rest:
        yield full, rest


def read(folder: Path, level: int | str, index: int, width: int) -> bytes:
    """Return the bytes of a file; where a part of it is gone, what the whole one begins with. Raises `LedgerError`."""
    names = [name_of(level, index, width)] + ([name_of(level, index)] if width < WIDTH else [])
    for name in names:
        try:
            return (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise LedgerError("L605", f"{name} cannot be read: {error.strerror}", f"see to {folder}") from None
    raise LedgerError("L604", f"{names[0]} is missing", "bailee ledger verify says what else is; put a backup back")


def parts(folder: Path, level: int | str, index: int) -> list[int]:
    """Return the widths of the parts of a tile, or of a bundle, that lie there; what is no part is passed over."""
    try:
        names = [path.name for path in (folder / f"{name_of(level, index)}.p").iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise LedgerError("L605", f"{name_of(level, index)}.p cannot be read", f"see to {folder}") from error
    return sorted(int(name) for name in names if _PART.fullmatch(name) and int(name) < WIDTH)


def hashes(folder: Path, level: int, index: int, width: int) -> list[bytes]:
    """Return the first ``width`` hashes of a tile; raises `LedgerError`."""
    data = read(folder, level, index, width)
    if len(data) < width * HASH_BYTES:
        raise LedgerError("L604", f"{name_of(level, index, width)} is cut short", "put a backup of the log back")
    return [data[i : i + HASH_BYTES] for i in range(0, width * HASH_BYTES, HASH_BYTES)]


def entries(folder: Path, index: int, width: int) -> list[bytes]:
    """Return the first ``width`` entries of a bundle; raises `LedgerError`."""
    data = read(folder, ENTRIES, index, width)
    found: list[bytes] = []
    at = 0
    while len(found) < width:
        length = int.from_bytes(data[at : at + _LENGTH_BYTES])
        end = at + _LENGTH_BYTES + length
        if end > len(data) or at + _LENGTH_BYTES > len(data):
            raise LedgerError("L604", f"{name_of(ENTRIES, index, width)} is cut short", "put a backup of the log back")
        found.append(data[at + _LENGTH_BYTES : end])
        at = end
    return found


def bundle(several: Sequence[bytes]) -> bytes:
    """Return entries as a bundle."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES) + entry for entry in several)


def entry_at(folder: Path, index: int, size: int) -> bytes:
    """Return entry ``index`` of the log of ``size``; raises `LedgerError`."""
    number, place = divmod(index, WIDTH)
    return entries(folder, number, min(WIDTH, size - number * WIDTH))[place]


class Tiles:
    """The tree of ``size`` in a ``folder``, as ranges that proofs are made of. Call it with (first, end)."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        self._tile = lru_cache(maxsize=64)(self._read)

    def __call__(self, first: int, end: int) -> bytes:
        """Return the hash over the leaves from ``first`` up to ``end``; raises `LedgerError`."""
        count = end - first
        if count & (count - 1) == 0 and first % count == 0:
            return self._complete(first, count)
        middle = first + split(count)
        return root_of([self(first, middle), self(middle, end)])

    def _complete(self, first: int, count: int) -> bytes:
        """Return the hash of a complete subtree: that of some hashes side by side in one tile."""
        level = min((count.bit_length() - 1) // _HEIGHT, levels(self.size) - 1)
        unit = 1 << _HEIGHT * level
        index, place = divmod(first // unit, WIDTH)
        return root_of(self._tile(level, index)[place : place + count // unit])

    def _read(self, level: int, index: int) -> list[bytes]:
        return hashes(self.folder, level, index, min(WIDTH, (self.size >> _HEIGHT * level) - index * WIDTH))


def edge(folder: Path, size: int) -> list[list[bytes]]:
    """Return, for each level, the hashes of the last tile that is not full: what a longer tree goes on from."""
    found = []
    for level in range(levels(size)):
        full, rest = divmod(size >> _HEIGHT * level, WIDTH)
        found.append(hashes(folder, level, full, rest) if rest else [])
    return found


def root_of_edge(edges: Sequence[Sequence[bytes]]) -> bytes:
    """Return the root of the tree with these edges: each level's hashes, and what is below as the last of them."""
    below: list[bytes] = []
    for level in edges:
        if level or below:
            below = [root_of([*level, *below])]
    return root_of(below)


def numbered(folder: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the entries of the log of ``size`` that can be read, each with its index."""
    for index, width in widths(size, 0):
        with suppress(LedgerError):
            yield from enumerate(entries(folder, index, width), index * WIDTH)
