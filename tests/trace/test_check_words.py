"""What cannot stand in a map, whatever the tables are like (T3xx)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bailee.policy import (
    KEY_NONE,
    Collection,
    EdgeKind,
    FirmRole,
    Form,
    Gone,
    Identity,
    Mention,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Period,
    RetentionRule,
    Spelling,
    System,
    Until,
    Value,
    ValueKind,
)
from bailee.policy.predicate import Compare, Scalar
from bailee.trace.check import CODES
from tests.trace.checkable import (
    CALLER,
    EMAIL,
    MATCHED,
    PHONE,
    SHOP,
    B,
    D,
    N,
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
)

NULL, DELETE, PIN = OnParentGone(Gone.NULL), OnParentGone(Gone.DELETE), OnParentGone(Gone.PIN)


def test_a_good_map_is_silent() -> None:
    assert found(SHOP) == ()


def test_every_code_has_one_line() -> None:
    assert all("\n" not in line and not line.endswith(".") for line in CODES.values())
    assert len(CODES) == 25 + 23


def test_problems_come_at_once_in_the_order_of_the_files() -> None:
    spoilt = SHOP.saying("call", on_erase=None).saying("invoice", on_erase=None).rule(from_={"contact": "sinse"})
    assert [(p.place.file, p.place.line, p.code) for p in found(spoilt)] == [
        ("retention.yaml", 1, "T402"),
        ("systems/shop.yaml", 3, "T301"),
        ("systems/shop.yaml", 4, "T301"),
    ]


# --- who leaves ----------------------------------------------------------------------------------------------


def test_what_somebody_can_own_says_what_erasing_does() -> None:
    assert codes(SHOP.saying("invoice", on_erase=None)) == ["T301"]


def test_what_only_an_organisation_owns_need_not_say_what_erasing_does() -> None:
    invoice = edge("account", "account_id")
    assert codes(SHOP.saying("invoice", edges=(invoice,), on_erase=None, on_leave=None, hold=())) == []


def test_what_two_can_own_says_what_leaving_does() -> None:
    assert codes(SHOP.saying("invoice", on_leave=None)) == ["T302"]


def test_two_edges_that_both_say_what_leaving_does_are_enough() -> None:
    said = SHOP.edge("invoice", 0, on_leave=MATCHED).edge("invoice", 1, on_leave=OnLeave())
    assert codes(said.saying("invoice", on_leave=None)) == []
    assert codes(SHOP.edge("invoice", 0, on_leave=MATCHED).saying("invoice", on_leave=None)) == ["T302"]


def test_what_one_alone_can_own_need_not_say_what_leaving_does() -> None:
    assert codes(SHOP.saying("call", on_leave=None)) == []


def test_matched_on_a_collection_needs_a_cell_of_the_leaver() -> None:
    line = Collection(
        "line", table="line", edges=(edge("invoice", "invoice_id"),), on_erase=OnErase(), on_leave=MATCHED, place=at(5)
    )
    shop = SHOP.with_(line, table("line", {"invoice_id": N}))
    assert codes(shop) == ["T303"]
    assert codes(shop.saying("line", on_leave=OnLeave())) == []


def test_matched_on_a_collection_is_heard_by_something_that_can_be_cleared() -> None:
    shop = SHOP.edge("invoice", 0, on_leave=MATCHED)
    assert codes(shop) == []
    shop = shop.edge("invoice", 1, on_leave=MATCHED)
    again = edge("contact", "billed_to", EdgeKind.BELONGS_TO, id="again")  # nothing flows along it, so it says nothing
    assert codes(shop.saying("invoice", edges=(*shop.collections["invoice"].edges, again))) == ["T303"]
    assert (
        "invoice.on_leave says matched, and all that could be cleared has an on_leave of its own "
        "(take matched off the collection, or on_leave off an edge or a mention)"
    ) in str(found(shop)[0])


def test_matched_on_an_edge_needs_a_column_of_that_edge() -> None:
    shop = SHOP.edge("invoice", 0, on_leave=MATCHED)
    assert codes(shop) == []
    shop = shop.where("invoice", "billed_to", nullable=False)
    assert codes(shop.saying("invoice", key=("id", "billed_to"))) == ["T303"]


def test_matched_clears_no_key_and_no_column_of_another_edge() -> None:
    both = edge("contact", "billed_to", EdgeKind.OWNS, id="again", on_leave=OnLeave())
    assert codes(SHOP.saying("call", mentions=(), edges=(edge("contact", "id"),))) == ["T303"]
    assert codes(SHOP.saying("invoice", edges=(*SHOP.collections["invoice"].edges, both))) == []


def test_matched_finds_nothing_where_the_row_is_the_parent() -> None:
    box = Collection("box", table="box", on_erase=OnErase(), on_leave=MATCHED, place=at(5))
    owns = edge("box", "box_id", EdgeKind.OWNS)
    shop = SHOP.with_(box, table("box", {})).where("contact", "box_id", kind=N)
    shop = shop.saying("contact", edges=(*SHOP.collections["contact"].edges, owns))
    assert codes(shop) == ["T303"]


def test_matched_follows_no_edge_to_itself_without_a_depth() -> None:
    invites = edge("contact", "invited_by", on_leave=MATCHED)
    shop = SHOP.where("contact", "invited_by", kind=N)
    shop = shop.saying("contact", edges=(*SHOP.collections["contact"].edges, invites), on_leave=OnLeave())
    assert codes(shop) == ["T303"]
    assert codes(shop.edge("contact", 1, depth=1)) == []


def test_two_fixed_values_for_one_cell_are_refused() -> None:
    shop = SHOP.saying("invoice", on_erase=anonymise(number="gone"), on_leave=leaving(number="gone"))
    assert codes(shop) == []
    assert codes(shop.saying("invoice", on_leave=leaving(number="left"))) == ["T304"]


def test_two_edges_give_one_cell_one_value() -> None:
    shop = SHOP.saying("invoice", on_leave=None)
    shop = shop.edge("invoice", 0, on_leave=leaving(number="a")).edge("invoice", 1, on_leave=leaving(number="b"))
    assert codes(shop) == ["T304"]
    assert codes(shop.edge("invoice", 1, on_leave=OnLeave())) == []


def test_the_collections_word_does_not_count_where_every_edge_has_its_own() -> None:
    shop = SHOP.saying("invoice", on_erase=anonymise(number="gone"), on_leave=leaving(number="left"))
    assert codes(shop.edge("invoice", 0, on_leave=OnLeave()).edge("invoice", 1, on_leave=OnLeave())) == []


def test_a_fixed_value_and_matched_may_meet_in_one_cell() -> None:
    assert codes(SHOP.saying("call", on_leave=OnLeave(matched=True, cells=leaving(caller="gone").cells))) == []


def test_two_mentions_of_one_column_clear_it_to_one_value() -> None:
    other = Mention("email", "caller", "other", on_leave=OnLeave(matched=True, matched_value="-"))
    assert codes(SHOP.saying("call", mentions=(CALLER, other))) == ["T304"]
    assert codes(SHOP.saying("call", mentions=(CALLER, replace(other, on_leave=MATCHED)))) == []


GONE = Compare("gone", "=", value=True)


NOBODY: dict[str, Scalar] = {"email": None, "phone": None}


def test_who_is_anonymised_is_called_nothing_any_more() -> None:
    shop = SHOP.where("contact", "gone", kind=B).saying("contact", erased_when=GONE)
    assert codes(shop.saying("contact", on_erase=anonymise(**NOBODY, gone=True))) == []
    assert (
        'T422 contact is anonymised, and "phone" would still say who it is '
        "(write null, a pseudonym or a fixed value there)"
    ) in said(shop.saying("contact", on_erase=anonymise(email=None, gone=True)))


def test_what_is_merely_coarsened_still_says_who_it_is() -> None:
    """The first forty characters of an address are the address."""
    shop = SHOP.where("contact", "gone", kind=B).saying("contact", erased_when=GONE)
    values = {"email": Value(ValueKind.COARSEN, unit="40"), "phone": Value(), "gone": Value(constant=True)}
    assert (
        'T422 contact is anonymised, and "email" would still say who it is '
        "(write null, a pseudonym or a fixed value there)"
    ) in said(shop.saying("contact", on_erase=OnErase(values)))


def test_an_address_that_is_the_key_goes_with_its_row_or_not_at_all() -> None:
    shop = SHOP.where("contact", "gone", kind=B).where("contact", "email", nullable=False)
    shop = shop.having("contact", uniques=frozenset({("email",)})).saying("contact", key=("email",), erased_when=GONE)
    assert codes(shop.saying("contact", erased_when=None)) == []
    assert (
        'T422 contact is anonymised, and "email" would still say who it is '
        "(a key does not change: write on_erase: delete, or give the rows a key that says nothing)"
    ) in said(shop.saying("contact", on_erase=anonymise(phone=None, gone=True)))
    assert codes(shop.saying("contact", on_erase=anonymise(**NOBODY, gone=True))) == ["T305", "T404"]


def test_matched_does_not_empty_a_key() -> None:
    letter = Collection(
        "letter", table="letter", key=("email",), mentions=(Mention("email", "email", "email", Spelling(Form.LOWER)),),
        on_leave=MATCHED, place=at(5),
    )  # fmt: skip
    made = table("letter", {"email": T}, primary_key=("email",))
    shop = SHOP.with_(letter, made).where("letter", "email", nullable=False)
    assert codes(shop.saying("letter", on_leave=OnLeave(matched=True, matched_value="gone"))) == ["T305"]
    assert "let its rows be persons" in str(found(shop)[0])


def test_an_anonymised_person_is_told_from_a_living_one() -> None:
    shop = SHOP.where("contact", "gone", kind=B).saying("contact", on_erase=anonymise(**NOBODY, gone=True))
    assert codes(shop) == ["T307"]
    assert codes(shop.saying("contact", erased_when=GONE)) == []


# --- what decides --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["id", "account_id", "issued_on"])
def test_erasing_writes_no_column_that_decides(column: str) -> None:
    assert "T305" in codes(SHOP.saying("invoice", on_erase=anonymise(**{column: None})))


def test_leaving_writes_no_column_that_a_condition_reads() -> None:
    shop = SHOP.where("call", "kind").edge("call", 0, when=Compare("kind", "=", "direct"))
    assert codes(shop) == []
    assert codes(shop.saying("call", on_leave=leaving(kind="x"))) == ["T305"]


def test_retention_writes_no_column_that_says_until_when_a_number_was_theirs() -> None:
    assert codes(SHOP.rule(then={"until": Value()}).saying("invoice", retain=None)) == ["T305"]


def test_a_column_by_which_others_find_a_row_is_left() -> None:
    shop = SHOP.where("call", "who").edge("call", 0, on=(("full_name", "who"),))
    shop = shop.saying("contact", on_erase=anonymise(full_name="x"), erased_when=Compare("email", "=", "x"))
    assert 'on_erase of contact writes a value into "full_name", which call.owned_by reads' in str(found(shop))


def test_a_column_that_a_foreign_key_points_to_is_left() -> None:
    card = table("card", {}, foreign_keys=(replace(key_to("call", "id"), their_columns=("seconds",)),))
    assert codes(replace(SHOP.saying("call", on_erase=anonymise(seconds=0)), tables={**SHOP.tables, "card": card})) == [
        "T305"
    ]


def test_a_party_says_itself_that_it_was_erased_but_nobody_elses_leaving_does() -> None:
    shop = SHOP.where("contact", "gone", kind=B).saying("contact", erased_when=GONE)
    assert codes(shop.saying("contact", on_erase=anonymise(**NOBODY, gone=True))) == []
    assert codes(shop.rule(then={"gone": Value(constant=True)}).saying("invoice", retain=None)) == []
    assert codes(shop.saying("contact", on_leave=leaving(gone=True))) == ["T305"]


def test_a_stand_in_writes_no_column_that_another_edge_reads() -> None:
    stand_in = OnParentGone(Gone.STAND_IN, {"id": 0})
    shop = SHOP.edge("invoice", 0, on_parent_gone=stand_in)
    assert codes(shop) == []
    pair = (("id", "account_id"), ("size", "billed_to"))
    assert codes(shop.where("account", "size", kind=N).edge("invoice", 2, on=pair)) == ["T305"]


def test_a_stand_in_writes_no_value_by_which_others_are_found() -> None:
    shop = SHOP.edge("invoice", 0, on_parent_gone=OnParentGone(Gone.STAND_IN, {"id": 0}))
    mention = Mention("customer", "billed_to", "billed_to", on_leave=OnLeave())
    assert codes(shop.saying("invoice", mentions=(mention,))) == ["T305"]
    assert codes(shop.saying("invoice", mentions=(replace(mention, column="number"),))) == []


def test_a_mention_of_a_number_that_changes_hands_says_when() -> None:
    assert codes(SHOP.saying("call", mentions=(replace(CALLER, at=None),))) == ["T306"]


def test_what_another_issuers_numbers_do_says_nothing_of_ours() -> None:
    mention = Mention("shop.customer", "number", "number", on_leave=OnLeave())
    shop = SHOP.saying("invoice", mentions=(mention,))
    theirs = Identity("crm.customer", "number", valid=("since", "until"))
    line = Collection("line", table="line", party=Party.PERSON, identities=(theirs,))
    crm = System("crm", "CRM", "sql", "env:CRM", collections={"line": line})
    assert codes(replace(shop, others=(crm,))) == []
    assert codes(
        replace(shop, others=(crm,)).saying("invoice", mentions=(replace(mention, attribute="crm.customer"),))
    ) == ["T306"]


def test_a_processors_mention_is_not_measured_by_our_own_systems() -> None:
    theirs = replace(SHOP.saying("contact", identities=(EMAIL,)), role=FirmRole.PROCESSOR)
    untimed = theirs.saying("call", mentions=(replace(CALLER, at=None),))
    ours = System("crm", "CRM", "sql", "env:CRM", collections=SHOP.collections)
    assert "T306" not in codes(replace(untimed, others=(ours,)))
    assert "T306" in codes(replace(untimed, others=(ours,), role=FirmRole.CONTROLLER))
    assert "T306" in codes(untimed.saying("contact", identities=(EMAIL, PHONE)))


# --- references ----------------------------------------------------------------------------------------------


def test_only_an_edge_to_itself_has_a_depth() -> None:
    assert codes(SHOP.edge("call", 0, depth=2)) == ["T308"]


def test_edges_that_are_one_reference_say_the_same_when_the_parent_goes() -> None:
    again = edge("contact", "contact_id", EdgeKind.NAMES, id="again", on_parent_gone=NULL)
    shop = SHOP.saying("call", edges=(*SHOP.collections["call"].edges, again))
    assert codes(shop) == []
    assert codes(shop.edge("call", 0, on_parent_gone=DELETE)) == ["T313"]
    assert codes(shop.edge("call", 0, on_parent_gone=NULL)) == []


def test_null_needs_a_column_that_can_be_emptied() -> None:
    assert codes(SHOP.edge("call", 0, on_parent_gone=NULL)) == []
    assert codes(SHOP.edge("call", 0, on_parent_gone=NULL, on=(("id", "id"),))) == ["T314"]


def test_an_edge_by_value_has_no_parent_that_goes() -> None:
    by_value = SHOP.edge("call", 0, on=(("full_name", "caller"),))
    assert codes(by_value) == []
    assert codes(by_value.edge("call", 0, on_parent_gone=DELETE)) == ["T314"]
    assert codes(by_value.edge("call", 0, on_parent_gone=OnParentGone())) == []


@pytest.mark.parametrize("cells", [{}, {"email": "x"}, {"id": None}])
def test_a_stand_in_names_the_key_of_a_row(cells: dict[str, str | None]) -> None:
    codes_ = codes(SHOP.edge("call", 0, on_parent_gone=OnParentGone(Gone.STAND_IN, cells)))
    assert codes_ == ["T315"]


def test_whether_a_row_goes_does_not_depend_on_itself() -> None:
    owned, pins = edge("contact", "contact_id"), edge("call", "first_id", EdgeKind.NAMES, on_parent_gone=PIN)
    box = Collection("box", table="box", edges=(owned, pins), on_erase=OnErase(), place=at(5))
    shop = SHOP.with_(box, table("box", {"contact_id": N, "first_id": N, "last_id": N}))
    assert codes(shop) == []
    follows = edge("call", "last_id", EdgeKind.NAMES, on_parent_gone=DELETE)
    assert codes(shop.saying("box", edges=(owned, pins, follows))) == ["T311"]


# --- rows without a key --------------------------------------------------------------------------------------


def test_persons_have_a_key() -> None:
    shop = SHOP.saying("contact", key=KEY_NONE)
    said = {p.message for p in found(shop) if p.code == "T312"}
    assert said == {
        "contact says key: none, and its rows are persons",
        'contact says key: none, and rows of "call" and "invoice" point to its rows',
        'contact says key: none, and "accounting" can hold its rows',
    }


def test_rows_without_a_key_are_followed_by_no_edge_to_themselves() -> None:
    log = edge("call", "caller", EdgeKind.ACCESSED_BY, their="caller", id="log", depth="all", on_leave=OnLeave())
    shop = SHOP.saying("call", edges=(*SHOP.collections["call"].edges, log), key=KEY_NONE)
    assert codes(shop) == ["T312"]


def test_rows_without_a_key_belong_to_nothing_that_leads_back_to_them() -> None:
    log = edge("call", "caller", EdgeKind.BELONGS_TO, their="caller", id="log", depth="all")
    edges = SHOP.collections["call"].edges
    assert codes(SHOP.saying("call", edges=(*edges, log), key=KEY_NONE)) == ["T312"]
    assert codes(SHOP.saying("call", edges=(*edges, replace(log, depth=3)), key=KEY_NONE)) == []


def test_rows_without_a_key_all_get_the_same() -> None:
    shop = SHOP.saying("call", key=KEY_NONE)
    assert codes(shop) == []
    assert codes(shop.saying("call", on_erase=anonymise(seconds=Value(ValueKind.COARSEN, unit="60")))) == ["T312"]
    assert codes(shop.saying("call", on_erase=anonymise(seconds=0))) == []


# --- holds and retention -------------------------------------------------------------------------------------


def test_a_rule_that_counts_from_the_end_of_a_party_finds_one() -> None:
    shop = SHOP.saying("account", ends=None)
    assert codes(shop) == ["T309", "T309"]
    assert codes(shop.rule(from_={"contact": "since", "invoice": "issued_on"})) == []
    assert codes(shop.rule(from_={"*": "since"}).saying("invoice", retain=None)) == []


def test_a_rule_reaches_the_end_through_a_person_and_round_a_circle() -> None:
    upward = edge("call", "call_id", EdgeKind.BELONGS_TO, depth="all")
    shop = SHOP.where("call", "call_id", kind=N).saying("call", edges=(*SHOP.collections["call"].edges, upward))
    assert codes(shop.saying("call", retain="customers")) == []


def test_a_hold_keeps_what_its_rows_lead_to() -> None:
    keeps = SHOP.holds["accounting"].keeps
    assert codes(SHOP.hold(keeps=(*keeps, ("call", "seconds"), ("call", "caller")))) == ["T310"]
    assert codes(SHOP.hold(keeps=(("invoice", "number"), ("contact", "full_name")))) == ["T310"]


def test_a_hold_on_other_systems_may_name_a_collection_that_is_here_too() -> None:
    there = replace(SHOP.holds["accounting"], name="there", keeps=(("call", "duration"), ("crm.call", "x")))
    shop = replace(SHOP, holds={**SHOP.holds, "there": there})
    assert codes(shop) == []
    assert codes(replace(shop, holds={**shop.holds, "there": replace(there, keeps=(("shop.call", "seconds"),))})) == [
        "T310"
    ]


def test_rules_that_the_policy_lacks_are_the_policys_to_report() -> None:
    assert codes(replace(SHOP, holds={}, retention={})) == []


def test_a_fixed_day_ends_a_hold_without_a_column() -> None:
    shop = SHOP.hold(until=Until(day="2030-12-31"))
    assert codes(shop) == []


def test_an_edge_may_point_to_a_collection_of_persons_that_invite_each_other() -> None:
    invites = edge("contact", "invited_by", EdgeKind.NAMES, on_parent_gone=NULL)
    shop = SHOP.where("contact", "invited_by", kind=N)
    assert codes(shop.saying("contact", edges=(*SHOP.collections["contact"].edges, invites))) == []


def test_what_an_organisation_lets_its_persons_own_can_be_shared() -> None:
    team = Collection(
        "team",
        table="team",
        party=Party.ORGANISATION,
        edges=(edge("contact", "led_by"),),
        fields={"name": "name"},
        on_erase=OnErase(),
        on_leave=MATCHED,
        place=at(5),
    )
    shop = SHOP.with_(team, table("team", {"led_by": N, "name": T}))
    assert codes(shop) == []
    assert codes(shop.saying("team", on_leave=None)) == ["T302"]


def test_a_rule_for_one_collection_leaves_the_others_alone() -> None:
    rule = RetentionRule("calls", Period(1), from_={"call": "made_on"}, place=at(9))
    shop = replace(SHOP, retention={**SHOP.retention, "calls": rule}).where("call", "made_on", kind=D)
    assert codes(shop.saying("call", retain="calls")) == []
