"""`kill -9` at every point of a rotation, a shredding, the making of a key; a full disk; processes at once."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from bailee.store.backends import SqliteBackend, StateError, file
from bailee.vault import InvalidVaultSealError, Vault, VaultError
from bailee.vault.masters import epoch_of
from tests.vault.conftest import Open
from tests.vault.dying import CONTEXT, die_at, make, make_at_once, opened, rotate, shred

NAMES = ("alice", "bob")


@pytest.fixture
def sealed(again: Open, tmp_path: Path) -> dict[str, bytes]:
    found = {name: again().seal(name, name.encode(), "x") for name in NAMES}
    for part in ("books", "key"):
        copy = shutil.copytree if (tmp_path / part).is_dir() else shutil.copy2
        copy(tmp_path / part, tmp_path / f"{part}.before")
    return found


def go_back(folder: Path) -> None:
    shutil.rmtree(folder / "books")
    shutil.copytree(folder / "books.before", folder / "books")
    shutil.copy2(folder / "key.before", folder / "key")


def at_each_point(do: Callable[[Vault], None], folder: Path, look: Callable[[], None]) -> int:
    point = 1
    while die_at(point, do, folder):
        look()
        go_back(folder)
        point += 1
    return point - 1


def test_a_rotation_that_is_killed_anywhere_loses_no_key_and_goes_on(
    again: Open, tmp_path: Path, sealed: dict[str, bytes]
) -> None:
    secret = again().secret("values")

    def look() -> None:
        for name in NAMES:
            assert again().open(name, sealed[name], "x") == name.encode()
        assert again().secret("values") == secret
        begun = again().master.epoch()
        was_cut_short = again().is_rotating()
        assert again().rotate() == (begun if was_cut_short else begun + 1)
        assert again().master.epochs() == (again().master.epoch(),)
        assert {epoch_of(wrapped) for _, wrapped in again().wrapped()} == {again().master.epoch()}
        for name in NAMES:
            assert again().open(name, sealed[name], "x") == name.encode()
        assert again().secret("values") == secret
        assert not list(tmp_path.glob("books/parts/*"))

    assert at_each_point(rotate, tmp_path, look) >= 14


def test_a_shredding_that_is_killed_anywhere_is_whole_or_not_begun(
    again: Open, tmp_path: Path, sealed: dict[str, bytes]
) -> None:
    def look() -> None:
        assert again().open("bob", sealed["bob"], "x") == b"bob"
        again().shred("alice")
        with pytest.raises(InvalidVaultSealError):
            again().open("alice", sealed["alice"], "x")

    assert at_each_point(shred, tmp_path, look) == 2


def test_a_key_whose_making_is_killed_anywhere_is_made_by_the_next(
    again: Open, tmp_path: Path, sealed: dict[str, bytes]
) -> None:
    def look() -> None:
        assert again().open("carol", again().seal("carol", b"hers", "x"), "x") == b"hers"
        assert again().open("bob", sealed["bob"], "x") == b"bob"

    assert at_each_point(make, tmp_path, look) == 2


def test_a_shredded_key_leaves_nothing_of_itself_where_its_maker_was_killed(again: Open, tmp_path: Path) -> None:
    again().secret("x")
    point = 1
    while die_at(point, make, tmp_path):
        again().shred("carol")
        assert not any(b"carol" in path.read_bytes() for path in (tmp_path / "books").iterdir() if path.is_file())
        point += 1
    assert point == 3
    again().seal("carol", b"hers", "x")
    assert any(b"carol" in path.read_bytes() for path in (tmp_path / "books").iterdir() if path.is_file())


def test_books_whose_making_is_killed_anywhere_are_made_by_the_next(again: Open, tmp_path: Path) -> None:
    point = 1
    while die_at(point, make, tmp_path):
        assert again().open("carol", again().seal("carol", b"hers", "x"), "x") == b"hers"
        assert set(again().places.names()) == {"root", "carol"}
        assert not list(tmp_path.glob("books/parts/*"))
        for part in ("books", "key"):
            shutil.rmtree(tmp_path / part) if (tmp_path / part).is_dir() else (tmp_path / part).unlink()
        point += 1
    assert point > 10


def test_a_rotation_does_not_bring_a_shredded_key_back(again: Open) -> None:
    again().seal("alice", b"hers", "x")
    vault = again()
    rewrap = vault.master.rewrap

    def shredded_in_between(wrapped: bytes, name: str) -> bytes:
        again().shred("alice")
        return rewrap(wrapped, name)

    with patch.object(vault.master, "rewrap", shredded_in_between):
        vault.rotate()
    assert set(again().places.names()) == {"root"}


def test_a_key_that_was_made_while_a_rotation_went_by_is_under_the_new_epoch(again: Open) -> None:
    again().secret("x")
    vault = again()
    add = vault.places.add

    def late(name: str, wrapped: bytes) -> bytes:
        again().rotate()
        return add(name, wrapped)

    with patch.object(vault.places, "add", late):
        sealed = vault.seal("alice", b"hers", "x")
    assert again().open("alice", sealed, "x") == b"hers"


def test_processes_that_begin_a_vault_at_once_begin_one(tmp_path: Path) -> None:
    go, told = CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=make_at_once, args=(tmp_path, go, told)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [told.get(timeout=120) for _ in processes] == [None] * 4
    go.set()
    made = [told.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    assert len({secret for _, secret in made}) == 1
    assert {opened(tmp_path).open("alice", sealed, "x") for sealed, _ in made} == {b"hers"}


def test_a_root_that_another_process_makes_at_this_moment_is_used(again: Open) -> None:
    vault, asked = again(), list[str]()
    get = vault.places.get

    def late(name: str) -> bytes | None:
        asked.append(name)
        if len(asked) > 1:
            return get(name)
        again().seal("bob", b"his", "x")  # after this process has seen that there is none
        return None

    with patch.object(vault.places, "get", late):
        secret = vault.secret("values")
    assert secret == again().secret("values")


def test_a_rotation_that_a_key_stands_in_the_way_of_forgets_no_epoch(
    again: Open, tmp_path: Path, sealed: dict[str, bytes]
) -> None:
    keys = SqliteBackend(tmp_path / "books").keys
    right = keys.get("bob") or b""
    wrong = right[:-1] + bytes([right[-1] ^ 1])
    assert keys.replace("bob", right, wrong)
    with pytest.raises(VaultError):
        again().rotate()
    assert again().master.epochs() == (1, 2)
    assert keys.replace("bob", wrong, right)
    assert again().rotate() == 2
    assert again().open("bob", sealed["bob"], "x") == b"bob"


def test_on_a_full_disk_nothing_is_lost_and_the_rotation_goes_on_later(
    again: Open, tmp_path: Path, sealed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, commit, left = os.fsync, file.commit_writes, [0]

    def full(descriptor: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "no space", "/secret/path")
        real(descriptor)

    def no_room(connection: sqlite3.Connection) -> None:
        left[0] -= 1
        if left[0] < 0:
            error = sqlite3.OperationalError("/secret/path")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        commit(connection)

    monkeypatch.setattr(file, "commit_writes", no_room)
    for flushes in range(7):
        left[0] = flushes
        with patch("os.fsync", full), pytest.raises((VaultError, StateError), match=r"No space|disk is full") as caught:
            again().rotate()
        assert "secret" not in str(caught.value)
        left[0] = 100
        for name in NAMES:
            assert again().open(name, sealed[name], "x") == name.encode()
        go_back(tmp_path)
    left[0] = 3
    with patch("os.fsync", full), pytest.raises((VaultError, StateError)):
        again().rotate()
    left[0] = 100
    assert again().rotate() == 2
    assert again().open("alice", sealed["alice"], "x") == b"alice"


def test_where_the_system_lets_no_file_grow_a_key_is_not_half_made(
    again: Open, tmp_path: Path, sealed: dict[str, bytes]
) -> None:
    vault = again()
    vault.secret("x")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        with pytest.raises(StateError, match=r"state\.db cannot be read or written"):
            vault.seal("carol", b"hers", "x")
        with pytest.raises((StateError, VaultError), match=r"File too large|cannot be read"):
            vault.rotate()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "carol" not in set(again().places.names())
    assert again().master.epochs() == (1,)
    assert again().open("alice", sealed["alice"], "x") == b"alice"
    assert again().open("carol", again().seal("carol", b"hers", "x"), "x") == b"hers"
