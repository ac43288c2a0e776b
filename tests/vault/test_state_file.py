"""The one file of the books: durable, at once or not at all, side by side with threads, processes and forks."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bailee.store.backends import SqliteBackend, StateError, fence_writes, file
from bailee.store.sealed_store import Store
from bailee.vault import First
from tests.vault.dying import CONTEXT, write_some

CASE = "one", "case:one"


def first(content: bytes = b"sealed", told: Callable[[], None] = lambda: None) -> First:
    return First(content, b"wrapped", told)


@pytest.fixture
def shelves(tmp_path: Path) -> SqliteBackend:
    return SqliteBackend(tmp_path / "books")


def seen_by_another(shelves: SqliteBackend, shelf: str, name: str) -> bytes | None:
    found: list[bytes | None] = []
    thread = threading.Thread(target=lambda: found.append(SqliteBackend(shelves.folder).get(shelf, name)))
    thread.start()
    thread.join()
    return found[0]


# --- how it is written ---------------------------------------------------------------------------------------


def test_what_is_written_is_flushed_and_what_is_deleted_is_zeroed(shelves: SqliteBackend) -> None:
    shelves.put("openings", "a", b"1")
    pragmas = ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
    nothing: list[object] = []
    asked = shelves._file.read(lambda at: [at.execute(f"PRAGMA {one}").fetchone()[0] for one in pragmas], nothing)
    assert asked == ["wal", 2, 1, 20_000]


def test_nobody_else_may_read_it(shelves: SqliteBackend) -> None:
    before = os.umask(0)
    try:
        shelves.put("openings", "a", b"1")
    finally:
        os.umask(before)
    assert shelves.folder.stat().st_mode & 0o777 == 0o700
    files = {path.name: path.stat().st_mode & 0o777 for path in shelves.folder.glob("state.db*")}
    assert files == dict.fromkeys(("state.db", "state.db-wal", "state.db-shm", "state.db.lock"), 0o600)


def test_who_only_reads_makes_nothing(shelves: SqliteBackend) -> None:
    assert shelves.is_new()
    assert (shelves.get("a", "b"), shelves.page("p"), shelves.shared()) == (None, {}, frozenset())
    assert (list(shelves.all("a")), list(shelves.shelves()), list(shelves.keys.names())) == ([], [], [])
    assert (shelves.several("a", ["b"]), shelves.chosen([b"d"])) == ({}, frozenset())
    assert not shelves.folder.exists()


def test_a_key_that_was_destroyed_is_nowhere_in_the_files(shelves: SqliteBackend) -> None:
    wrapped = {f"case:{secrets.token_hex(8)}": secrets.token_bytes(68) for _ in range(600)}
    for name, key in wrapped.items():
        shelves.keys.add(name, key)
    shelves.put_all({("cases", name): secrets.token_bytes(3_000) for name in list(wrapped)[:50]}, {})
    gone = [name for number, name in enumerate(wrapped) if number % 3]
    with shelves.at_once(lambda: None):
        for name in gone[:-1]:
            shelves.keys.delete(name)
    shelves.move("cases", gone[-1], "done", {}, gone[-1], {})
    found = b"".join(path.read_bytes() for path in shelves.folder.glob("state.db*"))
    assert [name for name in gone if wrapped[name] in found or wrapped[name][:16] in found] == []
    assert all(key in found for name, key in wrapped.items() if name not in gone)


def test_a_key_that_was_destroyed_while_somebody_read_goes_with_the_next_write(shelves: SqliteBackend) -> None:
    key = secrets.token_bytes(68)
    shelves.keys.add("case:one", key)

    def inside() -> bool:
        return key in b"".join(path.read_bytes() for path in shelves.folder.glob("state.db*"))

    with closing(sqlite3.connect(shelves.folder / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM keys").fetchone()
        shelves.keys.delete("case:one")
        assert inside()
        other.execute("ROLLBACK")
    shelves.put("openings", "a", b"1")
    assert not inside()


# --- at once -------------------------------------------------------------------------------------------------


def test_what_is_written_at_once_is_seen_in_the_block_and_by_others_at_its_end(shelves: SqliteBackend) -> None:
    shelves.put("openings", "a", b"1")
    shelves.keys.add("old", b"old")
    told: list[str] = []
    with shelves.at_once(lambda: shelves.put("openings", "c", b"3")):
        shelves.put("openings", "b", b"2")
        shelves.remove("openings", "a")
        shelves.put_first("cases", *CASE, first(told=lambda: told.append("stands")), {})
        shelves.keys.delete("old")
        again = SqliteBackend(shelves.folder)
        assert [*again.all("openings")] == [*shelves.all("openings")] == [("b", b"2")]
        assert (shelves.get("cases", "one"), shelves.keys.get("case:one")) == (b"sealed", b"wrapped")
        assert shelves.keys.get("old") is None
        assert seen_by_another(shelves, "openings", "a") == b"1"
        assert seen_by_another(shelves, "openings", "b") is None
        assert told == []
    assert told == ["stands"]
    assert [*shelves.all("openings")] == [("b", b"2"), ("c", b"3")]
    assert seen_by_another(shelves, "cases", "one") == b"sealed"


def test_in_an_error_nothing_of_a_block_stands_but_a_key_that_was_made(shelves: SqliteBackend) -> None:
    shelves.put("openings", "a", b"1")

    def fail() -> None:
        with shelves.at_once(lambda: None):
            shelves.put("openings", "a", b"2")
            shelves.put_first("cases", *CASE, first(told=lambda: pytest.fail("it does not stand")), {})
            assert shelves.keys.add("alice", b"hers") == b"hers"
            assert SqliteBackend(shelves.folder).keys.get("alice") == b"hers"
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (shelves.get("openings", "a"), shelves.get("cases", "one")) == (b"1", None)
    assert list(shelves.keys.names()) == ["alice"]


def test_an_error_in_a_block_within_a_block_takes_back_what_that_one_had_to_write(shelves: SqliteBackend) -> None:
    def fail() -> None:
        with shelves.at_once(lambda: None):
            shelves.put("openings", "b", b"2")
            shelves.keys.delete("alice")
            raise KeyError

    with shelves.at_once(lambda: None):
        shelves.put("openings", "a", b"1")
        with pytest.raises(KeyError):
            fail()
        shelves.keys.add("alice", b"hers")
        with shelves.at_once(lambda: None):
            shelves.put("openings", "c", b"3")
        assert seen_by_another(shelves, "openings", "c") is None
    assert [name for name, _ in shelves.all("openings")] == ["a", "c"]
    assert shelves.keys.get("alice") == b"hers"


def test_a_key_is_not_made_in_the_place_of_one_that_the_block_is_to_destroy_or_to_make(shelves: SqliteBackend) -> None:
    shelves.keys.add("alice", b"old")

    def destroyed() -> None:
        with shelves.at_once(lambda: None):
            shelves.keys.delete("alice")
            shelves.keys.add("alice", b"new")

    def made() -> None:
        with shelves.at_once(lambda: None):
            shelves.put_first("cases", *CASE, first(), {})
            shelves.keys.add("case:one", b"new")

    for do in (destroyed, made):
        with pytest.raises(StateError, match="a key is made"):
            do()
    assert shelves.keys.get("alice") == b"old"
    assert shelves.get("cases", "one") is None


def test_a_new_case_whose_key_stands_already_is_refused_whole(shelves: SqliteBackend) -> None:
    shelves.put_first("cases", *CASE, first(), {})
    with pytest.raises(StateError, match="stands already"):
        shelves.put_first("cases", *CASE, first(b"other"), {})
    assert shelves.get("cases", "one") == b"sealed"


def test_what_is_moved_is_on_one_shelf_or_on_the_other(shelves: SqliteBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves.put_first("cases", *CASE, first(), {})

    def full(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("a value")

    with monkeypatch.context() as patched:
        patched.setattr(file, "commit_writes", full)
        with pytest.raises(StateError, match="the books cannot be used: OperationalError") as caught:
            shelves.move("cases", "one", "done", {("done", "one"): b"over"}, "case:one", {})
    assert "a value" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert (shelves.get("cases", "one"), shelves.get("done", "one")) == (b"sealed", None)
    assert shelves.keys.get("case:one") == b"wrapped"
    shelves.move("cases", "one", "done", {("done", "one"): b"over"}, "case:one", {})
    assert (shelves.get("cases", "one"), shelves.get("done", "one")) == (None, b"over")
    assert shelves.keys.get("case:one") is None


class Lost(Exception):
    pass


def test_a_lease_that_is_lost_before_the_end_of_a_block_lets_nothing_of_it_stand(shelves: SqliteBackend) -> None:
    lost = [False]

    def check() -> None:
        if lost[0]:
            raise Lost

    def lose() -> None:
        with shelves.at_once(lambda: None):
            shelves.put("openings", "a", b"1")
            lost[0] = True

    with fence_writes(check), pytest.raises(Lost):
        lose()
    assert shelves.get("openings", "a") is None


# --- side by side --------------------------------------------------------------------------------------------


def descriptors(path: Path) -> int:
    there = (f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd"))  # noqa: PTH208
    return sum(os.path.realpath(one).startswith(str(path.resolve())) for one in there)


def side_by_side(shelves: SqliteBackend, rounds: str) -> int:
    """Let three threads write and read, and return how many descriptors there are while all have a connection."""
    wait, go, failed = threading.Barrier(4), threading.Event(), list[Exception]()

    def work(number: int) -> None:
        try:
            for n in range(20):
                shelves.put("openings", f"{rounds}-{number}-{n}", b"x")
                assert shelves.get("openings", f"{rounds}-{number}-{n}") == b"x"
        except Exception as error:  # noqa: BLE001 - any is told to the test
            failed.append(error)
        wait.wait(60)
        go.wait(60)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    wait.wait(60)
    count = descriptors(shelves.folder / "state.db")
    go.set()
    for thread in threads:
        thread.join()
    gc.collect()
    assert failed == []
    return count


def test_each_thread_has_a_connection_which_is_closed_with_it(shelves: SqliteBackend) -> None:
    """SQLite keeps a descriptor, which would take its locks along, until it can use it for the next connection."""
    shelves.put("openings", "a", b"1")
    alone = descriptors(shelves.folder / "state.db")
    most = side_by_side(shelves, "first")
    assert most > alone
    mine = file._identify_file(shelves.folder / "state.db")  # other tests have files of their own
    assert len([held for held in file._HELD if held.place == mine]) == 1
    assert side_by_side(shelves, "second") == most
    assert len(list(shelves.names("openings"))) == 121


def test_processes_write_side_by_side_and_none_loses_anything(tmp_path: Path) -> None:
    go, told = CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=write_some, args=(tmp_path, str(n), go, told)) for n in range(3)]
    for process in processes:
        process.start()
    assert [told.get(timeout=120) for _ in processes] == [None] * 3
    go.set()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    shelves = SqliteBackend(tmp_path / "books")
    assert [*shelves.names("openings")] == sorted(f"{n}-{number}" for n in range(3) for number in range(20))
    assert len(shelves.shared()) == 60


FORKED = """
import os, sys, threading
from pathlib import Path
from bailee.store.backends import SqliteBackend
shelves = SqliteBackend(Path(sys.argv[1]))
shelves.put("openings", "before", b"1")
ready, go = threading.Event(), threading.Event()
def other():
    shelves.get("openings", "before")
    ready.set()
    go.wait(60)
    shelves.put("openings", "thread", b"1")
