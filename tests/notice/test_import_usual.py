"""Usual wording of telephone, IT and web firms: what was misread once, each with its neighbours."""

from __future__ import annotations

from pathlib import Path

import pytest

from bailee.notice.figures import find_names
from bailee.notice.proposals import propose_bindings, read_blocks, split_sentences
from bailee.notice.proposals.proposal import Proposal

THIRD = {"third-party-authorised"}


def proposals(text: str, suffix: str = ".txt") -> tuple[Proposal, ...]:
    return propose_bindings(split_sentences(read_blocks(text.encode(), suffix)))


def promised(sentence: str) -> set[str]:
    (one,) = proposals(sentence)
    return {one.promise, *one.also} - {""}


@pytest.mark.parametrize("ours", ["We will not", "We won't", "We do not", "We never", "We shall not", "I don't"])
@pytest.mark.parametrize(
    "deed",
    [
        "pass on that data to anyone",
        "pass that data on to anybody else",
        "pass on your details to anyone else",
        "pass your information on to any third parties",
        "disclose this information to anybody",
        "share your data with anyone",
        "give your details to anyone",
    ],
)
def test_to_pass_data_on_to_nobody_is_a_promise_about_third_parties(ours: str, deed: str) -> None:
    assert promised(f"{ours} {deed}.") >= THIRD


@pytest.mark.parametrize(
    "sentence",
    [
        "Your data is encrypted.",
        "Your data are encrypted.",
        "Your data is always encrypted.",
        "All of your information is encrypted.",
        "Your data is encrypted on our servers.",
        "Your data is encrypted and held on our own servers.",
        "We encrypt your data.",
    ],
)
def test_that_data_is_encrypted_is_a_promise(sentence: str) -> None:
    assert "encrypted-at-rest" in promised(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "All within the EU.",
        "Your data is stored on our own servers, all within the EU.",
        "Your data is encrypted and stored on servers all within the EU.",
        "Your data is encrypted, and held on our own servers, which are all within the EU.",
        "Our servers are in Dublin and Frankfurt, all within the European Union.",
        "Everything is hosted in our two data centres, entirely within the UK.",
    ],
)
def test_all_within_a_region_keeps_its_region(sentence: str) -> None:
    (one,) = proposals(sentence)
    assert "stored-in-region" in {one.promise, *one.also}
    assert set(one.places) & {"EU", "GB"}


@pytest.mark.parametrize(
    "sentence",
    [
        "You may give your consent to receive marketing from us.",
        "You can give us permission to send you marketing emails.",
        "We will only send you marketing if you have consented.",
        "We will ask for your consent before sending you any marketing by email or text.",
        "Where you have consented, we will send you newsletters about our products.",
        "By providing your details you consent to us sharing them with our partners for marketing.",
        "By ticking the box you consent to receive marketing communications from us and third parties.",
        "You hereby consent to receiving promotional messages.",
        "You can opt in to marketing in your account.",
    ],
)
def test_consent_to_marketing_authorises_no_third_party(sentence: str) -> None:
    chat = "\n\n".join(f"Room {number} has a window." for number in range(30))
    assert not promised(sentence) & THIRD
    assert not [one for one in proposals(f"{chat}\n\n{sentence}") if THIRD & {one.promise, *one.also}]


def test_consent_to_sharing_does() -> None:
    assert promised("We will only share your details with third parties if you have consented.") >= THIRD
    assert promised("We share your details with our partners for marketing only with your consent.") >= THIRD


HEADINGS = (
    "Thrid Party Procesors",
    "Informaton We Colect",
    "Data Retenton",
    "Your Rigths Under Gdpr",
    "Marketting Comunications",
    "Cookeis And Simlar Tecnologies",
    "Disclosre Of Your Infomation",
    "Hostng Providers And Suplliers",
)


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(
    ("page", "suffix"),
    [
        ("Privacy policy\n\n{}\n\nWe keep some details.\n", ".txt"),
        ("Privacy policy\n\n{}\nWe keep some details, and we look after them.\n", ".txt"),
        ("Privacy policy\n\n{}:\nWe keep some details, and we look after them.\n", ".txt"),
        ("# Privacy policy\n\n**{}**\n\nWe keep some details.\n", ".md"),
        ("# Privacy policy\n\n{}: we keep some details.\n", ".md"),
        ("<h1>Privacy policy</h1><p><b>{}</b></p><p>We keep some details.</p>", ".html"),
        ("<h1>Privacy policy</h1><p><b>{}</b><br>We keep some details.</p>", ".html"),
        ("<h1>Privacy policy</h1><ul><li>{}</li></ul><p>We keep some details.</p>", ".html"),
    ],
)
def test_a_misspelt_heading_is_no_name_of_a_processor(heading: str, page: str, suffix: str) -> None:
    found = proposals(page.format(heading), suffix)
    assert [one.names for one in found if one.names] == []
    assert "processors-named" not in {name for one in found for name in (one.promise, *one.also)}


@pytest.mark.parametrize(
    "sentence",
    [
        "We use Stripe, Xero and Zendesk.",
        "Mailchimp Transactional sends our emails.",
        "Amazon Web Services hosts our servers.",
        "Our payments go through GoCardless.",
    ],
)
def test_real_names_stay_names(sentence: str) -> None:
    assert find_names(sentence)


def test_a_name_with_a_full_stop_in_it_ends_no_sentence() -> None:
    (one,) = proposals("We rely on the EU-U.S. Data Privacy Framework for transfers to the United States.")
    assert one.promise == "transfers-safeguarded"


def test_who_the_firm_is_names_no_processor(tmp_path: Path) -> None:
    text = "Dunmoyle & Pratt LLP provides accountancy and IT services.\n\nThe team of Dunmoyle & Pratt LLP uses it."
    assert {one.promise for one in proposals(text)} <= {""}
