"""Where bytes go: files whose failures are ours to explain, and the spools that hold rows until the ZIP is written."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bailee.engine.package.model import PackageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK = 256 * 1024  # bytes that are in memory while something is copied

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def explain_error(error: OSError) -> PackageError:
    """Return what to tell of an ``error`` met while writing. The path it names does not come along."""
    if error.errno in _FULL:
        return PackageError("disk_full", "the disk has no room for the copy", "free some, or write it elsewhere")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return PackageError(
            "folder_forbidden", "the folder of the target may not be written to", "choose another, or change its rights"
        )
    return PackageError("write_failed", "the disk reports an error", "look at the system's log, then try again")


class OutputFile(io.FileIO):
    """A raw file whose failing writes are `PackageError`. A row source's own `OSError` thus stays another thing."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of ``data`` and return its length in bytes.

        :raises PackageError: ``disk_full`` or ``write_failed``
        """
        view = memoryview(data).cast("B")
        left = view
        while left:
            try:
                left = left[os.write(self.fileno(), left) :]
            except OSError as error:
                raise explain_error(error) from None
        return len(view)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes in a spool, from ``start`` to before ``end``."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self.end - self.start


class Spool:
    """A nameless file: it is gone with the process, however that ends. Only this account could have read it."""

    def __init__(self, folder: Path) -> None:
        """Open one on the disk of ``folder``, where the package will need the room anyway.

        :raises PackageError: no file can be made there
        """
        try:
            descriptor, name = tempfile.mkstemp(prefix=".bailee-", suffix=".spool", dir=folder)  # mode 0600
            Path(name).unlink()
        except OSError as error:
            raise explain_error(error) from None
        self._raw = OutputFile(descriptor, "w+b")
        self._file = io.BufferedWriter(self._raw, CHUNK)
        self.end = 0

    def write(self, data: bytes) -> None:
        """Append ``data``.

        :raises PackageError: ``disk_full`` or ``write_failed``
        """
        self._file.write(data)
        self.end += len(data)

    def forget(self, start: int) -> None:
        """Drop everything from ``start`` on."""
        self._file.seek(start)
        self.end = start

    def span_from(self, start: int) -> Span:
        """Return what was written from ``start`` until now."""
        return Span(start, self.end)

    def read(self, span: Span) -> Iterator[bytes]:
        """Give the bytes of ``span``, a chunk at a time."""
        self._file.flush()
        at = span.start
        while at < span.end:
            chunk = os.pread(self._raw.fileno(), min(CHUNK, span.end - at), at)
            if not chunk:
                raise PackageError("write_failed", "the disk lost what was written", "look at the system's log")
            at += len(chunk)
            yield chunk

    def close(self) -> None:
        """Close it, and lose what it holds."""
        self._raw.close()  # not the buffer first: nobody needs what it may still hold

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def open_whole(target: Path) -> Iterator[OutputFile]:
    """Give a file to write; on a clean exit it is at ``target``, on disk, and otherwise nothing is left of it.

    It is written beside its place as ``<target>.part`` (mode 0600) and never replaces anything.

    :raises PackageError: the target exists, or cannot be made
    """
    part = target.with_name(f"{target.name}.part")
    output = _create_part(target, part)
    try:
        with output:
            yield output
            _sync_output(output)
        _publish_part(part, target)
    finally:
        part.unlink(missing_ok=True)


def refuse_existing(target: Path) -> None:
    """Look before the work begins.

    :raises PackageError: something is at ``target``, or there is no folder for it
    """
    if not target.parent.is_dir():
        raise PackageError("folder_missing", "there is no folder for the target", "make it first")
    if os.path.lexists(target):
        raise _make_exists_error()


def _create_part(target: Path, part: Path) -> OutputFile:
    refuse_existing(target)
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return OutputFile(os.open(part, flags, 0o600), "w+b")
    except FileExistsError:
        raise PackageError(
            "part_exists",
            "the target's .part file is there: another copy is being written, or one was cut short",
            "wait for it, or remove the .part file",
        ) from None
    except OSError as error:
        raise explain_error(error) from None


def _sync_output(output: OutputFile) -> None:
    try:
        os.fsync(output.fileno())
    except OSError as error:
        raise explain_error(error) from None


def _publish_part(part: Path, target: Path) -> None:
    try:
        _move_part(part, target)
        descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except FileExistsError:
        raise _make_exists_error() from None
    except OSError as error:
        raise explain_error(error) from None


def _move_part(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename it fails where somebody has just put something
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        refuse_existing(target)
        part.rename(target)


def _make_exists_error() -> PackageError:
    return PackageError("target_exists", "the target exists", "choose another name, or remove it first")
