"""What a sentence is proposed to be, and why."""

from __future__ import annotations

import pytest

from bailee.checks.promises import PROMISES
from bailee.notice.figures import find_names, find_periods, find_places
from bailee.notice.proposals import Proposal, propose_bindings, read_blocks, split_sentences
from bailee.notice.proposals.lexicon import CONCEPTS
from bailee.notice.proposals.rules import RULES, WHY


def proposed(text: str, suffix: str = ".md", processors: tuple[str, ...] = ()) -> list[Proposal]:
    return list(propose_bindings(split_sentences(read_blocks(text.encode(), suffix)), processors))


def of(text: str) -> str:
    """Return what the last sentence of a text is bound to, or nothing."""
    return proposed(text)[-1].promise


# --- how the rules are put together ---------------------------------------------------------------------------


def test_every_promise_of_the_catalogue_can_be_proposed_and_no_other() -> None:
    assert {rule.promise for rule in RULES} == set(WHY) == set(PROMISES)


def test_every_concept_that_a_rule_needs_is_in_the_lexicon() -> None:
    needed = {need.lstrip("+-@") for rule in RULES for need in f"{rule.needs} {rule.unless}".replace("|", " ").split()}
    assert {need for need in needed if not need.startswith("#")} <= set(CONCEPTS)


@pytest.mark.parametrize("name", sorted(PROMISES))
def test_the_example_wordings_of_the_catalogue_are_understood(name: str) -> None:
    wrong = [(says, of(says)) for says in PROMISES[name].says if not {name} & _all(says)]
    assert not wrong


def _all(says: str) -> set[str]:
    return {promise for one in proposed(says) for promise in (one.promise, *one.also)}


# --- yes, no and perhaps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "says",
    [
        "We may sell your data.",
        "We reserve the right to sell your data to our partners.",
        "We sell your personal data.",
        "We might rent your details to other firms.",
        "We may share your data with third parties.",
        "We will not be able to delete your data when you ask.",
        "You cannot have a copy of your data.",
        "Your data is not encrypted.",
        "We do not answer questions.",
    ],
)
def test_the_opposite_of_a_promise_is_not_proposed_as_one(says: str) -> None:
    assert not of(says)


def test_what_a_firm_only_tries_is_plain_and_the_reason_says_so() -> None:
    [one] = proposed("We endeavour to encrypt the data that we store.")
    assert one.plain
    assert one.reason == "says what you try to do (“endeavour”), which no check can hold you to"


def test_what_a_firm_normally_does_is_bound_with_less_confidence() -> None:
    firmly, loosely = (
        proposed(f"Call records are {how}kept for six years.")[0] for how in ("", "normally ")
    )  # fmt: skip
    assert firmly.promise == loosely.promise == "calls-kept-for"
    assert loosely.confidence < firmly.confidence
    assert "though only “normally”" in loosely.reason


# --- what a sentence leans on ---------------------------------------------------------------------------------


def test_an_item_is_read_with_the_words_that_its_list_hangs_on() -> None:
    never, right = "We will never:\n\n- sell your data;", "You have the right:\n\n- to have errors in it corrected;"
    assert (of(never), of(right)) == ("not-sold", "correction-on-request")


def test_a_heading_or_the_sentence_before_says_what_it_is_about() -> None:
    assert of("## Backups\n\nThey are encrypted.") == "backups-encrypted"
    assert of("Backups run every night. They are encrypted.") == "backups-encrypted"
    assert of("They are encrypted.") == "encrypted-at-rest"


def test_a_short_answer_is_read_with_its_question() -> None:
    found = proposed("## Do you sell my data?\n\nNever.")
    assert [p.promise for p in found] == ["", "not-sold"]
    assert found[0].reason == "a heading" or found[0].reason == "a question"


def test_a_cell_is_read_with_its_row() -> None:
    table = "| what | how long |\n|---|---|\n| Call recordings | six years |\n"
    assert [p.promise for p in proposed(table)] == ["", "", "calls-kept-for", ""]


def test_a_sentence_with_two_promises_names_both() -> None:
    [one] = proposed("Backups are encrypted, and kept in the UK on our own servers.")
    assert {one.promise, *one.also} == {"backups-encrypted", "backups-location"}


def test_of_two_promises_the_one_that_no_other_sentence_makes_comes_first() -> None:
    both = "Data is deleted on request unless the law requires us to keep it."
    alone = proposed(f"You can ask us to erase your data.\n\n{both}")
    assert [p.promise for p in alone] == ["deletion-on-request", "kept-where-law-requires"]
    assert "deletion-on-request" in alone[1].also


# --- figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "means"),
    [
        ("six years", "P6Y"),
        ("72 months", "P72M"),
        ("six (6) years", "P6Y"),
        ("twenty-four months", "P24M"),
        ("a year", "P1Y"),
        ("ninety days", "P90D"),
        ("a fortnight", "P14D"),
        ("a decade", "P10Y"),
        ("P6Y", "P6Y"),
    ],
)
def test_lengths_of_time_are_read(words: str, means: str) -> None:
    assert [p.means for p in find_periods(f"We keep it for {words}.")] == [means]


def test_how_often_is_no_length_of_time() -> None:
    assert not find_periods("We write to you three times a year.")


def test_countries_and_areas_are_read_and_us_is_not_us() -> None:
    assert [p.means for p in find_places("Tell us: in the EU, the UK, New Zealand or the US?")] == [
        "EU",
        "GB",
        "NZ",
        "US",
    ]


def test_names_are_found_by_their_capitals_and_the_register_finds_the_rest() -> None:
    assert [n.means for n in find_names("SendPulse and Kestrel Hosting help us; Backups are ours.")] == [
        "SendPulse", "Kestrel Hosting",
    ]  # fmt: skip
    assert [n.means for n in find_names("we use mailchimp.", ("Mailchimp",))] == ["Mailchimp"]


def test_the_firm_itself_is_no_third_party() -> None:
    found = proposed("# Privacy at Corrib Exchange\n\nCorrib Exchange provides telephone lines.\n")
    assert [p.promise for p in found] == ["", ""]


def test_a_proposal_carries_the_figures_of_its_sentence() -> None:
    [one] = proposed("Our newsletter is sent with Mailchimp in the USA.")
    assert (one.promise, one.names, one.places) == ("processors-named", ("Mailchimp",), ("US",))
