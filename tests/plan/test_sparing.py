"""The rows that a plan does not delete, by fate: in a sealed case and out of it again, and under a keyed hash."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from bailee.engine.fates import hash_fates, pack_fates, unpack_fates
from bailee.plan.bounds import HARSHNESS
from bailee.store.values import from_plain, to_plain

KEYS: tuple[frozenset[Any], ...] = (
    frozenset({(1,), (2**40,), (-3,)}),
    frozenset({(2**80,), (1,)}),
    frozenset({(True,), (7,)}),
    frozenset({("a",), ("b",)}),
    frozenset({(1, "x"), (1, "y")}),
    frozenset({(UUID(int=1),), (UUID(int=2),)}),
    frozenset({(1, date(2026, 1, 1))}),
)


@pytest.mark.parametrize("keys", KEYS)
def test_what_is_sealed_comes_back_as_it_was(keys: frozenset[Any]) -> None:
    spared = {"shop": {"note": {"left": keys}}, "desk": {}}
    back = unpack_fates(from_plain(to_plain(pack_fates(spared))))
    assert back == spared
    assert {type(cell) for key in back["shop"]["note"]["left"] for cell in key} == {
        type(cell) for key in keys for cell in key
    }
    assert hash_fates(b"salt", back) == hash_fates(b"salt", spared)


def test_the_hash_is_of_system_collection_fate_and_key_and_of_the_salt() -> None:
    one = {"shop": {"note": {"left": frozenset({(1,)})}}}
    others = (
        {"desk": one["shop"]},
        {"shop": {"mail": one["shop"]["note"]}},
        {"shop": {"note": {"kept": frozenset({(1,)})}}},
        {"shop": {"note": {"left": frozenset({(2,)})}}},
    )
    hashes = {hash_fates(b"salt", spared) for spared in (one, *others)} | {hash_fates(b"pepper", one)}
    assert len(hashes) == 6
    assert hash_fates(b"salt", {"shop": {}}) == ""


def test_fates_have_an_order() -> None:
    order = ("spared", "left", "anonymised", "kept", "erased")
    assert sorted(order, key=HARSHNESS.__getitem__) == list(order)
