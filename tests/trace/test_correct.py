from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bailee.connectors.sql.dialects import list_dialects
from bailee.policy import Firm, Form, Policy, Spelling, System
from bailee.trace import Trace, bind, build_correction_trace
from bailee.trace.correct import Unfit
from bailee.trace.schema import ColumnKind, Schema
from bailee.trace.set_names import SetKind
from tests.trace.checkable import EMAIL, SHOP, Shop


def traced(shop: Shop, attribute: str, value: str) -> Trace:
    """Return the trace of a correction."""
    system = System("shop", "Shop", "sql", "env:SHOP", collections=shop.collections)
    policy = Policy(Firm("Firm"), {"shop": system}, shop.retention, shop.holds)
    return build_correction_trace(
        bind(system, Schema(list_dialects()[shop.dialect].kind, shop.tables), policy), attribute, value
    )


def written(shop: Shop, attribute: str, value: str) -> dict[str, object]:
    """Return what a correction writes: collection and column -> value."""
    trace = traced(shop, attribute, value)
    return {f"{c.collection}.{cell.column}": cell.value.constant for c in trace.changes for cell in c.cells}


def test_a_name_is_written_as_it_is_given() -> None:
    assert written(SHOP, "full_name", "Alice O'Neill") == {"contact.full_name": "Alice O'Neill"}


def test_an_attribute_may_be_named_with_its_system() -> None:
    assert written(SHOP, "shop.full_name", "Alice") == {"contact.full_name": "Alice"}


def test_an_address_is_written_as_its_column_spells_it() -> None:
    assert written(SHOP, "email", " Alice@Example.org ") == {"contact.email": "alice@example.org"}


def test_a_raw_column_takes_an_address_as_it_is_written() -> None:
    raw = SHOP.saying("contact", identities=(replace(EMAIL, stored=Spelling()),))
    assert written(raw, "email", " Alice@Example.org ") == {"contact.email": "Alice@Example.org"}


def test_what_no_person_has_is_corrected_nowhere() -> None:
    assert written(SHOP, "total", "12") == {}


@pytest.mark.parametrize(
    ("shop", "attribute", "value", "message"),
    [
        (SHOP, "email", "alice", "this is no email for contact.email"),
        (
            SHOP.saying("contact", identities=(replace(EMAIL, stored=Spelling(Form.LIST, ",")),)),
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


def of_kind(kind: ColumnKind, **facts: object) -> Shop:
    """Return the shop whose names stand in a column of another kind."""
    return SHOP.where("contact", "full_name", kind=kind, **facts)


@pytest.mark.parametrize(
    ("shop", "value", "cell"),
    [
        (of_kind(ColumnKind.DATE), "2026-05-31", date(2026, 5, 31)),
        (of_kind(ColumnKind.TIME), "2026-05-31 12:30", datetime(2026, 5, 31, 12, 30)),  # noqa: DTZ001 - as it is given
        (of_kind(ColumnKind.TIME), "2026-05-31T12:30+02:00", datetime(2026, 5, 31, 10, 30)),  # noqa: DTZ001 - UTC
        (
            of_kind(ColumnKind.TIME, type_name="timestamp with time zone"),
            "2026-05-31T12:30+02:00",
            datetime(2026, 5, 31, 10, 30, tzinfo=UTC),
        ),
        (of_kind(ColumnKind.INTEGER), " -12 ", -12),
        (of_kind(ColumnKind.NUMBER), "12.50", Decimal("12.50")),
        (of_kind(ColumnKind.BOOLEAN), "No", False),
        (SHOP, " ", None),
        (of_kind(ColumnKind.DATE), "", None),
    ],
)
def test_a_value_is_written_as_what_its_column_holds(shop: Shop, value: str, cell: object) -> None:
    assert written(shop, "full_name", value) == {"contact.full_name": cell}


@pytest.mark.parametrize(
    ("shop", "value", "message"),
    [
        (of_kind(ColumnKind.DATE), "yesterday", "a date, such as 2026-05-31"),
        (of_kind(ColumnKind.DATE), "2026-02-30", "a date, such as 2026-05-31"),
        (of_kind(ColumnKind.TIME), "noon", "a time, such as 2026-05-31 12:30"),
        (of_kind(ColumnKind.INTEGER), "12.5", "a whole number"),
        (of_kind(ColumnKind.INTEGER), str(2**63), "a whole number"),
        (of_kind(ColumnKind.NUMBER), "NaN", "a number, such as 12.5"),
        (of_kind(ColumnKind.BOOLEAN), "maybe", "true or false"),
        (of_kind(ColumnKind.BYTES), "abc", "what is corrected by hand"),
        (of_kind(ColumnKind.OTHER), "abc", "what is corrected by hand"),
    ],
)
def test_a_value_of_another_kind_is_refused(shop: Shop, value: str, message: str) -> None:
    with pytest.raises(Unfit) as refused:
        written(shop, "full_name", value)
    assert str(refused.value) == f"contact.full_name holds {message}"


def test_what_must_say_something_is_not_emptied() -> None:
    with pytest.raises(Unfit, match="full_name must not be empty"):
        written(SHOP.where("contact", "full_name", nullable=False), "full_name", "")


def test_other_rows_that_have_what_no_two_may_are_told() -> None:
    shop = SHOP.having("contact", uniques=frozenset({("email",), ("full_name", "account_id"), ("phone",)}))
    assert traced(shop, "email", "alice@example.org").refusing == (SetKind.TAKEN("email", "contact"),)
    assert traced(shop, "full_name", "Alice").refusing == (SetKind.TAKEN("full_name+account_id", "contact"),)
    assert traced(shop, "full_name", "").refusing == ()
