"""Parcels: files for a person to fetch, sealed on the disk as a stream under a key of their own, until they expire.

A parcel is a mark, then pieces of 64 KiB, each sealed about its place and whether it is the last (the STREAM
construction): pieces that are moved, repeated, taken out or cut off at the end do not open.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bailee.store.backends import PARCELS
from bailee.store.context import Context
from bailee.store.models import Parcel
from bailee.store.sealed_store import StateError
from bailee.vault import InvalidVaultSealError, Vault

MARK = b"BLP1"
PIECE = 64 * 1024
"""Bytes of a piece, before it is sealed."""

_LENGTH = struct.Struct(">I")


def name_key(parcel_id: str) -> str:
    """Return the name of the data key of a parcel."""
    return f"parcel:{parcel_id}"


def find_folder(context: Context) -> Path:
    """Return the folder of parcels, which this account alone may enter."""
    folder = context.books / PARCELS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def seal_file(vault: Vault, parcel_id: str, source: Path, target: Path) -> int:
    """Seal ``source`` into ``target``, which stands whole and synced or not at all; return its size in bytes."""
    part = target.with_suffix(".part")
    try:
        with source.open("rb") as plain, open(part, "wb", opener=_open_private) as sealed:
            sealed.write(MARK)
            sealed.writelines(_LENGTH.pack(len(piece)) + piece for piece in _seal_pieces(vault, parcel_id, plain))
            sealed.flush()
            os.fsync(sealed.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = os.strerror(error.errno) if error.errno else "unknown"
        raise StateError(f"a parcel cannot be written: {reason}", "see to the disk of the books") from None
    return target.stat().st_size


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _seal_pieces(vault: Vault, parcel_id: str, plain: BinaryIO) -> Iterator[bytes]:
    number, piece = 0, plain.read(PIECE)
    while True:
        following = plain.read(PIECE)
        yield vault.seal(name_key(parcel_id), piece, _describe_piece(parcel_id, number, is_last=not following))
        if not following:
            return
        number, piece = number + 1, following


def open_parcel(context: Context, parcel: Parcel) -> Iterator[bytes]:
    """Yield the pieces of a parcel, opened. Raises `InvalidVaultSealError` where it is not whole, or was shredded."""
    path = context.books / parcel.path
    hint = "make the copy anew"
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise InvalidVaultSealError("the parcel is gone", hint) from None
    with file:
        if file.read(len(MARK)) != MARK:
            raise InvalidVaultSealError("this is no parcel", hint)
        number, size = 0, file.read(_LENGTH.size)
        while len(size) == _LENGTH.size:
            piece = file.read(_LENGTH.unpack(size)[0])
            size = file.read(_LENGTH.size)
            yield context.vault.open(name_key(parcel.id), piece, _describe_piece(parcel.id, number, is_last=not size))
            number += 1
        if size or not number:
            raise InvalidVaultSealError("the parcel is cut short", hint)


def _describe_piece(parcel_id: str, number: int, *, is_last: bool) -> str:
    return f"parcel:{parcel_id}:{number}{':last' if is_last else ''}"


def destroy_parcel(context: Context, parcel: Parcel) -> None:
    """Shred the key of a parcel, and delete its file; a second time nothing happens."""
    context.vault.shred(name_key(parcel.id))
    (context.books / parcel.path).unlink(missing_ok=True)
    if parcel.gone_at is None:
        parcel.gone_at = context.now
        parcel.save(update_fields=["gone_at"])
