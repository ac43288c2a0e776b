from __future__ import annotations

from dataclasses import replace

import pytest

from bailee.policy.model import Firm, Form, Policy, Stored, System
from bailee.trace import bind, correction
from bailee.trace.correct import Unfit
from bailee.trace.schema import Schema
from tests.trace.checkable import EMAIL, SHOP, Shop


def written(shop: Shop, attribute: str, value: str) -> dict[str, object]:
    """Return what a correction writes: collection and column -> value."""
    system = System("shop", "Shop", "sql", "env:SHOP", collections=shop.collections)
    policy = Policy(Firm("Firm"), {"shop": system}, shop.retention, shop.holds)
    trace = correction(bind(system, Schema(shop.dialect, shop.tables), policy), attribute, value)
    return {f"{c.collection}.{cell.column}": cell.value.constant for c in trace.changes for cell in c.cells}


def test_a_name_is_written_as_it_is_given() -> None:
    assert written(SHOP, "full_name", "Alice O'Neill") == {"contact.full_name": "Alice O'Neill"}


def test_an_attribute_may_be_named_with_its_system() -> None:
    assert written(SHOP, "shop.full_name", "Alice") == {"contact.full_name": "Alice"}


def test_an_address_is_written_as_its_column_spells_it() -> None:
    assert written(SHOP, "email", " Alice@Example.org ") == {"contact.email": "alice@example.org"}


def test_a_raw_column_takes_an_address_as_it_is_written() -> None:
    raw = SHOP.saying("contact", identities=(replace(EMAIL, stored=Stored()),))
    assert written(raw, "email", " Alice@Example.org ") == {"contact.email": "Alice@Example.org"}


def test_what_no_person_has_is_corrected_nowhere() -> None:
    assert written(SHOP, "total", "12") == {}


@pytest.mark.parametrize(
    ("shop", "attribute", "value", "message"),
    [
        (SHOP, "email", "alice", "this is no email for contact.email"),
        (
            SHOP.saying("contact", identities=(replace(EMAIL, stored=Stored(Form.LIST, ",")),)),
            "email",
            "alice@example.org",
            "contact.email holds a list, which is corrected by hand",
        ),
        (
            SHOP.where("contact", "full_name", length=5),
            "full_name",
            "Alice O'Neill",
            "contact.full_name holds 5 characters at most",
        ),
    ],
)
def test_what_does_not_fit_is_refused_without_saying_it(shop: Shop, attribute: str, value: str, message: str) -> None:
    with pytest.raises(Unfit) as refused:
        written(shop, attribute, value)
    assert str(refused.value) == message
