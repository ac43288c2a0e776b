"""The state in a file and in tables of the books on PostgreSQL: the same to all that keep something there."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bailee.store import open_books, recovery
from bailee.store.sealed_store import StateError, Store
from tests import ready
from tests.servers import Server
from tests.vault.dying import CONTEXT, hold, seal

Make = Callable[[], Store]


@pytest.fixture(params=["file", "tables"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Open the state as a process does that has just started."""
    if request.param == "file":
        yield lambda: Store(tmp_path / "books")
        return
    url = request.getfixturevalue("emptied")
    yield lambda: Store(tmp_path / "books", "file:key", tmp_path, url)


@pytest.fixture
def tables(emptied: str, tmp_path: Path) -> Store:
    return Store(tmp_path / "books", "file:key", tmp_path, emptied)


@pytest.fixture(scope="module")
def books(postgresql_server: Server, shared: Path) -> Iterator[str]:
    """One database for all tests here: it is emptied sooner than made."""
    name = f"vault_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    yield ready.postgresql_books(postgresql_server, name, shared)
    postgresql_server.drop_database(name)


@pytest.fixture
def emptied(books: str) -> Iterator[str]:
    open_books(books, migrate=False)
    from django.db import connections

    from bailee.store.models import CaseDigest, Page, Sealed, WrappedKey

    yield books
    for model in (CaseDigest, Page, Sealed, WrappedKey):
        model.objects.all().delete()
    connections.close_all()


def test_what_is_kept_is_there_for_the_next_process(make: Make) -> None:
    state = make()
    assert state.shelves.is_new()
    state.put("openings", "b", {"n": 1})
    state.put("openings", "a", {"n": b"2"})
    state.put("openings", "b", {"n": 3})
    state.keep_page("checks", {"seen": [1]})
    state.keep_page("checks", {"seen": [2]})
    state.remember_shared(frozenset({("phone", "1")}))
    state.remember_shared(frozenset({("phone", "1"), ("phone", "2")}))
    secret = state.secret("values")
    again = make()
    assert (again.get("openings", "a"), again.get("openings", "b")) == ({"n": b"2"}, {"n": 3})
    assert again.get("openings", "c") is None
    assert list(again.names("openings")) == ["a", "b"]
    assert (again.page("checks"), again.page("none")) == ({"seen": [2]}, {})
    assert ("phone", "2") in again.shared()
    assert ("phone", "3") not in again.shared()
    assert again.secret("values") == secret
    assert list(again.shelves.shelves()) == ["openings"]
    assert not again.shelves.is_new()


def test_a_case_that_is_destroyed_takes_its_key_along(make: Make) -> None:
    state = make()
    state.seal("one", {"name": "Alice"})
    sealed = state.shelves.get("cases", "one")
    assert sealed is not None
    assert "case:one" in set(state.shelves.keys.names())
    state.destroy("one")
    state.destroy("one")
    assert list(state.cases()) == []
    assert set(state.shelves.keys.names()) == {"root"}
    state.shelves.put("cases", "one", sealed)
    with pytest.raises(StateError, match="does not open"):
        make().open_case("one")


def test_what_was_moved_to_another_place_does_not_open_there(make: Make) -> None:
    state = make()
    state.put("openings", "a", {"n": 1})
    state.shelves.put("openings", "b", state.shelves.get("openings", "a") or b"")
    with pytest.raises(StateError, match="openings/b does not open"):
        state.get("openings", "b")


def test_a_rotation_goes_through_all_keys(make: Make) -> None:
    state = make()
    state.seal("one", {"name": "Alice"})
    assert recovery.rotate_master(make()) == (2, 0, True)
    assert make().open_case("one") == {"name": "Alice"}
    assert recovery.read_recovery_status(make()).keys == {2: 2}


def test_a_key_is_put_in_anothers_place_only_while_that_stands(make: Make) -> None:
    keys = make().shelves.keys
    assert keys.add("one", b"first") == b"first"
    assert keys.add("one", b"second") == b"first"
    assert not keys.replace("one", b"second", b"third")
    assert keys.replace("one", b"first", b"third")
    assert keys.get("one") == b"third"
    keys.delete("one")
    keys.delete("one")
    assert not keys.replace("one", b"third", b"fourth")
    assert (keys.get("one"), list(keys.names())) == (None, [])


def test_one_holds_the_books_alone_and_another_waits_as_long_as_told(make: Make) -> None:
    state, told = make(), list[str]()

    def other(wait: float) -> None:
        try:
            with make().alone(wait):
                told.append("in")
        except StateError as error:
            told.append(error.message)
        finally:
            if state.books_url:
                from django.db import connections

                connections.close_all()

    with state.alone():
        thread = threading.Thread(target=other, args=(0.0,))
        thread.start()
        thread.join()
        waiting = threading.Thread(target=other, args=(10.0,))
        waiting.start()
        time.sleep(0.2)
    waiting.join()
    assert told == ["another plan is being applied", "in"]


