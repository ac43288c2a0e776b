"""A draft as it stands in a file: written so that it reads back, struck out line by line, taken over piece by piece."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bailee.draft import Draft, Guess, TablePlace, lines
from bailee.draft import page as pages
from bailee.policy.page import read

PARTY = Guess("customer", {"party": "person"}, 0.97, 'its name is "customer"')
EMAIL = Guess(
    "customer", {"identity": {"email": {"column": "email", "stored": {"form": "raw", "scan": True}}}}, 0.9, "so"
)
SECOND = Guess("customer", {"identity": {"email": {"column": "e:mail 2", "stored": "lower"}}}, 0.9, "so")
FATE = Guess("customer", {"on_leave": {"matched": None}}, 0.8, "no: it is so # not a comment")
ORDER = Guess("orders", {"owned_by": "customer.id = customer_id"}, 0.95, "a foreign key")
DRAFT = Draft(
    {"customer": TablePlace("crm.customer", "none"), "orders": TablePlace()}, (PARTY, EMAIL, SECOND, FATE, ORDER)
)
ABOVE = "system: shop\nconnector: sql\nurl: env:SHOP_URL\n# ours\ncollections: {}\n"


def test_what_is_written_is_read_back() -> None:
    back = lines.read_draft(lines.write_draft(DRAFT, "shop"))
    assert back.guesses == DRAFT.guesses
    assert back.places == {"customer": DRAFT.places["customer"]}


def test_who_strikes_a_line_strikes_a_guess() -> None:
    text = lines.write_draft(DRAFT, "shop").splitlines(keepends=True)
    struck = [line for line in text if '"owned_by"' not in line]
    assert lines.read_draft("".join(struck)).guesses == DRAFT.guesses[:-1]


@pytest.mark.parametrize(
    "line",
    [
        *("}", "[1]", '"says"', '{"says": {"party": "person"}}', '{"collection": "customer"}'),
        '{"collection": "customer", "says": {"shoe": "size"}, "sure": 1, "because": ""}',
    ],
)
def test_a_line_that_is_no_guess_is_named(line: str) -> None:
    with pytest.raises(lines.UnreadableLineError) as raised:
        lines.read_draft(lines.write_draft(DRAFT, "shop") + line)
    assert raised.value.number == len(DRAFT.guesses) + 3


def test_what_is_taken_goes_into_the_map() -> None:
    text = pages.accept_guesses(ABOVE, DRAFT, (PARTY, EMAIL, SECOND))
    data = read("shop.yaml", text).data
    customer = data["collections"]["customer"]
    assert "# ours" in text
    assert (customer["table"], customer["key"], customer["party"]) == ("crm.customer", "none", "person")
    assert [one["column"] for one in customer["identity"]["email"]] == ["email", "e:mail 2"]


def test_what_the_map_says_already_is_no_guess() -> None:
    said = {"customer": {"party": "organisation", "identity": {"email": {"column": "email"}}}}
    assert pages.remove_said(DRAFT, said).guesses == (SECOND, FATE, ORDER)
    assert (
        pages.remove_said(DRAFT, {"orders": {"owned_by": ["customer.id = customer_id"]}}).guesses == DRAFT.guesses[:4]
    )


def test_an_edge_waits_for_where_it_leads_and_fates_for_what_they_are_about() -> None:
    assert pages.find_acceptable(DRAFT, 0.95, (), ()) == (PARTY, ORDER)
    assert pages.find_acceptable(Draft(DRAFT.places, (FATE, ORDER)), 0.5, (), ()) == ()
    assert pages.find_acceptable(Draft(DRAFT.places, (ORDER,)), 0.5, ("customer",), ()) == (ORDER,)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS, st.sampled_from(("when", "fields", "opaque")))
@example("objecttype = 'RT::Ticket'", "when")
@example("a = '?'", "when")
@example("a = '" + "two  blanks " * 20 + "'", "when")
@example("a = '" + "two  blanks " * 20 + "'", "opaque")
@example("null", "fields")
@example("1e5", "fields")
@example("x: y # z", "opaque")
def test_what_is_accepted_is_the_same_for_every_reader_of_yaml(text: str, word: str) -> None:
    """What one reader takes as it stands, another refuses on one line with its key."""
    pieces: dict[str, dict[str, Any]] = {
        "when": {"owned_by": {"to": "customer", "on": {"id": "object_id"}, "when": text}},
        "fields": {"fields": {text: text}},
        "opaque": {"opaque": text},
    }
    says = pieces[word]
    written = pages.accept_guesses(ABOVE, DRAFT, [Guess("orders", says, 0.95, "")])
    for pure in (True, False):
        assert YAML(typ="safe", pure=pure).load(written)["collections"]["orders"] == says
