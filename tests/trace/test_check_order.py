"""What would make the outcome depend on who goes first, or on a hold that has ended (T316 to T322)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bailee.policy import (
    Collection,
    EdgeKind,
    Gone,
    Identity,
    Mention,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Value,
    ValueKind,
)
from bailee.policy.predicate import ALWAYS, NEVER, And, Compare, HasBits, In, IsNull, Not, Or, Predicate
from bailee.trace.check.conditions import is_exclusive
from tests.trace.checkable import (
    CALLER,
    MATCHED,
    SHOP,
    B,
    D,
    N,
    Shop,
    T,
    anonymise,
    at,
    codes,
    edge,
    key_to,
    leaving,
    said,
    table,
)

NULL, DELETE, PIN = OnParentGone(Gone.NULL), OnParentGone(Gone.DELETE), OnParentGone(Gone.PIN)
LEAVES = OnLeave(delete=True)
NOW = Value(ValueKind.NOW)


# --- values that are made from old ones ----------------------------------------------------------------------

MADE = [Value(ValueKind.PSEUDONYM), Value(ValueKind.HASH), Value(ValueKind.COARSEN, unit="5")]


@pytest.mark.parametrize("value", MADE)
def test_what_matched_may_clear_gets_no_value_made_from_the_old_one(value: Value) -> None:
    assert codes(SHOP.saying("call", on_erase=anonymise(caller=value))) == ["T316"]
    left = OnLeave(matched=True, cells=leaving(caller=value).cells)
    assert codes(SHOP.saying("call", on_leave=left)) == ["T316"]
    assert codes(SHOP.edge("call", 0, on_leave=leaving(caller=value))) == ["T316"]


def test_what_matched_may_clear_gets_a_fixed_value_or_the_time() -> None:
    assert codes(SHOP.saying("call", on_erase=anonymise(caller="gone"))) == []
    assert codes(SHOP.saying("call", on_erase=anonymise(caller=NOW))) == []


def test_what_matched_leaves_alone_may_be_made_from_the_old_value() -> None:
    shop = SHOP.saying("call", on_erase=anonymise(caller=MADE[0]))
    assert codes(shop.saying("call", mentions=(replace(CALLER, on_leave=OnLeave()),), on_leave=OnLeave())) == []
    assert codes(SHOP.saying("invoice", on_erase=anonymise(number=MADE[0]))) == []


def test_retention_may_write_a_pseudonym_where_matched_would_clear() -> None:
    shop = SHOP.rule(then={"caller": MADE[0]}, from_={"*": "made_on"}).saying("invoice", retain=None)
    assert (
        codes(shop.saying("contact", retain=None).where("call", "made_on", kind=D).saying("call", retain="customers"))
        == []
    )


# --- rows that go although others own them -------------------------------------------------------------------


def with_lines(**words: Any) -> Shop:
    """Return a shop whose invoices have lines, which only their invoice gives an owner."""
    line = Collection(
        "line", table="line", edges=(edge("invoice", "invoice_id", **words),), on_erase=OnErase(), on_leave=OnLeave(),
        place=at(5),
    )  # fmt: skip
    return SHOP.with_(line, table("line", {"invoice_id": N}))


def with_notes(shop: Shop) -> Shop:
    """Return ``shop`` with a note on each line, which the line gives an owner."""
    note = Collection(
        "note", table="note", edges=(edge("line", "line_id"),), on_erase=OnErase(), on_leave=OnLeave(), place=at(6)
    )
    return shop.with_(note, table("note", {"line_id": N}))


def test_a_row_by_which_others_own_something_does_not_go_when_one_owner_leaves() -> None:
    shop = with_lines().saying("invoice", on_leave=LEAVES)
    assert codes(shop) == ["T317"]
    assert 'T317 on_leave of invoice deletes rows that others own, and these own rows of "line"' in said(shop)
    assert codes(SHOP.saying("invoice", on_leave=LEAVES)) == []  # nothing hangs below
    one = with_lines().edge("invoice", 0, on_leave=LEAVES)
    assert codes(one) == ["T317"]


def test_where_one_alone_can_own_a_row_nobody_leaves_it_to_others() -> None:
    note = Collection(
        "note", table="note", edges=(edge("call", "call_id"),), on_erase=OnErase(), fields={}, place=at(5)
    )
    shop = SHOP.with_(note, table("note", {"call_id": N})).saying("call", on_leave=LEAVES)
    assert codes(shop) == []


@pytest.mark.parametrize(("party", "told"), [(Party.PERSON, "persons"), (Party.ORGANISATION, "organisations")])
def test_a_party_does_not_go_when_another_leaves(party: Party, told: str) -> None:
    team = Collection(
        "team", table="team", party=party, edges=(edge("contact", "led_by"),), on_erase=OnErase(), on_leave=LEAVES,
        fields={"name": "name"}, place=at(5),
    )  # fmt: skip
    shop = SHOP.with_(team, table("team", {"led_by": N, "name": T}))
    assert codes(shop) == ["T317"]
    assert f"on_leave of team deletes rows that others own, and these are {told}" in said(shop)


def test_a_row_by_which_others_own_something_does_not_go_with_a_parent() -> None:
    shop = with_notes(with_lines(on_parent_gone=DELETE))
    assert codes(shop) == []  # who owns a line owns its invoice
    also = edge("contact", "written_by")
    shared = shop.saying("line", edges=(*shop.collections["line"].edges, also)).where("line", "written_by", kind=N)
    shared = shared.saying("line", on_leave=OnLeave())
    assert codes(shared) == ["T317"]
    assert (
        'T317 on_parent_gone of line deletes rows of others when a row of invoice goes, and these own rows of "note" '
        "(write null, refuse or pin: others would lose what is theirs through the row)"
    ) in said(shared)
    assert codes(shared.edge("line", 0, on_parent_gone=NULL)) == []
    assert codes(replace(shared, collections={n: c for n, c in shared.collections.items() if n != "note"})) == []


def test_what_a_collection_without_owners_gives_is_nobodys() -> None:
    shop = with_notes(with_lines(on_parent_gone=DELETE))
    till = Collection("till", table="till", place=at(7))
    by_till = edge("till", "till_id")
    shop = shop.with_(till, table("till", {})).where("line", "till_id", kind=N)
    assert codes(shop.saying("line", edges=(*shop.collections["line"].edges, by_till))) == []


def test_who_takes_part_goes_with_the_thread_that_they_own_by_it() -> None:
    contact, owns = edge("contact", "contact_id"), edge("call", "call_id", EdgeKind.OWNS, on_parent_gone=DELETE)
    part = Collection("part", table="part", edges=(contact, owns), on_erase=OnErase(), place=at(5))
    shop = SHOP.with_(part, table("part", {"contact_id": N, "call_id": N}))
    assert codes(shop) == []
    more = edge("call", "other_id", EdgeKind.OWNS)
    shop = shop.where("part", "other_id", kind=N).saying("part", edges=(contact, owns, more))
    assert codes(shop) == ["T317"]


def test_a_party_does_not_go_with_what_others_own() -> None:
    shop = SHOP.where("contact", "call_id", kind=N)
    by_call = edge("call", "call_id", EdgeKind.NAMES, on_parent_gone=DELETE)
    shop = shop.saying("contact", edges=(*shop.collections["contact"].edges, by_call))
    assert codes(shop) == ["T317"]
    assert "these are persons" in said(shop)


def test_what_nobodys_erasing_deletes_takes_nothing_along() -> None:
    shop = SHOP.edge("contact", 0, on_parent_gone=DELETE)
    assert codes(shop) == []  # an account goes when it is due alone, and waits then for its contacts
    assert codes(shop.saying("account", retain="customers")) == []


def test_a_row_goes_when_one_leaves_only_where_it_goes_when_all_are_erased() -> None:
    shop = SHOP.saying("invoice", on_leave=LEAVES, on_erase=anonymise(number=None))
    assert codes(shop) == ["T319"]
    assert (
        "T319 a row of invoice goes when one owner of several leaves, and stays when the last one is erased "
        "(write on_erase: delete, or let on_leave say what is changed instead of delete)"
    ) in said(shop)
    assert codes(shop.saying("invoice", on_erase=None)) == ["T301"]


# --- one column, two parents ---------------------------------------------------------------------------------


def pointing(one: Predicate | None, other: Predicate | None, **words: Any) -> Shop:
    """Return a shop in which a call's owner is a contact or an account."""
    account = edge("account", "contact_id", EdgeKind.NAMES, id="account", when=other)
    shop = SHOP.where("call", "kind")
    return shop.saying(
        "call", edges=(edge("contact", "contact_id", when=one), account), opaque_columns={"kind": "-"}, **words
    )


