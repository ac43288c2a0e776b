"""Letters, read: each says what the law wants of it, in both ways the same, and names nobody."""

from __future__ import annotations

import gettext
import re
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bailee.clock.requests import COMPLAINTS_FROM
from bailee.policy import Contact
from bailee.requests.letters import Facts, LetterError, LetterWay, Template, templates, write_letter
from bailee.requests.letters.facts import NEEDS, KeptData
from bailee.requests.letters.paper import check_address_lines
from bailee.requests.letters.templates import WIDTH
from bailee.store.enums import Right
from tests.letters.example import EXAMPLES, FIRM
from tests.words.catalogue import compiled, messages

EVERY = pytest.mark.parametrize("template", list(Template))
MUST_NAME_THE_REGULATOR = {
    Template.REFUSE,
    Template.PARTLY,
    Template.HELD,
    Template.EXTEND,
    Template.COMPLAINT,
    Template.COMPLAINT_PROGRESS,
    Template.COMPLAINT_OUTCOME,
}


def words(text: str) -> str:
    return " ".join(text.split())


def mail(template: Template, **other: object) -> str:
    facts = replace(EXAMPLES[template], **other)  # type: ignore[arg-type]  # fields of any type
    return words(write_letter(template, facts, LetterWay.MAIL).text)


@EVERY
def test_every_letter_names_the_firm_the_reference_what_next_and_how_to_reach_us(template: Template) -> None:
    for channel in LetterWay:
        letter = write_letter(template, EXAMPLES[template], channel)
        html = BeautifulSoup(letter.html, "html.parser").get_text()
        for text in (words(letter.text), words(html)):
            assert FIRM.name in text
            assert "HL-7F3K-2QX9" in text
            assert "What happens next" in text
            assert "Noor Castellane, Data Controller" in text
            assert "privacy@harbourlane.example" in text
        assert letter.subject.endswith("(HL-7F3K-2QX9)")


@EVERY
def test_text_and_html_say_the_same(template: Template) -> None:
    letter = write_letter(template, EXAMPLES[template], LetterWay.MAIL)
    page = BeautifulSoup(letter.html, "html.parser")
    assert page.body is not None
    spoken = re.findall(r"\w+", page.body.get_text(" "))
    links = {link["href"] for link in page.select(".way a")}
    text = "\n".join(line for line in letter.text.splitlines() if line not in links)
    assert re.findall(r"\w+", text) == spoken
    assert all(str(link) in letter.text for link in links)


