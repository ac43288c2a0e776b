"""The names of sets: their textual form is permanent, and read back as it was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bailee.trace.set_names import _PARTED, SetKind, SetName, parse_set_name
from bailee.trace.sets import InSet

ABOUT = st.text(min_size=1)
PART = st.text(st.characters(exclude_characters=":"), min_size=1)
PLAIN = st.tuples(st.sampled_from(sorted(set(SetKind) - _PARTED)), ABOUT).map(lambda one: SetName(*one))
PARTED = st.builds(SetName, st.sampled_from(sorted(_PARTED)), ABOUT, PART)


@given(PLAIN | PARTED)
def test_a_name_is_read_back_as_it_was_written(name: SetName) -> None:
    assert parse_set_name(str(name)) == name


@given(st.sets(PLAIN | PARTED))
def test_no_two_names_have_one_text(names: set[SetName]) -> None:
    assert len(set(map(str, names))) == len(names)


def test_the_texts_are_those_of_earlier_versions() -> None:
    earlier = {
        "own:customer": SetKind.OWN("customer"),
        "owned:thread#thread.parent=1": SetKind.OWNED("thread#thread.parent=1"),
        "waits:invoice": SetKind.WAITS("invoice"),
        "waits:0:invoice": SetKind.WAITS("invoice", "0"),
        "has:held.accounting@invoice:customer@customer.id=1": SetKind.HAS(
            "customer@customer.id=1", "held.accounting@invoice"
        ),
        "need:asked:customer": SetKind.NEED("customer", "asked"),
        "kept:invoice/delete": SetKind.KEPT("invoice/delete"),
        "rows:invoice/matched.email": SetKind.ROWS("invoice/matched.email"),
        "asked-blocking:customer": SetKind.ASKED_BLOCKING("customer"),
        "identity": SetKind.IDENTITY(),
    }
    assert {text: parse_set_name(text) for text in earlier} == earlier
    assert {str(name): name for name in earlier.values()} == earlier


def test_a_kind_that_no_set_is_of_any_more_names_none() -> None:
    assert parse_set_name("touched:customer") is None


def test_digests_of_a_trace_are_those_of_earlier_versions() -> None:
    assert repr(InSet(SetKind.OWN("customer"))) == "InSet(name='own:customer')"