A, OTHER = Compare("kind", "=", "a"), Compare("kind", "=", "b")


def test_a_column_points_to_one_row() -> None:
    shop = pointing(None, None)
    assert codes(shop) == ["T318"]
    assert said(shop) == (
        'systems/shop.yaml:4:3  T318 call points by "contact_id" to contact and to account, and may do so in one row '
        "(give both edges a when: that tells to which of them a row points, or use a column for each)"
    )
    assert codes(pointing(A, None)) == ["T318"]
    assert codes(pointing(A, OTHER)) == []


def test_a_column_that_nothing_can_empty_may_point_to_two_rows() -> None:
    shop = pointing(None, None, key=("id", "contact_id"))
    assert codes(shop.where("call", "contact_id", nullable=False)) == []


def test_a_foreign_key_that_no_edge_declares_only_refuses() -> None:
    assert codes(SHOP.having("call", foreign_keys=(key_to("account", "contact_id"),))) == []
    assert codes(SHOP.having("call", foreign_keys=(key_to("contact", "contact_id"),))) == []


def test_two_edges_to_one_collection_are_one_or_agree() -> None:
    again = edge("contact", "contact_id", EdgeKind.NAMES, id="again", when=A)
    shop = SHOP.where("call", "kind")
    assert codes(shop.saying("call", edges=(*shop.collections["call"].edges, again))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, OTHER),
        (A, IsNull("kind")),
        (A, Compare("kind", "!=", "a")),
        (A, Not(A)),
        (A, Not(In("kind", ("a", "b")))),
        (In("kind", ("a", "b")), In("kind", ("c",))),
        (In("kind", ("a", "b")), Compare("kind", "=", "c")),
        (IsNull("kind"), Not(IsNull("kind"))),
        (IsNull("flags"), HasBits("flags", 2)),
        (IsNull("flags"), Compare("flags", "<", 3)),
        (And((A, IsNull("flags"))), OTHER),
        (Or((A, OTHER)), Compare("kind", "=", "c")),
        (And((A, IsNull("flags"))), Or((OTHER, HasBits("flags", 1)))),
        (NEVER, ALWAYS),
    ],
)
def test_conditions_that_exclude_each_other(one: Predicate, other: Predicate) -> None:
    assert is_exclusive(one, other)
    assert is_exclusive(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ALWAYS, ALWAYS),
        (A, A),
        (A, Compare("flags", "=", 2)),
        (A, In("kind", ("a", "b"))),
        (A, Not(OTHER)),
        (Not(A), IsNull("kind")),  # an empty cell is not "a"
        (Compare("kind", "!=", "a"), Compare("kind", "!=", "b")),
        (Compare("kind", "=", "1"), Compare("kind", "=", 1)),
        (Compare("flags", "=", 1), Compare("flags", "=", True)),
        (In("kind", ("a", "c")), Not(In("kind", ("a", "b")))),
        (HasBits("flags", 1), HasBits("flags", 2)),
        (Compare("flags", "<", 3), Compare("flags", ">", 3)),  # they do; it is more than is looked at
        (Not(HasBits("flags", 1)), HasBits("flags", 1)),
        (Not(Or((A, OTHER))), A),
        (Or((A, OTHER)), OTHER),
        (And((A, IsNull("flags"))), A),
    ],
)
def test_conditions_of_which_it_does_not_show_that_they_exclude_each_other(one: Predicate, other: Predicate) -> None:
    assert not is_exclusive(one, other)
    assert not is_exclusive(other, one)