class Lost(Exception):
    pass


def test_behind_a_fence_nothing_is_written_once_the_lease_is_lost(make: Make) -> None:
    state, lost = make(), [False]
    state.put("openings", "a", {"n": 1})
    state.seal("one", {"n": 1})

    def check() -> None:
        if lost[0]:
            raise Lost

    with state.fenced(check):
        state.put("openings", "a", {"n": 2})
        lost[0] = True
        writes: tuple[Callable[[], Any], ...] = (
            lambda: state.put("openings", "a", {"n": 3}),
            lambda: state.seal("two", {"n": 3}),
            lambda: state.destroy("one"),
            lambda: state.keep_page("checks", {"n": 3}),
            lambda: state.remember_shared(frozenset({("phone", "1")})),
        )
        for write in writes:
            with pytest.raises(Lost):
                write()
        assert state.get("openings", "a") == {"n": 2}
    assert make().open_case("one") == {"n": 1}
    assert (make().page("checks"), make().shared().digests) == ({}, frozenset())
    state.put("openings", "a", {"n": 4})


# --- on PostgreSQL alone -------------------------------------------------------------------------------------


def test_a_check_that_locks_its_lease_holds_until_the_write_is_committed(tables: Store) -> None:
    from django.db import connection

    tables.put("openings", "a", {"n": 1})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE lease (token int)")
        cursor.execute("INSERT INTO lease VALUES (1)")
    seen = list[bool]()

    def check() -> None:
        seen.append(connection.in_atomic_block)
        with connection.cursor() as cursor:
            cursor.execute("SELECT token FROM lease FOR UPDATE")

    with tables.fenced(check):
        tables.put("openings", "b", {"n": 2})
        tables.seal("one", {"n": 2})  # makes a key besides
    assert len(seen) == 3
    assert all(seen)


def test_a_key_that_was_made_in_a_transaction_that_is_undone_stays(tables: Store) -> None:
    from django.db import transaction

    tables.secret("x")

    def undone() -> None:
        with transaction.atomic():
            tables.vault.seal("alice", b"hers", "x")
            raise Lost

    with pytest.raises(Lost):
        undone()
    sealed = tables.vault.seal("alice", b"hers", "x")  # by the key that is cached
    fresh = Store(tables.folder, tables.master, tables.home, tables.books_url)
    assert fresh.vault.open("alice", sealed, "x") == b"hers"


