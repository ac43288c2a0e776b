"""My request: behind its door, to its person alone, until they are away for too long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bailee.engine.systems import open_systems_of_context
from bailee.requests import (
    approval,
    clocks,
    holds,
    identity,
    refusals,
    request_plans,
    staff_notifications,
    untold_extensions,
    visits,
)
from bailee.requests.letters import delivery
from bailee.requests.letters.outbox import resend_letter
from bailee.requests.request_content import open_asked
from bailee.store.models import Plan, Proof, Request, Role
from tests.web.public.live import ALICE, BOB, Open


def known(live: Open, right: str = "erase", **answers: str) -> str:
    """Let Alice ask, and show that it is she; return the reference."""
    reference = live.ask(right, email=ALICE, reply_to=ALICE, **answers)
    assert live.enter(reference).location == f"/request/{reference}"
    return reference


def text(live: Open, path: str) -> str:
    return live.get(path).get_data(as_text=True)


def test_the_code_from_the_letter_opens_the_request(live: Open) -> None:
    reference = known(live)
    page = text(live, f"/request/{reference}")
    assert 'We must answer by <span class="one">Tuesday 29 December</span>' in page
    assert "Your request to erase what we hold" in page
    assert "26 December 2026 is no working day" not in page
    assert "The law gives us one month, to 25 December 2026." in page
    assert "DPA 2018 s. 54(1)-(2)" in page
    assert "By a code to an address that we had before." in page
    assert live.request(reference).status == "open"


def test_the_link_from_the_letter_opens_it_by_its_button_alone(live: Open) -> None:
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    live.work()
    link = live.letter(reference, "identity").partition("https://privacy.quill.example")[2].split()[0]
    assert link.startswith(f"/prove/{reference}/")
    for _ in range(2):  # a mail program, and then its reader, open it
        assert "Was it you?" in text(live, link)
    assert live.request(reference).status == "unverified"
    assert live.press(link).location == f"/request/{reference}"
    assert live.request(reference).status == "open"
    shown = text(live, f"/request/{reference}")
    assert "By a link to an address that we had before." in shown
    assert "By a code" not in shown
    live.browser.delete_cookie("__Host-bailee-mine")
    again = live.press(link)
    assert again.status_code == 422
    assert "This code does not open this request." in again.get_data(as_text=True)


def test_a_wrong_code_opens_nothing_and_five_are_enough(live: Open) -> None:
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    live.work()
    for _ in range(5):
        assert live.press(f"/request/{reference}", {"code": "2222-2222"}).status_code == 422
    page = live.press(f"/request/{reference}", {"code": live.code(reference)})
    assert page.status_code == 429
    assert "Have a new one sent." in page.get_data(as_text=True)


def test_a_reference_that_is_none_is_answered_as_one_that_is(live: Open) -> None:
    reference, none = live.ask("erase", email=ALICE, reply_to=ALICE), "2222-3333-4444"
    live.work()
    said: dict[str, list[tuple[int, bool]]] = {}
    for one in (reference, none):
        pages = [live.press(f"/request/{one}", {"code": "2222-2222"}) for _ in range(6)]
        for _ in range(4):
            pages.append(live.press(f"/request/{one}/code", page=f"/request/{one}"))
            live.work()
        said[one] = [(page.status_code, "too often" in page.get_data(as_text=True)) for page in pages]
    assert said[reference] == said[none]
    assert {status for status, _ in said[none]} == {422, 429, 302}


def test_the_cookie_of_one_request_opens_no_other(live: Open) -> None:
    mine = known(live)
    theirs = live.ask("erase", email=BOB, reply_to=BOB)
    for path in ("", "/withdraw", "/complain"):
        page = live.get(f"/request/{theirs}{path}")
        assert "Show that it is yours" in page.get_data(as_text=True)
    live.press(f"/request/{theirs}/withdraw", page=f"/request/{mine}")
    live.press(f"/request/{theirs}/complain", {"words": "x"}, page=f"/request/{mine}")
    assert live.request(theirs).status == "unverified"
    assert Request.objects.count() == 2
    assert live.press(f"/request/{mine}/parcels/0123456789abcdef", page=f"/request/{mine}").status_code == 404
    assert live.press(f"/request/{mine}/receipts/1", page=f"/request/{mine}").status_code == 404


def test_a_cookie_that_was_made_up_opens_nothing(live: Open) -> None:
    reference = known(live)
    cookie = live.browser.get_cookie("__Host-bailee-mine")
    assert cookie is not None
    assert (cookie.http_only, cookie.secure, cookie.same_site) == (True, True, "Lax")
    live.browser.set_cookie("__Host-bailee-mine", cookie.value[:-2] + "xx")
    assert "Show that it is yours" in text(live, f"/request/{reference}")


def test_half_an_hour_away_and_the_page_is_closed_politely(live: Open) -> None:
    reference = known(live)
    live.clock.forward(minutes=25)
    assert "We must answer by" in text(live, f"/request/{reference}")
    live.clock.forward(minutes=25)
    assert "We must answer by" in text(live, f"/request/{reference}")
    live.clock.forward(minutes=31)
    page = text(live, f"/request/{reference}")
    assert "You were away for a while" in page
    assert "Send me a new code" in page
    live.press(f"/request/{reference}/code", page=f"/request/{reference}")
    live.work()
    assert live.press(f"/request/{reference}", {"code": live.code(reference)}).status_code == 302
    assert "We must answer by" in text(live, f"/request/{reference}")


def test_a_visit_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right(live: Open) -> None:
    live.clock.forward(days=2)
    reference = known(live)
    assert "We must answer by" in text(live, f"/request/{reference}")
    live.clock.forward(days=-2, hours=23)
    page = text(live, f"/request/{reference}")
    assert "You were away for a while" in page
    assert "We must answer by" not in page


def test_a_token_and_a_code_that_a_clock_ahead_has_given_open_nothing_once_it_is_right(live: Open) -> None:
    reference = known(live)
    ahead = live.context.at(live.clock.now + timedelta(days=2))
    token = visits.make_visit_token(ahead, live.request(reference))
    assert visits.find_request_by_token(ahead, token) is not None
    assert visits.find_request_by_token(live.context.at(live.clock.now), token) is None
    live.clock.forward(days=2)
    visits.send_visit_code(live.context, live.request(reference))
    code = live.code(reference)
    live.clock.forward(days=-2)
    assert visits.exchange_code(live.context, live.request(reference), code, source="") is None


def test_whoever_leaves_has_left(live: Open) -> None:
    reference = known(live)
    left = live.press(f"/request/{reference}/leave", page=f"/request/{reference}")
    assert "closed on this screen" in left.get_data(as_text=True)
    assert "Show that it is yours" in text(live, f"/request/{reference}")


def test_a_cookie_of_a_visit_that_was_left_opens_nothing(live: Open) -> None:
    reference = known(live)
    kept = live.browser.get_cookie("__Host-bailee-mine")
    assert kept is not None
    assert "We must answer by" in text(live, f"/request/{reference}")
    live.press(f"/request/{reference}/leave", page=f"/request/{reference}")
    live.browser.set_cookie(kept.key, kept.value, secure=True)
    live.clock.forward(minutes=1)
    assert "We must answer by" not in text(live, f"/request/{reference}")
    live.press(f"/request/{reference}/code", page=f"/request/{reference}")
    live.work()
    live.press(f"/request/{reference}", {"code": live.code(reference)})
    assert "We must answer by" in text(live, f"/request/{reference}")  # another visit


def test_a_question_of_ours_is_answered_on_the_page_and_the_clock_goes_on(live: Open) -> None:
    reference = known(live, "copy")
    live.clock.forward(minutes=1)
    clocks.ask_clarification(live.by(Role.SUPPORT), live.request(reference), "Which of your two lines do you mean?")
    page = text(live, f"/request/{reference}")
    assert "The clock is paused until you answer us" in page
    assert "Which of your two lines do you mean?" in page
    live.clock.forward(days=3)
    visits.send_code(live.context, live.request(reference))
    visits.send_visit_code(live.context, live.request(reference))  # alone: another worker would pack the copy meanwhile
    live.press(f"/request/{reference}", {"code": live.code(reference)})
    empty = live.press(f"/request/{reference}/reply", {"words": " "}, page=f"/request/{reference}")
    assert (empty.status_code, "Write your answer" in empty.get_data(as_text=True)) == (422, True)
    went = live.press(f"/request/{reference}/reply", {"words": "The one at home."}, page=f"/request/{reference}")
    assert went.location == f"/request/{reference}", went.get_data(as_text=True)
    assert "The one at home." in open_asked(live.context, live.request(reference)).words
    again = live.press(f"/request/{reference}/reply", {"words": "The one at home."}, page=f"/request/{reference}")
    assert (again.status_code, "waits for an answer" in again.get_data(as_text=True)) == (409, True)
    page = text(live, f"/request/{reference}")
    assert "+ 4 days" in page
    assert "We must answer by" in page


def returned(live: Open, reference: str, template: str) -> None:
    """Let a mail server take the letter ``template``, and the mail come back."""
    letters = live.request(reference).messages.filter(template=template)
    assert letters.update(state="sent", sent_at=live.clock.now) == 1
    delivery.note_returned_letters(live.context, [letters.get().id])


def letters_of(live: Open, reference: str) -> list[str]:
    """The letters on the page of a request, as text."""
    page = BeautifulSoup(text(live, f"/request/{reference}"), "html.parser")
    return [" ".join(one.get_text(" ").split()) for one in page.select("details.letter")]


def test_an_extension_that_was_not_delivered_is_marked_and_its_later_day_does_not_apply(live: Open) -> None:
    reference = known(live, "copy")
    live.clock.forward(minutes=1)
    clocks.extend_time(live.by(Role.CONTROLLER), live.request(reference), "there are nine systems")
    assert "not delivered" not in text(live, f"/request/{reference}")
    returned(live, reference, "extend")
    page = text(live, f"/request/{reference}")
    assert 'We must answer by <span class="one">Tuesday 29 December</span>' in page
    (letter,) = (one for one in letters_of(live, reference) if "nine systems" in one)
    assert ", not delivered We could not deliver this letter, so the time was not extended." in letter
    assert page.count("not delivered") == 1
    staff_notifications.note_person_told(live.by(Role.SUPPORT), live.request(reference))
    page = text(live, f"/request/{reference}")
    assert "We must answer by" in page
    assert "We could not deliver this letter. We have told you what it says." in page
    assert "does not apply" not in page


def test_an_extension_that_left_too_late_is_marked_and_its_later_day_does_not_apply(live: Open) -> None:
    reference = known(live, "copy")
    live.clock.forward(minutes=1)
    request = live.request(reference)
    clocks.extend_time(live.by(Role.CONTROLLER), request, "there are nine systems")
    late = live.context.at(live.clock.now + timedelta(days=40))
    request.messages.filter(template="extend").update(state="sent", sent_at=late.now)
    delivery.report_letter_left(late, request.messages.get(template="extend"))
    untold_extensions.take_back_untold_extensions(late)
    page = text(live, f"/request/{reference}")
    assert 'We must answer by <span class="one">Tuesday 29 December</span>' in page
    (letter,) = (one for one in letters_of(live, reference) if "nine systems" in one)
    assert "We sent this letter too late, so the time was not extended." in letter
    assert "not delivered" not in page


def test_a_question_that_was_not_delivered_is_marked_and_need_not_be_answered(live: Open) -> None:
    reference = known(live, "copy")
    live.clock.forward(minutes=1)
    clocks.ask_clarification(live.by(Role.SUPPORT), live.request(reference), "Which of your two lines do you mean?")
    returned(live, reference, "clarify")
    page = text(live, f"/request/{reference}")
    assert "We have a question" not in page
    (letter,) = (one for one in letters_of(live, reference) if "two lines" in one)
    assert ", not delivered We could not deliver this letter, so you need not answer the question in it." in letter
    resend_letter(live.context, live.request(reference).messages.get(template="clarify").id)
    assert "you need not answer the question" in text(live, f"/request/{reference}")  # until it has left
    live.request(reference).messages.filter(template="clarify").update(state="failed")
    staff_notifications.note_person_told(live.by(Role.SUPPORT), live.request(reference))
    page = text(live, f"/request/{reference}")
    assert "We have a question" in page
    assert "We could not deliver this letter. We have told you what it says." in page


def test_a_request_is_taken_back(live: Open) -> None:
    reference = known(live)
    assert "we stop" in text(live, f"/request/{reference}/withdraw").lower()
    live.press(f"/request/{reference}/withdraw")
    made = live.request(reference)
    assert (made.status, made.outcome) == ("closed", "withdrawn")
    page = text(live, f"/request/{reference}")
    assert "You have taken it back" in page
    assert "You took it back" in page
    assert "It is too late for that" in text(live, f"/request/{reference}/withdraw")
    again = live.press(f"/request/{reference}/withdraw", page=f"/request/{reference}")  # by the page of another tab
    assert again.location == f"/request/{reference}"


def test_a_request_that_is_over_is_not_taken_back(live: Open) -> None:
    reference = known(live, "copy")
    live.work()
    late = live.press(f"/request/{reference}/withdraw", page=f"/request/{reference}")
    assert (late.status_code, "It is too late for that" in late.get_data(as_text=True)) == (409, True)
    way = f"/request/{reference}/parcels/{live.request(reference).parcels.get().id}"
    first = live.press(way, page=f"/request/{reference}")
    assert first.data.startswith(b"PK")
    live.request(reference).parcels.update(expires_at=live.clock.now)
    assert "Ready for you" not in text(live, f"/request/{reference}")
    second = live.press(way, page=f"/request/{reference}")
    assert (second.status_code, "its time is over" in second.get_data(as_text=True)) == (409, True)
    assert f'href="/request/{reference}"' in second.get_data(as_text=True)


def test_a_complaint_that_is_sent_twice_is_one(live: Open) -> None:
    reference = known(live)
    there = {live.press(f"/request/{reference}/complain", {"words": "Too slow."}).location for _ in range(2)}
    assert there == {f"/request/{reference}/complained"}
    made = Request.objects.get(right="complaint")
    for _ in range(2):  # as by F5
        assert made.reference in text(live, there.copy().pop())
    live.press(f"/request/{reference}/complain", {"words": "And rude."})
    assert Request.objects.filter(right="complaint").count() == 2


def test_a_refusal_says_its_reason_and_to_whom_to_complain(live: Open) -> None:
    reference = known(live)
    live.work()
    refusals.refuse_request(live.by(Role.CONTROLLER), live.request(reference), "legal_claims", "You have sued us.")
    page = text(live, f"/request/{reference}")
    assert "We have refused it, and say why" in page
    assert "The data are needed to establish, exercise or defend legal claims." in page
    assert "Art. 17(3)(e)" in page
    assert "You have sued us." in page  # the letter, in full
    assert "Information Commissioner" in page


def test_no_code_is_shown_to_anybody_in_the_letters(live: Open) -> None:
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    live.work()
    code = live.code(reference)
    live.press(f"/request/{reference}", {"code": code})
    assert code not in text(live, f"/request/{reference}")


def test_a_stage_is_shown_as_it_is(live: Open) -> None:
    reference = known(live)
    live.work()
    assert "in 3 systems." in text(live, f"/request/{reference}")
    plan = Plan.objects.get(request__reference=reference)
    approval.approve_plan(live.by(Role.OFFICER), plan.id, plan.digest[:8])
    page = text(live, f"/request/{reference}")
    assert "It can still be stopped until 26 November 2026, 09:" in page
    assert "Finance Act 1998 Sch. 18 para. 21" in page
    assert "1 row of invoice" in page


def test_what_is_held_without_a_last_day_stays_as_long_as_its_reason(live: Open) -> None:
    reference = known(live)
    live.work()
    with open_systems_of_context(live.context) as systems:
        holds.place_hold(live.by(Role.CONTROLLER), systems, (ALICE,), "Quill v. Alice", "a legal claim")
        request_plans.plan_request(live.by(Role.OFFICER), systems, live.request(reference))
    page = text(live, f"/request/{reference}")
    assert "a legal claim" in page
    assert "Kept for as long as the reason lasts" in page


def test_who_was_seen_by_staff_is_not_told_of_a_code(live: Open) -> None:
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    identity.note_person_seen(live.by(Role.SUPPORT), live.request(reference), "in person", "stood at the counter")
    visits.send_code(live.context, live.request(reference))
    live.enter(reference)
    page = text(live, f"/request/{reference}")
    assert "You showed it to us in person." in page
    assert "By a code" not in page


def test_the_letter_names_collections_in_words(live: Open) -> None:
    reference = known(live)
    live.work()
    plan = Plan.objects.get(request__reference=reference)
    approval.approve_plan(live.by(Role.OFFICER), plan.id, plan.digest[:8])
    live.until_done("act", "settle", "receipt")
    assert "Calls: erased: call record, subscriber" in live.letter(reference, "held")


@pytest.mark.parametrize("right", ["question", "complaint"])
def test_questions_and_complaints_have_a_page_too(live: Open, right: str) -> None:
    from bailee.requests import answers as answering

    reference = live.ask(right, words="Who reads my mail?", reply_to=ALICE)
    live.clock.forward(minutes=1)
    visits.send_code(live.context, live.request(reference))
    live.enter(reference)
    page = text(live, f"/request/{reference}")
    assert ("We look into it" in page) == (right == "complaint")
    if right == "question":
        answering.answer_question(live.by(Role.SUPPORT), live.request(reference), "Nobody but Mo.")
    else:
        answering.conclude_complaint(live.by(Role.OFFICER), live.request(reference), "Nobody but Mo.")
    assert "Nobody but Mo." in text(live, f"/request/{reference}")
    assert Proof.objects.filter(proven_at__isnull=False).count() == 1


def test_what_is_forgotten_is_not_shown(live: Open) -> None:
    from bailee.requests.expiry import forget_request

    reference = known(live)
    live.press(f"/request/{reference}/withdraw")
    made = live.request(reference)
    assert made.forget_on is not None
    live.clock.now += timedelta(days=(made.forget_on - live.context.today).days + 1)
    forget_request(live.context, made.id)
    assert ALICE not in text(live, f"/request/{reference}")
