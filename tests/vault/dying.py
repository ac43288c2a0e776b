"""Does something to a vault in a process of its own, which is killed at a point: `kill -9`, no clean-up.

Points are the moments before each flush, before each name in a folder comes, goes or changes, and both sides of each
commit.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bailee.store.backends import SqliteBackend, file
from bailee.store.sealed_store import Store
from bailee.vault import Vault, master_of

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.vault.dying"])

CALLS = ("fsync", "rename", "replace", "link", "unlink")


def opened(folder: Path) -> Vault:
    return Vault(master_of("file:key", folder), SqliteBackend(folder / "books").keys)


def rotate(vault: Vault) -> None:
    vault.rotate()


def shred(vault: Vault) -> None:
    vault.shred("alice")


def make(vault: Vault) -> None:
    vault.seal("carol", b"", "")


def look(vault: Vault) -> None:
    vault.places.get("root")


def die_at(point: int, do: Callable[[Vault], None], folder: Path) -> bool:
    """Do it, and die at the ``point``-th point; return whether there was one."""
    process = CONTEXT.Process(target=_die, args=(point, do, folder))
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def _die(point: int, do: Callable[[Vault], None], folder: Path) -> None:
    passed = 0

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def told(*arguments: Any, **named: Any) -> Any:
            pass_by()
            return call(*arguments, **named)

        return told

    def pass_by() -> None:
        nonlocal passed
        passed += 1
        if passed == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def committed(connection: Any) -> None:
        pass_by()
        commit(connection)
        pass_by()

    commit = file.commit_writes
    patch.object(file, "commit_writes", committed).start()
    for name in CALLS:
        patch.object(os, name, around(getattr(os, name))).start()
    do(opened(folder))


def make_at_once(folder: Path, go: Any, told: Any) -> None:
    """Make a master key, a root and a data key as soon as ``go`` is set, and tell what was sealed, and a secret."""
    vault = opened(folder)
    told.put(None)
    go.wait()
    told.put((vault.seal("alice", b"hers", "x"), vault.secret("values")))


def hold(folder: Path, url: str, ready: Any) -> None:
    with Store(folder / "books", "file:key", folder, url).alone():
        ready.set()
        time.sleep(60)


def seal(folder: Path, url: str, go: Any, told: Any) -> None:
    store = Store(folder / "books", "file:key", folder, url)
    store.secret("x")
    told.put(None)
    go.wait()
    told.put(store.vault.seal("alice", b"hers", "x"))


def open_at_once(folder: Path, go: Any, told: Any) -> None:
    store = Store(folder / "books", "file:key", folder)
    told.put(None)
    go.wait()
    told.put(list(store.cases()))


def write_some(folder: Path, name: str, go: Any, told: Any) -> None:
    shelves = SqliteBackend(folder / "books")
    told.put(None)
    go.wait()
    for number in range(20):
        shelves.put("openings", f"{name}-{number}", name.encode() * 1_000)
        shelves.add_shared([f"{name}-{number}"])
