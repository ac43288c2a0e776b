"""The folder itself, held open by its descriptor: every look-up starts there and follows no link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from bailee.connectors.files.errors import FileRefusal, FileRefused, hide_names
from bailee.connectors.files.names import list_variants, split_name

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BELOW = _FOLDER | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe put there must not keep us waiting


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What can be told of a file without reading it. ``size`` in bytes, ``links`` the names that it has."""

    size: int
    links: int

    @property
    def outlives_deletion(self) -> bool:
        """Whether another hard link keeps the bytes when this name goes: a *media residual*, to be reported as such."""
        return self.links > 1


@dataclass(frozen=True, slots=True)
class FilesRoot:
    """A folder held open. Names are hostile and relative to it; every method raises `FileRefused` for a bad one.

    It keeps meaning the same folder when that is renamed or another is mounted over its path.
    """

    descriptor: int
    path: str = ""  # absolute, and without links

    def exists(self, name: str) -> bool:
        """Return whether ``name`` is a regular file here.

        :raises FileRefused: the name is bad, leads through a link or to something else, or cannot be looked at
        """
        try:
            self.facts(name)
        except FileNotFoundError:
            return False
        return True

    def is_empty(self) -> bool:
        """Return whether there is nothing at all in the folder, as where a disk is not mounted."""
        with os.scandir(self.descriptor) as entries:
            return next(entries, None) is None

    def size(self, name: str) -> int:
        """Return the size of the file in bytes.

        :raises FileNotFoundError: there is none (without its name)
        :raises FileRefused: as for `exists`
        """
        return self.facts(name).size

    def facts(self, name: str) -> FileFacts:
        """Return size and number of hard links of the file.

        :raises FileNotFoundError: there is none (without its name)
        :raises FileRefused: as for `exists`
        """
        with self._folder_of(name) as (folder, last):
            found = _require_regular(hide_names(lambda: os.stat(last, dir_fd=folder, follow_symlinks=False)))
        return FileFacts(found.st_size, found.st_nlink)

    def open(self, name: str) -> BinaryIO:
        """Return the file, open for reading in binary; the caller closes it.

        :raises FileNotFoundError: there is none (without its name)
        :raises FileRefused: as for `exists`
        """
        with self._folder_of(name) as (folder, last):
            # looked at first: opening a device can already do something
            _require_regular(hide_names(lambda: os.stat(last, dir_fd=folder, follow_symlinks=False)))
            descriptor = hide_names(lambda: os.open(last, _FILE, dir_fd=folder))
        try:
            _require_regular(os.fstat(descriptor))  # and again: it may have been exchanged in between
            return os.fdopen(descriptor, "rb")
        except BaseException:
            os.close(descriptor)
            raise

    def folds(self, name: str) -> bool:
        """Return whether the file has other names that differ from ``name`` by case or normal form alone.

        A folder that takes no notice of capitals answers to them; there is nothing else that tells. A file that is not
        there, or that cannot be looked at, has no other name.
        """
        mine = self._identity(name)
        return mine is not None and any(self._identity(other) == mine for other in list_variants(name))

    def _identity(self, name: str) -> tuple[int, int] | None:
        try:
            with self._folder_of(name) as (folder, last):
                found = hide_names(lambda: os.stat(last, dir_fd=folder, follow_symlinks=False))
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def delete(self, name: str) -> bool:
        """Delete the file and return True; return False if there is none, so that a second time does no harm.

        On return it is gone from the folder on disk too, also if an earlier attempt was cut short before that. Of two
        hard links only this one goes (`FileFacts.outlives_deletion`), and folders left empty stay.

        :raises FileRefused: as for `exists`; what is no regular file is never deleted
        """
        try:
            with self._folder_of(name) as (folder, last):
                gone = _unlink(folder, last)
                hide_names(lambda: os.fsync(folder))
                return gone
        except FileNotFoundError:  # not even its folder is there
            return False

    def close(self) -> None:
        """Let go of the folder. Files opened before stay open."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _folder_of(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Give the descriptor of the folder that should hold ``name``, and the last part of the name."""
        *folders, last = split_name(name)
        here = os.dup(self.descriptor)
        try:
            for folder in folders:
                below = _open_step(here, folder)
                os.close(here)
                here = below
            yield here, last
        finally:
            os.close(here)


def open_root(path: Path) -> FilesRoot:
    """Return the folder at ``path``, held open; use it as a context manager, or close it.

    The path comes from the firm's policy and is trusted: links in it are followed, unlike those below it.

    :raises FileRefused: it is not there, is no folder, or may not be read
    """
    try:
        return FilesRoot(hide_names(lambda: os.open(path, _FOLDER)), os.path.realpath(path))
    except FileNotFoundError:
        pass
    raise FileRefused(FileRefusal.NO_FOLDER)


def _open_step(here: int, folder: bytes) -> int:
    try:
        return hide_names(lambda: os.open(folder, _BELOW, dir_fd=here))
    except FileNotFoundError:
        # the system says "not a folder" of a link as well as of a file
        found = hide_names(lambda: os.stat(folder, dir_fd=here, follow_symlinks=False))
        if stat.S_ISLNK(found.st_mode):
            raise FileRefused(FileRefusal.LINK) from None
        raise


def _unlink(folder: int, last: bytes) -> bool:
    try:
        _require_regular(hide_names(lambda: os.stat(last, dir_fd=folder, follow_symlinks=False)))
        # exchanged for a link just now? then the link goes, and not what it points to
        hide_names(lambda: os.unlink(last, dir_fd=folder))
    except FileNotFoundError:
        return False
    return True


def _require_regular(found: os.stat_result) -> os.stat_result:
    if stat.S_ISLNK(found.st_mode):
        raise FileRefused(FileRefusal.LINK)
    if not stat.S_ISREG(found.st_mode):
        raise FileRefused(FileRefusal.NOT_A_FILE)
    return found
