"""Books in which an earlier version kept a file for each thing: taken over once, and told apart from new ones.

``cases/NAME.sealed`` and the like, ``wrapped/NAME.key``, ``NAME.json``, ``shared``. They are read into the new file
before it has its name, with a list of them; then those of the list are removed. What dies on the way is gone on with
when the books are opened next. From then on a key stands in ``wrapped`` that is none: an earlier version refuses books
of which the root is missing, where it would begin new ones; and so does this one where it finds it without the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bailee.store.errors import StateError
from bailee.vault import flush_folder, sweep, write_whole

PARCELS = "parcels"
"""The folder of copies that wait to be fetched: no shelf, for they are sealed in pieces, and stay files."""

PAGES = ("checks", "found", "history", "looked", "looking", "notice", "recovery", "restricted", "survey")
"""The pages that there were."""

PARTS = "parts"
"""The folder of what is not yet whole."""

KEYS, KEY, SEALED, SHARED = "wrapped", ".key", ".sealed", "shared"
_MARK = f"{KEYS}/state.db{KEY}"
_SAID = b"The keys of these books are in state.db, and all else that an earlier version had here.\n"


def is_there(folder: Path) -> bool:
    """Whether an earlier version has kept something here that is there still."""
    return (folder / SHARED).exists() or any(_list_things(folder))


def is_taken(folder: Path) -> bool:
    """Whether all that was here has been taken over: the mark is there, and nothing besides."""
    return (folder / _MARK).exists() and not is_there(folder)


def must_be_new(folder: Path, path: Path) -> None:
    """Raise `StateError` where the file ``path`` of these books has been there before."""
    if (folder / _MARK).exists() and not path.exists():  # in this order: another process may make both at this moment
        raise StateError(f"{path.name} of the books is missing", f"put {path} back from a backup of the books")


def list_statements(folder: Path) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """Yield statements that write what stands in ``folder``, and the values of each."""
    taken: list[tuple[str, bytes]] = []

    def read(path: str) -> bytes:
        content = (folder / path).read_bytes()
        taken.append((path, hashlib.sha256(content).digest()))
        return content

    things = list(_list_things(folder))
    places = {(where, name) for where, name, _ in things}
    for where, name, ending in things:
        content = read(f"{where}/{name}{ending}")
        case = name.removeprefix("case:") if where == KEYS else name
        if where in {KEYS, "cases"} and (where == "cases" or case != name) and ("done", case) in places:
            continue  # a process died while it closed the case: what is left of it is on the shelf `done`
        if where == KEYS:
            yield "INSERT INTO keys (name, content) VALUES (?, ?)", [(name, content)]
        else:
            yield "INSERT INTO sealed (shelf, name, content) VALUES (?, ?, ?)", [(where, name, content)]
    for name in PAGES:
        if (folder / f"{name}.json").exists():
            text = read(f"{name}.json").decode(errors="replace")
            yield "INSERT INTO pages (name, content) VALUES (?, ?)", [(name, text)]
    if (folder / SHARED).exists():
        digests = sorted(set(read(SHARED).decode().split()))
        yield "INSERT INTO shared (digest) VALUES (?)", [(digest,) for digest in digests]
    yield "INSERT INTO taken (path, digest) VALUES (?, ?)", taken


def remove_taken(folder: Path, taken: Mapping[str, bytes]) -> None:
    """Remove the files ``taken``, with the digest of each, as far as they are there. Raises `OSError`, `StateError`.

    The root goes first: an earlier version then refuses these books.
    """
    mark_taken(folder)
    root = f"{KEYS}/root{KEY}"
    for path in sorted(taken, key=lambda path: (path != root, path)):
        with suppress(FileNotFoundError):
            if hashlib.sha256((folder / path).read_bytes()).digest() != taken[path]:
                raise _make_conflict(folder, path)
            (folder / path).unlink()
    for where in sorted({str(Path(path).parent) for path in taken}):
        with suppress(FileNotFoundError):
            flush_folder(folder / where)
        if where not in {".", KEYS}:
            with suppress(OSError):  # something else is in it
                (folder / where).rmdir()
    for lock in (f"{KEYS}/.lock", f"{SHARED}.lock"):
        (folder / lock).unlink(missing_ok=True)


def refuse_earlier(folder: Path, path: Path) -> None:
    """Raise `StateError` where an earlier version has kept something here beside the file ``path``."""
    thing = next(_list_things(folder), None)
    if thing is not None:
        raise _make_conflict(folder, "{}/{}{}".format(*thing))
    if (folder / SHARED).exists():
        raise _make_conflict(folder, SHARED)
    assert path.exists()


def mark_taken(folder: Path) -> None:
    """Write down that the keys of these books are in the file."""
    if not (folder / _MARK).exists():
        write_whole(folder / _MARK, _SAID, folder / PARTS)
    sweep(folder / _MARK, folder / PARTS)


def _make_conflict(folder: Path, path: str) -> StateError:
    hint = f"an earlier version has written it since, or a backup was put over the books: keep one of both in {folder}"
    return StateError(f"{path} of an earlier version stands beside state.db", hint)


def _list_things(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield where each thing stands that is sealed, or a key: its folder, its name, and the ending of its file."""
    with suppress(FileNotFoundError):
        for where in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir()):
            if where == PARCELS:
                continue
            ending = KEY if where == KEYS else SEALED
            for name in sorted(os.listdir(folder / where)):  # noqa: PTH208 - no path for each of many
                if name.endswith(ending) and f"{where}/{name}" != _MARK:
                    yield where, name.removesuffix(ending), ending
