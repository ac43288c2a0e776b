"""Why a file was not touched. Neither the error nor anything that it carries repeats a file's name."""

from __future__ import annotations

import errno
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from bailee.connectors.base import NoSuchName

T = TypeVar("T")


class FileRefusal(StrEnum):
    """Permanent codes. The first group is about the name, the second about what is found, the third about the disk."""

    EMPTY = "empty"
    ABSOLUTE = "absolute"
    DOTS = "dots"
    NUL = "nul"
    ENCODING = "encoding"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"

    LINK = "link"
    NOT_A_FILE = "not_a_file"

    NO_FOLDER = "no_folder"
    FORBIDDEN = "forbidden"
    READ_ONLY = "read_only"
    DISK = "disk"


_WORDS = {
    FileRefusal.EMPTY: ("the file name is empty, or has an empty part", "correct the name in the row that gives it"),
    FileRefusal.ABSOLUTE: ("the file name is absolute", "names are relative to the system's folder"),
    FileRefusal.DOTS: ('the file name has a part "." or ".."', "names stay below the system's folder"),
    FileRefusal.NUL: ("the file name has a NUL character", "correct the name in the row that gives it"),
    FileRefusal.ENCODING: ("the file name cannot be written as UTF-8", "correct the name in the row that gives it"),
    FileRefusal.TOO_LONG: ("the file name is too long", "a part has at most 255 bytes, the whole at most 4,095"),
    FileRefusal.TOO_DEEP: ("the file name has too many parts", "a file is at most 32 folders down"),
    FileRefusal.LINK: ("the name leads through a link", "links are never followed: put the file itself there"),
    FileRefusal.NOT_A_FILE: ("the name leads to something that is no regular file", "look at it by hand"),
    FileRefusal.NO_FOLDER: ("the folder is not there, or is no folder", "mount it, or correct its path in the policy"),
    FileRefusal.FORBIDDEN: ("the system does not permit it", "give Bailee's account the right to this folder"),
    FileRefusal.READ_ONLY: ("the file system is read-only", "mount it for writing"),
    FileRefusal.DISK: ("the disk reports an error", "look at the system's log, then try again"),
}

_CODES = {
    errno.ELOOP: FileRefusal.LINK,
    errno.EISDIR: FileRefusal.NOT_A_FILE,
    errno.ENXIO: FileRefusal.NOT_A_FILE,
    errno.ENAMETOOLONG: FileRefusal.TOO_LONG,
    errno.EACCES: FileRefusal.FORBIDDEN,
    errno.EPERM: FileRefusal.FORBIDDEN,
    errno.EROFS: FileRefusal.READ_ONLY,
}


class FileRefused(OSError):
    """A file was not touched. ``code`` says why; ``message`` and ``hint`` are its words.

    It is an `OSError`, so that whoever reads streams needs to know no other; it never carries a file name or errno.
    """

    def __init__(self, code: FileRefusal) -> None:
        self.code = code
        self.message, self.hint = _WORDS[code]
        super().__init__(f"{self.message} ({self.hint})")


class NameRefused(FileRefused, NoSuchName):
    """The name itself is bad: no file here can have it."""


def hide_names(call: Callable[[], T]) -> T:
    """Return ``call()``; its `OSError` becomes one that carries no file name, neither itself nor as its context.

    :raises FileNotFoundError: what was looked for is absent
    :raises FileRefused: anything else that the system reports
    """
    try:
        return call()
    except OSError as error:
        number = error.errno or 0
    # raised here and not in the except clause: there the first error, and the name in it, would stay as __context__
    if number in {errno.ENOENT, errno.ENOTDIR}:
        raise FileNotFoundError(errno.ENOENT, "the file is not there")
    raise FileRefused(_CODES.get(number, FileRefusal.DISK))
