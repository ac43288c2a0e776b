"""What ``when`` may say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bailee.policy.conditions import compare_cells, parse_condition
from bailee.policy.predicate import And, Compare, ConditionError, HasBits, In, IsNull, Not, Or, Predicate, Scalar

A, B, C = Compare("a", "=", 1), Compare("b", "=", 2), Compare("c", "=", 3)


@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_every_comparison_is_read(operator: str) -> None:
    assert parse_condition(f"age {operator} 7") == Compare("age", operator, 7)


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'direct'", "direct"),
        ('"direct"', "direct"),
        ("'it''s'", "it's"),
        ('"say ""no"""', 'say "no"'),
        ("''", ""),
        ("-7", -7),
        ("2.50", Decimal("2.50")),
        ("true", True),
        ("FALSE", False),
        ("date '2020-02-29'", date(2020, 2, 29)),
        ("timestamp '2020-02-29 09:30:00'", datetime(2020, 2, 29, 9, 30)),  # noqa: DTZ001 a column without a zone
        ("timestamp '2020-02-29T09:30:00+00:00'", datetime(2020, 2, 29, 9, 30, tzinfo=UTC)),
    ],
)
def test_every_literal_is_read(literal: str, value: Scalar) -> None:
    assert parse_condition(f"cell = {literal}") == Compare("cell", "=", value)


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("kind in ('a', 'b', 3)", In("kind", ("a", "b", 3))),
        ("deleted_at is null", IsNull("deleted_at")),
        ("deleted_at IS NOT NULL", Not(IsNull("deleted_at"))),
        ("flags has_bits 6", HasBits("flags", 6)),
        ("a = 1 and b = 2 and c = 3", And((A, B, C))),
        ("a = 1 or b = 2 and c = 3", Or((A, And((B, C))))),
        ("(a = 1 or b = 2) and c = 3", And((Or((A, B)), C))),
        ("not a = 1 and b = 2", And((Not(A), B))),
        ("not (a = 1 and b = 2)", Not(And((A, B)))),
        ("not not a = 1", Not(Not(A))),
        ("`a column` = 1", Compare("a column", "=", 1)),
        ("`a``b` = 1", Compare("a`b", "=", 1)),
        ("`null` is null", IsNull("null")),
        ("Größe = 1", Compare("Größe", "=", 1)),
        ("android = 1 or notes is null", Or((Compare("android", "=", 1), IsNull("notes")))),
        ("a=1\n  and b=2", And((A, B))),
    ],
)
def test_sentences_become_predicates(text: str, predicate: Predicate) -> None:
    assert parse_condition(text) == predicate


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("kind = null", 7, "compares with null"),
        ("kind =", 6, "ends too early"),
        ("a = 1 and", 9, "ends too early"),
        ("kind == 'x'", 6, 'cannot be read at "="'),
        ("kind <> 'x'", 6, 'cannot be read at ">"'),
        ("kind = 'x", 7, 'cannot be read at "\'"'),
        ("a = 1; drop table contact", 5, 'cannot be read at ";"'),
        ("a = b", 4, 'cannot be read at "b"'),
        ("a in ()", 6, 'cannot be read at ")"'),
        ("lower(a) = 'x'", 5, 'cannot be read at "("'),
        ("flags has_bits 0", 15, "has_bits takes a mask above zero"),
        ("d = date '2020-02-30'", 9, "names a date that does not exist"),
        ("a = 1 " * 200, 0, "is longer than 1000 characters"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, offset: int, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)
    assert caught.value.hint


def test_the_deepest_condition_that_may_be_written_can_be_used() -> None:
    predicate = parse_condition("not " * 248 + "a = 1")
    assert hash(predicate) == hash(parse_condition("not " * 248 + "a = 1"))


def test_a_mapping_means_that_every_cell_equals_its_value() -> None:
    assert compare_cells({"kind": "direct"}) == Compare("kind", "=", "direct")
    assert compare_cells({"kind": "direct", "deleted_at": None, "rate": 2.5}) == And(
        (Compare("kind", "=", "direct"), IsNull("deleted_at"), Compare("rate", "=", Decimal("2.5")))
    )
