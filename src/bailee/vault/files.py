"""Files that are there whole or not at all, even if the machine stops."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes, parts: Path | None = None) -> None:
    """Put ``content`` in place of what ``path`` held, flushed to the disk. Raises `OSError`: then nothing has changed.

    The file has mode 0600; folders that are missing are made with 0700. ``parts``: the folder, on the same disk, of
    what is not yet whole, where a process that dies leaves it; else it stands beside ``path``.
    """
    with _part(path, content, parts) as part:
        part.replace(path)
    flush_folder(path.parent)


def write_once(path: Path, content: bytes, parts: Path | None = None) -> bool:
    """Write ``content`` unless ``path`` is there, and return whether it was written; likewise. Raises `OSError`."""
    if path.exists():
        return False
    try:
        with _part(path, content, parts) as part:
            os.link(part, path)  # unlike a rename, fails where another process was first
    except FileExistsError:
        return False
    flush_folder(path.parent)
    return True


def flush_folder(folder: Path) -> None:
    """Make names that came to ``folder``, or went, last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(path: Path, parts: Path) -> None:
    """Take away what processes that died left of ``path`` in ``parts``; of those that live each holds its own."""
    for part in parts.glob(f"{path.name}.*.part"):
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)


@contextmanager
def _part(path: Path, content: bytes, parts: Path | None) -> Iterator[Path]:
    """Yield a file with ``content``, flushed to the disk, that is not there any more afterwards."""
    folder = parts or path.parent
    for one in (path.parent, folder):
        if not one.is_dir():
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
            flush_folder(one.parent)
    part, descriptor = _held(folder, path.name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            yield part
    finally:
        part.unlink(missing_ok=True)


def _held(folder: Path, name: str) -> tuple[Path, int]:
    """Return a new file and its descriptor, which holds a lock so that nobody sweeps it away."""
    while True:
        part = folder / f"{name}.{secrets.token_hex(4)}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return part, descriptor
        os.close(descriptor)  # swept away between the two steps