thread = threading.Thread(target=other)
thread.start()
ready.wait(60)
theirs, mine = os.pipe(), os.pipe()
child = os.fork()
if child == 0:
    shelves.put("openings", "child", b"1")
    os.write(theirs[1], b"x")
    os.read(mine[0], 1)
    shelves.put("openings", "child later", b"1")
    assert len(list(shelves.names("openings"))) == 5
    os._exit(0)
os.read(theirs[0], 1)
shelves.put("openings", "parent", b"1")
go.set()
thread.join()
del shelves, thread, other
import gc
gc.collect()
os.write(mine[1], b"x")
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_process_that_forks_shares_no_connection_and_the_child_works_on_without_its_parent(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", FORKED, tmp_path / "books"], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    names = [*SqliteBackend(tmp_path / "books").names("openings")]
    assert names == ["before", "child", "child later", "parent", "thread"]


def test_a_file_that_is_put_in_its_place_is_the_one_that_is_used(shelves: SqliteBackend, tmp_path: Path) -> None:
    shelves.put("openings", "a", b"1")
    shutil.copytree(shelves.folder, tmp_path / "backup")
    shelves.put("openings", "a", b"2")
    shutil.rmtree(shelves.folder)
    shutil.copytree(tmp_path / "backup", shelves.folder)
    assert shelves.get("openings", "a") == b"1"
    shelves.put("openings", "b", b"3")
    del shelves
    assert [*SqliteBackend(tmp_path / "books").all("openings")] == [("a", b"1"), ("b", b"3")]


# --- what fails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_READONLY, "may not be written"),
        (sqlite3.SQLITE_IOERR | (3 << 8), "cannot be read or written"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_BUSY, "another process"),
    ],
)
def test_what_is_wrong_is_said_by_its_kind(
    shelves: SqliteBackend, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    shelves.put("openings", "a", b"1")

    def fail(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("a value")
        error.sqlite_errorcode = code
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(file, "commit_writes", fail)
        with pytest.raises(StateError, match=said) as caught:
            shelves.put("openings", "a", b"2")
    assert "a value" not in f"{caught.value}{caught.value.hint}"
    assert "then run it again" in caught.value.hint
    assert shelves.get("openings", "a") == b"1"


def test_a_writer_that_never_ends_is_waited_for_no_longer_than_told(
    shelves: SqliteBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelves.put("openings", "a", b"1")
    monkeypatch.setattr(file, "PATIENCE", 0.1)
    with closing(sqlite3.connect(shelves.folder / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StateError, match="another process has been writing for too long"):
            SqliteBackend(shelves.folder).put("openings", "a", b"2")
        assert SqliteBackend(shelves.folder).get("openings", "a") == b"1"
        other.execute("ROLLBACK")


def test_a_damaged_file_is_told_and_not_written(shelves: SqliteBackend) -> None:
    for number in range(50):
        shelves.put("openings", str(number), bytes(3_000))
    folder = shelves.folder
    del shelves
    whole = (folder / "state.db").read_bytes()
    (folder / "state.db").write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(StateError, match=r"state\.db is damaged") as caught:
        list(SqliteBackend(folder).all("openings"))
    assert "backup" in caught.value.hint


def test_a_file_of_a_later_version_is_left_alone(shelves: SqliteBackend) -> None:
    shelves.put("openings", "a", b"1")
    shelves._file.read(lambda at: at.execute("PRAGMA user_version"), None)
    with closing(sqlite3.connect(shelves.folder / "state.db")) as other:
        other.execute("PRAGMA user_version = 2")
    with pytest.raises(StateError, match="by a later version"):
        SqliteBackend(shelves.folder).get("openings", "a")


# --- backups -------------------------------------------------------------------------------------------------


def by_backup(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def by_vacuum(source: sqlite3.Connection, target: Path) -> None:
    source.execute("VACUUM INTO ?", [str(target)])


@pytest.mark.parametrize("back_up", [by_backup, by_vacuum])
def test_a_copy_that_is_made_while_others_write_is_whole(
    tmp_path: Path, back_up: Callable[[sqlite3.Connection, Path], None]
) -> None:
    """Each case that the copy has is there with its key, and none before it is missing."""
    folder, stop, written = tmp_path / "books", threading.Event(), [0]
    store = Store(folder, "file:key", tmp_path)
    store.seal("c0000", {"n": 0}, is_new=True)

    def work() -> None:
        mine = Store(folder, "file:key", tmp_path)
        while not stop.is_set() and written[0] < 5_000:
            written[0] += 1
            mine.seal(f"c{written[0]:04}", {"n": written[0]}, is_new=True)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        while written[0] < 10:
            assert thread.is_alive()
        before = written[0]
        (tmp_path / "copy").mkdir()
        with closing(sqlite3.connect(folder / "state.db", isolation_level=None)) as source:
            back_up(source, tmp_path / "copy/state.db")
    finally:
        stop.set()
        thread.join()
    copy = Store(tmp_path / "copy", "file:key", tmp_path)
    numbers = [case["n"] for case in copy.opened_cases(dict).values()]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= before
    with closing(sqlite3.connect(tmp_path / "copy/state.db")) as again:
        assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_process_that_is_killed_leaves_what_it_wrote(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from bailee.store.backends import SqliteBackend\n"
        "shelves = SqliteBackend(Path(sys.argv[1])); shelves.put('openings', 'a', b'1')\n"
        f"os.kill(os.getpid(), {int(signal.SIGKILL)})"
    )
    ended = subprocess.run([sys.executable, "-c", script, tmp_path / "books"], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert SqliteBackend(tmp_path / "books").get("openings", "a") == b"1"
