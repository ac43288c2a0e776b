"""A hostile name, taken apart. Nothing here touches a disk."""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Iterator

from bailee.connectors.files.errors import FileRefusal, NameRefused

PART_BYTES = 255  # NAME_MAX of every file system in use
NAME_BYTES = 4_095  # PATH_MAX less the final NUL
FOLDERS = 32


def split_name(name: str) -> tuple[bytes, ...]:
    """Return the folders and the file of ``name`` (relative, parted by ``/``), as the bytes that the disk knows.

    Everything else that a POSIX name may hold is let through as it is: spaces, newlines, backslashes, any letter in
    any normal form. UTF-8 is written whatever the locale says, so that a name means the same everywhere.

    :raises NameRefused: the name is empty, absolute, too long or too deep, has ``.``, ``..`` or NUL, or is no Unicode
    """
    raw = _encode_name(name)
    if b"\0" in raw:
        raise NameRefused(FileRefusal.NUL)
    if raw.startswith(b"/"):
        raise NameRefused(FileRefusal.ABSOLUTE)
    if len(raw) > NAME_BYTES:
        raise NameRefused(FileRefusal.TOO_LONG)
    found = tuple(raw.split(b"/"))
    if not all(found):
        raise NameRefused(FileRefusal.EMPTY)
    if {b".", b".."} & set(found):
        raise NameRefused(FileRefusal.DOTS)
    if any(len(part) > PART_BYTES for part in found):
        raise NameRefused(FileRefusal.TOO_LONG)
    if len(found) > FOLDERS + 1:
        raise NameRefused(FileRefusal.TOO_DEEP)
    return found


def list_variants(name: str) -> Iterator[str]:
    """Yield other names that a folder which takes no notice of capitals, or of normal forms, takes for ``name``."""
    folder, slash, last = name.rpartition("/")
    for other in (name.swapcase(), folder + slash + last.swapcase()):
        if other != name:
            yield other
    for form in ("NFC", "NFD"):
        other = unicodedata.normalize(form, name)
        if other != name:
            yield other


def list_places(root: str, name: str) -> Iterator[str]:
    """Yield the paths that ``name``, in somebody's row, may mean; ``root``: its folder, absolute.

    The application that wrote the row may read it more freely than `split_name` does: with ``./``, ``//``, ``..``,
    backslashes, blanks at the end that a column pads it with, and absolute, from the folder or from that of the whole
    disk.
    """
    for text in dict.fromkeys((name, name.rstrip(" "), name.replace("\\", "/"))):
        yield posixpath.normpath(f"{root.rstrip('/')}/{text.lstrip('/')}")
        if text.startswith("/"):
            yield posixpath.normpath(f"/{text.lstrip('/')}")


ODD = ("/%", "./%", "%//%", "%/./%", "%/", "%/.", "%/..", "../%", "%/../%", "%\\%")
"""What a name is like (in SQL) that `list_places` reads otherwise than as it is written."""


def _encode_name(name: str) -> bytes:
    try:
        return name.encode()
    except UnicodeEncodeError:
        pass
    raise NameRefused(FileRefusal.ENCODING)  # outside the clause: the first error carries the name
