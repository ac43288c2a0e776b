"""How a value is spelled: what is the same comes together, what is not surely the same stays apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailee.policy import Form, Spelling
from bailee.trace.normal import is_spelling, list_spellings, normalise, read_values

RAW = Spelling(Form.RAW)
SCAN = Spelling(Form.RAW, scan=True)
LOWER = Spelling(Form.LOWER)
E164 = Spelling(Form.E164)
TEMPLATE = Spelling(Form.TEMPLATE, "home::{}!")
LIST = Spelling(Form.LIST, ",")
EVERY_FORM = (RAW, SCAN, LOWER, E164, TEMPLATE, LIST)

ALICE = "+442079460101"


# --- addresses -----------------------------------------------------------------------------------------------


def test_an_address_is_one_whatever_its_case_and_the_space_around_it() -> None:
    assert normalise("email", "  Alice@Example.COM ", "GB") == "alice@example.com"


def test_letters_and_their_combining_marks_are_one() -> None:
    composed, apart = "zoë@example.com", unicodedata.normalize("NFD", "Zoë@example.com")
    assert normalise("email", apart, "GB") == normalise("email", composed, "GB") == composed


def test_a_domain_in_letters_is_the_domain_in_ascii() -> None:
    assert normalise("email", "bob@münchen.de", "GB") == "bob@xn--mnchen-3ya.de"
    assert normalise("email", "bob@XN--MNCHEN-3YA.de", "GB") == "bob@xn--mnchen-3ya.de"


def test_strasse_and_its_sharp_s_are_two_domains() -> None:
    assert normalise("email", "bob@straße.de", "GB") != normalise("email", "bob@strasse.de", "GB")


def test_a_column_may_spell_the_domain_in_letters() -> None:
    assert list_spellings("email", "bob@xn--mnchen-3ya.de", LOWER, "GB") == ("bob@xn--mnchen-3ya.de", "bob@münchen.de")


@pytest.mark.parametrize("domain", ["xn--99999999999", "xn--b-kfa"])
def test_a_domain_that_only_looks_like_ascii_for_letters_is_spelled_as_it_is(domain: str) -> None:
    value = normalise("email", f"bob@{domain}.de", "GB")
    assert value is not None
    assert list_spellings("email", value, LOWER, "GB") == (value,)


@pytest.mark.parametrize("text", ["see notes", "@example.com", "alice@", "", "  "])
def test_what_is_no_address_names_nobody(text: str) -> None:
    assert normalise("email", text, "GB") is None


def test_a_value_with_a_zero_byte_names_nobody() -> None:
    assert normalise("phones.account", "A\0B", "GB") is None


# --- numbers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "020 7946 0101",
        "(020) 7946-0101",
        "+44 (0)20 7946 0101",
        "0044 20 7946 0101",
        "442079460101",
        "Tel: 020 79460101",
    ],
)
def test_a_number_is_one_however_it_is_written(text: str) -> None:
    assert normalise("phone", text, "GB") == ALICE


def test_a_number_need_not_be_assigned_to_be_somebodys() -> None:
    assert normalise("phone", "07700 900123", "GB") == "+447700900123"


@pytest.mark.parametrize("text", ["204", "999", "12345", "7946 01"])
def test_an_internal_extension_or_a_local_number_is_nobodys_everywhere(text: str) -> None:
    assert normalise("phone", text, "GB") is None


def test_an_extension_is_kept_as_an_attribute_of_its_system() -> None:
    assert normalise("phones.extension", " 204 ", "GB") == "204"


def test_an_extension_tells_colleagues_on_one_line_apart() -> None:
    assert normalise("phone", "020 7946 0101 ext. 12", "GB") == f"{ALICE};ext=12"
    assert list_spellings("phone", f"{ALICE};ext=12", SCAN, "GB") == (f"{ALICE};ext=12",)


@pytest.mark.parametrize(
    "text", ["02079460101@pbx.example", "alice@example.com1234567", "withheld", "+44 00 20 7946 010"]
)
def test_what_is_no_number_names_nobody(text: str) -> None:
    assert normalise("phone", text, "GB") is None


def test_the_same_digits_are_read_from_the_firms_own_country() -> None:
    assert normalise("phone", "01 234 5678", "IE") == "+35312345678"
    assert normalise("phone", "(415) 555-0100", "US") == "+14155550100"


def test_a_scanned_number_is_asked_for_in_every_way_it_can_be_dialled() -> None:
    forms = set(list_spellings("phone", ALICE, SCAN, "GB"))
    assert {"+442079460101", "00442079460101", "442079460101", "02079460101", "+4402079460101"} <= forms
    assert "02079460101" not in list_spellings("phone", ALICE, SCAN, "IE")  # there it is somebody else's


# --- placeholders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("email", "none@example.com"),
        ("email", "Test@example.com"),
        ("email", "noreply@example.com"),
        ("email", "n/a"),
        ("phone", "0"),
        ("phone", "0000000000"),
        ("phone", "1111111111"),
        ("phones.account", "N/A"),
        ("phones.account", " - "),
        ("phones.account", "Unknown"),
        ("phones.account", "anonymous"),
    ],
)
def test_a_placeholder_names_nobody(attribute: str, text: str) -> None:
    assert normalise(attribute, text, "GB") is None


def test_the_firms_own_placeholders_count_in_every_spelling() -> None:
    own = frozenset({"Walk-in", "020 7946 0000", "counter@example.com"})
    assert normalise("crm.account", "WALK-IN", "GB", own) is None
    assert normalise("phone", "+44 20 7946 0000", "GB", own) is None
    assert normalise("email", "Counter@Example.com", "GB", own) is None
    assert normalise("email", "alice@example.com", "GB", own) == "alice@example.com"


# --- cells ---------------------------------------------------------------------------------------------------


def test_a_list_carries_several_values_each_once() -> None:
    cell = "alice@example.com,BOB@example.com, bob@example.com,n/a,"
    assert read_values("email", cell, LIST, "GB") == ("alice@example.com", "bob@example.com")


def test_a_template_carries_what_stands_in_it() -> None:
    assert read_values("x.account", "home::17!", TEMPLATE, "GB") == ("17",)
    assert read_values("x.account", "work::17!", TEMPLATE, "GB") == ()


def test_a_template_does_not_count_one_letter_for_both_its_ends() -> None:
    assert read_values("x.account", "aba", Spelling(Form.TEMPLATE, "ab{}ba"), "GB") == ()


def test_an_empty_cell_carries_nothing() -> None:
    assert read_values("email", None, RAW, "GB") == ()
    assert not is_spelling("email", None, "alice@example.com", LOWER, "GB")


def test_numbers_and_bytes_are_read_as_text() -> None:
    assert read_values("phones.account", 17, RAW, "GB") == ("17",)
    assert read_values("phone", 442079460101, RAW, "GB") == (ALICE,)
    assert read_values("email", b"alice@example.com", LOWER, "GB") == ("alice@example.com",)
    assert read_values("phones.account", b"\xff", RAW, "GB") == ()


def test_a_value_with_the_separator_in_it_stands_in_no_list() -> None:
    assert list_spellings("x.name", "a,b", LIST, "GB") == ()
    assert not is_spelling("x.name", "a,b", "a,b", LIST, "GB")


def test_a_cell_that_is_not_spelled_as_declared_is_not_found_by_its_column() -> None:
    assert read_values("email", "Alice@example.com", LOWER, "GB") == ("alice@example.com",)
    assert not is_spelling("email", "Alice@example.com", "alice@example.com", LOWER, "GB")
    assert is_spelling("email", " Alice@example.com", "alice@example.com", SCAN, "GB")
    assert is_spelling("phone", "(020) 7946-0101", ALICE, SCAN, "GB")
    assert not is_spelling("phone", "020 7946 0101", ALICE, E164, "GB")


def test_a_lower_case_column_spells_an_account_in_lower_case() -> None:
    assert list_spellings("x.account", "ABC", LOWER, "GB") == ("abc",)


def test_a_scan_finds_what_a_lower_that_knows_ascii_alone_leaves() -> None:
    assert "ZOË@example.com".lower() in list_spellings("email", "zoë@example.com", SCAN, "GB")
    assert "zoË@example.com" in list_spellings("email", "zoë@example.com", SCAN, "GB")


def test_a_scan_of_other_attributes_trims_the_cell() -> None:
    assert is_spelling("x.account", "  ABC ", "ABC", SCAN, "GB")
    assert not is_spelling("x.account", "abc", "ABC", SCAN, "GB")


# --- the law: a spelling of a value has that normal value ----------------------------------------------------

LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
ADDRESSES = st.builds(
    "{}@{}.{}".format,
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(LETTERS, min_size=1, max_size=12),
    st.text(LETTERS),
)
NUMBERS = st.builds(
    "{}{}".format,
    st.sampled_from(["+44", "+1", "+353", "+39", "+54", "+7", "0", "00", ""]),
    st.text("0123456789 ()-x", min_size=3, max_size=16),
)
VALUES = st.one_of(
    st.tuples(st.just("email"), ADDRESSES),
    st.tuples(st.just("phone"), NUMBERS),
    st.tuples(st.just("x.account"), st.text(max_size=10)),
)
REGIONS = st.sampled_from(["GB", "IE", "US", "DE"])


@given(VALUES, REGIONS)
def test_a_normal_value_is_its_own_normal_value(said: tuple[str, str], region: str) -> None:
    attribute, text = said
    value = normalise(attribute, text, region)
    if value is not None:
        assert normalise(attribute, value, region) == value


@given(VALUES, REGIONS, st.sampled_from(EVERY_FORM))
def test_every_spelling_of_a_value_is_read_as_that_value(said: tuple[str, str], region: str, stored: Spelling) -> None:
    attribute, text = said
    value = normalise(attribute, text, region)
    if value is None or (stored is LOWER and value.lower() != value):
        return
    for form in list_spellings(attribute, value, stored, region):
        assert read_values(attribute, form, stored, region) == (value,)
        assert is_spelling(attribute, form, value, stored, region)


@given(VALUES, REGIONS, st.sampled_from(EVERY_FORM))
def test_no_value_is_without_a_spelling_but_for_a_stated_reason(
    said: tuple[str, str], region: str, stored: Spelling
) -> None:
    attribute, text = said
    value = normalise(attribute, text, region)
    if value is None or list_spellings(attribute, value, stored, region):
        return
    assert (stored, "," in value) == (LIST, True)
