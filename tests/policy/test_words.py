"""The short forms, one by one."""

from __future__ import annotations

import pytest

from bailee.policy import Form, Period, RoundTo, Spelling, Until, Value, ValueKind
from bailee.policy.cells import parse_value
from bailee.policy.dates import parse_period, parse_until
from bailee.policy.identities import parse_spelling
from bailee.policy.predicate import Scalar
from bailee.policy.references import parse_edge, parse_stand_in
from bailee.policy.words import WordError, meant


@pytest.mark.parametrize(
    ("text", "to", "pairs"),
    [
        ("contact.id = contact_id", "contact", (("id", "contact_id"),)),
        ("contact.id=contact_id", "contact", (("id", "contact_id"),)),
        (
            "contact.tenant = tenant_id, contact.id = contact_id",
            "contact",
            (("tenant", "tenant_id"), ("id", "contact_id")),
        ),
        ("contact.an id = a column", "contact", (("an id", "a column"),)),
    ],
)
def test_short_edges_pair_their_column_with_our_own(text: str, to: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parse_edge(text) == (to, pairs)


@pytest.mark.parametrize(
    "text", ["contact", "contact.id", "contact = x", ".id = x", "contact. = x", "a.b = c = d", "a.b = c,"]
)
def test_what_is_no_edge_is_refused(text: str) -> None:
    with pytest.raises(WordError, match="is not a reference"):
        parse_edge(text)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("0", 0),
        ("-1", -1),
        ("true", True),
        ("'0'", "0"),
        ("'it''s'", "it's"),
        ('"say ""x"""', 'say "x"'),
        ("nobody", "nobody"),
    ],
)
def test_a_stand_in_is_a_number_a_truth_or_a_text(text: str, cell: Scalar) -> None:
    assert parse_stand_in(f"users.id = {text}") == ("users", {"id": cell})


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("raw", Spelling(Form.RAW)),
        ("lower", Spelling(Form.LOWER)),
        ("e164", Spelling(Form.E164)),
        ("home::{}", Spelling(Form.TEMPLATE, "home::{}")),
        ('list(",")', Spelling(Form.LIST, ",")),
        ("list(' | ')", Spelling(Form.LIST, " | ")),
    ],
)
def test_spellings_are_read(text: str, spelling: Spelling) -> None:
    assert parse_spelling(text) == spelling


@pytest.mark.parametrize("text", ["list()", 'list("")', "list(,)", "{}{}", "upper", "", "RAW"])
def test_what_is_no_spelling_is_refused(text: str) -> None:
    with pytest.raises(WordError, match="is no spelling"):
        parse_spelling(text)


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        (None, Value()),
        (0, Value(constant=0)),
        ("[gone]", Value(constant="[gone]")),
        ("now", Value(ValueKind.NOW)),
        ("coarsen(year)", Value(ValueKind.COARSEN, unit="year")),
        ("coarsen( 3 )", Value(ValueKind.COARSEN, unit="3")),
        ("nobody", Value(constant="nobody")),
        ("no", Value(constant="no")),
    ],
)
def test_values_are_read(said: Scalar, becomes: Value) -> None:
    assert parse_value(said) == becomes


@pytest.mark.parametrize(
    "said", ["pseudonim", "Hash", "NOW", "coarsen", "coarsen(0)", "coarsen(-1)", "coarsen(decade)"]
)
def test_what_is_nearly_a_function_is_refused(said: str) -> None:
    with pytest.raises(WordError):
        parse_value(said)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("P6Y", Period(72)),
        ("P18M", Period(18)),
        ("P2W", Period(0, 14)),
        ("P1Y2M3W4D", Period(14, 25)),
        ("P0D", Period()),
    ],
)
def test_periods_are_read(text: str, means: Period) -> None:
    assert parse_period(text) == means


@pytest.mark.parametrize("text", ["P", "6Y", "P1.5Y", "-P1Y", "PT1H", "P1YT1H", "p6y", "P999999Y", "P1D1Y"])
def test_what_is_no_calendar_period_is_refused(text: str) -> None:
    with pytest.raises(WordError, match="is not a period"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("closed_on", Until("closed_on")),
        ("closed_on + P1Y", Until("closed_on", Period(12))),
        ("closed_on+P1Y", Until("closed_on", Period(12))),
        ("year end of issued_on + P6Y", Until("issued_on", Period(72), RoundTo.YEAR_END)),
        ("month end of issued_on", Until("issued_on", Period(), RoundTo.MONTH_END)),
        ("2030-12-31", Until(day="2030-12-31")),
    ],
)
def test_ends_of_holds_are_read(text: str, means: Until) -> None:
    assert parse_until(text) == means


@pytest.mark.parametrize(
    "text", ["", "2030-13-01", "year end issued_on", "closed_on + 1Y", "closed_on + P1Y + P1M", "a b"]
)
def test_what_is_no_end_is_refused(text: str) -> None:
    with pytest.raises(WordError):
        parse_until(text)


def test_the_name_probably_meant_is_the_nearest() -> None:
    assert meant("subscribr", ["account", "subscriber"]) == 'did you mean "subscriber"?'
    assert meant("PHONE", ["email", "phone"]) == 'did you mean "phone"?'
    assert meant("xyz", ["account"]) == ""
