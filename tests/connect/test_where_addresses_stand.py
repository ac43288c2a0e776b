"""Where the address of an account goes: to where the policy looks for it, whatever the system is called."""

from __future__ import annotations

import pytest

from bailee.engine.connect.grants import list_address_places
from bailee.policy import System


@pytest.mark.parametrize(
    ("url", "write_url", "places"),
    [
        ("env:OURS", "env:THEIRS", [("env:OURS", True), ("env:THEIRS", True)]),
        ("env:OURS", None, [("env:OURS", True), ("env:SHOP_1_WRITE_URL", False)]),
        ("env:OURS", "env:OURS", [("env:OURS", True), ("env:SHOP_1_WRITE_URL", False)]),
        ("env:SHOP_1_WRITE_URL", None, [("env:SHOP_1_WRITE_URL", True), ("env:SHOP_1_WRITE_URL_2", False)]),
        ("file:/run/shop", "vault:shop", [("file:/run/shop", True), ("vault:shop", True)]),
        ("postgresql://root@db/shop", None, [("env:SHOP_1_URL", False), ("env:SHOP_1_WRITE_URL", False)]),
    ],
)
def test_an_address_goes_to_where_the_policy_looks_for_it(
    url: str, write_url: str | None, places: list[tuple[str, bool]]
) -> None:
    found = list(list_address_places(System("shop-1", "Shop", "sql", url, write_url=write_url)))
    assert [one.key for one in found] == ["url", "write_url"]
    assert [(one.reference, one.is_said) for one in found] == places
