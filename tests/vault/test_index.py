"""Cases are found by digests of what they name, in a file and in tables: never one too few."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bailee.store.backends import Backend, SqliteBackend
from bailee.store.sealed_store import Store
from bailee.vault import First
from tests.vault.as_files import as_files
from tests.vault.test_places import Make, books, emptied, make, tables  # noqa: F401 - fixtures


def digest(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[:16]


ALICE, BOB, SHARED, NOBODY = map(digest, range(4))


@pytest.fixture
def shelves(make: Make) -> Backend:  # noqa: F811
    return make().shelves


def put(shelves: Backend, name: str, *digests: bytes, content: bytes = b"sealed") -> None:
    shelves.put_all({("cases", name): content}, {name: digests})


def test_a_digest_finds_its_cases_and_no_other(shelves: Backend) -> None:
    assert not shelves.is_any_indexed()
    put(shelves, "alice", ALICE, SHARED)
    put(shelves, "bob", BOB, SHARED, SHARED)
    put(shelves, "of nothing")
    assert shelves.is_any_indexed()
    assert shelves.chosen([ALICE]) == {"alice"}
    assert shelves.chosen([BOB, NOBODY]) == {"bob"}
    assert shelves.chosen({SHARED}) == shelves.chosen([ALICE, BOB]) == {"alice", "bob"}
    assert shelves.chosen([NOBODY]) == shelves.chosen(()) == frozenset()
    assert shelves.several("cases", ["alice", "nobody"]) == {"alice": b"sealed"}
    assert shelves.several("cases", []) == {}


def test_a_new_case_is_found_with_its_key(shelves: Backend) -> None:
    first = First(b"sealed", b"wrapped", lambda: None)
    shelves.put_first("cases", "alice", "case:alice", first, {"alice": [ALICE]})
    shelves.put_first("cases", "bob", "case:bob", first, {})
    assert shelves.chosen([ALICE]) == {"alice", "bob"}
    assert shelves.chosen([BOB]) == {"bob"}


def test_what_is_put_without_digests_is_always_chosen_until_it_is_put_with_them(shelves: Backend) -> None:
    put(shelves, "alice", ALICE)
    shelves.put("cases", "alice", b"later")
    shelves.put_all({("cases", "bob"): b"his", ("openings", "carol"): b"no case"}, {"carol": [ALICE]})
    assert shelves.is_any_indexed()
    assert shelves.chosen(()) == shelves.chosen([NOBODY]) == shelves.chosen([ALICE]) == {"alice", "bob"}
    put(shelves, "alice", BOB)
    assert shelves.chosen(()) == shelves.chosen([ALICE]) == {"bob"}
    assert shelves.chosen([BOB]) == {"alice", "bob"}


def test_digests_that_were_replaced_find_it_no_more_and_those_that_stayed_do(shelves: Backend) -> None:
    put(shelves, "alice", ALICE, SHARED)
    put(shelves, "bob", BOB)
    put(shelves, "alice", SHARED, NOBODY)
    assert shelves.chosen([ALICE]) == frozenset()
    assert shelves.chosen([SHARED]) == shelves.chosen([NOBODY]) == {"alice"}
    put(shelves, "alice")
    assert shelves.chosen([ALICE, SHARED, NOBODY]) == frozenset()
    assert not shelves.several("cases", ["nobody"])
    assert shelves.chosen([BOB]) == {"bob"}


def test_a_case_that_is_over_or_removed_is_found_no_more(shelves: Backend) -> None:
    for number, name in enumerate(("alice", "bob", "carol")):
        put(shelves, name, SHARED, digest(100 + number))
    others: dict[tuple[str, str], bytes] = {("done", "alice"): b"over", ("cases", "carol"): b"later"}
    shelves.move("cases", "alice", "done", others, "case:alice", {"carol": [BOB]})
    assert shelves.chosen([SHARED]) == {"bob"}
    assert shelves.chosen([BOB]) == {"carol"}
    shelves.remove("cases", "bob")
    shelves.remove("cases", "carol")
    assert shelves.chosen([SHARED, BOB]) == frozenset()
    assert not shelves.is_any_indexed()
    put(shelves, "alice", ALICE)
    assert shelves.chosen([SHARED]) == frozenset()


def test_what_is_undone_leaves_neither_bytes_nor_digests(shelves: Backend) -> None:
    put(shelves, "alice", ALICE)

    def fail() -> None:
        with shelves.at_once(lambda: None):
            put(shelves, "alice", BOB, content=b"later")
            put(shelves, "bob", BOB)
            assert shelves.chosen([BOB]) == {"alice", "bob"}
            shelves.remove("cases", "bob")
            assert shelves.chosen([BOB]) == {"alice"}
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert shelves.chosen([ALICE]) == {"alice"}
    assert shelves.chosen([BOB]) == frozenset()
    assert shelves.several("cases", ["alice", "bob"]) == {"alice": b"sealed"}


def test_what_is_put_twice_and_removed_at_once_ends_as_the_last_said(shelves: Backend) -> None:
    put(shelves, "bob", BOB)
    with shelves.at_once(lambda: put(shelves, "bob", NOBODY)):
        put(shelves, "alice", ALICE, SHARED)
        put(shelves, "alice", SHARED, BOB, content=b"later")
        shelves.remove("cases", "bob")
        put(shelves, "carol", ALICE)
        shelves.put("cases", "carol", b"without")
    assert shelves.chosen([ALICE]) == {"carol"}
    assert shelves.chosen([SHARED]) == shelves.chosen([BOB]) == {"alice", "carol"}
    assert shelves.chosen([NOBODY]) == {"bob", "carol"}
    assert shelves.several("cases", ["alice"]) == {"alice": b"later"}


def test_many_thousand_digests_are_asked_at_once(shelves: Backend) -> None:
    with shelves.at_once(lambda: None):
        for number in range(300):
            put(shelves, f"c{number:03}", digest(number), digest(-number - 1))
        put(shelves, "many", *(digest(100_000 + number) for number in range(20_000)))
    assert shelves.chosen([digest(number) for number in range(20_000)]) == {f"c{number:03}" for number in range(300)}
    assert shelves.chosen([digest(119_999)]) == {"many"}
    assert shelves.chosen([secrets.token_bytes(16) for _ in range(20_000)]) == frozenset()
    names = [f"c{number:03}" for number in range(20_000)]
    assert shelves.several("cases", names).keys() == {f"c{number:03}" for number in range(300)}


NAMES, DIGESTS = st.sampled_from("abc"), st.frozensets(st.integers(0, 3), max_size=3)
ACTS = st.one_of(
    st.tuples(st.just("put"), NAMES, DIGESTS),
    st.tuples(st.just("without"), NAMES),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("move"), NAMES, NAMES, DIGESTS),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(st.tuples(st.booleans(), st.lists(ACTS, max_size=5)), max_size=6))
def test_whatever_is_written_in_whatever_order_each_digest_finds_what_it_should(
    shelves: Backend, blocks: list[tuple[bool, list[tuple[object, ...]]]]
) -> None:
    """``None`` in the model: put without digests. A block is undone where it says so."""
    for name in "abc":
        shelves.remove("cases", name)
    model: dict[str, frozenset[int] | None] = {}
    for stands, acts in blocks:
        after = dict(model)
        if stands:
            all_at_once(shelves, after, acts)
            model = after
        else:
            with pytest.raises(KeyError):
                all_at_once(shelves, after, [*acts, ("fail",)])
        agree(shelves, model)


def all_at_once(shelves: Backend, model: dict[str, frozenset[int] | None], acts: list[tuple[object, ...]]) -> None:
    with shelves.at_once(lambda: None):
        for act in acts:
            carry_out(shelves, model, act)
            agree(shelves, model)


def carry_out(shelves: Backend, model: dict[str, frozenset[int] | None], act: tuple[object, ...]) -> None:
    match act:
        case ("fail",):
            raise KeyError
        case ("put", str(name), frozenset() as numbers):
            put(shelves, name, *map(digest, numbers), content=secrets.token_bytes(8))
            model[name] = numbers
        case ("without", str(name)):
            shelves.put("cases", name, secrets.token_bytes(8))
            model[name] = None
        case ("remove", str(name)):
            shelves.remove("cases", name)
            model.pop(name, None)
        case ("move", str(name), str(other), frozenset() as numbers):
            waiting: dict[tuple[str, str], bytes] = {("done", name): b"over"}
            model.pop(name, None)
            if other != name:
                waiting["cases", other] = b"o"
                model[other] = numbers
            shelves.move("cases", name, "done", waiting, f"case:{name}", {other: [*map(digest, numbers)]})


def agree(shelves: Backend, model: dict[str, frozenset[int] | None]) -> None:
    for number in range(4):
        wanted = {name for name, numbers in model.items() if numbers is None or number in numbers}
        assert shelves.chosen([digest(number)]) == wanted
    assert shelves.chosen(()) == {name for name, numbers in model.items() if numbers is None}
    assert shelves.is_any_indexed() == any(numbers is None or numbers for numbers in model.values())


# --- books that were written without an index ----------------------------------------------------------------


def test_cases_that_were_files_are_always_chosen(tmp_path: Path) -> None:
    shelves = SqliteBackend(tmp_path / "books")
    put(shelves, "alice", ALICE)
    put(shelves, "bob", BOB)
    del shelves
    as_files(tmp_path / "books")
    found = SqliteBackend(tmp_path / "books")
    assert found.chosen([NOBODY]) == {"alice", "bob"}
    put(found, "alice", ALICE)
    assert found.chosen([NOBODY]) == {"bob"}


EARLIER = """INSERT INTO books_sealed (shelf, name, content, changed_at) VALUES ('cases', %s, %s, now())
ON CONFLICT (shelf, name) DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at"""


def test_what_an_earlier_version_writes_into_the_tables_is_chosen_by_all(tables: Store) -> None:  # noqa: F811
    from django.db import connection

    put(tables.shelves, "alice", ALICE)
    put(tables.shelves, "bob", BOB)
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, ["alice", b"by the earlier one"])
        cursor.execute(EARLIER, ["carol", b"hers"])
        cursor.execute("DELETE FROM books_sealed WHERE name = 'bob'")
    assert tables.shelves.chosen([NOBODY]) == {"alice", "carol"}
    assert tables.shelves.chosen([BOB]) == {"alice", "carol"}


# --- what it costs -------------------------------------------------------------------------------------------


@pytest.fixture
def filled(make: Make) -> tuple[Store, Callable[[str, list[Any]], str]]:  # noqa: F811
    """Return a state with 3,000 cases, and how a statement finds its rows."""
    state = make()
    with state.shelves.at_once(lambda: None):
        for number in range(3_000):
            put(state.shelves, f"c{number}", *(digest(number * 10 + one) for one in range(5)), content=bytes(2_000))

    def told(sql: str, values: list[Any]) -> str:
        if isinstance(state.shelves, SqliteBackend):
            nothing: list[tuple[object, ...]] = []
            rows = state.shelves._file.read(
                lambda at: at.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall(), nothing
            )
            return "\n".join(str(row[-1]) for row in rows)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE books_sealed, books_casedigest")
            cursor.execute(f"EXPLAIN {sql}", values)
            return "\n".join(row for (row,) in cursor.fetchall())

    return state, told


def test_a_look_up_reads_what_it_finds_and_not_what_stands_there(
    filled: tuple[Store, Callable[[str, list[Any]], str]],
) -> None:
    from bailee.store.backends import sqlite
    from bailee.store.backends import tables as in_tables

    state, told = filled
    if isinstance(state.shelves, SqliteBackend):
        plan = told(f"{sqlite._CHOSEN.format(places='?, ?')} UNION {sqlite._NOT_INDEXED}", [ALICE, BOB])
        scans = [line for line in plan.splitlines() if "SCAN" in line]
        assert scans == ["SCAN sealed USING COVERING INDEX sealed_not_indexed"]
    else:
        plan = told(in_tables._CHOSEN, [[ALICE, BOB]])
        assert "books_sealed_not_indexed" in plan
        assert "Seq Scan" not in plan