# --- who a person is -----------------------------------------------------------------------------------------


def test_leaving_does_not_change_who_a_person_is() -> None:
    shop = SHOP.saying("contact", on_leave=leaving(email=None))
    assert codes(shop) == ["T322"]
    assert (
        'T322 on_leave of contact writes null into "email", which says who a person is '
        "(leave it to on_erase: who a person is does not change because others go)"
    ) in said(shop)
    assert codes(SHOP.saying("contact", on_leave=leaving(full_name=None))) == []


def test_erasing_and_retention_may_take_away_who_a_person_was() -> None:
    gone = SHOP.where("contact", "gone", kind=B).saying("contact", erased_when=Compare("gone", "=", value=True))
    assert codes(gone.saying("contact", on_erase=anonymise(gone=True, email=None, phone=None))) == []
    assert codes(SHOP.rule(then={"email": Value()}).saying("invoice", retain=None)) == []


def test_a_mention_is_of_somebody_else() -> None:
    shop = SHOP.saying("contact", mentions=(Mention("email", "email", "email", on_leave=OnLeave()),))
    assert codes(shop) == ["T322"]
    assert (
        'T322 contact mentions somebody in "email", which says who the person of the row is '
        "(take the mention off, or name another column)"
    ) in said(shop)
    cleared = SHOP.saying("contact", mentions=(Mention("email", "email", "email", on_leave=MATCHED),))
    assert codes(cleared) == ["T322"]  # said once


