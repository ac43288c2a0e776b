"""A cell of which a pattern says that it is spelled as declared is found by all that it carries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.policy import Form, Spelling
from bailee.trace.spellings import is_misspelt, make_sure_pattern

FORMS = [
    Spelling(Form.RAW), Spelling(Form.RAW, scan=True), Spelling(Form.LOWER), Spelling(Form.E164),
    Spelling(Form.TEMPLATE, "home::{}"), Spelling(Form.TEMPLATE, "[{}]"), Spelling(Form.LIST, ","),
    Spelling(Form.LIST, "; "), Spelling(Form.LIST, "|"), Spelling(Form.LIST, "^"),
]  # fmt: skip
DECLARED = [(a, s) for a in ("email", "phone", "account") for s in FORMS if s.form is not Form.E164 or a == "phone"]


@pytest.mark.parametrize("region", ["GB", "AR"])
@pytest.mark.parametrize(("attribute", "stored"), DECLARED)
@settings(max_examples=40)
@given(data=st.data(), is_own=st.booleans())
def test_what_is_surely_spelled_as_declared_is_found(
    attribute: str, stored: Spelling, region: str, data: st.DataObject, is_own: bool
) -> None:
    cell = data.draw(st.from_regex(make_sure_pattern(attribute, stored, region, is_own=is_own), fullmatch=True))
    assert not is_misspelt(attribute, cell, [stored], region, is_own=is_own), cell


@pytest.mark.parametrize(
    ("attribute", "stored", "cell"),
    [
        ("email", Spelling(Form.LOWER), "alice@post.example"),
        ("email", Spelling(Form.RAW, scan=True), "Alice@Post.example"),
        ("email", Spelling(Form.LIST, ","), "Alice@post.example, bob@post.example"),
        ("email", Spelling(Form.TEMPLATE, "home::{}"), "home::alice@post.example"),
        ("phone", Spelling(Form.E164), "+442079460101"),
        ("phone", Spelling(Form.E164), "+12025550123"),
        ("phone", Spelling(Form.E164), "+390612345678"),
        ("phone", Spelling(Form.RAW, scan=True), "020 7946 0101"),
        ("phone", Spelling(Form.RAW, scan=True), "+44 (20) 7946-0101"),
        ("account", Spelling(), "A 17"),
    ],
)
def test_what_people_write_most_often_is_in_no_doubt(attribute: str, stored: Spelling, cell: str) -> None:
    assert re.fullmatch(make_sure_pattern(attribute, stored, "GB"), cell)


@pytest.mark.parametrize(
    ("attribute", "stored", "cell"),
    [
        ("email", Spelling(Form.LOWER), "Alice@post.example"),
        ("email", Spelling(Form.LOWER), " alice@post.example"),
        ("email", Spelling(Form.RAW), "ALICE@POST.EXAMPLE"),
        ("email", Spelling(Form.TEMPLATE, "home::{}"), "home::Alice@post.example"),
        ("phone", Spelling(Form.E164), "020 7946 0101"),
        ("phone", Spelling(Form.E164), "+4402079460101"),
        ("phone", Spelling(Form.E164), "00442079460101"),
        ("account", Spelling(), "A17 "),
        ("account", Spelling(Form.LOWER), "A17"),
    ],
)
def test_what_is_not_found_is_in_doubt(attribute: str, stored: Spelling, cell: str) -> None:
    assert is_misspelt(attribute, cell, [stored], "GB")
    assert not re.fullmatch(make_sure_pattern(attribute, stored, "GB"), cell)


ODD = [
    "mailto:{}",
    "<{}>",
    '"{}"',
    "{}, bob@post.example",
    "{};x@y.example",
    "{} (work)",
    "{}.",
    "{}\u200b",
    "\ufeff{}",
]


@pytest.mark.parametrize(
    "stored", [Spelling(Form.LOWER), Spelling(), Spelling(Form.RAW, scan=True), Spelling(Form.LIST, "|")]
)
@pytest.mark.parametrize("odd", [*ODD, "alice @post.example", "alice\uff20post.example", "alice"])
def test_an_identity_with_anything_around_it_is_counted_however_it_is_declared(odd: str, stored: Spelling) -> None:
    cell = odd.format("alice@post.example")
    assert is_misspelt("email", cell, [stored], "GB")
    assert not re.fullmatch(make_sure_pattern("email", stored, "GB"), cell)


@pytest.mark.parametrize("odd", [*ODD, "alice\uff20post.example"])
def test_so_is_a_mention_in_which_somebody_is_named(odd: str) -> None:
    cell = odd.format("alice@post.example")
    assert is_misspelt("email", cell, [Spelling(Form.LOWER)], "GB", is_own=False)
    assert not re.fullmatch(make_sure_pattern("email", Spelling(Form.LOWER), "GB", is_own=False), cell)


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        (Spelling(Form.E164), "+442079460101/+442079460102"),
        (Spelling(Form.E164), "020 7946 0101 (home)"),
        (Spelling(Form.TEMPLATE, "tel:{}"), "+442079460101"),
        (Spelling(Form.TEMPLATE, "tel:{}"), "020 7946 0101"),
        (Spelling(Form.TEMPLATE, "tel:{}"), "+44 (0)20 7946 0101"),
        (Spelling(Form.TEMPLATE, "00{}"), "020 7946 0101"),
    ],
)
@pytest.mark.parametrize("is_own", [True, False])
def test_a_number_that_is_written_otherwise_is_counted_whatever_its_column_is_for(
    stored: Spelling, cell: str, is_own: bool
) -> None:
    assert is_misspelt("phone", cell, [stored], "GB", is_own=is_own)
    assert not re.fullmatch(make_sure_pattern("phone", stored, "GB", is_own=is_own), cell)


@pytest.mark.parametrize("cell", ["", " ", "-", "N/A", "204", "*97", "0000000000", "+442000", "99999 1", "Unlisted"])
def test_what_names_nobody_is_not_counted(cell: str) -> None:
    assert not is_misspelt("phone", cell, [Spelling(Form.E164)], "GB", frozenset({"unlisted"}))


@pytest.mark.parametrize("cell", ["anonymous caller", "withheld", "SIP/204-00a1", "s", "5551"])
def test_a_mention_that_names_nobody_is_not_counted(cell: str) -> None:
    assert not is_misspelt("phone", cell, [Spelling(Form.TEMPLATE, "SIP/{}")], "GB", is_own=False)
    assert is_misspelt("phone", "no number", [Spelling(Form.E164)], "GB")


def test_a_column_that_is_declared_in_two_forms_may_have_either() -> None:
    both = [Spelling(Form.E164), Spelling(Form.TEMPLATE, "tel:{}")]
    assert not is_misspelt("phone", "+442079460101", both, "GB")
    assert not is_misspelt("phone", "tel:+442079460101", both, "GB")
    assert is_misspelt("phone", "sip:+442079460101", both, "GB")


def test_an_extension_that_a_scan_leaves_on_its_number_is_counted() -> None:
    scan = Spelling(Form.RAW, scan=True)
    assert is_misspelt("phone", "020 7946 0101 ext. 12", [scan], "GB")
    assert not is_misspelt("email", "Alice@x.example ", [scan], "GB")
    assert not is_misspelt("email", None, [scan], "GB")
