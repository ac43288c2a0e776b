"""What cannot stand in a map over the tables that are there (T4xx)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bailee.policy import (
    Collection,
    EdgeKind,
    FileLink,
    Form,
    Gone,
    OnCopy,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Spelling,
    Until,
    Value,
    ValueKind,
)
from bailee.policy.predicate import And, Compare, HasBits, In, IsNull, Not, Or, Predicate, Scalar
from bailee.trace.schema import ColumnKind, ForeignKey
from tests.trace.checkable import (
    CALLER,
    EMAIL,
    MATCHED,
    PHONE,
    SHOP,
    B,
    D,
    M,
    N,
    Shop,
    T,
    anonymise,
    at,
    codes,
    edge,
    found,
    key_to,
    leaving,
    said,
    table,
    warned,
)

NULL, PIN = OnParentGone(Gone.NULL), OnParentGone(Gone.PIN)
PSEUDONYM, HASH, NOW = Value(ValueKind.PSEUDONYM), Value(ValueKind.HASH), Value(ValueKind.NOW)


def coarsen(unit: str) -> Value:
    return Value(ValueKind.COARSEN, unit=unit)


# --- what is not there ---------------------------------------------------------------------------------------


def test_a_missing_table_is_named_with_the_one_probably_meant() -> None:
    tables = {"invoices" if name == "invoice" else name: t for name, t in SHOP.tables.items()}
    assert said(replace(SHOP, tables=tables)) == (
        'systems/shop.yaml:3:3  T401 invoice has no table "invoice" in this system (did you mean "invoices"?)'
    )


def test_the_rest_is_checked_where_a_table_is_missing() -> None:
    tables = {name: t for name, t in SHOP.tables.items() if name != "account"}
    assert codes(replace(SHOP, tables=tables)) == ["T401"]
    assert codes(replace(SHOP.saying("call", on_erase=None), tables=tables)) == ["T301", "T401"]


def test_a_table_of_another_schema_is_looked_for_there() -> None:
    assert 'no table "cdr.call"' in said(SHOP.saying("call", schema="cdr"))


def test_a_missing_column_is_named_with_the_one_probably_meant() -> None:
    shop = SHOP.edge("call", 0, on=(("id", "contct_id"),), place=at(40))
    assert said(shop.saying("call", opaque_columns={"contact_id": "-"})) == (
        'systems/shop.yaml:40:3  T402 call.owned_by names no column "contct_id" of table "call" '
        '(did you mean "contact_id"?)'
    )


@pytest.mark.parametrize(
    "shop",
    [
        SHOP.saying("call", key=("zz",)),
        SHOP.saying("call", fields={"seconds": "seconds", "x": "zz"}),
        SHOP.saying("call", opaque_columns={"zz": "-"}),
        SHOP.saying("call", file=FileLink("shelf", "zz")),
        SHOP.saying("call", on_copy=OnCopy(masks=frozenset({"zz"}))),
        SHOP.saying("call", on_leave=OnLeave(matched=True, cells=leaving(zz=1).cells)),
        SHOP.saying("call", on_erase=anonymise(zz=None)),
        SHOP.saying("call", mentions=(CALLER, replace(CALLER, column="zz", id="x"))),
        SHOP.saying("call", mentions=(CALLER, replace(CALLER, at="zz", id="x"))),
        SHOP.saying("call", mentions=(replace(CALLER, when=IsNull("zz")),)),
        SHOP.saying("call", mentions=(replace(CALLER, on_copy=OnCopy(masks=frozenset({"zz"}))),)),
        SHOP.edge("call", 0, when=IsNull("zz")),
        SHOP.edge("call", 0, on_leave=leaving(zz=1)),
        SHOP.saying("account", ends="zz"),
        SHOP.saying("contact", erased_when=IsNull("zz")),
        SHOP.saying("contact", identities=(EMAIL, PHONE, replace(PHONE, column="zz"))),
        SHOP.saying("contact", identities=(replace(EMAIL, verified_when=IsNull("zz")), PHONE)),
        SHOP.saying("contact", identities=(EMAIL, PHONE, replace(PHONE, valid=("zz", None)))),
        SHOP.hold(keeps=(*SHOP.holds["accounting"].keeps, ("contact", "zz"))),
        SHOP.hold(until=Until("zz")).saying("invoice", opaque_columns={"issued_on": "-"}),
        SHOP.rule(from_={"contact": "zz"}),
        SHOP.rule(then={"zz": Value()}).saying("invoice", retain=None),
    ],
)  # fmt: skip
def test_every_word_that_names_a_column_names_one_that_is_there(shop: Shop) -> None:
    assert codes(shop) == ["T402"]


def test_what_an_edge_says_of_leaving_it_says_of_the_rows_that_it_leads_to() -> None:
    box = Collection("box", table="box", on_erase=OnErase(), on_leave=OnLeave(), place=at(5))
    owns = edge("box", "box_id", EdgeKind.OWNS, on_leave=leaving(text="left"))
    shop = SHOP.with_(box, table("box", {"text": T})).where("call", "box_id", kind=N)
    shop = shop.saying("call", edges=(*SHOP.collections["call"].edges, owns))
    assert codes(shop) == []
    assert codes(shop.edge("call", 1, on_leave=leaving(seconds=0))) == ["T402"]


def test_an_edge_to_what_the_system_does_not_have_is_the_policys_to_report() -> None:
    assert (
        codes(SHOP.saying("call", edges=(*SHOP.collections["call"].edges, edge("till", "seconds", EdgeKind.NAMES))))
        == []
    )


def test_a_table_has_a_key_or_the_map_gives_one() -> None:
    assert codes(SHOP.having("call", primary_key=())) == ["T403"]
    shop = SHOP.having("call", primary_key=(), uniques=frozenset({("id",)}))
    assert codes(shop.saying("call", key=("id",))) == []
    prices = Collection("prices", table="prices", opaque="our prices")
    assert found(SHOP.with_(prices, table("prices", {"pence": N}, primary_key=()))) == ()


def test_a_key_that_two_rows_may_share_is_refused() -> None:
    shop = SHOP.saying("call", key=("seconds", "started_at"))
    assert (
        'T419 nothing keeps two rows of "call" from having the same "seconds" and "started_at": '
        "one row of call would take the other along (make it unique in the database, or give call another key)"
    ) in said(shop)
    assert codes(SHOP.having("call", primary_key=()).saying("call", key=("id",))) == ["T419"]
    assert codes(SHOP.having("call", loose="some reason")) == ["T419"]
    assert codes(SHOP.having("call", loose="some reason", uniques=frozenset({("id",)}))) == []
    view = SHOP.having("call", primary_key=(), hazards={"view": "-"}).saying("call", key=("id",), accepts={"view": "-"})
    assert "map the tables that it shows" in said(view)
    assert codes(SHOP.saying("call", opaque="our own", key=("seconds",))) == ["T419"]


def test_of_a_key_that_a_row_may_be_without_is_warned() -> None:
    shop = SHOP.saying("call", key=("seconds", "started_at"))
    shop = shop.having("call", uniques=frozenset({("started_at", "seconds")}))
    assert (
        'T421 a row of "call" may have no "seconds" or "started_at", the key of call: '
        "while one has none, nothing is done in this system "
        "(make it NOT NULL in the database, or give call another key)"
    ) in said(shop)
    assert codes(shop) == []
    assert "T421" in warned(shop.where("call", "seconds", nullable=False))
    assert "T421" not in warned(
        shop.where("call", "seconds", nullable=False).where("call", "started_at", nullable=False)
    )
    assert "T421" in warned(SHOP.saying("call", key=("id", "seconds")))
    assert "T421" in warned(SHOP.where("invoice", "id", nullable=True))


def test_but_not_of_a_primary_key_of_sqlite_which_is_looked_at_each_time_too() -> None:
    shop = replace(SHOP, dialect="sqlite").where("call", "id", nullable=True)
    assert "T421" not in warned(shop)
    assert "T421" in warned(shop.saying("call", key=("id", "seconds")))


# --- what the columns take -----------------------------------------------------------------------------------


def test_null_is_not_written_where_nothing_can_be_missing() -> None:
    shop = SHOP.where("invoice", "number", nullable=False)
    assert codes(shop.saying("invoice", on_erase=anonymise(number=None))) == ["T404"]
    assert codes(shop.saying("invoice", on_leave=OnLeave(matched=True, cells=leaving(number=None).cells))) == ["T404"]
    assert codes(shop.rule(then={"number": Value()}).saying("contact", retain=None)) == ["T404"]
    assert codes(shop.saying("invoice", on_erase=anonymise(number=""))) == []


def test_matched_wants_a_column_that_can_be_null_or_an_unset() -> None:
    shop = SHOP.where("invoice", "billed_to", nullable=False)
    assert codes(shop) == ["T404"]
    assert codes(shop.edge("invoice", 0, unset=0)) == []
    assert codes(SHOP.where("call", "contact_id", nullable=False)) == []  # a call goes with its one owner


def test_a_mention_is_cleared_to_null_or_to_what_matched_gives() -> None:
    shop = SHOP.where("call", "caller", nullable=False)
    assert codes(shop) == ["T404"]
    given = OnLeave(matched=True, matched_value="-")
    assert codes(shop.saying("call", on_leave=given)) == []
    listed = replace(CALLER, stored=Spelling(Form.LIST, ","))
    assert codes(shop.saying("call", on_leave=given, mentions=(listed,))) == ["T404"]
    assert codes(shop.saying("call", mentions=(replace(CALLER, on_leave=OnLeave()),), on_leave=OnLeave())) == []


def test_a_parent_that_goes_leaves_null_or_unset() -> None:
    shop = SHOP.where("call", "contact_id", nullable=False).edge("call", 0, on_parent_gone=NULL)
    assert codes(shop) == ["T404"]
    assert codes(shop.edge("call", 0, unset=0)) == []


def test_a_stand_in_fits_its_column() -> None:
    shop = SHOP.edge("call", 0, on_parent_gone=OnParentGone(Gone.STAND_IN, {"id": "nobody"}))
    assert codes(shop) == ["T408"]


@pytest.mark.parametrize("value", ["x", NOW, coarsen("3")])
def test_what_must_be_unique_is_not_given_to_many(value: Value | Scalar) -> None:
    shop = SHOP.having("invoice", uniques=frozenset({("number",)}))
    assert codes(shop.saying("invoice", on_erase=anonymise(number=value))) == ["T405"]


def test_null_and_a_pseudonym_may_stand_in_a_unique_column() -> None:
    shop = SHOP.having("invoice", uniques=frozenset({("number",)}))
    assert codes(shop.saying("invoice", on_erase=anonymise(number=None))) == []
    assert codes(shop.saying("invoice", on_erase=anonymise(number=PSEUDONYM))) == []


def test_a_unique_key_that_holds_another_one_bears_the_same_value_in_many_rows() -> None:
    shop = SHOP.saying("invoice", on_erase=anonymise(number="x"))
    assert codes(shop.having("invoice", uniques=frozenset({("id", "number")}))) == []
    assert codes(shop.having("invoice", uniques=frozenset({("total", "number")}))) == ["T405"]


def test_an_unset_in_a_unique_column_stands_once_only() -> None:
    assert codes(SHOP.edge("invoice", 0, unset=0).having("invoice", uniques=frozenset({("billed_to",)}))) == ["T405"]


def test_what_the_database_makes_is_left_to_it() -> None:
    shop = SHOP.where("invoice", "number", generated=True, nullable=False)
    assert codes(shop.saying("invoice", on_erase=anonymise(number=None))) == ["T406"]


def test_a_foreign_key_is_not_given_a_fixed_value() -> None:
    card = table("card", {})
    shop = SHOP.with_(Collection("card", table="card", opaque="cards"), card)
    shop = shop.where("call", "card_id", kind=N).having("call", foreign_keys=(key_to("card", "card_id"),))
    shop = shop.saying("call", on_leave=OnLeave(matched=True, cells=leaving(card_id=7).cells))
    assert codes(shop) == ["T407"]
    assert codes(shop.saying("call", on_leave=MATCHED, on_erase=anonymise(card_id=None))) == []


FITTING: list[tuple[ColumnKind, Scalar | Value]] = [
    (T, "x"), (T, 1), (T, Decimal("1.5")), (T, NOW), (T, PSEUDONYM), (T, HASH), (T, coarsen("3")),
    (N, 1), (N, True), (N, 2.0), (N, coarsen("10")),
    (ColumnKind.NUMBER, Decimal("1.5")), (ColumnKind.NUMBER, coarsen("10")),
    (B, True), (B, 0),
    (D, date(2026, 1, 1)), (D, "2026-01-01"), (D, NOW), (D, coarsen("year")),
    (M, "2026-01-01 09:00:00"), (M, NOW), (M, coarsen("day")),
    (ColumnKind.BYTES, b""),
    (ColumnKind.OTHER, "x"), (ColumnKind.OTHER, NOW), (ColumnKind.OTHER, HASH),
]  # fmt: skip
UNFIT: list[tuple[ColumnKind, Scalar | Value]] = [
    (T, date(2026, 1, 1)), (T, b"x"), (T, coarsen("year")),
    (N, "x"), (N, 1.5), (N, NOW), (N, PSEUDONYM), (N, coarsen("year")),
    (ColumnKind.NUMBER, "x"), (B, 2), (B, "true"), (B, coarsen("3")),
    (D, "soon"), (D, 1), (D, HASH), (D, coarsen("3")), (M, True), (ColumnKind.BYTES, "x"), (ColumnKind.BYTES, NOW),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), FITTING)
def test_a_value_that_fits_its_column_is_written(kind: ColumnKind, value: Scalar | Value) -> None:
    assert codes(SHOP.where("call", "extra", kind=kind).saying("call", on_erase=anonymise(extra=value))) == []


@pytest.mark.parametrize(("kind", "value"), UNFIT)
def test_a_value_that_does_not_fit_its_column_is_refused(kind: ColumnKind, value: Scalar | Value) -> None:
    assert codes(SHOP.where("call", "extra", kind=kind).saying("call", on_erase=anonymise(extra=value))) == ["T408"]


@pytest.mark.parametrize("value", ["erased", NOW])
def test_a_text_longer_than_its_column_is_refused(value: Scalar | Value) -> None:
    shop = SHOP.where("invoice", "number", length=5)
    assert codes(shop.saying("invoice", on_erase=anonymise(number=value))) == ["T408"]
    assert codes(shop.saying("invoice", on_erase=anonymise(number="gone"))) == []


@pytest.mark.parametrize(("value", "length"), [(PSEUDONYM, 21), (HASH, 69)])
def test_a_pseudonym_or_a_hash_has_the_room_it_needs(value: Value, length: int) -> None:
    shop = SHOP.saying("invoice", on_erase=anonymise(number=value))
    assert codes(shop.where("invoice", "number", length=length)) == []
    assert codes(shop.where("invoice", "number", length=length - 1)) == ["T417"]


# --- conditions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "condition",
    [
        Compare("kind", "=", "direct"),
        And((Compare("kind", "=", 1), Or((HasBits("seconds", 2), Not(IsNull("caller")))))),
        In("seconds", (1, 2)),
        Compare("started_at", ">=", date(2026, 1, 1)),
    ],
)
def test_a_condition_that_compares_a_column_with_what_it_holds_stands(condition: Predicate) -> None:
    assert codes(SHOP.where("call", "kind").edge("call", 0, when=condition)) == []


@pytest.mark.parametrize(
    "condition",
    [
        Compare("seconds", "=", "direct"),
        And((IsNull("kind"), Not(HasBits("kind", 2)))),
        In("seconds", (1, "two")),
        Compare("started_at", ">=", "yesterday"),
    ],
)
def test_a_condition_that_does_not_fit_its_column_is_refused(condition: Predicate) -> None:
    shop = SHOP.where("call", "kind")
    assert codes(shop.edge("call", 0, when=condition)) == ["T408"]
    assert codes(shop.saying("call", mentions=(replace(CALLER, when=condition),))) == ["T408"]


def test_a_party_is_known_as_erased_or_verified_by_what_the_columns_hold() -> None:
    assert codes(SHOP.saying("contact", erased_when=Compare("full_name", "=", "gone"))) == []
    assert codes(SHOP.saying("contact", erased_when=Compare("until", "=", "gone"))) == ["T408"]
    verified = replace(EMAIL, verified_when=Compare("since", "=", 1))
    assert codes(SHOP.saying("contact", identities=(verified, PHONE))) == ["T408"]


def test_a_date_is_read_from_a_column_of_dates() -> None:
    assert codes(SHOP.where("account", "closed_on", kind=T)) == ["T408"]
    assert codes(SHOP.where("call", "started_at", kind=N)) == ["T408"]
    assert codes(SHOP.where("contact", "since", kind=T)) == ["T408"]


@pytest.mark.parametrize(
    ("kind", "stored", "fits"),
    [
        (T, Spelling(Form.E164), True),
        (N, Spelling(scan=True), False),
        (N, Spelling(Form.E164), False),
        (D, Spelling(), False),
        (ColumnKind.OTHER, Spelling(), True),
    ],
)
def test_a_spelling_is_looked_for_where_it_can_stand(kind: ColumnKind, stored: Spelling, fits: bool) -> None:
    shop = SHOP.where("call", "caller", kind=kind).saying("call", mentions=(replace(CALLER, stored=stored),))
    assert codes(shop) == ([] if fits else ["T408"])
    identities = (EMAIL, replace(PHONE, stored=stored))
    assert codes(SHOP.where("contact", "phone", kind=kind).saying("contact", identities=identities)) == codes(shop)


def test_a_whole_number_spells_an_account_and_never_an_address_or_a_telephone_number() -> None:
    shop = SHOP.where("call", "caller", kind=N)
    raw = replace(CALLER, stored=Spelling())
    assert codes(shop.saying("call", mentions=(replace(raw, attribute="crm.account"),))) == []
    assert codes(shop.saying("call", mentions=(raw,))) == ["T424"]
    assert codes(shop.saying("call", mentions=(replace(raw, attribute="email"),))) == ["T424"]


def test_an_edge_pairs_columns_of_one_kind() -> None:
    assert codes(SHOP.where("call", "contact_id", kind=T)) == ["T416"]
    assert codes(SHOP.where("call", "contact_id", kind=ColumnKind.NUMBER)) == []
    assert codes(SHOP.where("call", "contact_id", kind=ColumnKind.OTHER)) == []


# --- what the tables do --------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["cascade", "SET NULL", "set default"])
def test_a_cascade_reaches_no_table_outside_the_map(action: str) -> None:
    log = table("audit_log", {"invoice_id": N}, foreign_keys=(key_to("invoice", "invoice_id", action),))
    assert codes(replace(SHOP, tables={**SHOP.tables, "audit_log": log})) == ["T409"]
    assert codes(SHOP.with_(Collection("log", table="audit_log", opaque="who did what"), log)) == []


def test_a_table_outside_the_map_that_only_points_in_is_no_problem() -> None:
    log = table("audit_log", {"invoice_id": N}, foreign_keys=(key_to("invoice", "invoice_id"),))
    assert codes(replace(SHOP, tables={**SHOP.tables, "audit_log": log})) == []
    log = table("audit_log", {"account_id": N}, foreign_keys=(key_to("account", "account_id", "cascade"),))
    assert codes(replace(SHOP, tables={**SHOP.tables, "audit_log": log})) == []  # no account goes


def test_a_trigger_is_accounted_for() -> None:
    shop = SHOP.having("call", hazards={"calls_log": "copies each deleted row to calls_history"})
    assert said(shop) == (
        'systems/shop.yaml:4:3  T410 table "call" has "calls_log", which the map does not account for: '
        "copies each deleted row to calls_history (add accepts: {calls_log: why it does no harm} to call, or remove it)"
    )
    assert codes(shop.saying("call", accepts={"calls_log": "the history has a rule of its own"})) == []


def test_a_trigger_on_a_table_that_no_plan_changes_is_no_problem() -> None:
    assert codes(SHOP.having("account", hazards={"log": "writes a line"})) == []
    assert codes(SHOP.having("account", hazards={"log": "writes a line"}).saying("account", retain="customers")) == [
        "T410"
    ]
    written = SHOP.saying("call", on_erase=anonymise(seconds=0)).having("call", hazards={"log": "writes a line"})
    assert codes(written) == ["T410"]


def test_undecided_columns_are_named() -> None:
    shop = SHOP.where("call", "mood").where("call", "quality")
    assert 'call leaves undecided what is in "mood" and "quality"' in said(shop)
    assert warned(shop) == ["T411"]
    assert warned(shop.saying("call", opaque_columns={"mood": "-", "quality": "-"})) == []
    assert warned(shop.saying("call", edges=(), mentions=(), opaque="calls", fields={})) == []


def test_personal_fields_are_somebodys() -> None:
    till = Collection("till", table="till", fields={"cashier": "cashier"}, place=at(5))
    shop = SHOP.with_(till, table("till", {"cashier": T, "call_id": N}))
    assert warned(shop.saying("till", opaque_columns={"call_id": "-"})) == ["T412"]
    assert warned(shop.saying("till", edges=(edge("call", "call_id", EdgeKind.ACCESSED_BY),))) == []


def test_a_large_table_has_the_indexes_that_its_looks_need() -> None:
    shop = SHOP.having("call", rows=2_000_000)
    assert warned(shop) == ["T413", "T413"]
    assert [p.message for p in found(shop)] == [
        'no index of "call" starts with "caller", and it has about 2,000,000 rows',
        'no index of "call" starts with "contact_id", and it has about 2,000,000 rows',
    ]
    assert warned(shop.having("call", indexes=(("contact_id", "seconds"), ("caller",)))) == []
    assert warned(shop.having("call", indexes=(("seconds", "contact_id"), ("caller",)))) == ["T413"]
    assert warned(SHOP.having("call", rows=10_000)) == []


def test_a_person_is_looked_for_in_a_large_table_by_an_index_or_by_a_declared_scan() -> None:
    shop = SHOP.having("contact", rows=20_000, indexes=(("account_id",), ("phone",)))
    assert warned(shop) == ["T413"]
    scanned = replace(EMAIL, stored=Spelling(Form.RAW, scan=True))
    assert warned(shop.saying("contact", identities=(scanned, PHONE))) == []


def test_an_index_serves_columns_together_in_any_order() -> None:
    pairs = (("id", "contact_id"), ("account_id", "seconds"))
    shop = SHOP.edge("call", 0, on=pairs).having("call", rows=20_000, indexes=(("seconds", "contact_id"), ("caller",)))
    assert warned(shop) == []
    assert warned(shop.having("call", indexes=(("seconds",), ("caller",)))) == []
    assert warned(shop.having("call", indexes=(("seconds", "caller"), ("caller",)))) == ["T413"]


def test_a_foreign_key_that_no_edge_declares_is_looked_up_too() -> None:
    shop = SHOP.where("call", "invoice_id", kind=N).having("call", foreign_keys=(key_to("invoice", "invoice_id"),))
    shop = shop.saying("call", opaque_columns={"invoice_id": "-"})
    indexed = shop.having("call", rows=20_000, indexes=(("contact_id",), ("caller",)))
    assert [p.message for p in found(indexed)] == [
        'no index of "call" starts with "invoice_id", and it has about 20,000 rows'
    ]


def circle(*, nullable: bool) -> Shop:
    """Return a shop in which a call has a note and the note a call, by foreign keys."""
    note = Collection(
        "note", table="note", edges=(edge("call", "call_id"),), on_erase=OnErase(), fields={"text": "text"}, place=at(5)
    )
    shop = SHOP.with_(note, table("note", {"call_id": N, "text": T}, foreign_keys=(key_to("call", "call_id"),)))
    shop = shop.where("note", "call_id", nullable=False).where("call", "note_id", kind=N, nullable=nullable)
    shop = shop.having("call", foreign_keys=(key_to("note", "note_id"),))
    return shop.saying("call", opaque_columns={"note_id": "-"})


def test_a_circle_of_foreign_keys_can_be_broken() -> None:
    assert codes(circle(nullable=True)) == []
    assert codes(circle(nullable=False)) == ["T414"]


def test_mariadb_deletes_row_by_row_so_a_row_that_points_to_its_own_table_lets_go_first() -> None:
    fk = (*SHOP.tables["call"].foreign_keys, key_to("call", "parent_id"))
    shop = SHOP.where("call", "parent_id", kind=N, nullable=False).having("call", foreign_keys=fk)
    shop = shop.saying("call", opaque_columns={"parent_id": "-"})
    assert codes(shop) == []
    assert codes(replace(shop, dialect="mariadb")) == ["T414"]
    assert codes(replace(shop.where("call", "parent_id", nullable=True), dialect="mariadb")) == []


def test_a_held_row_loses_only_what_can_be_empty() -> None:
    shop = SHOP.where("contact", "born_on", kind=D, nullable=False).saying(
        "contact", fields={"full_name": "full_name", "born_on": "born_on"}
    )
    assert codes(shop) == ["T415"]
    assert codes(shop.hold(keeps=(*SHOP.holds["accounting"].keeps, ("contact", "born_on")))) == []
    assert codes(shop.saying("contact", opaque_columns={"born_on": "a day"})) == []
    assert codes(shop.where("contact", "born_on", kind=T)) == []


def test_a_pinned_row_keeps_the_column_by_which_it_is_pinned_and_no_other() -> None:
    tag = Collection(
        "tag",
        table="tag",
        edges=(edge("call", "call_code", EdgeKind.NAMES, their="code", on_parent_gone=PIN),),
        place=at(5),
    )
    shop = SHOP.where("call", "code", nullable=False)
    shop = shop.having("call", uniques=frozenset({("code",)})).saying(
        "call", fields={"seconds": "seconds", "code": "code"}
    )
    shop = shop.with_(tag, table("tag", {"call_code": T}))
    assert codes(shop) == []
    other = edge("call", "call_id", EdgeKind.NAMES, on_parent_gone=PIN)
    shop = shop.saying("tag", edges=(*shop.collections["tag"].edges, other)).where("tag", "call_id", kind=N)
    assert codes(shop) == ["T415"]


# --- what can go ---------------------------------------------------------------------------------------------


def changed(shop: Shop, name: str) -> bool:
    """Whether a plan may change the table of a collection: a hazard there is then a problem."""
    return "T410" in codes(shop.having(name, hazards={"log": "writes a line"}))


def test_a_row_can_go_with_its_parent_or_when_an_owner_leaves() -> None:
    gone = OnParentGone(Gone.DELETE)
    tag = Collection("tag", table="tag", edges=(edge("call", "call_id", EdgeKind.NAMES),), place=at(5))
    shop = SHOP.with_(tag, table("tag", {"call_id": N}))
    assert not changed(shop, "tag")
    assert changed(shop.edge("tag", 0, on_parent_gone=gone), "tag")
    kept = SHOP.saying("invoice", on_erase=anonymise(), on_leave=OnLeave(), retain=None)
    assert not changed(kept, "invoice")
    assert changed(kept.saying("invoice", on_leave=OnLeave(delete=True)), "invoice")


def test_a_foreign_key_of_a_table_that_the_map_does_not_reach_is_not_looked_at() -> None:
    outside = table("outside", {"x": N}, foreign_keys=(ForeignKey(("x",), "nowhere", ("id",), on_delete="cascade"),))
    assert codes(replace(SHOP, tables={**SHOP.tables, "outside": outside})) == []
    fk = (key_to("call", "x", "cascade"), ForeignKey(("x",), "nowhere", ("id",), on_delete="cascade"))
    assert codes(replace(SHOP, tables={**SHOP.tables, "outside": replace(outside, foreign_keys=fk)})) == ["T409"]


def test_an_organisations_own_fields_need_no_person() -> None:
    branch = Collection("branch", table="branch", party=Party.ORGANISATION, fields={"town": "town"}, place=at(5))
    assert warned(SHOP.with_(branch, table("branch", {"town": T}))) == []
