"""What staff do with requests, at a browser that runs no script."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from bailee.policy import Mail
from bailee.requests import clocks, expiry, intake
from bailee.requests.letters.delivery import note_returned_letters
from bailee.requests.letters.waiting_letters import list_waiting_letters
from bailee.requests.request_content import Asked
from bailee.store.models import HandHold, PlanState, Reading, Request, Role, Status
from bailee.views import holds
from bailee.views import requests as desk
from bailee.views.doctor import examine
from bailee.web.pages.template_tags import long_day
from tests.api.live import Served
from tests.harm.firm import ALICE, MARKER
from tests.web.requests.context import (
    LOOKS,
    PHONE,
    ask,
    form_of,
    headline,
    identified,
    letters,
    newest,
    on_paper,
    queries,
    show_again,
)
from tests.web.visitor import dangling, page, visitor, words

REQUESTS = "/console/requests/"


def one(request: Request) -> str:
    return f"{REQUESTS}{request.reference}/"


def test_a_request_that_came_by_telephone_is_logged_and_its_person_seen(live: Served) -> None:
    support = visitor(live, Role.SUPPORT)
    told = {"right": "erase", "channel": "telephone", "received_on": "2026-11-24", "identities": ALICE, "words": "go"}
    answer = support.post(f"{REQUESTS}new/", told)
    request = Request.objects.get()
    assert answer.headers["Location"] == one(request)
    assert (request.channel, request.received_on.isoformat()) == ("telephone", "2026-11-24")
    shown = support.get(one(request))
    assert "nobody has shown yet who they are" in headline(shown)
    assert request.reference in words(shown)
    seen = support.post(f"{one(request)}do/seen/", {"method": "in person", "note": "stood at the counter"})
    assert seen.status_code == 302
    request.refresh_from_db()
    assert request.status == Status.OPEN


def test_a_form_is_a_request_however_often_it_is_sent(live: Served) -> None:
    support = visitor(live, Role.SUPPORT)
    told = {"right": "question", "channel": "telephone", "received_on": "2026-11-24", "words": "?"}
    marks = [str(page(support.get(f"{REQUESTS}new/")).select("input[name=mark]")[0]["value"]) for _ in range(2)]
    slip = support.post(f"{REQUESTS}new/", {**told, "received_on": "", "mark": marks[0]})
    assert f'value="{marks[0]}"' in slip.text
    ways = [support.post(f"{REQUESTS}new/", {**told, "mark": mark}).location for mark in (*marks, *marks)]
    assert ways[:2] == ways[2:]
    assert Request.objects.count() == 2


def test_a_slip_in_the_form_is_told_beside_its_field_and_nothing_typed_is_lost(live: Served) -> None:
    support = visitor(live, Role.SUPPORT)
    told = {"right": "erase", "channel": "letter", "received_on": "2026-12-24", "identities": ALICE, "words": "kept"}
    answer = support.post(f"{REQUESTS}new/", told)
    assert answer.status_code == 422
    assert "cannot have come later than now" in words(answer)
    assert "kept" in answer.text
    assert not Request.objects.exists()


def test_values_are_masked_until_a_reason_is_given_which_is_written_down(live: Served) -> None:
    request = identified(live, words=f"I am {MARKER}")
    support = visitor(live, Role.SUPPORT)
    shown = support.get(one(request))
    assert MARKER not in shown.text
    assert "a•••@p•••" in shown.text
    assert not Reading.objects.exists()
    assert MARKER not in support.get(f"{one(request)}in-full/").text
    in_full = support.post(f"{one(request)}in-full/", LOOKS)
    assert ALICE in in_full.text
    assert f"I am {MARKER}" in in_full.text
    assert {(r.what, r.reason, r.staff_id) for r in Reading.objects.all()} == {
        ("asked", LOOKS["reason"], live.staff[Role.SUPPORT].id)
    }


def test_the_auditor_sees_all_but_what_was_said(live: Served) -> None:
    request = identified(live)
    auditor = visitor(live, Role.AUDITOR)
    shown = auditor.get(one(request))
    assert shown.status_code == 200
    assert "a•••" not in shown.text
    assert "not for your role to read" in words(shown)
    assert auditor.post(f"{one(request)}in-full/", LOOKS).status_code == 403
    assert auditor.get(one(ask(live))).status_code == 404


def test_what_is_found_is_shown_with_the_path_of_each_row(live: Served) -> None:
    request = identified(live)
    found = visitor(live, Role.OFFICER).post(f"{one(request)}found/", LOOKS)
    text = words(found)
    assert "rows are held of this person" in headline(found)
    assert "call 1 person 1 email" in text
    assert MARKER not in found.text
    assert Reading.objects.filter(what="find").exists()


def test_a_match_is_confirmed_and_what_rests_on_it_is_for_somebody_else(live: Served) -> None:
    request, number = ask(live, "erase", PHONE), {"reason": "to see whether they are who they say"}
    live.work()
    support, officer = visitor(live, Role.SUPPORT), visitor(live, Role.OFFICER)
    assert PHONE not in support.get(one(request)).text
    shown = support.post(f"{one(request)}number/", number)
    assert (shown.text.count(PHONE), "+•••" in shown.text) == (1, True)
    assert [reading.what for reading in Reading.objects.all()] == ["number"]
    assert support.post(f"{one(request)}do/call-back/", {"note": "she knew her last bill"}).status_code == 302
    live.work()
    assert "Possible matches need your decision" in words(support.get(one(request)))
    assert "left out" in words(support.get(f"{one(request)}plan/"))
    found = officer.post(f"{one(request)}found/", LOOKS)
    form = form_of(found, "confirm/")
    assert form is not None
    row = form.select_one("input[name=rows]")
    assert row is not None
    assert officer.post(f"{one(request)}confirm/", {"rows": str(row["value"])}).status_code == 302
    plan = newest(request)
    assert "planned it" in words(officer.get(f"{one(request)}plan/"))
    assert form_of(officer.get(f"{one(request)}plan/"), "approve/") is None
    show_again(officer)
    refused = officer.post(f"{one(request)}plan/approve/", {"plan": plan.id, "typed": plan.digest[:8]})
    assert refused.status_code == 409
    assert "no second person" in words(refused)


def test_a_plan_is_approved_by_a_second_person_who_shows_again_who_they_are(live: Served) -> None:
    request = identified(live)
    plan, officer = newest(request), visitor(live, Role.OFFICER)
    shown = officer.get(f"{one(request)}plan/")
    assert "you decide" in headline(shown)
    typed = {"plan": plan.id, "typed": plan.digest[:8]}
    first = officer.post(f"{one(request)}plan/approve/", typed)
    assert first.headers["Location"].startswith("/sign-in/again/")
    assert plan.digest[:8] not in first.headers["Location"]
    show_again(officer)
    for value in (plan.digest[:8], None):  # what was typed is there again, once
        (field,) = page(officer.get(f"{one(request)}plan/")).select("#typed")
        assert (field["value"] or None) == value
    wrong = officer.post(f"{one(request)}plan/approve/", {**typed, "typed": "0" * 8})
    assert (wrong.status_code, "not the hash of this plan" in words(wrong)) == (409, True)
    assert officer.post(f"{one(request)}plan/approve/", typed).status_code == 302
    assert "can be called off" in words(officer.get(f"{one(request)}plan/"))
    live.clock.forward(hours=2)
    live.work()
    officer = visitor(live, Role.OFFICER)
    done = officer.get(f"{one(request)}plan/")
    assert "What became of it is in the ledger" in words(done)
    live.clock.forward(hours=25)
    live.work()
    over = visitor(live, Role.OFFICER).get(f"{one(request)}plan/")
    assert "Entry in the ledger" in words(over)


def test_an_approved_plan_is_called_off(live: Served) -> None:
    request = identified(live)
    plan, controller = newest(request), visitor(live, Role.CONTROLLER)
    show_again(controller)
    controller.post(f"{one(request)}plan/approve/", {"plan": plan.id, "typed": plan.digest[:8]})
    assert controller.post(f"{one(request)}plan/cancel/", {"plan": plan.id}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == PlanState.CANCELLED


def test_a_plan_of_another_request_is_not_approved_through_this_one(live: Served) -> None:
    request, other = identified(live), identified(live, "erase", f"bob.{MARKER}@post.example")
    plan, officer = newest(other), visitor(live, Role.OFFICER)
    show_again(officer)
    typed = {"plan": plan.id, "typed": plan.digest[:8]}
    assert officer.post(f"{one(request)}plan/approve/", typed).status_code == 404


def test_a_request_is_refused_on_a_ground_and_with_reasons(live: Served) -> None:
    request = identified(live)
    controller = visitor(live, Role.CONTROLLER)
    no = {"ground": "legal_claims", "reasons": "a claim is before the court"}
    assert visitor(live, Role.OFFICER).post(f"{one(request)}do/refuse/", no).status_code == 403
    bare = controller.post(f"{one(request)}do/refuse/", {})
    assert bare.status_code == 422
    (mistakes,) = page(bare).select(".errors ul")
    assert [line.get_text() for line in mistakes.find_all("li")] == [
        "Choose the ground on which it is refused",
        "Say why the ground applies here",
    ]
    assert controller.post(f"{one(request)}do/refuse/", no).status_code == 302
    assert "refused" in headline(controller.get(one(request)))
    assert no["reasons"] in letters(live, request)["refuse"]


def test_a_copy_is_clarified_and_its_clock_stands_until_the_answer(live: Served) -> None:
    request = ask(live, "copy", PHONE, reply_to="caller@post.example")  # a question has to reach somebody
    live.work()
    support = visitor(live, Role.SUPPORT)
    support.post(f"{one(request)}do/seen/", {"method": "known", "note": "a voice that we know"})
    assert support.post(f"{one(request)}do/clarify/", {"words": "Which calls?"}).status_code == 302
    shown = support.get(one(request))
    assert "paused until" in headline(shown)
    assert "paused" in words(support.get(REQUESTS))
    live.clock.forward(days=3)
    support = visitor(live, Role.SUPPORT)
    assert support.post(f"{one(request)}do/answered/").status_code == 302
    assert "left" in headline(support.get(one(request)))


def test_a_question_is_answered_and_a_complaint_passed_on(live: Served) -> None:
    question = ask(live, "question", reply_to="q@post.example", words="Why?")
    complaint = ask(live, "complaint", reply_to="c@post.example", words="Too slow")
    support, controller = visitor(live, Role.SUPPORT), visitor(live, Role.CONTROLLER)
    assert support.post(f"{one(question)}do/answer/", {"words": "Because."}).status_code == 302
    assert "Because." in letters(live, question)["answer"]
    assert support.post(f"{one(complaint)}do/pass-on/").status_code == 302
    assert visitor(live, Role.OFFICER).post(f"{one(complaint)}do/conclude/", {"words": "No."}).status_code == 409
    both = {"words": "You are right.", "put_right": "It is gone.", "nothing_to_put_right": "on"}
    shown = controller.post(f"{one(complaint)}do/conclude/", both)
    assert shown.status_code == 422
    assert page(shown).select(".errors a[href='#conclude-nothing_to_put_right']")  # a line of the summary leads there,
    assert page(shown).select(".field.bad #conclude-nothing_to_put_right_error")  # where it says why
    assert dangling(shown) == []
    said = {"words": "You are right.", "put_right": "We answer within a day now.\r\n\r\nIt is gone."}
    assert controller.post(f"{one(complaint)}do/conclude/", said).status_code == 302
    outcome = letters(live, complaint)["complaint_outcome"]
    assert "We answer within a day now." in outcome
    assert "nothing that we must put right" not in outcome


def test_an_open_complaint_is_never_called_answered(live: Served) -> None:
    complaint = ask(live, "complaint", reply_to="c@post.example", words="Too slow")
    support = visitor(live, Role.SUPPORT)
    shown = support.get(one(complaint))
    assert headline(shown) == "Complaint: acknowledged; not answered yet"
    assert "Acknowledged on 25 November 2026. The law sets no day for the outcome." in clock_of(shown)
    assert "answered" not in clock_of(shown)
    assert "24 Dec" not in clock_of(shown)  # that day was for the acknowledgement alone
    clocks.note_not_acknowledged(live.context.at(live.clock.now), complaint.id)
    shown = support.get(one(complaint))
    assert headline(shown) == "Complaint: acknowledge it; 29 days left"
    assert "not yet acknowledged; 29 days left" in clock_of(shown)
    assert "a complaint is acknowledged within 30 days" in clock_of(shown)


def clock_of(response: TestResponse) -> str:
    (found,) = page(response).select("section[aria-labelledby=clock-title]")
    return " ".join(found.get_text(" ").split())


def test_the_day_of_deletion_of_a_closed_request_is_not_told_as_past(live: Served) -> None:
    request = identified(live)
    support = visitor(live, Role.SUPPORT)
    assert support.post(f"{one(request)}do/withdraw/").status_code == 302
    request.refresh_from_db()
    assert request.forget_on is not None
    assert f"Its personal data is to be deleted on {long_day(request.forget_on)}." in words(support.get(one(request)))
    live.clock.now += timedelta(days=(request.forget_on - live.context.today).days + 1)
    expiry.forget_request(live.context.at(live.clock.now), request.id)
    shown = words(visitor(live, Role.SUPPORT).get(one(request)))
    assert "Its personal data is deleted." in shown
    assert "to be deleted" not in shown


def test_what_is_typed_is_not_lost_when_the_runner_says_no(live: Served) -> None:
    request = identified(live)
    officer = visitor(live, Role.OFFICER)
    officer.post(f"{one(request)}do/clarify/", {"words": "first"})
    again = officer.post(f"{one(request)}do/clarify/", {"words": "a long question"})
    assert again.status_code == 409
    assert "still open" in words(again)


def test_unverified_requests_are_listed_for_those_who_deal_with_them(live: Served) -> None:
    request = ask(live)
    support = visitor(live, Role.SUPPORT)
    listed = support.get(REQUESTS)
    assert request.reference in listed.text
    assert "days are counted from receipt" in words(listed) or "day is counted from receipt" in words(listed)
    assert request.events.filter(kind="identity.in_list").count() == 1
    assert request.reference not in visitor(live, Role.AUDITOR).get(REQUESTS).text
    assert request.reference in support.get(f"{REQUESTS}?status=unverified").text
    assert request.reference not in visitor(live, Role.AUDITOR).get(f"{REQUESTS}?status=unverified").text


def test_the_list_goes_on_where_the_page_before_ended(live: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    made = [ask(live, "question", reply_to=f"q{n}@post.example", words="?") for n in range(5)]
    context = live.as_of(Role.OFFICER)
    seen: list[str] = []
    page = desk.listed(context, desk.Chosen())
    while page.after:
        seen += [row.request.reference for row in page.rows]
        page = desk.listed(context, desk.Chosen(), page.after)
    seen += [row.request.reference for row in page.rows]
    assert sorted(seen) == sorted(one.reference for one in made)


def test_a_letter_on_paper_is_printed_and_ticked_off(live: Served) -> None:
    request = on_paper(live)
    support, waits = visitor(live, Role.SUPPORT), "/console/letters/"
    assert "One letter is to be printed" in headline(support.get(waits))
    (letter,) = request.messages.all()
    paper = support.post(f"{waits}{letter.id}/paper/", LOOKS)
    assert paper.data.startswith(b"%PDF")
    assert Reading.objects.get().what == "letter"
    read = support.post(f"{waits}{letter.id}/", LOOKS)
    assert f"Reference: {request.reference}" in words(read)
    assert "---" not in words(read)  # as mail has it, and a page has headings
    assert "What happens next" in [heading.get_text() for heading in page(read).select(".letter h3")]
    for never in ("9999-01-01", "2000-01-01", "yesterday"):
        assert support.post(f"{waits}{letter.id}/posted/", {"on": never}).status_code == 409
    assert page(support.get(waits)).select_one(f"#on-{letter.id}") is not None
    day = live.context.day_of(letter.made_at)
    assert support.post(f"{waits}{letter.id}/posted/", {"on": day.isoformat()}).status_code == 302
    assert "No letter waits" in headline(support.get(waits))


def test_where_no_mail_server_is_named_the_console_says_that_letters_wait(live: Served) -> None:
    request = identified(live)
    support, waits = visitor(live, Role.SUPPORT), "letters wait for a mail server"
    today = visitor(live, Role.ADMINISTRATOR).get("/console/")
    assert waits in headline(today)
    assert "No mail server is named: " in words(today)
    assert waits in headline(support.get("/console/letters/"))
    assert "Mail goes by itself" not in words(support.get("/console/letters/"))
    about = words(support.get(one(request)))
    assert "on its way: no mail server is named in the policy" in about
    assert "no-server" not in about
    (doctors,) = [found.says for found in examine(live.folder, live.clock.now) if found.about == "letters"]
    assert "to be mailed once a server is named" in doctors


def test_nobody_of_the_staff_reads_a_code(live: Served) -> None:
    request = ask(live)
    live.work()
    code = request.messages.get(template="identity")
    answer = visitor(live, Role.CONTROLLER).post(f"/console/letters/{code.id}/", LOOKS)
    assert (answer.status_code, live.codes(request.reference)[0] in answer.text) == (409, False)


def test_a_copy_that_cannot_be_fetched_is_handed_over_by_an_officer_for_a_reason(live: Served) -> None:
    request = identified(live, "copy")
    (parcel,) = request.parcels.all()
    officer, way = visitor(live, Role.OFFICER), f"{one(request)}parcels/{parcel.id}/"
    assert visitor(live, Role.SUPPORT).post(way, LOOKS).status_code == 403
    fetched = officer.post(way, LOOKS)
    assert fetched.data.startswith(b"PK")
    assert officer.post(f"{one(ask(live))}parcels/{parcel.id}/", LOOKS).status_code == 404
    shown = words(officer.get(one(request)))
    assert "What was withheld" in shown


def test_each_role_has_its_own_day(live: Served) -> None:
    logged = ask(live, "question", reply_to="q@post.example", words="?")
    identified(live)
    for role, told in (
        (Role.OFFICER, "You are the second person"),
        (Role.SUPPORT, "Somebody waits for a word"),
        (Role.AUDITOR, "requests are open"),
    ):
        assert told in words(visitor(live, role).get("/console/")), role
    administrator = words(visitor(live, Role.ADMINISTRATOR).get("/console/"))
    assert logged.reference not in administrator
    assert "open" not in administrator


def test_a_plan_too_old_to_approve_is_planned_anew_wherever_it_is_met(live: Served) -> None:
    request = identified(live)
    old = newest(request)
    live.clock.forward(days=7)
    controller, officer = visitor(live, Role.CONTROLLER), visitor(live, Role.OFFICER)
    today = words(officer.get("/console/"))
    assert "Plan it again: " in today
    assert f"Plan {old.digest[:8]} is too old to approve." in today
    assert "You are the second person" not in today
    about, shown = officer.get(one(request)), officer.get(f"{one(request)}plan/")
    assert "too old to approve" in headline(about)
    assert form_of(shown, "approve/") is None
    assert all(form_of(response, "do/plan/") for response in (about, shown))
    assert officer.post(f"{one(request)}do/plan/").status_code == 302
    assert newest(request) != old
    assert form_of(controller.get(f"{one(request)}plan/"), "approve/") is not None


def test_a_request_that_is_due_and_planned_stands_in_one_line_that_says_both(live: Served) -> None:
    request = identified(live)
    for days, due in ((30, "It must be answered within a week."), (20, "Its last day is past.")):
        live.clock.forward(days=days)
        visitor(live, Role.SUPPORT).post(f"{one(request)}do/plan/")
        today = visitor(live, Role.OFFICER).get("/console/")
        lines = [" ".join(line.get_text(" ").split()) for line in page(today).select(".next li")]
        about = [line for line in lines if request.reference in line]
        assert len(about) == 1
        assert f"Read the plan {newest(request).digest[:8]}, and decide" in about[0]
        assert f"{due} You are the second person." in about[0]
        assert "plan waits for you" in headline(today)
        assert ("is late" if "past" in due else "must be answered within a week") in headline(today)


def test_a_page_asks_the_books_at_most_fifteen_times(live: Served) -> None:
    request = identified(live)
    ask(live, "question", reply_to="q@post.example", words="?")
    officer = visitor(live, Role.OFFICER)
    paths = ["/console/", REQUESTS, one(request), f"{one(request)}plan/", "/console/holds/", "/console/letters/"]
    counted = {path: queries(officer, path) for path in paths}
    assert max(counted.values()) <= 15, counted


def test_holds_by_hand_come_page_by_page_the_oldest_first(live: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "PAGE", 2)
    at = live.clock.now
    made = [
        HandHold.objects.create(name=f"case {n}", law="CPR 31", sealed=b"", placed_at=at - timedelta(days=9 - n // 2))
        for n in range(5)
    ]
    context, pages = live.context, [holds.holds(live.context)]
    while pages[-1].after:
        pages.append(holds.holds(context, pages[-1].after))
    assert [len(page.standing) for page in pages][-2:] == [2, 1]
    seen = [one.hold.id for page in pages for one in page.standing]
    assert seen == [one.id for one in sorted(made, key=lambda one: (one.placed_at, one.id))]
    shown = words(visitor(live, Role.OFFICER).get("/console/holds/"))
    assert "Five holds are placed by hand" in shown
    assert "Next page" in shown


def test_characters_that_nobody_sees_are_shown_on_every_page_and_go_back_as_they_came(live: Served) -> None:
    turned = "ab\u202egnp.exe\u2066\u200f\x9b"
    request = identified(live, words=turned, name=f"Alice {turned}")
    support = visitor(live, Role.SUPPORT)
    in_full = support.post(f"{one(request)}in-full/", LOOKS)
    assert "ab[U+202E]gnp.exe[U+2066][U+200F][U+009B]" in words(in_full)
    assert "<bdi>Alice ab[U+202E]gnp.exe" in in_full.text
    slip = support.post(f"{REQUESTS}new/", {"right": "erase", "received_on": "", "identities": ALICE, "words": turned})
    assert turned in page(slip).select("textarea[name=words]")[0].text
    for shown in (in_full, support.get(one(request)), support.get(REQUESTS)):
        assert not {*shown.text} & {*"\u202e\u2066\u200f\x9b"}


def test_a_copy_to_the_address_on_file_says_so_and_nobody_reads_its_link(
    live: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = replace(live.context.policy.firm, mail=Mail("127.0.0.1", 9, "none", site="https://privacy.harm.example"))
    policy = replace(live.context.policy, firm=portal)
    monkeypatch.setattr(live, "context", replace(live.context, policy=policy))
    ask(live, "erase", reply_to=ALICE)  # from which it is known that the address stands
    live.work()
    live.clock.forward(days=31)
    request = ask(live, "copy", reply_to=ALICE)
    for _ in range(3):
        live.work()
    request.refresh_from_db()
    assert request.status == Status.CLOSED
    shown = visitor(live, Role.SUPPORT).get(one(request))
    said = words(shown)
    assert "the address on file, without a code (Art. 12(6))" in said
    assert "No code is asked for: the copy goes to the address on file (Art. 12(6))" in said
    assert "A one-time link to the copy goes to the address on file" in said
    assert "no link was used yet" in said
    letter = request.messages.get(template="copy_link")
    assert f"/console/letters/{letter.id}/" not in shown.text
    refused = visitor(live, Role.SUPPORT).post(f"/console/letters/{letter.id}/", LOOKS)
    assert f"/copy/{request.reference}/" not in refused.text


def test_today_and_the_request_say_which_letter_did_not_reach_the_person_and_why(live: Served) -> None:
    addressed = identified(live, "erase", reply_to=ALICE)
    without = intake.receive_request(
        live.as_of(Role.SUPPORT), "complaint", Asked(words="You never call back."), "telephone"
    )
    clocks.extend_time(live.as_of(Role.OFFICER), addressed, "there are nine systems")
    addressed.messages.filter(template="extend").update(state="sent", sent_at=live.clock.now)
    note_returned_letters(live.context.at(live.clock.now), [addressed.messages.get(template="extend").id])
    support = visitor(live, Role.SUPPORT)
    today = words(support.get("/console/"))
    for request, letter in ((addressed, "We need more time"), (without, "We have the complaint")):
        assert f"{request.reference}. A letter did not reach them: “{letter}”. Nobody has told them." in today
    assert "No letter has reached them" not in today
    said = "Call them, or tell them when they are there."
    assert f"A letter could not be delivered. {said}" in words(support.get(one(addressed)))
    assert "There is no address" not in words(support.get(one(addressed)))
    assert f"There is no address for a letter. {said}" in words(support.get(one(without)))
    assert "could not be delivered" not in words(support.get(one(without)))


def test_of_a_letter_without_an_address_that_says_nothing_new_nobody_is_asked_to_tell_the_person(live: Served) -> None:
    request = intake.receive_request(live.as_of(Role.SUPPORT), "erase", Asked(identities=(ALICE,)), "telephone")
    about = visitor(live, Role.SUPPORT).get(one(request))
    assert "There is no address for a letter: We have the request" in words(about)
    assert "Tell the person" not in words(about)
    assert form_of(about, "do/person-told/") is None


def test_letters_that_did_not_arrive_are_counted_alike_everywhere(live: Served) -> None:
    request = identified(live, "erase", reply_to=ALICE)
    clocks.extend_time(live.as_of(Role.OFFICER), request, "there are nine systems")
    sent = request.messages.filter(template__in=("identity", "extend"))
    for letter in sent:
        letter.state, letter.sent_at = "sent", live.clock.now
        letter.sealed = None if letter.template == "identity" else letter.sealed  # a code that has left is destroyed
        letter.save()
    note_returned_letters(live.context.at(live.clock.now), [letter.id for letter in sent])
    (doctors,) = [found.says for found in examine(live.folder, live.clock.now) if found.about == "letters"]
    assert doctors.startswith("1 did not arrive")
    assert [one.state for one in list_waiting_letters()].count("failed") == 1
    support = visitor(live, Role.SUPPORT)
    assert "One did not arrive" in headline(support.get("/console/letters/"))
    assert "See to one letter" in words(support.get("/console/"))
