"""My request: behind its door, to its person alone, until they are away for too long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bailee.requests import approval, clocks, refusals, visits
from bailee.requests.request_content import open_asked
from bailee.store.models import Plan, Proof, Request, Role
from tests.web.public.house import ALICE, BOB, Open


def known(house: Open, right: str = "erase", **answers: str) -> str:
    """Let Alice ask, and show that it is she; return the reference."""
    reference = house.ask(right, email=ALICE, reply_to=ALICE, **answers)
    assert house.enter(reference).location == f"/request/{reference}"
    return reference


def text(house: Open, path: str) -> str:
    return house.get(path).get_data(as_text=True)


def test_the_code_from_the_letter_opens_the_request(house: Open) -> None:
    reference = known(house)
    page = text(house, f"/request/{reference}")
    assert 'We must answer by <span class="one">Tuesday 29 December</span>' in page
    assert "Your request to erase what we hold" in page
    assert "26 December 2026 is no working day" not in page
    assert "The law gives us one month, to 25 December 2026." in page
    assert "DPA 2018 s. 54(1)-(2)" in page
    assert house.request(reference).status == "open"


def test_the_link_from_the_letter_opens_it_by_its_button_alone(house: Open) -> None:
    reference = house.ask("erase", email=ALICE, reply_to=ALICE)
    house.work()
    link = house.letter(reference, "identity").partition("https://privacy.quill.example")[2].split()[0]
    assert link.startswith(f"/prove/{reference}/")
    for _ in range(2):  # a mail program, and then its reader, open it
        assert "Was it you?" in text(house, link)
    assert house.request(reference).status == "unverified"
    assert house.press(link).location == f"/request/{reference}"
    assert house.request(reference).status == "open"
    house.browser.delete_cookie("__Host-bailee-mine")
    again = house.press(link)
    assert again.status_code == 422
    assert "This code does not open this request." in again.get_data(as_text=True)


def test_a_wrong_code_opens_nothing_and_five_are_enough(house: Open) -> None:
    reference = house.ask("erase", email=ALICE, reply_to=ALICE)
    house.work()
    for _ in range(5):
        assert house.press(f"/request/{reference}", {"code": "2222-2222"}).status_code == 422
    page = house.press(f"/request/{reference}", {"code": house.code(reference)})
    assert page.status_code == 429
    assert "Have a new one sent." in page.get_data(as_text=True)


def test_a_reference_that_is_none_is_answered_as_one_that_is(house: Open) -> None:
    reference, none = house.ask("erase", email=ALICE, reply_to=ALICE), "2222-3333-4444"
    house.work()
    said: dict[str, list[tuple[int, bool]]] = {}
    for one in (reference, none):
        pages = [house.press(f"/request/{one}", {"code": "2222-2222"}) for _ in range(6)]
        for _ in range(4):
            pages.append(house.press(f"/request/{one}/code", page=f"/request/{one}"))
            house.work()
        said[one] = [(page.status_code, "too often" in page.get_data(as_text=True)) for page in pages]
    assert said[reference] == said[none]
    assert {status for status, _ in said[none]} == {422, 429, 302}


def test_the_cookie_of_one_request_opens_no_other(house: Open) -> None:
    mine = known(house)
    theirs = house.ask("erase", email=BOB, reply_to=BOB)
    for path in ("", "/withdraw", "/complain"):
        page = house.get(f"/request/{theirs}{path}")
        assert "Show that it is yours" in page.get_data(as_text=True)
    house.press(f"/request/{theirs}/withdraw", page=f"/request/{mine}")
    house.press(f"/request/{theirs}/complain", {"words": "x"}, page=f"/request/{mine}")
    assert house.request(theirs).status == "unverified"
    assert Request.objects.count() == 2
    assert house.press(f"/request/{mine}/parcels/0123456789abcdef", page=f"/request/{mine}").status_code == 404
    assert house.press(f"/request/{mine}/receipts/1", page=f"/request/{mine}").status_code == 404


def test_a_cookie_that_was_made_up_opens_nothing(house: Open) -> None:
    reference = known(house)
    cookie = house.browser.get_cookie("__Host-bailee-mine")
    assert cookie is not None
    assert (cookie.http_only, cookie.secure, cookie.same_site) == (True, True, "Lax")
    house.browser.set_cookie("__Host-bailee-mine", cookie.value[:-2] + "xx")
    assert "Show that it is yours" in text(house, f"/request/{reference}")


def test_half_an_hour_away_and_the_page_is_closed_politely(house: Open) -> None:
    reference = known(house)
    house.clock.forward(minutes=25)
    assert "We must answer by" in text(house, f"/request/{reference}")
    house.clock.forward(minutes=25)
    assert "We must answer by" in text(house, f"/request/{reference}")
    house.clock.forward(minutes=31)
    page = text(house, f"/request/{reference}")
    assert "You were away for a while" in page
    assert "Send me a new code" in page
    house.press(f"/request/{reference}/code", page=f"/request/{reference}")
    house.work()
    assert house.press(f"/request/{reference}", {"code": house.code(reference)}).status_code == 302
    assert "We must answer by" in text(house, f"/request/{reference}")


def test_a_visit_that_began_by_a_clock_that_was_ahead_is_over_once_it_is_right(house: Open) -> None:
    house.clock.forward(days=2)
    reference = known(house)
    assert "We must answer by" in text(house, f"/request/{reference}")
    house.clock.forward(days=-2, hours=23)
    page = text(house, f"/request/{reference}")
    assert "You were away for a while" in page
    assert "We must answer by" not in page


def test_a_token_and_a_code_that_a_clock_ahead_has_given_open_nothing_once_it_is_right(house: Open) -> None:
    reference = known(house)
    ahead = house.office.at(house.clock.now + timedelta(days=2))
    token = visits.token(ahead, house.request(reference))
    assert visits.by_token(ahead, token) is not None
    assert visits.by_token(house.office.at(house.clock.now), token) is None
    house.clock.forward(days=2)
    visits.welcome(house.office, house.request(reference))
    code = house.code(reference)
    house.clock.forward(days=-2)
    assert visits.enter(house.office, house.request(reference), code, source="") is None


def test_whoever_leaves_has_left(house: Open) -> None:
    reference = known(house)
    left = house.press(f"/request/{reference}/leave", page=f"/request/{reference}")
    assert "closed on this screen" in left.get_data(as_text=True)
    assert "Show that it is yours" in text(house, f"/request/{reference}")


def test_a_cookie_of_a_visit_that_was_left_opens_nothing(house: Open) -> None:
    reference = known(house)
    kept = house.browser.get_cookie("__Host-bailee-mine")
    assert kept is not None
    assert "We must answer by" in text(house, f"/request/{reference}")
    house.press(f"/request/{reference}/leave", page=f"/request/{reference}")
    house.browser.set_cookie(kept.key, kept.value, secure=True)
    house.clock.forward(minutes=1)
    assert "We must answer by" not in text(house, f"/request/{reference}")
    house.press(f"/request/{reference}/code", page=f"/request/{reference}")
    house.work()
    house.press(f"/request/{reference}", {"code": house.code(reference)})
    assert "We must answer by" in text(house, f"/request/{reference}")  # another visit


def test_a_question_of_ours_is_answered_on_the_page_and_the_clock_goes_on(house: Open) -> None:
    reference = known(house, "copy")
    house.clock.forward(minutes=1)
    clocks.ask(house.by(Role.SUPPORT), house.request(reference), "Which of your two lines do you mean?")
    page = text(house, f"/request/{reference}")
    assert "The clock stands still until you answer us" in page
    assert "Which of your two lines do you mean?" in page
    house.clock.forward(days=3)
    visits.send_code(house.office, house.request(reference))
    visits.welcome(house.office, house.request(reference))  # alone: another worker would pack the copy meanwhile
    house.press(f"/request/{reference}", {"code": house.code(reference)})
    empty = house.press(f"/request/{reference}/reply", {"words": " "}, page=f"/request/{reference}")
    assert (empty.status_code, "Write your answer" in empty.get_data(as_text=True)) == (422, True)
    went = house.press(f"/request/{reference}/reply", {"words": "The one at home."}, page=f"/request/{reference}")
    assert went.location == f"/request/{reference}", went.get_data(as_text=True)
    assert "The one at home." in open_asked(house.office, house.request(reference)).words
    again = house.press(f"/request/{reference}/reply", {"words": "The one at home."}, page=f"/request/{reference}")
    assert (again.status_code, "waits for an answer" in again.get_data(as_text=True)) == (409, True)
    page = text(house, f"/request/{reference}")
    assert "+ 4 days" in page
    assert "We must answer by" in page


def test_a_request_is_taken_back(house: Open) -> None:
    reference = known(house)
    assert "we stop" in text(house, f"/request/{reference}/withdraw").lower()
    house.press(f"/request/{reference}/withdraw")
    made = house.request(reference)
    assert (made.status, made.outcome) == ("closed", "withdrawn")
    page = text(house, f"/request/{reference}")
    assert "You have taken it back" in page
    assert "You took it back" in page
    assert "It is too late for that" in text(house, f"/request/{reference}/withdraw")
    again = house.press(f"/request/{reference}/withdraw", page=f"/request/{reference}")  # by the page of another tab
    assert again.location == f"/request/{reference}"


def test_a_request_that_is_over_is_not_taken_back(house: Open) -> None:
    reference = known(house, "copy")
    house.work()
    late = house.press(f"/request/{reference}/withdraw", page=f"/request/{reference}")
    assert (late.status_code, "It is too late for that" in late.get_data(as_text=True)) == (409, True)
    way = f"/request/{reference}/parcels/{house.request(reference).parcels.get().id}"
    first = house.press(way, page=f"/request/{reference}")
    assert first.data.startswith(b"PK")
    second = house.press(way, page=f"/request/{reference}")
    assert (second.status_code, "it was fetched, or its time is over" in second.get_data(as_text=True)) == (409, True)
    assert f'href="/request/{reference}"' in second.get_data(as_text=True)


def test_a_complaint_that_is_sent_twice_is_one(house: Open) -> None:
    reference = known(house)
    there = {house.press(f"/request/{reference}/complain", {"words": "Too slow."}).location for _ in range(2)}
    assert there == {f"/request/{reference}/complained"}
    made = Request.objects.get(right="complaint")
    for _ in range(2):  # as by F5
        assert made.reference in text(house, there.copy().pop())
    house.press(f"/request/{reference}/complain", {"words": "And rude."})
    assert Request.objects.filter(right="complaint").count() == 2


def test_a_refusal_says_its_reason_and_to_whom_to_complain(house: Open) -> None:
    reference = known(house)
    house.work()
    refusals.refuse(house.by(Role.CONTROLLER), house.request(reference), "legal_claims", "You have sued us.")
    page = text(house, f"/request/{reference}")
    assert "We have refused it, and say why" in page
    assert "The data are needed to establish, exercise or defend legal claims." in page
    assert "Art. 17(3)(e)" in page
    assert "You have sued us." in page  # the letter, in full
    assert "Information Commissioner" in page


def test_no_code_is_shown_to_anybody_in_the_letters(house: Open) -> None:
    reference = house.ask("erase", email=ALICE, reply_to=ALICE)
    house.work()
    code = house.code(reference)
    house.press(f"/request/{reference}", {"code": code})
    assert code not in text(house, f"/request/{reference}")


def test_a_stage_is_shown_as_it_is(house: Open) -> None:
    reference = known(house)
    house.work()
    assert "in 3 systems." in text(house, f"/request/{reference}")
    plan = Plan.objects.get(request__reference=reference)
    approval.approve(house.by(Role.OFFICER), plan.id, plan.digest[:8])
    page = text(house, f"/request/{reference}")
    assert "It can still be stopped until 26 November 2026, 09:" in page
    assert "Finance Act 1998 Sch. 18 para. 21" in page
    assert "1 row of invoice" in page


def test_the_letter_names_collections_in_words(house: Open) -> None:
    reference = known(house)
    house.work()
    plan = Plan.objects.get(request__reference=reference)
    approval.approve(house.by(Role.OFFICER), plan.id, plan.digest[:8])
    house.until_done("act", "settle", "receipt")
    assert "Calls: erased: call record, subscriber" in house.letter(reference, "held")


@pytest.mark.parametrize("right", ["question", "complaint"])
def test_questions_and_complaints_have_a_page_too(house: Open, right: str) -> None:
    from bailee.requests import answers as answering

    reference = house.ask(right, words="Who reads my mail?", reply_to=ALICE)
    house.clock.forward(minutes=1)
    visits.send_code(house.office, house.request(reference))
    house.enter(reference)
    page = text(house, f"/request/{reference}")
    assert ("We look into it" in page) == (right == "complaint")
    if right == "question":
        answering.answer(house.by(Role.SUPPORT), house.request(reference), "Nobody but Mo.")
    else:
        answering.conclude(house.by(Role.OFFICER), house.request(reference), "Nobody but Mo.")
    assert "Nobody but Mo." in text(house, f"/request/{reference}")
    assert Proof.objects.filter(proven_at__isnull=False).count() == 1


def test_what_is_forgotten_is_not_shown(house: Open) -> None:
    from bailee.requests.expiry import forget

    reference = known(house)
    house.press(f"/request/{reference}/withdraw")
    made = house.request(reference)
    assert made.forget_on is not None
    house.clock.now += timedelta(days=(made.forget_on - house.office.today).days + 1)
    forget(house.office, made.id)
    assert ALICE not in text(house, f"/request/{reference}")
