"""Each letter in each state of its request, read against what the state is: what it must say, and what it must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bailee.requests.letters import Facts, KeptData, LetterWay, Template, write_letter
from bailee.requests.letters.outbox import collect_facts
from bailee.store.context import Context
from bailee.store.enums import Right
from tests.letters.example import EXAMPLES, NOW

if TYPE_CHECKING:
    from bailee.store.models import Request

DUE = date(2026, 12, 29)
BEFORE = ("open", "planned", "approved")
RUNNING = (*BEFORE, "acting", "settling")

SAID_IN: Mapping[Template, tuple[str, ...]] = {
    Template.ACKNOWLEDGE: ("unverified", "open"),
    Template.IDENTITY: ("unverified",),
    Template.VISIT: (*RUNNING, "held", "done", "partly", "refused", "withdrawn", "expired", "merged"),
    Template.COPY_LINK: ("done", "partly"),
    Template.VERIFIED: ("open",),
    Template.CLARIFY: ("open", "planned"),
    Template.EXTEND: BEFORE,
    Template.HELD: ("held",),
    Template.RESUMED: ("held", "done"),
    Template.PARTLY: ("partly",),
    Template.REFUSE: ("refused",),
    Template.COMPLETE: ("done",),
    Template.WITHDRAWN: ("withdrawn",),
    Template.EXPIRED: ("unverified", "expired"),
    Template.RESTRICTED: ("done",),
    Template.RESTRICTION_ENDS: ("done",),
    Template.OBJECTED: ("done",),
    Template.ANSWER: ("done",),
    Template.DOWNLOAD_READY: ("done", "partly"),
    Template.COMPLAINT: ("open",),
    Template.COMPLAINT_PROGRESS: ("open",),
    Template.COMPLAINT_OUTCOME: ("done",),
}
"""Letter -> the states, or the outcomes of a closed request, in which it is posted."""

NEVER = (
    "not known yet", "looked at again", "Data Privacy Framework", "goes without your asking",
    "we tell you the new date",  # no letter goes when a question is answered
    "where we keep personal data",  # which is more than the map knows of
    "Since then we have only stored it",  # it is restricted from the day on which its person is known
    "where the request was made",  # many were made on no page
)  # fmt: skip
CONFIRM = ("Please confirm", "Confirm your request", "When you have confirmed it", "First we make sure")
DONE = ("We have erased", "is erased", "We have done", "Your request is answered", "what you asked for is done")
PROMISED = ("We will answer by", "We look in all the systems", "by which day we will answer")

FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "unverified": ("You have confirmed", "We will answer by", "We look in all the systems", *DONE),
    **dict.fromkeys(RUNNING, (*CONFIRM, *DONE)),
    "held": (*CONFIRM, *PROMISED, "Your request is answered. You need do nothing", "what you asked for is done"),
    **dict.fromkeys(("done", "partly"), (*CONFIRM, *PROMISED, "Unless it is confirmed")),
    **dict.fromkeys(("refused", "withdrawn", "expired", "merged"), (*CONFIRM, *PROMISED, *DONE)),
}
"""State -> what no letter may say in it."""

REQUIRED: Mapping[tuple[Template, str], tuple[str, ...]] = {
    (Template.ACKNOWLEDGE, "unverified"): ("First we make sure that it was you", "begins when you have confirmed"),
    **{
        (Template.COPY_LINK, state): (
            "somebody asked us, in your name",
            "We ask for no code: what you get goes to the address that we have on file",
            "(UK GDPR, Art. 12(6))",
            "The link works once, until 14:30 (GMT) on Wednesday 25 November 2026",
            "nothing is given out unless this link is used",
        )
        for state in ("done", "partly")
    },
    (Template.IDENTITY, "unverified"): ("Please confirm that it was you", "tell you by which day we will answer"),
    (Template.VERIFIED, "open"): ("You have confirmed your request", "We will answer by Tuesday 29 December 2026"),
    (Template.HELD, "held"): ("Art. 17(3)(b)", "must stay for a time", "When the time is over we erase it"),
    (Template.RESUMED, "held"): ("More of your data is erased", "Art. 17(3)(b)", "When the time for the rest is over"),
    (Template.RESUMED, "done"): ("The rest of your data is erased", "what you asked for is done"),
    (Template.PARTLY, "partly"): ("Art. 17(3)(b)",),
    (Template.REFUSE, "refused"): ("has looked at it and refused it",),
    (Template.EXPIRED, "expired"): ("Nobody has confirmed it", "Nothing was given out and nothing was changed"),
    **{
        (Template.VISIT, state): ("Your code to see your request", "It changes nothing of the request itself")
        for state in SAID_IN[Template.VISIT]
    },
}
"""Letter and state -> what it must say there."""

KEPT = (
    KeptData("Your invoices", "Companies Act 2006, s. 388", date(2032, 3, 31)),
    KeptData("calls", "Limitation Act 1980"),
)


def _request(template: Template, state: str, right: Right) -> Request:
    from bailee.store.models import Request, Status

    is_open = state in {*Status} - {"closed"}
    due = None if state == "held" or not is_open else DUE
    return Request(
        right=right.value,
        status=state if is_open else "closed",
        outcome="" if is_open else state,
        channel="portal",
        received_at=NOW,
        received_on=NOW.date(),
        regime="uk",
        due_on=None if template is Template.COMPLAINT_PROGRESS else due,
    )


def _given(template: Template, state: str) -> dict[str, object]:
    """Return the facts that the sender of ``template`` gives: those of the example, less what the request says."""
    example, plain = EXAMPLES[template], {each.name: each.default for each in fields(Facts)}
    ours = {"firm", "reference", "asked", "received", "written", "due"}
    given = {n: getattr(example, n) for n in plain if n not in ours and getattr(example, n) != plain[n]}
    if template in {Template.HELD, Template.PARTLY} or (template is Template.RESUMED and state == "held"):
        given["kept"] = KEPT
    return given


SAID_BY_STAFF: Mapping[str, tuple[dict[str, object], tuple[str, ...], tuple[str, ...]]] = {
    "nothing": ({}, (), ("What we have done", "found nothing")),
    "what was done": ({"done": ("The list is gone.",)}, ("What we have done", "The list is gone."), ("found nothing",)),
    "that nothing had to be": ({"found_nothing": True}, ("What we have done", "found nothing that we"), ()),
}
"""What the sender of a letter says of what was done -> the facts, what the letter then says, and what it does not."""


@pytest.mark.parametrize("template", [Template.COMPLETE, Template.RESUMED, Template.COMPLAINT_OUTCOME])
@pytest.mark.parametrize("said", SAID_BY_STAFF)
def test_a_letter_says_of_what_was_done_what_was_said_and_no_more(
    context: Context, template: Template, said: str
) -> None:
    facts, must, never = SAID_BY_STAFF[said]
    given = {name: value for name, value in _given(template, "done").items() if name != "done"}
    right = Right.COMPLAINT if template is Template.COMPLAINT_OUTCOME else Right.ERASE
    for channel in LetterWay:
        made = collect_facts(context, _request(template, "done", right), template, {**given, **facts})
        text = " ".join(write_letter(template, made, channel).text.replace("\N{NO-BREAK SPACE}", " ").split())
        assert [one for one in must if one not in text] == []
        assert [one for one in never if one in text] == []


def test_an_objection_that_was_met_in_part_says_so_and_does_not_promise_the_whole(context: Context) -> None:
    given: dict[str, object] = {"done": ("The list: marked.",), "reasons": ("Some records may be about you.",)}
    whole = ("You will get no more marketing", "We have stopped using it for marketing", "this holds for good")
    for channel in LetterWay:
        for facts, says in ((given, ("Some records may be about you.", "The list: marked.")), ({}, whole)):
            made = collect_facts(context, _request(Template.OBJECTED, "done", Right.OBJECT), Template.OBJECTED, facts)
            text = " ".join(
                write_letter(Template.OBJECTED, made, channel).text.replace("\N{NO-BREAK SPACE}", " ").split()
            )
            assert [one for one in says if one not in text] == []
            assert facts == {} or not [one for one in whole if one in text]


def test_who_asked_by_telephone_is_sent_to_no_page_where_they_asked(context: Context) -> None:
    for link in ("", "https://privacy.firm.example/prove/x"):
        given = {**_given(Template.IDENTITY, "unverified"), "link": link}
        for channel in LetterWay:
            made = collect_facts(
                context, _request(Template.IDENTITY, "unverified", Right.ERASE), Template.IDENTITY, given
            )
            text = " ".join(write_letter(Template.IDENTITY, made, channel).text.split())
            assert "where the request was made" not in text
            assert ("page of your request" in text) == bool(link and channel is LetterWay.MAIL)


def _texts(context: Context, template: Template, state: str) -> Iterator[tuple[Right, str]]:
    own = EXAMPLES[template].asked
    rights = {own} if own in {Right.QUESTION, Right.COMPLAINT} else {*Right} - {Right.QUESTION, Right.COMPLAINT}
    if template is Template.COPY_LINK:
        rights = {Right.COPY, Right.PORTABILITY}
    if template in {Template.HELD, Template.RESUMED}:
        rights = {Right.ERASE}
    if template is Template.ACKNOWLEDGE and state == "open":
        rights = {Right.QUESTION}
    for right in sorted(rights):
        facts = collect_facts(context, _request(template, state, right), template, _given(template, state))
        for channel in LetterWay:
            text = write_letter(template, facts, channel).text
            yield right, " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


CASES = [(template, state) for template, states in SAID_IN.items() for state in states]


@pytest.mark.parametrize(("template", "state"), CASES)
def test_a_letter_says_what_the_state_is_and_nothing_else(context: Context, template: Template, state: str) -> None:
    for right, text in _texts(context, template, state):
        said = [one for one in (*NEVER, *FORBIDDEN[state]) if one in text]
        own = {Template.ACKNOWLEDGE: ("by which day we will answer",)}.get(template, ())
        assert [one for one in said if one not in own] == [], (right, said)
        for must in REQUIRED.get((template, state), ()):
            if must == "First we make sure that it was you" and right in {Right.COPY, Right.PORTABILITY}:
                assert must not in text  # it may go to the address on file without a question (Art. 12(6))
                assert "with the question whether it was you who asked" in text
                assert "Otherwise it has begun" in text
            elif "17(3)" in must and right is not Right.ERASE:
                assert must not in text  # an exception of the right to erasure, and of no other
            else:
                assert must in text, (right, must)


def test_every_letter_is_in_the_table(context: Context) -> None:
    from bailee.store.models import Outcome, Status

    assert set(SAID_IN) == set(Template)
    assert set(FORBIDDEN) == ({*Status} | {*Outcome}) - {"closed"}


def test_what_has_no_day_says_when_it_ends(context: Context) -> None:
    request = _request(Template.HELD, "held", Right.ERASE)
    facts = collect_facts(context, request, Template.HELD, {"kept": KEPT})
    for channel in LetterWay:
        text = " ".join(write_letter(Template.HELD, facts, channel).text.split())
        assert "calls until that is over Limitation Act 1980" in text
    eu = replace(facts, firm=replace(facts.firm, regime="eu"))
    assert "(GDPR, Art. 17(3)(b))" in " ".join(write_letter(Template.HELD, eu, LetterWay.MAIL).text.split()).replace(
        "\xa0", " "
    )
