"""A cell of which a pattern says that it is spelled as declared is found by all that it carries."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.policy.model import Form, Stored
from bailee.trace.normal import matches, values_of
from bailee.trace.spelt import sure

FORMS = [
    Stored(Form.RAW), Stored(Form.RAW, scan=True), Stored(Form.LOWER), Stored(Form.E164),
    Stored(Form.TEMPLATE, "home::{}"), Stored(Form.TEMPLATE, "[{}]"), Stored(Form.LIST, ","), Stored(Form.LIST, "; "),
    Stored(Form.LIST, "|"), Stored(Form.LIST, "^"),
]  # fmt: skip
DECLARED = [(a, s) for a in ("email", "phone", "account") for s in FORMS if s.form is not Form.E164 or a == "phone"]


def unfound(attribute: str, cell: str, stored: Stored, region: str) -> list[str]:
    values = values_of(attribute, cell, stored, region)
    return [value for value in values if not matches(attribute, cell, value, stored, region)]


@pytest.mark.parametrize("region", ["GB", "AR"])
@pytest.mark.parametrize(("attribute", "stored"), DECLARED)
@settings(max_examples=40)
@given(data=st.data())
def test_what_is_surely_spelled_as_declared_is_found(
    attribute: str, stored: Stored, region: str, data: st.DataObject
) -> None:
    cell = data.draw(st.from_regex(sure(attribute, stored, region), fullmatch=True))
    assert unfound(attribute, cell, stored, region) == [], cell


@pytest.mark.parametrize(
    ("attribute", "stored", "cell"),
    [
        ("email", Stored(Form.LOWER), "alice@post.example"),
        ("email", Stored(Form.RAW, scan=True), "Alice@Post.example"),
        ("email", Stored(Form.LIST, ","), "Alice@post.example, bob@post.example"),
        ("email", Stored(Form.TEMPLATE, "home::{}"), "home::alice@post.example"),
        ("phone", Stored(Form.E164), "+442079460101"),
        ("phone", Stored(Form.E164), "+12025550123"),
        ("phone", Stored(Form.E164), "+390612345678"),
        ("phone", Stored(Form.RAW, scan=True), "020 7946 0101"),
        ("phone", Stored(Form.RAW, scan=True), "+44 (20) 7946-0101"),
        ("account", Stored(), "A 17"),
    ],
)
def test_what_people_write_most_often_is_in_no_doubt(attribute: str, stored: Stored, cell: str) -> None:
    assert re.fullmatch(sure(attribute, stored, "GB"), cell)


@pytest.mark.parametrize(
    ("attribute", "stored", "cell"),
    [
        ("email", Stored(Form.LOWER), "Alice@post.example"),
        ("email", Stored(Form.LOWER), " alice@post.example"),
        ("email", Stored(Form.RAW), "ALICE@POST.EXAMPLE"),
        ("email", Stored(Form.TEMPLATE, "home::{}"), "home::Alice@post.example"),
        ("phone", Stored(Form.E164), "020 7946 0101"),
        ("phone", Stored(Form.E164), "+4402079460101"),
        ("phone", Stored(Form.E164), "00442079460101"),
        ("account", Stored(), "A17 "),
        ("account", Stored(Form.LOWER), "A17"),
    ],
)
def test_what_is_not_found_is_in_doubt(attribute: str, stored: Stored, cell: str) -> None:
    assert unfound(attribute, cell, stored, "GB")
    assert not re.fullmatch(sure(attribute, stored, "GB"), cell)