@EVERY
def test_lines_of_text_are_short_and_html_is_whole(template: Template) -> None:
    letter = write_letter(template, EXAMPLES[template], LetterWay.MAIL)
    assert [line for line in letter.text.splitlines() if len(line) > WIDTH and " " in line.strip()] == []
    assert "{" not in letter.text
    page = BeautifulSoup(letter.html, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert len(page.find_all("h1")) == 1
    assert page.find_all(["img", "script", "link", "iframe"]) == []
    assert page.find_all(style=True) == []
    assert "url(" not in letter.html


def test_dates_are_in_words() -> None:
    assert "We will answer by: Thursday 24 December 2026" in mail(Template.VERIFIED)
    assert "until 14:30 (GMT) on Wednesday 25 November 2026" in mail(Template.IDENTITY)


# --- what the law wants -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", sorted(MUST_NAME_THE_REGULATOR))
def test_whoever_is_told_no_is_told_to_whom_to_complain_and_that_courts_are_open(template: Template) -> None:
    text = mail(template)
    assert "Information Commissioner https://ico.org.uk/make-a-complaint" in text
    assert "ask a court to decide (UK GDPR, Art. 79; Data Protection Act 2018, s. 167)" in text
    with pytest.raises(LetterError, match="does not say to whom a person may complain"):
        mail(template, firm=replace(FIRM, regulator=Contact()))


def test_a_refusal_states_its_reasons() -> None:
    assert "The call was made at 14:02, as the exchange recorded it." in mail(Template.REFUSE)
    assert "You can complain to us. We acknowledge a complaint within 30 days" in mail(Template.REFUSE)


def test_an_extension_states_its_reasons_and_the_day() -> None:
    text = mail(Template.EXTEND)
    assert "There are 4,200 recordings" in text
    assert "(UK GDPR, Art. 12(3))" in text
    assert "by Wednesday 24 February 2027 at the latest" in text


def test_what_is_held_is_told_with_law_and_day() -> None:
    text = mail(Template.HELD)
    assert "Your invoices until Wednesday 31 March 2032 Companies Act 2006, s. 388" in text
    assert "When the time is over we erase it by ourselves" in text


def test_a_complaint_is_acknowledged_as_the_act_wants() -> None:
    text = mail(Template.COMPLAINT)
    assert "without undue delay (Data Protection Act 2018, s. 164A)" in text
    assert "You can complain to us" not in text


def test_a_complaint_from_before_the_act_is_promised_no_law() -> None:
    assert "s. 164A" not in mail(Template.COMPLAINT, received=COMPLAINTS_FROM - timedelta(days=1))
    assert "s. 164A" in mail(Template.COMPLAINT, received=COMPLAINTS_FROM)


def test_in_the_eu_letters_cite_the_laws_of_the_eu() -> None:
    firm = replace(FIRM, regime="eu")
    for template in Template:
        text = mail(template, firm=firm)
        assert "Data Protection Act" not in text or template is Template.CLARIFY  # whose clock stops in the UK alone
        assert "UK GDPR" not in text
    assert "ask a court to decide (GDPR, Art. 79)" in mail(Template.REFUSE, firm=firm)


@pytest.mark.parametrize(("template", "fact"), [(t, fact) for t, needs in NEEDS.items() for fact in needs])
def test_a_letter_without_what_it_needs_is_not_written(template: Template, fact: str) -> None:
    default = next(each.default for each in fields(Facts) if each.name == fact)
    with pytest.raises(LetterError, match=f"lacks '{fact}'") as raised:
        mail(template, **{fact: default})
    assert raised.value.code == "W901"


def test_a_firm_that_cannot_be_reached_writes_no_letters() -> None:
    with pytest.raises(LetterError, match="how to reach the Data Controller"):
        mail(Template.ACKNOWLEDGE, firm=replace(FIRM, controller=Contact("Noor Castellane")))


# --- codes, links and what people type --------------------------------------------------------------------------


def test_a_code_is_in_the_body_alone() -> None:
    letter = write_letter(Template.IDENTITY, EXAMPLES[Template.IDENTITY], LetterWay.MAIL)
    assert "K7QM-3XPA" in letter.text
    assert "K7QM-3XPA" not in letter.subject
    page = BeautifulSoup(letter.html, "html.parser")
    assert page.title is not None
    assert "K7QM" not in page.title.get_text()


def test_what_is_not_in_a_copy_is_told_as_a_refusal_is() -> None:
    assert "ask a court" not in mail(Template.DOWNLOAD_READY)
    text = mail(Template.DOWNLOAD_READY, reasons=("12 values of other people, which are theirs (Art. 15(4))",))
    assert "- 12 values of other people, which are theirs (Art. 15(4))" in text
    assert "ask a court to decide" in text


def test_a_part_that_is_not_done_has_its_reason() -> None:
    with pytest.raises(LetterError, match="does not say why"):
        mail(Template.PARTLY, reasons=(), kept=())


def test_where_there_is_no_portal_staff_hand_it_out() -> None:
    assert "Tell us how you would like to have it." in mail(Template.DOWNLOAD_READY, link="")
    assert "You can fetch it where you see your request" in mail(Template.COMPLETE)
    assert "To have it, write to us or call" in mail(Template.COMPLETE, link="")


def test_what_has_no_day_stays_as_long_as_what_needs_it_or_its_reason() -> None:
    kept = (KeptData("contact", "Finance Act 1998", is_needed=True), KeptData("calls", "Limitation Act 1980"))
    text = mail(Template.HELD, kept=kept)
    assert "- contact as long as a record that must stay needs it Finance Act 1998" in text
    assert "- calls until that is over Limitation Act 1980" in text


def test_a_question_is_not_put_off_until_somebody_has_shown_who_they_are() -> None:
    assert "never one that came with the request" in mail(Template.ACKNOWLEDGE)
    text = mail(Template.ACKNOWLEDGE, asked=Right.QUESTION)
    assert "A member of staff reads it." in text
    assert "confirmed" not in text


def test_where_nothing_was_found_the_letter_says_so() -> None:
    assert "found nothing that we had to change" in mail(Template.COMPLETE, done=(), found_nothing=True)


def test_a_link_can_stand_instead_of_a_code() -> None:
    text = mail(Template.IDENTITY, code="")
    assert "The link works once" in text
    with pytest.raises(LetterError, match="neither a code nor a link"):
        mail(Template.IDENTITY, code="", link="")


@pytest.mark.parametrize(
    "link", ["http://privacy.example/x", "javascript:alert(1)", "https://x.example/ y", "//x.example", "https://"]
)
def test_a_link_that_is_no_https_address_is_refused(link: str) -> None:
    with pytest.raises(LetterError, match="not an https address"):
        mail(Template.ACKNOWLEDGE, link=link)


def test_a_portal_that_is_tried_out_on_this_machine_can_be_linked_to() -> None:
    assert "http://127.0.0.1:8000/request/x" in mail(Template.ACKNOWLEDGE, link="http://127.0.0.1:8000/request/x")


def test_what_somebody_types_is_shown_and_does_nothing() -> None:
    typed = "<script>alert(1)</script> {{ 7*7 }} %(due)s & so\n\n<a href='https://evil.example'>x</a>"
    letter = write_letter(Template.ANSWER, replace(EXAMPLES[Template.ANSWER], words=typed), LetterWay.MAIL)
    page = BeautifulSoup(letter.html, "html.parser")
    assert page.find("script") is None
    assert "<script>alert(1)</script> {{ 7*7 }} %(due)s & so" in page.get_text()
    assert "<script>alert(1)</script> {{ 7*7 }} %(due)s & so" in letter.text
    assert not any("evil" in str(link["href"]) for link in page.find_all("a"))


def test_every_kind_of_request_has_its_sentence() -> None:
    said = {mail(Template.COMPLETE, asked=asked).split("What we have done")[0] for asked in Right}
    assert len(said) == len(Right)


@pytest.mark.parametrize("template", [Template.COPY_LINK, Template.DOWNLOAD_READY])
def test_how_long_a_copy_can_be_downloaded_again_is_said_as_it_is(template: Template) -> None:
    from bailee.requests.copy_packages import REFETCH_TIME

    hours = f"{REFETCH_TIME.total_seconds() / 3600:.0f} hours after"
    said = " ".join(words(write_letter(template, EXAMPLES[template], LetterWay.MAIL).text).split())
    assert hours in said
    assert "download it again" in said
    assert "Then it is destroyed." in said or "Then the copy is destroyed." in said
    assert "once" not in said.partition("download it again")[2]
    untold = write_letter(Template.DOWNLOAD_READY, replace(EXAMPLES[Template.DOWNLOAD_READY], link=""), LetterWay.MAIL)
    assert "download" not in untold.text  # staff hand it over


# --- languages --------------------------------------------------------------------------------------------------


def test_a_second_language_needs_a_catalogue_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shouted(text: str) -> str:
        """Return ``text`` in capitals, but what is filled in."""
        parts = re.split(r"(%\(\w+\)s|\{\w+\})", text)
        return "".join(part if number % 2 else part.upper() for number, part in enumerate(parts))

    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.mo").write_bytes(compiled({words: shouted(words[1]) for words in messages()}))
    monkeypatch.setattr(
        templates, "_load_catalogue", lambda language: gettext.translation("django", tmp_path, [language])
    )
    facts = set(re.findall(r"\w+", f"{EXAMPLES}".replace("\\n", " ")))
    try:
        for template in Template:
            letter = write_letter(template, EXAMPLES[template], LetterWay.MAIL, "cy")
            assert '<html lang="cy">' in letter.html
            assert [word for word in re.findall(r"\w*[a-z]\w*", letter.text) if word not in facts] == []
            assert letter.subject.isupper()
            assert "TUESDAY 24 NOVEMBER 2026" in words(letter.text)
    finally:
        templates._make_environment.cache_clear()


def test_a_language_that_is_not_there_is_english() -> None:
    assert (
        write_letter(Template.REFUSE, EXAMPLES[Template.REFUSE], LetterWay.MAIL, "de").text
        == write_letter(Template.REFUSE, EXAMPLES[Template.REFUSE], LetterWay.MAIL).text
    )


def test_a_leap_day_is_a_day() -> None:
    assert "by Tuesday 29 February 2028" in mail(Template.VERIFIED, due=date(2028, 2, 29))


@EVERY
def test_what_a_person_typed_and_nobody_would_see_is_shown(template: Template) -> None:
    turned, seen = "until\u202e\u2066 never\x9b", "until[U+202E][U+2066] never[U+009B]"
    facts = replace(EXAMPLES[template], firm=replace(FIRM, controller=replace(FIRM.controller, name=turned)))
    for channel in LetterWay:
        letter = write_letter(template, facts, channel)
        for text in (letter.text, letter.html):
            assert seen in words(text)
            assert not {*text} & {*"\u202e\u2066\x9b"}


def test_a_line_of_an_address_shows_what_nobody_would_see() -> None:
    assert check_address_lines(["Alice\u202e", "1 Quay\u200bStreet"]) == ["Alice[U+202E]", "1 Quay[U+200B]Street"]
