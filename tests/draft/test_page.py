"""A draft as it stands in a file: written so that it reads back, taken over piece by piece, cut off without a trace."""

from __future__ import annotations

from bailee.draft import Draft, Guess, Place
from bailee.draft import page as pages
from bailee.policy.page import read

PARTY = Guess("customer", {"party": "person"}, 0.97, 'its name is "customer"')
EMAIL = Guess(
    "customer", {"identity": {"email": {"column": "email", "stored": {"form": "raw", "scan": True}}}}, 0.9, "so"
)
SECOND = Guess("customer", {"identity": {"email": {"column": "e:mail 2", "stored": "lower"}}}, 0.9, "so")
FATE = Guess("customer", {"on_leave": {"matched": None}}, 0.8, "no: it is so # not a comment")
ORDER = Guess("orders", {"owned_by": "customer.id = customer_id"}, 0.95, "a foreign key")
DRAFT = Draft({"customer": Place("crm.customer", "none"), "orders": Place()}, (PARTY, EMAIL, SECOND, FATE, ORDER))
ABOVE = "system: shop\nconnector: sql\nurl: env:SHOP_URL\n# ours\ncollections: {}\n"


def test_what_is_written_is_read_back() -> None:
    text = pages.with_guesses(ABOVE, "shop", DRAFT)
    data = read("shop.yaml", text).data
    back = pages.read(data["guesses"])
    assert back.guesses == DRAFT.guesses
    assert back.places == DRAFT.places


def test_guesses_are_cut_off_without_a_trace() -> None:
    text = pages.with_guesses(ABOVE, "shop", DRAFT)
    assert pages.without_guesses(text).rstrip() == ABOVE.rstrip()
    assert pages.with_guesses(text, "shop", DRAFT) == text
    assert pages.without_guesses(text + "purposes: [selling]\n").endswith("purposes: [selling]\n")


def test_what_is_taken_goes_into_the_map_and_the_rest_stays_a_guess() -> None:
    text = pages.accept(pages.with_guesses(ABOVE, "shop", DRAFT), "shop", DRAFT, (PARTY, EMAIL, SECOND))
    data = read("shop.yaml", text).data
    customer = data["collections"]["customer"]
    assert "# ours" in text
    assert (customer["table"], customer["key"], customer["party"]) == ("crm.customer", "none", "person")
    assert [one["column"] for one in customer["identity"]["email"]] == ["email", "e:mail 2"]
    assert pages.read(data["guesses"]).guesses == (FATE, ORDER)


def test_what_the_map_says_already_is_no_guess() -> None:
    said = {"customer": {"party": "organisation", "identity": {"email": {"column": "email"}}}}
    assert pages.unsaid(DRAFT, said).guesses == (SECOND, FATE, ORDER)
    assert pages.unsaid(DRAFT, {"orders": {"owned_by": ["customer.id = customer_id"]}}).guesses == DRAFT.guesses[:4]


def test_an_edge_waits_for_where_it_leads_and_fates_for_what_they_are_about() -> None:
    assert pages.acceptable(DRAFT, 0.95, (), ()) == (PARTY, ORDER)
    assert pages.acceptable(Draft(DRAFT.places, (FATE, ORDER)), 0.5, (), ()) == ()
    assert pages.acceptable(Draft(DRAFT.places, (ORDER,)), 0.5, ("customer",), ()) == (ORDER,)