def test_a_key_that_is_shredded_and_made_in_one_transaction_does_not_wait_for_ever(
    tables: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    monkeypatch.setattr("bailee.store.backends.tables.PATIENCE", "200ms")
    tables.seal("one", {"n": 1})

    def both() -> None:
        with transaction.atomic():
            tables.destroy("one")
            tables.seal("one", {"n": 2})

    with pytest.raises(StateError, match="cannot be used"):
        both()
    assert Store(tables.folder, tables.master, tables.home, tables.books_url).open_case("one") == {"n": 1}


def test_what_is_put_on_a_shelf_takes_one_statement(tables: Store) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    tables.put("openings", "a", {"n": 1})
    with CaptureQueriesContext(connection) as seen:
        tables.put("openings", "a", {"n": 2})
    assert [query["sql"].split()[0] for query in seen.captured_queries] == ["BEGIN", "INSERT", "COMMIT"]
    assert tables.get("openings", "a") == {"n": 2}


def test_cases_are_looked_through_by_a_few_statements_however_many(tables: Store) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for n in range(7):
        tables.seal(f"c{n}", {"n": n})
    fresh = Store(tables.folder, tables.master, tables.home, tables.books_url)
    assert fresh.secret("x")
    with CaptureQueriesContext(connection) as seen:
        assert [case["n"] for case in fresh.opened_cases(dict).values()] == list(range(7))
    assert len(seen) == 2  # the cases, their keys
    with CaptureQueriesContext(connection) as seen:
        assert len(list(fresh.opened_cases(dict).values())) == 7
    assert len(seen) == 1


def test_the_lock_goes_with_the_process_that_held_it(tables: Store, tmp_path: Path) -> None:
    tables.secret("x")
    ready = CONTEXT.Event()
    process = CONTEXT.Process(target=hold, args=(tmp_path, tables.books_url, ready))
    process.start()
    assert ready.wait(30)
    with pytest.raises(StateError, match="another plan"), tables.alone():
        pass
    process.kill()
    process.join()
    with tables.alone(5.0):
        pass


def test_processes_that_make_a_key_at_once_make_one(tables: Store, tmp_path: Path) -> None:
    tables.secret("x")
    go, told = CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=seal, args=(tmp_path, tables.books_url, go, told)) for _ in range(3)]
    for process in processes:
        process.start()
    assert [told.get(timeout=120) for _ in processes] == [None] * 3
    go.set()
    sealed = [told.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    assert {tables.vault.open("alice", one, "x") for one in sealed} == {b"hers"}


def test_a_database_that_fails_is_told_without_its_words(tables: Store) -> None:
    from django.db import connection

    tables.secret("x")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE books_sealed RENAME TO away")
    with pytest.raises(StateError, match="the books cannot be used: ProgrammingError") as caught:
        tables.put("openings", "a", {"n": "marker"})
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO books_sealed")
    assert "marker" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_whoever_is_alone_reads_once_and_writes_what_can_wait_with_the_next(make: Make) -> None:
    state, other = make(), make()
    state.seal("one", {"n": 1})
    with state.alone(about=[("openings", "a")]):
        assert state.open_case("one") == {"n": 1}
        assert state.get("openings", "a") is None
        state.put_later("openings", "a", {"n": 2})
        assert state.get("openings", "a") == {"n": 2}
        assert other.get("openings", "a") is None
        state.seal("one", {"n": 3})
        assert (other.get("openings", "a"), other.open_case("one")) == ({"n": 2}, {"n": 3})
        with state.alone(about=[("openings", "a")]):
            state.put_later("openings", "a", {"n": 4})
        assert other.get("openings", "a") == {"n": 2}
        state.write_waiting()
        assert other.get("openings", "a") == {"n": 4}
        state.close("one", {"n": 5})
        assert list(state.opened_cases(dict).values()) == []
        assert other.open_case("one") == {"n": 3}
    assert (other.open_case("one"), list(other.cases())) == ({"n": 5}, [])
    assert "case:one" not in set(other.shelves.keys.names())


def test_what_waits_is_not_written_by_who_is_stopped(make: Make) -> None:
    state = make()

    def be_stopped() -> None:
        with state.alone(about=[("openings", "a")]):
            state.put_later("openings", "a", {"n": 2})
            raise KeyError

    with pytest.raises(KeyError):
        be_stopped()
    assert make().get("openings", "a") is None
    assert state.get("openings", "a") is None


def asked_by_another(make: Make) -> str:
    """Let another thread try to hold the books alone, and return what it is told."""
    told: list[str] = []

    def other() -> None:
        state = make()
        try:
            with state.alone():
                told.append("in")
        except StateError as error:
            told.append(error.message)
        finally:
            if state.books_url:
                from django.db import connections

                connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    return told[0]


def test_whoever_has_several_plans_keeps_the_books_from_one_to_the_next(make: Make) -> None:
    state = make()
    with state.lingering():
        assert asked_by_another(make) == "in"
        for number in range(2):
            with state.alone(about=[("openings", "a")]):
                state.put("openings", "a", {"n": number})
            assert asked_by_another(make) == "another plan is being applied"
    assert asked_by_another(make) == "in"


def test_whoever_keeps_the_books_reads_anew_what_others_have_placed(make: Make) -> None:
    state, other = make(), make()
    with state.lingering():
        for number in range(2):
            other.put("holds", "h", {"n": number})
            with state.alone(about=[("openings", "a")]):
                assert dict(state.all("holds")) == {"h": {"n": number}}


def test_books_that_were_lost_with_the_connection_are_taken_anew(tables: Store) -> None:
    from django.db import connections

    with tables.lingering():
        with tables.alone():
            pass
        connections.close_all()
        with tables.alone():
            assert asked_by_another(lambda: Store(tables.folder, "file:key", tables.home, tables.books_url)) != "in"


def test_what_is_written_at_once_stands_at_once_in_tables(tables: Store) -> None:
    def fail() -> None:
        with tables.at_once():
            tables.put("openings", "a", {"n": 1})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert tables.get("openings", "a") is None


def test_a_new_case_stands_with_its_key_or_not_at_all(tables: Store) -> None:
    from django.db import transaction

    def fail() -> None:
        with transaction.atomic():
            tables.seal("one", {"n": 1}, is_new=True)
            assert tables.open_case("one") == {"n": 1}
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert "case:one" not in set(tables.shelves.keys.names())
    tables.seal("one", {"n": 2}, is_new=True)
    fresh = Store(tables.folder, "file:key", tables.home, tables.books_url)
    assert fresh.open_case("one") == {"n": 2}
