"""What would make an objection to marketing idle, delayed by a hold, or dangling (T323 to T325)."""

from __future__ import annotations

import pytest

from bailee.policy import OnObject, Value, ValueKind
from tests.trace.checkable import SHOP, D, codes, found

NOW, NULL = Value(ValueKind.NOW), Value()
DELETE = OnObject()


def test_an_objection_may_write_what_no_hold_keeps() -> None:
    assert codes(SHOP.saying("contact", on_object=OnObject({"email": NULL}))) == ["T322"]  # who she is: never
    shop = SHOP.where("contact", "asked_off_on", kind=D)
    assert codes(shop.saying("contact", on_object=OnObject({"asked_off_on": NOW}))) == []


def test_an_objection_may_end_what_retention_counts_from() -> None:
    shop = SHOP.where("contact", "asked_off_on", kind=D)
    assert codes(shop.saying("contact", ends="asked_off_on", on_object=OnObject({"asked_off_on": NOW}))) == []


def test_an_objection_writes_nothing_that_decides_whose_a_row_is() -> None:
    assert codes(SHOP.saying("call", on_object=OnObject({"started_at": NOW}))) == ["T305"]


def test_a_column_that_is_not_there_is_told() -> None:
    assert codes(SHOP.saying("contact", on_object=OnObject({"no_such": NULL}))) == ["T402"]


def test_rows_that_nobody_can_own_have_nobody_who_objects() -> None:
    assert "T323" in codes(SHOP.saying("account", on_object=OnObject({"closed_on": NOW})))


@pytest.mark.parametrize("said", [DELETE, OnObject({"total": NULL})])
def test_a_hold_never_keeps_what_an_objection_changes(said: OnObject) -> None:
    problems = [p for p in found(SHOP.saying("invoice", on_object=said)) if p.code == "T324"]
    assert len(problems) == 1
    assert "no hold keeps" in problems[0].hint


def test_rows_that_go_leave_no_reference_behind() -> None:
    assert "T325" in codes(SHOP.saying("contact", on_object=DELETE))