def test_a_reference_that_is_an_identity_too_is_not_emptied() -> None:
    shop = SHOP.where("contact", "number", kind=N)
    contact = shop.collections["contact"]
    number = Identity("shop.customer", "number")
    invites = edge("contact", "number", EdgeKind.NAMES)
    shop = shop.saying("contact", identities=(*contact.identities, number), edges=(*contact.edges, invites))
    assert codes(shop) == []
    assert codes(shop.edge("contact", 1, on_parent_gone=NULL)) == ["T322"]
    assert codes(shop.edge("contact", 1, on_parent_gone=OnParentGone(Gone.STAND_IN, {"id": 0}))) == ["T322"]
    owned = shop.edge("contact", 1, kind=EdgeKind.OWNED_BY, depth=1, on_leave=MATCHED)
    assert codes(owned) == ["T322"]


# --- holds ---------------------------------------------------------------------------------------------------


def in_tenants() -> Shop:
    """Return a shop in which an invoice names who took the order by two columns."""
    pairs = (("account_id", "taken_in"), ("id", "taken_by"))
    taken = replace(edge("contact", "taken", EdgeKind.NAMES, on_parent_gone=NULL), on=pairs)
    shop = SHOP.having("contact", uniques=frozenset({("account_id", "id")}))
    shop = shop.where("invoice", "taken_in", kind=N).where("invoice", "taken_by", kind=N)
    shop = shop.saying("invoice", edges=(*shop.collections["invoice"].edges, taken))
    return shop.edge("contact", 0, on_parent_gone=OnParentGone())


def keeping(shop: Shop, *columns: str) -> Shop:
    """Return ``shop``, its hold keeping ``columns`` of an invoice and no other."""
    rest = tuple(keep for keep in shop.holds["accounting"].keeps if keep[0] == "contact")
    account = ("account", "*")
    return shop.hold(keeps=(*((("invoice", c)) for c in columns), ("invoice", "billed_to"), *rest, account))


def test_a_hold_keeps_a_reference_whole_or_not_at_all() -> None:
    assert codes(keeping(in_tenants(), "number")) == []
    assert codes(keeping(in_tenants(), "number", "taken_in", "taken_by")) == []
    shop = keeping(in_tenants(), "number", "taken_by")
    assert codes(shop) == ["T320"]
    assert (
        'holds.yaml:1:1  T320 hold "accounting" keeps "taken_by" of invoice, and not "taken_in" '
        "(keep both or neither: together they point to contact)"
    ) in said(shop)


def test_a_key_counts_as_kept() -> None:
    shop = keeping(in_tenants(), "taken_by").saying("invoice", key=("id", "taken_in"))
    assert codes(shop.where("invoice", "taken_in", nullable=False)) == []


def test_a_part_of_a_reference_that_other_words_need_may_be_kept() -> None:
    tenant = edge("account", "taken_in", EdgeKind.BELONGS_TO)
    shop = in_tenants()
    shop = shop.saying("invoice", edges=(*shop.collections["invoice"].edges, tenant))
    assert codes(keeping(shop, "taken_in")) == []
    assert codes(keeping(shop, "taken_by")) == ["T320"]


def test_a_hold_keeps_the_time_of_a_change_with_the_change() -> None:
    shop = SHOP.where("invoice", "left_at", kind=D).saying("invoice", on_leave=leaving(number=None, left_at=NOW))
    assert codes(keeping(shop, "number", "left_at")) == []
    assert codes(keeping(shop, "number")) == []
    assert codes(keeping(shop, "left_at")) == ["T321"]
    assert (
        'T321 hold "accounting" keeps the time "left_at" of invoice, and not "number" '
        "(keep both or neither: it is the time of that change, which is made before the hold ends)"
    ) in said(keeping(shop, "left_at"))
    assert codes(keeping(shop.saying("invoice", on_leave=leaving(number=None)), "left_at")) == []


def test_a_time_that_nothing_else_is_changed_with_may_be_kept() -> None:
    shop = SHOP.where("invoice", "left_at", kind=D).saying("invoice", on_leave=leaving(left_at=NOW))
    assert codes(keeping(shop, "left_at")) == []
