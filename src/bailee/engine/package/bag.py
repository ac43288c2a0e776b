"""A ZIP that is a BagIt bag (RFC 8493): each entry's checksum is taken while it is written.

The bag is at the top of the ZIP, so that anyone who opens it sees ``index.html`` at once. Unpacked into a folder, that
folder is a valid bag. (Drafts of the standard asked for a folder inside the ZIP; RFC 8493 says nothing of archives.)
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Self

from bailee.engine.invisible_characters import show_invisible
from bailee.engine.package.spool import OutputFile, Spool

_MODE = 0o100600 << 16  # a regular file, for its owner alone


class Bag:
    """Writes entries in the order given, and the bag's own files at the end. The same calls make the same bytes."""

    def __init__(self, output: OutputFile, made_at: datetime, manifest: Spool, written: Callable[[int], None]) -> None:
        """Begin. Checksums of the payload wait in ``manifest``; ``written`` is told the bytes of each chunk."""
        self._zip = zipfile.ZipFile(output, "w")
        self._time = _convert_time(made_at)
        self._manifest = manifest
        self._written = written
        self._tags: list[str] = []
        self._payload_bytes = self._payload_files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def add(self, name: str, size: int, chunks: Iterable[bytes], *, deflate: bool = True) -> None:
        """Write the entry ``name`` of ``size`` bytes.

        :raises PackageError: the disk is full, or fails
        """
        entry = zipfile.ZipInfo(name, self._time)
        entry.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        entry.external_attr = _MODE
        entry.file_size = size  # from it the entry knows whether it must be ZIP64
        digest = hashlib.sha256()
        with self._zip.open(entry, "w") as stream:
            for chunk in chunks:
                stream.write(chunk)
                digest.update(chunk)
                self._written(len(chunk))
        line = f"{digest.hexdigest()}  {name}\n"
        if name.startswith("data/"):
            self._manifest.write(line.encode())
            self._payload_bytes += size
            self._payload_files += 1
        else:
            self._tags.append(line)

    def finish(self, info: Iterable[tuple[str, str]]) -> None:
        """Write ``bagit.txt``, ``bag-info.txt`` (``info`` and what was counted) and the two manifests.

        :raises PackageError: the disk is full, or fails
        """
        self._tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        counted = ("Payload-Oxum", f"{self._payload_bytes}.{self._payload_files}")
        lines = (
            f"{label}: {show_invisible(' '.join(text.split()))}\n" for label, text in (*info, counted) if text.strip()
        )
        self._tag("bag-info.txt", "".join(lines))
        whole = self._manifest.span_from(0)
        self.add("manifest-sha256.txt", whole.size, self._manifest.read(whole))
        self._tag("tagmanifest-sha256.txt", "".join(sorted(self._tags, key=lambda line: line.split("  ")[1])))

    def _tag(self, name: str, text: str) -> None:
        data = text.encode()
        self.add(name, len(data), [data])


def _convert_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    """Return ``moment`` as a ZIP can say it: UTC, from 1980 to 2107."""
    utc = moment.astimezone(UTC)
    year = min(max(utc.year, 1980), 2107)
    return year, utc.month, utc.day, utc.hour, utc.minute, utc.second
