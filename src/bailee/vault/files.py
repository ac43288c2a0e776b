"""Files that are there whole or not at all, even if the machine stops."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes, parts: Path | None = None) -> None:
    """Put ``content`` in place of what ``path`` held, flushed to the disk. Raises `OSError`: then nothing has changed.

    The file has mode 0600; folders that are missing are made with 0700. ``parts``: the folder, on the same disk, of
    what is not yet whole, where a process that dies leaves it; else it stands beside ``path``.
    """
    part = _part(path, content, parts)
    try:
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def write_once(path: Path, content: bytes, parts: Path | None = None) -> bool:
    """Write ``content`` unless ``path`` is there, and return whether it was written; likewise. Raises `OSError`."""
    if path.exists():
        return False
    part = _part(path, content, parts)
    try:
        os.link(part, path)  # unlike a rename, fails where another process was first
    except FileExistsError:
        return False
    finally:
        part.unlink(missing_ok=True)
    flush_folder(path.parent)
    return True


def flush_folder(folder: Path) -> None:
    """Make names that came to ``folder``, or went, last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _part(path: Path, content: bytes, parts: Path | None) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = parts or path.parent
    folder.mkdir(mode=0o700, exist_ok=True)
    part = folder / f"{path.name}.{secrets.token_hex(4)}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part
