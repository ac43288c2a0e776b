"""Thousands of kept cases: each is opened once, under a key that is unwrapped once, and forgotten when it is over."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.engine.kept_rows import make_mark
from bailee.store.backends import SqliteBackend
from bailee.store.sealed_store import StateError, Store
from bailee.store.values import from_plain, to_plain
from bailee.trace import Ref
from bailee.vault import Vault, VaultError, master_of
from bailee.vault.masters import LocalMaster, wrap_under
from tests.vault.test_places import Make, books, emptied, make  # noqa: F401 - fixtures

CASES = 40


def read(content: dict[str, Any]) -> int:
    number: int = content["n"]
    return number


@pytest.fixture
def unwrapped(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each key is unwrapped by itself, in a vault that remembers fewer keys than there are cases."""
    seen, unwrap = Counter[str](), LocalMaster.unwrap

    def counted(self: LocalMaster, wrapped: bytes, name: str) -> bytes:
        seen[name] += 1
        return unwrap(self, wrapped, name)

    monkeypatch.setattr(LocalMaster, "unwrap", counted)
    monkeypatch.setattr("bailee.vault.envelope.CACHE_KEYS", 16)
    monkeypatch.setattr("bailee.store.sealed_store._OPENED_AT_ONCE", 8, raising=False)
    return seen


def filled(make: Make) -> Store:  # noqa: F811
    state = make()
    for n in range(CASES):
        state.seal(f"c{n:02}", {"n": n}, is_new=True)
    return make()


def test_more_cases_than_the_vault_remembers_keys_are_opened_without_a_request_for_each(
    make: Make,  # noqa: F811
    unwrapped: Counter[str],
) -> None:
    fresh = filled(make)
    fresh.secret("x")
    unwrapped.clear()
    assert list(fresh.opened_cases(read).values()) == list(range(CASES))
    assert not unwrapped


def test_a_case_is_read_again_where_it_was_sealed_anew_and_forgotten_where_it_is_over(make: Make) -> None:  # noqa: F811
    state, other = filled(make), make()

    def opened() -> list[int]:
        return sorted(state.opened_cases(read).values())

    assert opened() == list(range(CASES))
    other.seal("c03", {"n": 103})
    other.destroy("c05")
    other.close("c07", {"n": 107})
    other.seal("c99", {"n": 99}, is_new=True)
    wanted = {*range(CASES), 103, 99} - {3, 5, 7}
    assert opened() == sorted(wanted)
    other.destroy("c99")
    assert opened() == sorted(wanted - {99})


def test_cases_are_opened_after_the_master_key_was_rotated_and_one_without_its_key_is_told(make: Make) -> None:  # noqa: F811
    fresh = filled(make)
    fresh.vault.rotate()
    again = make()
    assert list(again.opened_cases(read).values()) == list(range(CASES))
    again.shelves.keys.delete("case:c04")
    with pytest.raises(StateError, match="does not open with this key"):
        list(make().opened_cases(read).values())


def test_keys_of_several_epochs_are_unwrapped_together_and_a_damaged_one_spoils_none(tmp_path: Path) -> None:
    vault = Vault(master_of("file:key", tmp_path), SqliteBackend(tmp_path / "books").keys)
    vault.secret("x")
    master = vault.master
    wrapped = {"old": master.wrap(b"o" * 32, "old")}
    master.begin_epoch()
    wrapped |= {"new": master.wrap(b"n" * 32, "new"), "moved": wrapped["old"], "spoilt": b"junk"}
    assert master.unwrap_several(wrapped) == {"old": b"o" * 32, "new": b"n" * 32}
    assert master.unwrap_several({}) == {}
    with pytest.raises(VaultError, match="epoch 7"):
        master.unwrap_several({**wrapped, "later": wrap_under({7: b"k" * 32}, b"l" * 32, "later")})


KEPT: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.dates(),
    st.datetimes(), st.times(), st.uuids(), st.decimals(allow_nan=False, allow_infinity=False),
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9)).map(lambda d: timedelta(seconds=d.seconds)),
)  # fmt: skip
WHOLE = st.recursive(
    KEPT,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(), st.tuples(st.integers(), st.text())), inner, max_size=4),
    ),
    max_leaves=20,
)


def defined(value: Any) -> Any:
    """Return what `from_plain` is to return, said in the shortest way."""
    if isinstance(value, list):
        return tuple(map(defined, value))
    if isinstance(value, dict) and "$map" in value:
        return {defined(k): defined(v) for k, v in value["$map"]}
    return from_plain(value)


@given(WHOLE)
def test_what_a_case_holds_is_read_as_it_is_defined(value: Any) -> None:
    plain = json.loads(json.dumps(to_plain(value)))
    assert repr(from_plain(plain)) == repr(defined(plain))


def test_every_kind_of_cell_comes_back_in_a_key_and_in_a_cell() -> None:
    cells = (
        True, 1, 1.5, "x", b"x", date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), time(4), Decimal("1.50"),
        UUID(int=1), ip_address("192.0.2.1"), ip_network("192.0.2.0/24"), None,
    )  # fmt: skip
    value: Mapping[Any, Any] = {cells: {"rows": (cells, ((cells,),), {})}}
    assert repr(from_plain(json.loads(json.dumps(to_plain(value))))) == repr(value)


def test_marks_that_older_books_have_of_their_rows_are_made_as_they_were() -> None:
    mark = make_mark(b"secret", Ref("shop", "person", (1,)), {"b": "Zoë \udcff", "a": None})
    texts = ("shop\nperson\n(1,)\na\nNone", f"shop\nperson\n(1,)\nb\n{'Zoë ' + chr(0xDCFF)!r}")
    digests = [
        hmac.new(b"secret", text.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()[:8] for text in texts
    ]
    assert (mark.columns, mark.digests) == (("a", "b"), b"".join(digests))
