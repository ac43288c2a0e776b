"""Books of an earlier version, a file for each thing: taken over whole, once, and never taken for new ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bailee.store.backends import SqliteBackend, StateError, earlier, file
from bailee.store.backends.locks import hold_lock
from bailee.store.sealed_store import Store
from tests.vault.as_files import as_files
from tests.vault.dying import CONTEXT, die_at, look, open_at_once

PHONE = ("phone", "+442079460000")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a folder of books as an earlier version left them, with the key beside."""
    folder = tmp_path / "books"
    store = Store(folder, "file:key", tmp_path)
    for number in range(3):
        store.seal(f"c{number}", {"n": number}, is_new=True)
    store.close("c2", {"n": "over"})
    store.put("openings", "a", {"n": b"1"})
    store.put("secrets", "CRM", {"word": "s"})
    store.keep_page("checks", {"seen": [1]})
    store.keep_page("notice", {"versions": [2]})
    store.remember_shared(frozenset({PHONE}))
    del store
    as_files(folder)
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts/c9.sealed.0123.part").write_bytes(b"of a process that died")
    (folder / "mine.json").write_text("{}")
    for name in ("parcels/p.sealed", "ledger/checkpoint"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(b"as it is")
    shutil.copytree(folder, tmp_path / "before")
    return folder


def state_in(folder: Path) -> Store:
    return Store(folder, "file:key", folder.parent)


def all_is_there(folder: Path) -> None:
    """Fail unless the books have all that they had, and no file of it is left."""
    state = state_in(folder)
    assert [(name, state.open_case(name)["n"]) for name in state.cases()] == [("c0", 0), ("c1", 1)]
    assert state.open_case("c2") == {"n": "over"}
    assert state.get("openings", "a") == {"n": b"1"}
    assert state.get("secrets", "CRM") == {"word": "s"}
    assert (state.page("checks"), state.page("notice")) == ({"seen": [1]}, {"versions": [2]})
    assert PHONE in state.shared()
    assert set(state.shelves.keys.names()) == {
        "root", "case:c0", "case:c1", "secret:CRM", "shelf:openings", "shelf:done",
    }  # fmt: skip
    assert (folder / "parcels/p.sealed").read_bytes() == (folder / "ledger/checkpoint").read_bytes() == b"as it is"
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {name for name in left if not name.startswith("state.db")} - {"lock"} == {
        "parcels/p.sealed", "ledger/checkpoint", "mine.json", "wrapped/state.db.key",
    }  # fmt: skip
    assert (folder / "state.db").stat().st_mode & 0o777 == 0o600


def go_back(folder: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(folder.parent / "before", folder)


def test_all_is_taken_over_once_and_the_files_go(old: Path) -> None:
    all_is_there(old)
    all_is_there(old)


def test_all_is_taken_over_by_the_first_that_holds_the_books_alone_or_writes(old: Path) -> None:
    with state_in(old).alone():
        all_is_there(old)
    go_back(old)
    state_in(old).keep_page("survey", {"n": 1})
    all_is_there(old)


def test_a_process_that_is_killed_anywhere_on_the_way_leaves_all_for_the_next(old: Path) -> None:
    point, made = 1, 0
    while die_at(point, look, old.parent):
        made += (old / "state.db").exists()
        all_is_there(old)
        go_back(old)
        point += 1
    assert made > 10
    assert point - made >= 3


def test_what_was_shredded_since_does_not_come_back_with_files_that_were_left(old: Path) -> None:
    """The first dies before it has removed a file; its successor, here one that is only half as far, shreds a key."""
    point = 1
    while die_at(point, look, old.parent) and not (old / "state.db").exists():
        go_back(old)
        point += 1
    assert (old / "cases/c0.sealed").exists()
    state_in(old).destroy("c0")
    assert list(state_in(old).cases()) == ["c1"]
    assert not (old / "cases").exists()
    assert "case:c0" not in set(state_in(old).shelves.keys.names())


def test_where_a_file_cannot_be_read_nothing_changes(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = earlier.list_statements

    def stopped(folder: Path) -> Iterator[object]:
        for number, one in enumerate(found(folder)):
            if number == 5:
                raise OSError(5, "disk", "/secret/path")
            yield one

    with monkeypatch.context() as patched:
        patched.setattr(earlier, "list_statements", stopped)
        with pytest.raises(StateError, match="Input/output error") as caught:
            state_in(old).page("checks")
    assert "secret" not in str(caught.value)
    assert not (old / "state.db").exists()
    for path in (old.parent / "before").rglob("*"):
        assert (old / path.relative_to(old.parent / "before")).exists()
    all_is_there(old)


def test_processes_that_open_them_at_once_take_them_over_once(old: Path) -> None:
    go, told = CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=open_at_once, args=(old.parent, go, told)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [told.get(timeout=120) for _ in processes] == [None] * 4
    go.set()
    assert [told.get(timeout=120) for _ in processes] == [["c0", "c1"]] * 4
    for process in processes:
        process.join()
    all_is_there(old)


def test_an_earlier_version_at_work_is_waited_for(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "PATIENCE", 0.1)
    with hold_lock(old / "lock"), pytest.raises(StateError, match="of the earlier version"):
        state_in(old).page("checks")
    assert not (old / "state.db").exists()
    all_is_there(old)


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda books: (books / "cases").mkdir() or (books / "cases/c1.sealed").write_bytes(b"later"),
        lambda books: (books / "wrapped/root.key").write_bytes(b"later"),
        lambda books: (books / "shared").write_bytes(b"later"),
    ],
)
def test_what_an_earlier_version_writes_since_is_not_passed_over(old: Path, change: Change) -> None:
    all_is_there(old)
    change(old)
    state = state_in(old)
    for _ in range(2):
        with pytest.raises(StateError, match=r"of an earlier version stands beside state\.db") as caught:
            state.get("openings", "a")
        assert "keep one of both" in caught.value.hint


def test_a_file_that_was_written_between_its_taking_and_its_removal_stays(old: Path) -> None:
    point = 1
    while die_at(point, look, old.parent) and not (old / "state.db").exists():
        go_back(old)
        point += 1
    (old / "cases/c1.sealed").write_bytes(b"later")
    for _ in range(2):
        with pytest.raises(StateError, match=r"cases/c1\.sealed of an earlier version"):
            state_in(old).get("openings", "a")
    assert (old / "cases/c1.sealed").read_bytes() == b"later"


def test_an_earlier_version_finds_no_root_and_other_keys_so_that_it_refuses_the_books(old: Path) -> None:
    all_is_there(old)
    assert [path.name for path in (old / "wrapped").glob("*.key")] == ["state.db.key"]


def test_books_whose_file_was_lost_are_not_new(old: Path) -> None:
    all_is_there(old)
    for path in old.glob("state.db*"):
        path.unlink()
    for ask in (
        lambda: SqliteBackend(old).is_new(),
        lambda: state_in(old).secret("x"),
        lambda: list(state_in(old).cases()),
        lambda: state_in(old).keep_page("checks", {}),
    ):
        with pytest.raises(StateError, match=r"state\.db of the books is missing"):
            ask()
    assert not (old / "state.db").exists()


@pytest.mark.parametrize("content", [b"", b"no database at all, but as long as a header of one. " * 9])
def test_a_file_that_is_no_database_is_not_new_books(old: Path, content: bytes) -> None:
    all_is_there(old)
    for path in old.glob("state.db*"):
        path.unlink()
    (old / "state.db").write_bytes(content)
    shelves = SqliteBackend(old)
    for _ in range(2):
        with pytest.raises(StateError, match="damaged") as caught:
            shelves.is_new()
        assert "backup" in caught.value.hint
    assert (old / "state.db").read_bytes() == content


def test_a_page_that_was_damaged_by_hand_stops_nothing_but_itself(old: Path) -> None:
    (old / "notice.json").write_text("{half")
    state = state_in(old)
    assert state.page("checks") == {"seen": [1]}
    with pytest.raises(StateError, match="page notice of the books cannot be read"):
        state.page("notice")
