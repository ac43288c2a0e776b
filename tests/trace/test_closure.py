"""Who a person is: what joins, what waits for confirmation and why, and who may be asked at all (6, 7, 8)."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import pytest

from bailee.policy import Collection, Edge, EdgeKind, Form, Identity, Joins, Party, Spelling
from bailee.policy.predicate import Compare, Scalar
from bailee.trace.closure import SHOWN, Candidate, MatchReason, Persons, Seed, find_persons
from bailee.trace.sets import KnownValue, Ref
from tests.trace.askable import (
    CHECKED,
    EMAIL,
    LOOSE_PHONE,
    PHONE,
    Cells,
    World,
    belongs_to,
    people,
    system,
    world,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALICE = "alice@example.com"
LINE = "+442079460101"


def seed(value: str, person: int = 0) -> Seed:
    return Seed(person, "email" if "@" in value else "phone", value)


def closed(w: World, *seeds: Seed, confirmed: Several[tuple[int, Ref]] = (), customer: Ref | None = None) -> Persons:
    return find_persons(w.maps, seeds, w.ask, now=NOW, confirmed=confirmed, customer=customer)


def own(persons: Persons, person: int = 0) -> list[str]:
    return [named(s.ref) for s in persons.subjects if s.person == person]


def waiting(persons: Persons) -> list[tuple[str, MatchReason]]:
    return [(named(x.ref), x.reason) for x in persons.to_confirm]


def named(ref: Ref) -> str:
    return f"{ref.system}.{ref.key[0]!s}"


def crm(*rows: Cells, identities: tuple[Identity, ...] = (EMAIL, LOOSE_PHONE), shared_above: int = 3) -> World:
    return world([system("crm", people("contact", *identities))], {("crm", "contact"): rows}, shared_above)


def crm_and_phones(crm_rows: Sequence[Cells], phone_rows: Sequence[Cells]) -> World:
    systems = [system("crm", people("contact", EMAIL, PHONE)), system("phones", people("contact", EMAIL, PHONE))]
    return world(systems, {("crm", "contact"): crm_rows, ("phones", "contact"): phone_rows})


# --- what joins ----------------------------------------------------------------------------------------------


def test_a_verified_address_finds_alice_in_every_system() -> None:
    persons = closed(crm_and_phones([{"email": ALICE}, {"email": "bob@example.com"}], [{"email": ALICE}]), seed(ALICE))
    assert own(persons) == ["crm.1", "phones.1"]
    assert not persons.to_confirm
    assert not persons.unknown


def test_what_is_found_finds_more() -> None:
    w = crm_and_phones([{"email": ALICE, "phone": LINE}], [{"phone": LINE, "email": "a@home.example"}])
    assert own(closed(w, seed("a@home.example"))) == ["crm.1", "phones.1"]


def test_alice_is_known_by_all_that_her_rows_say() -> None:
    w = crm_and_phones([{"email": ALICE}], [{"email": ALICE, "phone": LINE, "since": date(2020, 1, 1)}])
    phones = Ref("phones", "contact", (1,))
    assert closed(w, seed(ALICE)).known == (
        KnownValue(0, "email", ALICE, source=Ref("crm", "contact", (1,))),
        KnownValue(0, "email", ALICE, source=phones),
        KnownValue(0, "phone", LINE, date(2020, 1, 1), None, phones),
    )


def test_a_subject_brings_the_cells_by_which_others_point_to_it() -> None:
    calls = Collection("call", table="call", edges=(Edge(EdgeKind.OWNED_BY, "contact", (("code", "of"),), id="of"),))
    rows = {("crm", "contact"): [{"email": ALICE, "code": "A1"}], ("crm", "call"): [{"of": "A1"}]}
    [subject] = closed(world([system("crm", people("contact", EMAIL), calls)], rows), seed(ALICE)).subjects
    assert subject.links == {"id": 1, "code": "A1"}


def test_two_persons_who_are_the_same_subject_both_keep_the_row() -> None:
    w = crm({"email": ALICE, "phone": LINE}, identities=(EMAIL, PHONE))
    persons = closed(w, seed(ALICE, 0), seed(LINE, 1))
    assert own(persons, 0) == own(persons, 1) == ["crm.1"]


def test_a_list_in_a_cell_joins_by_each_of_its_elements() -> None:
    several = Identity("email", "emails", Spelling(Form.LIST, ","), Joins.VERIFIED)
    w = crm({"emails": f"{ALICE},a@home.example"}, {"emails": "a@home.example"}, identities=(several,))
    assert own(closed(w, seed(ALICE))) == ["crm.1", "crm.2"]


def test_a_cell_that_is_not_spelled_as_declared_says_who_she_is_but_does_not_find_her() -> None:
    w = crm_and_phones([{"email": "Alice@Example.com", "phone": LINE}], [{"email": ALICE}])
    assert own(closed(w, seed(LINE))) == ["crm.1", "phones.1"]
    assert own(closed(w, seed(ALICE))) == ["phones.1"]


def test_no_seed_finds_nobody() -> None:
    w = crm({"email": ALICE})
    assert closed(w) == Persons((), (), (), frozenset(), ())
    assert not w.asked


# --- what waits for a person ---------------------------------------------------------------------------------


def test_a_number_declared_confirm_is_listed_and_nothing_beyond_it_is_found() -> None:
    w = crm({"phone": LINE, "email": ALICE}, {"email": ALICE})
    persons = closed(w, seed(LINE))
    assert not persons.subjects
    assert persons.to_confirm == (Candidate(0, Ref("crm", "contact", (1,)), "phone", MatchReason.CONFIRM, None),)


def test_once_confirmed_it_is_found_with_all_beyond_it() -> None:
    w = crm({"phone": LINE, "email": ALICE}, {"email": ALICE})
    persons = closed(w, seed(LINE), confirmed=[(0, Ref("crm", "contact", (1,)))])
    assert own(persons) == ["crm.1", "crm.2"]
    assert not persons.to_confirm


def test_what_alice_has_confirmed_is_not_bobs() -> None:
    persons = closed(crm({"phone": LINE}), seed(LINE, 0), seed(LINE, 1), confirmed=[(0, Ref("crm", "contact", (1,)))])
    assert own(persons, 0) == ["crm.1"]
    assert own(persons, 1) == []
    assert [x.person for x in persons.to_confirm] == [1]


def test_a_confirmation_counts_as_long_as_there_is_a_match() -> None:
    persons = closed(crm({"phone": "+442079460199"}), seed(LINE), confirmed=[(0, Ref("crm", "contact", (1,)))])
    assert not persons.subjects


def test_a_confirmation_of_what_is_not_in_scope_is_not_asked_about() -> None:
    w = crm({"phone": LINE})
    closed(w, seed(LINE), confirmed=[(0, Ref("elsewhere", "contact", (1,))), (0, Ref("crm", "account", (1,)))])
    assert all(question.identity is not None for _, questions in w.asked for question in questions)


def test_what_somebody_has_refused_is_neither_found_nor_listed() -> None:
    w = crm({"phone": LINE, "email": ALICE})
    ref = Ref("crm", "contact", (1,))
    persons = find_persons(w.maps, [seed(LINE), seed(ALICE)], w.ask, now=NOW, refused=[(0, ref)])
    assert not persons.subjects
    assert not persons.to_confirm


def test_a_value_that_never_joins_is_neither_found_nor_listed_yet_known_once_the_row_is_hers() -> None:
    never = Identity("phone", "phone", Spelling(Form.E164), Joins.NEVER)
    w = crm({"phone": LINE, "email": ALICE}, {"phone": LINE}, identities=(EMAIL, never))
    nobody = closed(w, seed(LINE))
    assert not nobody.subjects
    assert not nobody.to_confirm
    assert not nobody.known
    assert nobody.unknown == (seed(LINE),)
    persons = closed(w, seed(ALICE))
    assert own(persons) == ["crm.1"]
    assert {(k.attribute, k.value) for k in persons.known} == {("email", ALICE), ("phone", LINE)}


def test_a_value_that_never_joins_leads_nowhere_from_her_own_row_either() -> None:
    work = Identity("phone", "work", Spelling(Form.E164), Joins.NEVER)
    w = crm({"email": ALICE, "work": LINE}, {"phone": LINE}, identities=(EMAIL, PHONE, work))
    persons = closed(w, seed(ALICE))
    assert own(persons) == ["crm.1"]
    assert not persons.to_confirm


def test_an_unverified_address_is_listed_at_either_end() -> None:
    w = crm({"email": ALICE, "checked": 0, "phone": LINE}, {"email": ALICE, "checked": 1}, identities=(CHECKED, PHONE))
    assert waiting(closed(w, seed(ALICE))) == [("crm.1", MatchReason.UNVERIFIED)]
    assert waiting(closed(w, seed(LINE))) == [("crm.2", MatchReason.UNVERIFIED)]


def test_a_candidate_says_which_row_led_to_it() -> None:
    w = crm({"email": ALICE, "phone": LINE}, {"phone": LINE})
    [candidate] = closed(w, seed(ALICE)).to_confirm
    assert (candidate.ref.key, candidate.source) == ((2,), Ref("crm", "contact", (1,)))


# --- sharing -------------------------------------------------------------------------------------------------


def test_the_office_line_joins_nobody() -> None:
    w = crm(*[{"phone": LINE}] * 3, {"phone": LINE, "email": ALICE}, identities=(EMAIL, PHONE))
    persons = closed(w, seed(ALICE))
    assert own(persons) == ["crm.4"]
    assert waiting(persons) == [
        ("crm.1", MatchReason.SHARED),
        ("crm.2", MatchReason.SHARED),
        ("crm.3", MatchReason.SHARED),
    ]


def test_no_mention_matches_by_the_office_line() -> None:
    w = crm(*[{"phone": LINE}] * 3, {"phone": LINE, "email": ALICE}, identities=(EMAIL, PHONE))
    persons = closed(w, seed(ALICE), seed(LINE))
    assert [k.attribute for k in persons.known] == ["email"]
    assert persons.shared == {("phone", LINE)}


def test_three_carriers_are_not_too_many() -> None:
    w = crm(*[{"phone": LINE}] * 3, identities=(PHONE,))
    assert own(closed(w, seed(LINE))) == ["crm.1", "crm.2", "crm.3"]


def test_a_person_in_five_systems_does_not_share_her_address_with_herself() -> None:
    names = ["a", "b", "c", "d", "e"]
    w = world([system(n, people("contact", EMAIL)) for n in names], {(n, "contact"): [{"email": ALICE}] for n in names})
    assert len(closed(w, seed(ALICE)).subjects) == 5


def test_an_address_in_two_columns_of_one_row_is_carried_once() -> None:
    other = Identity("email", "billing", Spelling(Form.LOWER), Joins.VERIFIED)
    w = crm({"email": ALICE, "billing": ALICE}, identities=(EMAIL, other), shared_above=1)
    assert own(closed(w, seed(ALICE))) == ["crm.1"]


def test_what_was_once_shared_stays_shared() -> None:
    w = crm({"email": ALICE})
    persons = find_persons(w.maps, [seed(ALICE)], w.ask, now=NOW, shared={("email", ALICE)})
    assert waiting(persons) == [("crm.1", MatchReason.SHARED)]
    assert not persons.shared  # the books know it already
    gone = find_persons(w.maps, [seed(LINE)], w.ask, now=NOW, shared={("phone", LINE)})
    assert not gone.known


def test_a_value_that_everybody_carries_brings_few_of_them() -> None:
    w = crm(*[{"phone": LINE}] * 500, identities=(EMAIL, PHONE))
    assert len(closed(w, seed(LINE)).to_confirm) == SHOWN + 1


def test_a_confirmed_row_is_found_among_however_many() -> None:
    w = crm(*[{"phone": LINE}] * 500, identities=(EMAIL, PHONE))
    assert own(closed(w, seed(LINE), confirmed=[(0, Ref("crm", "contact", (400,)))])) == ["crm.400"]


# --- validity ------------------------------------------------------------------------------------------------


def test_a_recycled_number_finds_who_has_it_now() -> None:
    w = crm({"phone": LINE, "until": "2024-05-01"}, {"phone": LINE, "since": "2024-06-01"}, identities=(PHONE,))
    persons = closed(w, seed(LINE))
    assert own(persons) == ["crm.2"]
    assert waiting(persons) == [("crm.1", MatchReason.NOT_NOW)]


def test_a_number_joins_only_rows_that_had_it_at_one_time() -> None:
    hers: Cells = {"email": ALICE, "phone": LINE, "since": "2020-01-01", "until": "2021-01-01"}
    before, after = {"phone": LINE, "since": "2020-12-31"}, {"phone": LINE, "since": "2021-01-01"}
    assert own(closed(crm(hers, before, identities=(EMAIL, PHONE)), seed(ALICE))) == ["crm.1", "crm.2"]
    persons = closed(crm(hers, after, identities=(EMAIL, PHONE)), seed(ALICE))
    assert own(persons) == ["crm.1"]
    assert waiting(persons) == [("crm.2", MatchReason.APART)]


def test_two_rows_that_had_it_apart_are_joined_by_one_that_had_it_all_along() -> None:
    first: Cells = {"email": ALICE, "phone": LINE, "until": "2021-01-01"}
    w = crm(first, {"phone": LINE, "since": "2021-01-01"}, {"phone": LINE}, identities=(EMAIL, PHONE))
    persons = closed(w, seed(ALICE))
    assert own(persons) == ["crm.1", "crm.2", "crm.3"]
    assert not persons.to_confirm


@pytest.mark.parametrize(
    "bound",
    [date(2026, 3, 1), "2026-03-01", "2026-03-01 12:00:00", "2026-03-01T13:00:00+01:00", datetime(2026, 3, 1, 12)],  # noqa: DTZ001
)
def test_a_number_is_held_from_the_first_moment_on_and_not_at_the_last(bound: Scalar) -> None:
    assert own(closed(crm({"phone": LINE, "since": bound}, identities=(PHONE,)), seed(LINE))) == ["crm.1"]
    ended = closed(crm({"phone": LINE, "until": bound}, identities=(PHONE,)), seed(LINE))
    assert waiting(ended) == [("crm.1", MatchReason.NOT_NOW)]


@pytest.mark.parametrize("bound", [None, "", "0000-00-00", "0000-00-00 00:00:00"])
def test_an_empty_bound_is_none(bound: Scalar) -> None:
    persons = closed(crm({"phone": LINE, "since": bound, "until": bound}, identities=(PHONE,)), seed(LINE))
    assert persons.known == (KnownValue(0, "phone", LINE, None, None, Ref("crm", "contact", (1,))),)


@pytest.mark.parametrize("until", [date(2024, 6, 1), date(2025, 1, 1), "2024-12-31T23:30:00-00:30"])
def test_bob_who_held_a_number_at_no_time_is_not_alice(until: Scalar) -> None:
    bob: Cells = {"phone": LINE, "since": date(2025, 1, 1), "until": until, "email": "bob@example.com"}
    persons = closed(crm({"email": ALICE, "phone": LINE}, bob, identities=(EMAIL, PHONE)), seed(ALICE))
    assert own(persons) == ["crm.1"]
    assert waiting(persons) == [("crm.2", MatchReason.APART)]
    assert waiting(closed(crm(bob, identities=(EMAIL, PHONE)), seed(LINE))) == [("crm.1", MatchReason.NOT_NOW)]


@pytest.mark.parametrize("bound", ["last spring", 20240601])
def test_a_bound_that_cannot_be_read_joins_nobody(bound: Scalar) -> None:
    w = crm({"phone": LINE, "since": bound, "email": ALICE}, identities=(EMAIL, PHONE))
    assert waiting(closed(w, seed(LINE))) == [("crm.1", MatchReason.UNDATED)]
    assert [k.attribute for k in closed(w, seed(ALICE)).known] == ["email"]


# --- seeds ---------------------------------------------------------------------------------------------------


def test_somebody_who_is_only_ever_a_caller_is_known_by_the_seed() -> None:
    persons = closed(crm({"email": ALICE}), seed(LINE))
    assert persons.known == (KnownValue(0, "phone", LINE),)
    assert persons.unknown == (seed(LINE),)


def test_a_seed_that_somebody_carries_is_not_known_without_bounds() -> None:
    w = crm({"phone": LINE, "until": "2020-01-01"}, identities=(PHONE,))
    persons = closed(w, seed(LINE))
    assert not persons.known
    assert not persons.unknown  # it is listed


def test_a_seed_that_her_own_row_spells_otherwise_is_known_by_the_row() -> None:
    w = crm({"phone": LINE, "email": "Alice@Example.com"}, identities=(EMAIL, PHONE))
    known = closed(w, seed(LINE), seed(ALICE)).known
    assert [k.source for k in known if k.attribute == "email"] == [Ref("crm", "contact", (1,))]


# --- who may be asked ----------------------------------------------------------------------------------------


def test_an_account_here_is_not_an_account_there() -> None:
    here, there = (Identity(f"{name}.account", "account", joins=Joins.VERIFIED) for name in ("crm", "phones"))
    systems = [system("crm", people("contact", here)), system("phones", people("contact", there))]
    w = world(systems, {("crm", "contact"): [{"account": "17"}], ("phones", "contact"): [{"account": "17"}]})
    assert own(closed(w, Seed(0, "crm.account", "17"))) == ["crm.1"]
    assert [name for name, _ in w.asked] == ["crm"]


def books() -> World:
    """Return a book with two customers, whose entries stand in groups; and our own system."""
    customer = Collection("customer", table="customer", party=Party.ORGANISATION)
    group = Collection(
        "folder", table="folder", edges=(belongs_to("customer", "customer_id"), belongs_to("folder", "up"))
    )
    entry = people("entry", EMAIL, edges=(belongs_to("folder", "folder_id"),))
    stray = people("stray", EMAIL)
    rows: Mapping[tuple[str, str], Sequence[Cells]] = {
        ("book", "customer"): [{}, {}],
        ("book", "folder"): [{"customer_id": 1}, {"customer_id": 2}],
        ("book", "entry"): [{"email": ALICE, "folder_id": 1}, {"email": ALICE, "folder_id": 2}, {"email": ALICE}],
        ("book", "stray"): [{"email": ALICE}],
        ("crm", "contact"): [{"email": ALICE}],
    }
    systems = [
        system("book", customer, group, entry, stray, customer="customer"),
        system("crm", people("contact", EMAIL)),
    ]
    return world(systems, rows)


def test_our_closure_leaves_our_customers_data_alone() -> None:
    w = books()
    assert own(closed(w, seed(ALICE))) == ["crm.1"]
    assert [name for name, _ in w.asked] == ["crm"]


def test_for_a_customer_it_looks_in_that_customers_rows_alone() -> None:
    w = books()
    assert own(closed(w, seed(ALICE), customer=Ref("book", "customer", (2,)))) == ["book.2"]
    assert {(name, q.collection) for name, questions in w.asked for q in questions} == {("book", "entry")}


def test_what_a_customer_may_not_see_cannot_be_confirmed_either() -> None:
    confirmed = [(0, Ref("book", "entry", (1,)))]
    assert own(closed(books(), seed(ALICE), confirmed=confirmed, customer=Ref("book", "customer", (2,)))) == ["book.2"]


def test_a_condition_on_the_way_to_the_customer_counts() -> None:
    edge = Edge(EdgeKind.BELONGS_TO, "customer", (("id", "customer_id"),), id="c", when=Compare("open", "=", 1))
    systems = [
        system(
            "book",
            Collection("customer", table="customer", party=Party.ORGANISATION),
            people("entry", EMAIL, edges=(edge,)),
            customer="customer",
        )
    ]
    entries = [{"email": ALICE, "customer_id": 1, "open": n} for n in (0, 1)]
    w = world(systems, {("book", "customer"): [{}], ("book", "entry"): entries})
    assert own(closed(w, seed(ALICE), customer=Ref("book", "customer", (1,)))) == ["book.2"]


# --- cost ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persons", [1, 50])
def test_the_number_of_asks_does_not_grow_with_persons(persons: int) -> None:
    rows = [{"email": f"p{n}@example.com", "phone": f"+44207946{n:04}"} for n in range(persons)]
    w = crm_and_phones(rows, [{"phone": row["phone"], "email": f"{row['phone']}@x.example"} for row in rows])
    persons_ = closed(w, *(seed(str(row["email"]), n) for n, row in enumerate(rows)))
    assert len(persons_.subjects) == 2 * persons
    assert len(w.asked) == 2 * 3


def test_no_value_is_asked_about_twice() -> None:
    w = crm_and_phones([{"email": ALICE, "phone": LINE}], [{"email": ALICE, "phone": LINE}])
    closed(w, seed(ALICE), seed(LINE), seed(ALICE))
    texts = [text for name, questions in w.asked if name == "crm" for q in questions for text in q.spellings]
    assert sorted(texts) == sorted({ALICE, LINE})
