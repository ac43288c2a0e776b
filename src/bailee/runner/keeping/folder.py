"""The state as files in a folder, mode 0700: one machine, and no Django where none is needed."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from bailee.runner.keeping.fence import may_write
from bailee.runner.keeping.problems import BusyError, StateError
from bailee.runner.keeping.shelves import CASES, Index
from bailee.vault import First, flush_folder, sweep, write_once, write_whole

PARTS = "parts"
"""The folder of what is not yet whole."""

PARCELS = "parcels"
"""The folder of copies that wait to be fetched: no shelf, for they are sealed in pieces."""

PAUSE = 0.05
"""Seconds between two tries at a lock that another process holds."""


class FolderShelves:
    """``cases/ID.sealed`` and the like, ``NAME.json``, ``shared``, ``wrapped/NAME.key``, ``lock``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def keys(self) -> FolderKeys:
        """Wrapped keys."""
        return FolderKeys(self.folder)

    def is_new(self) -> bool:
        """Whether nothing was ever kept here."""
        return not any(self.folder.glob("*/*.sealed")) and not (self.folder / "shared").exists()

    def get(self, shelf: str, name: str) -> bytes | None:
        """Return what stands on ``shelf`` under ``name``."""
        return _read(self._path(shelf, name))

    def put(self, shelf: str, name: str, sealed: bytes) -> None:
        """Put ``sealed`` in place of what was there."""
        _write(self.folder, self._path(shelf, name), sealed)

    def put_all(self, sealed: Mapping[tuple[str, str], bytes], index: Index) -> None:  # noqa: ARG002 - there is none
        """Put several things, one after the other."""
        for (shelf, name), content in sealed.items():
            self.put(shelf, name, content)

    def put_first(self, shelf: str, name: str, key: str, first: First, index: Index) -> None:  # noqa: ARG002 - as above
        """Put the key, then what it seals."""
        if self.keys.add(key, first.wrapped) != first.wrapped:
            raise StateError("the key of what is sealed anew stands already", "run it again")
        first.stands()
        self.put(shelf, name, first.sealed)

    def move(
        self,
        shelf: str,
        name: str,
        to: str,  # noqa: ARG002 - what is put there is among `sealed`
        sealed: Mapping[tuple[str, str], bytes],
        key: str,
        index: Index,
    ) -> None:
        """Put ``sealed``, then destroy the key, then what it had sealed."""
        self.put_all(sealed, index)
        self.keys.delete(key)
        self.remove(shelf, name)

    @contextmanager
    def at_once(self, waits: Callable[[], None]) -> Iterator[None]:
        """Write what waits, and then the rest one after the other."""
        waits()
        yield

    def both(self, shelf: str, to: str) -> Iterator[str]:
        """Yield the names that stand on both shelves."""
        over = {*self.names(to)}
        return (name for name in self.names(shelf) if name in over)

    def gather(
        self, whole: Sequence[str], places: Iterable[tuple[str, str]]
    ) -> tuple[Mapping[tuple[str, str], bytes], frozenset[str]]:
        """Return all that stands on the shelves ``whole`` and at ``places``, and what `shared` returns."""
        found = {(shelf, name): sealed for shelf in whole for name, sealed in self.all(shelf)}
        found |= {place: sealed for place in places if (sealed := self.get(*place)) is not None}
        return found, self.shared()

    def is_any_indexed(self) -> bool:
        """Whether there is a case at all: none is indexed."""
        return next(self.names(CASES), None) is not None

    def chosen(self, digests: Collection[bytes]) -> frozenset[str]:  # noqa: ARG002 - none is indexed
        """Return the names of all cases."""
        return frozenset(self.names(CASES))

    def several(self, shelf: str, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return by name what stands on ``shelf`` under ``names``."""
        return dict(_read_several(self.folder / shelf, names, ".sealed"))

    def remove(self, shelf: str, name: str) -> None:
        """Remove what stands there, if anything does."""
        _remove(self.folder, self._path(shelf, name))

    def names(self, shelf: str) -> Iterator[str]:
        """Yield the names on ``shelf``, in order."""
        return _names(self.folder / shelf, ".sealed")

    def all(self, shelf: str) -> Iterator[tuple[str, bytes]]:
        """Yield the names on ``shelf``, in order, and what stands under each."""
        return _read_several(self.folder / shelf, self.names(shelf), ".sealed")

    def shelves(self) -> Iterator[str]:
        """Yield the shelves on which something stands, in order."""
        return iter(sorted({path.parent.name for path in self.folder.glob("*/*.sealed")} - {PARCELS}))

    def page(self, name: str) -> dict[str, Any]:
        """Return the page ``name``; empty where there is none."""
        path = self.folder / f"{name}.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise StateError(f"{path.name} of the books cannot be read", f"mend {path}, or take it away") from None
        return content if isinstance(content, dict) else {}

    def keep_page(self, name: str, content: Mapping[str, Any]) -> None:
        """Write the page ``name``."""
        text = json.dumps(content, indent=2, sort_keys=True).encode() + b"\n"
        _write(self.folder, self.folder / f"{name}.json", text)

    def shared(self) -> frozenset[str]:
        """Return the digests of values found shared."""
        return frozenset((_read(self.folder / "shared") or b"").decode().split())

    def add_shared(self, digests: Iterable[str]) -> None:
        """Remember more of them, for good."""
        with _locked(self.folder / "shared.lock"):
            all_of_them = sorted(self.shared() | set(digests))
            _write(self.folder, self.folder / "shared", "".join(f"{digest}\n" for digest in all_of_them).encode())

    @contextmanager
    def alone(self, wait: float) -> Iterator[Callable[[], bool]]:
        """Hold the books alone."""
        with _locked(self.folder / "lock", wait):
            yield lambda: True

    def _path(self, shelf: str, name: str) -> Path:
        return self.folder / shelf / f"{name}.sealed"


class FolderKeys:
    """Wrapped keys as files."""

    def __init__(self, books: Path) -> None:
        self._books, self._folder = books, books / "wrapped"

    def get(self, name: str) -> bytes | None:
        """Return what stands under ``name``."""
        return _read(self._path(name))

    def several(self, names: Sequence[str]) -> Mapping[str, bytes]:
        """Return what stands under ``names``."""
        return dict(_read_several(self._folder, names, ".key"))

    def add(self, name: str, wrapped: bytes) -> bytes:
        """Put ``wrapped`` unless something stands there, and return what then does."""
        may_write()
        path, parts = self._path(name), self._books / PARTS
        while True:
            with told(self._folder):
                is_ours = write_once(path, wrapped, parts)
                sweep(path, parts)
            stands = wrapped if is_ours else self.get(name)
            if stands is not None:  # else another process was first, and has shredded it since
                return stands

    def replace(self, name: str, old: bytes, wrapped: bytes) -> bool:
        """Put ``wrapped`` in place of ``old``, if that still stands there."""
        with _locked(self._folder / ".lock"):
            stands = self.get(name) == old
            if stands:
                _write(self._books, self._path(name), wrapped)
            return stands

    def delete(self, name: str) -> None:
        """Destroy what stands under ``name``, if anything does."""
        if self._folder.exists():
            with _locked(self._folder / ".lock"):
                _remove(self._books, self._path(name))

    def names(self) -> Iterator[str]:
        """Yield all names."""
        return _names(self._folder, ".key")

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Say in words why files of the books cannot be used; what the system says may repeat a name."""
    try:
        yield
    except OSError as error:
        raise _unusable(folder, error) from None


def _unusable(folder: Path, error: OSError) -> StateError:
    reason = os.strerror(error.errno) if error.errno else "unknown"
    hint = f"see to {folder}, then run it again: what is not in the books is not done"
    return StateError(f"the books cannot be used: {reason}", hint)


def _names(folder: Path, ending: str) -> Iterator[str]:
    with told(folder), suppress(FileNotFoundError):
        found = (name for name in os.listdir(folder) if name.endswith(ending))  # noqa: PTH208 - no path for each of many
        return iter(sorted(name.removesuffix(ending) for name in found))
    return iter(())


def _read(path: Path) -> bytes | None:
    with told(path.parent), suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def _read_several(folder: Path, names: Iterable[str], ending: str) -> Iterator[tuple[str, bytes]]:
    """Yield those of ``names`` that are there, with what is in their files: thousands, so that no path is made."""
    for name in names:
        try:
            with open(f"{folder}/{name}{ending}", "rb", buffering=0) as file:  # noqa: PTH123
                yield name, file.readall()
        except FileNotFoundError:  # removed since
            continue
        except OSError as error:
            raise _unusable(folder, error) from None


def _write(books: Path, path: Path, content: bytes) -> None:
    may_write()
    with told(path.parent):
        write_whole(path, content, books / PARTS)
        sweep(path, books / PARTS)


def _remove(books: Path, path: Path) -> None:
    may_write()
    with told(path.parent):
        if path.exists():
            path.unlink(missing_ok=True)
            flush_folder(path.parent)
        sweep(path, books / PARTS)  # the one of a process that died may be what was to be destroyed


@contextmanager
def _locked(path: Path, wait: float = 20.0) -> Iterator[None]:
    with told(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, time.monotonic() + wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                raise BusyError from None
        time.sleep(PAUSE)
