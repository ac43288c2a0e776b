"""Make a request: one question a page, nothing is sent before all was seen, and everybody is told the same."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from bailee.policy import load
from bailee.requests.request_content import open_asked
from bailee.store.models import Message, Request, WebSession
from bailee.web.pages.form_limits import FORMS, SESSIONS
from bailee.web.public.questions import WhoQuestion, asked_of
from tests.web.public.live import ALICE, Open

STRANGER = "nobody.known@stranger.example"


def test_somebody_asks_for_erasure(live: Open) -> None:
    reference = live.ask("erase", email=ALICE, reply_to=ALICE)
    made = live.request(reference)
    assert (made.right, made.status, made.channel) == ("erase", "unverified", "portal")
    asked = open_asked(live.context, made)
    assert (asked.identities, asked.reply_to) == ((ALICE,), ALICE)


@pytest.mark.parametrize(
    ("right", "answers"),
    [
        ("copy", {"email": ALICE, "reply_to": ALICE}),
        ("correct", {"phone": "020 7946 0991", "target": "my email", "value": "a@new.example", "reply_to": ALICE}),
        ("restrict", {"email": ALICE, "words": "it is wrong", "reply_to": ALICE, "agent": "Mo, her son"}),
        ("portability", {"email": ALICE, "address": "1 Quay Street\nPort Ellery\nZZ1 1AA"}),
        ("object", {"email": ALICE, "reply_to": ALICE}),
        ("question", {"words": "Who reads my mail?", "reply_to": ALICE}),
        ("complaint", {"words": "Nobody answered.", "target": "7K3D", "reply_to": ALICE}),
    ],
)
def test_every_right_can_be_asked_for(live: Open, right: str, answers: dict[str, str]) -> None:
    made = live.request(live.ask(right, **answers))
    asked = open_asked(live.context, made)
    assert made.right == right
    assert asked.words == answers.get("words", "")
    assert (asked.target, asked.value, asked.agent) == tuple(answers.get(n, "") for n in ("target", "value", "agent"))


def test_nothing_is_stored_in_clear_and_nothing_sent_before_the_button(live: Open) -> None:
    live.press("/ask", {"right": "erase"})
    live.press("/ask/who", {"email": ALICE})
    live.press("/ask/reach", {"reply_to": ALICE})
    page = live.get("/ask/check").get_data(as_text=True)
    assert page.count(ALICE) == 2
    assert not Request.objects.exists()
    assert all(ALICE.encode() not in bytes(row.sealed) for row in WebSession.objects.all())
    cookie = live.browser.get_cookie("__Host-bailee")
    assert cookie is not None
    assert ALICE not in cookie.value


def test_what_was_answered_is_gone_when_it_is_sent(live: Open) -> None:
    live.ask("erase", email=ALICE, reply_to=ALICE)
    assert live.get("/ask/check").location == "/ask"
    assert ALICE not in live.get("/ask/who", follow_redirects=True).get_data(as_text=True)
    assert Request.objects.count() == 1


def test_a_second_press_sends_nothing(live: Open) -> None:
    seen = answered(live, "erase")
    sent = [live.press("/ask/send", {"seen": seen}, page="/ask").location for _ in range(2)]
    answered(live, "copy")  # another one is begun, and then the page of the first is sent once more
    sent.append(live.press("/ask/send", {"seen": seen}, page="/ask").location)
    assert sent == ["/ask/sent"] * 3
    assert [one.right for one in Request.objects.all()] == ["erase"]
    assert "Have a copy" in live.get("/ask/check").get_data(as_text=True)
    live.press("/ask/send", page="/ask/check")
    answered(live, "copy")
    live.press("/ask/send", page="/ask/check")  # the same once more, but from its own pages: meant so
    assert Request.objects.count() == 3


def answered(live: Open, right: str) -> str:
    """Answer all questions, and return by what the page of answers tells what it shows."""
    live.press("/ask", {"right": right})
    live.press("/ask/who", {"email": ALICE})
    live.press("/ask/reach", {"reply_to": ALICE})
    found = re.search(r'name="seen" value="([^"]+)"', live.get("/ask/check").get_data(as_text=True))
    assert found is not None
    return found[1]


def test_what_is_sent_is_what_its_page_has_shown(live: Open) -> None:
    seen = answered(live, "copy")
    other = live.get("/ask?right=erase").get_data(as_text=True)  # any link leads there, and changes nothing
    assert "You have begun another request, and not sent it" in other
    assert re.search(r'value="erase"[^>]* checked', other)
    assert "Have a copy" in live.get("/ask/check").get_data(as_text=True)
    assert live.get("/ask?right=copy").location == "/ask/who"
    live.press("/ask", {"right": "erase"})
    again = live.press("/ask/send", {"seen": seen}, page="/ask")
    assert (again.status_code, Request.objects.count()) == (409, 0)
    assert "Your answers have changed" in again.get_data(as_text=True)
    assert "Erase what you hold about me" in again.get_data(as_text=True)
    live.press("/ask/send", page="/ask/check")
    assert Request.objects.get().right == "erase"


def test_a_mistake_is_said_beside_the_field_and_above(live: Open) -> None:
    live.press("/ask", {"right": "erase"})
    page = live.press("/ask/who", {"email": "alice.byrne.example"})
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert text.count("The email address has no “@”, such as alice@byrne.example") == 2
    assert "<title>Error:" in text
    assert 'href="#id_email"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="alice.byrne.example"' in text


@pytest.mark.parametrize(
    ("step", "answers", "says"),
    [
        ("", {}, "Choose what you would like us to do"),
        ("who", {}, "Give an email address, or a telephone number"),
        ("who", {"phone": "12"}, "This is no telephone number"),
        ("reach", {}, "Give an email address, or a postal one"),
        ("reach", {"address": "\n".join("abcdefghij")}, "at most eight lines"),
        ("who", {"email": ALICE, "website": "http://spam.example"}, "a field that nobody sees"),
    ],
)
def test_what_is_missing_is_said(live: Open, step: str, answers: dict[str, str], says: str) -> None:
    if step:
        live.press("/ask", {"right": "erase"})
    page = live.press(f"/ask/{step}".rstrip("/"), answers)
    assert page.status_code == 422
    assert says in page.get_data(as_text=True)


def test_a_page_that_was_skipped_is_asked(live: Open) -> None:
    live.press("/ask", {"right": "correct"})
    assert live.get("/ask/check").location == "/ask/who"
    assert live.get("/ask/question").status_code == 404
    live.browser.delete_cookie("__Host-bailee")
    assert live.get("/ask/who").location == "/ask"


def test_the_notice_leads_into_the_question(live: Open) -> None:
    assert live.get("/ask?right=copy").location == "/ask/who"
    assert live.get("/ask?right=question").location == "/ask/question"
    assert live.get("/ask?right=everything").status_code == 200


def test_too_many_requests_are_refused_in_words(live: Open) -> None:
    for _ in range(20):
        live.ask("question", words="again", reply_to=ALICE)
    live.press("/ask", {"right": "question"})
    live.press("/ask/question", {"words": "again"})
    live.press("/ask/reach", {"reply_to": ALICE})
    page = live.press("/ask/send", page="/ask/check")
    assert page.status_code == 429
    assert "Too many attempts" in page.get_data(as_text=True)
    assert int(page.headers["Retry-After"]) > 0
    assert "again" in live.get("/ask/check").get_data(as_text=True)  # nothing of what was typed is lost


def test_known_or_not_the_pages_say_the_same(live: Open) -> None:
    said = []
    for who in (ALICE, STRANGER):
        reference = live.ask("erase", email=who, reply_to="same@post.example")
        sent = live.get("/ask/sent").get_data(as_text=True)
        live.work()
        door = live.get(f"/request/{reference}").get_data(as_text=True)
        live.press(f"/request/{reference}/code", page=f"/request/{reference}")
        told = live.get(f"/request/{reference}?code=sent").get_data(as_text=True)
        wrong = live.press(f"/request/{reference}", {"code": "2222-2222"}).get_data(as_text=True)
        said.append([_same(page, reference) for page in (sent, door, told, wrong)])
    assert said[0] == said[1]
    assert {one.request.reference for one in Message.objects.filter(template="identity") if one.request}


def test_known_or_not_the_books_are_asked_the_same(live: Open) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sent: dict[str, set[tuple[str, ...]]] = {ALICE: set(), STRANGER: set()}
    live.ask("erase", email="warm@post.example", reply_to="warm@post.example")
    for turn in range(3):
        for who, seen in sent.items():
            with CaptureQueriesContext(connection) as told:
                live.ask("erase", email=who, reply_to=f"{turn}.{len(who)}@post.example")
            seen.add(tuple(_SAVEPOINT.sub("", " ".join(query["sql"].split()[:3])) for query in told))
    assert sent[ALICE] == sent[STRANGER]  # so it takes as long: nobody is looked up, in the books or in a system
    assert all(len(statements) > 5 for statements in sent[ALICE])


_SAVEPOINT = re.compile(r' "s\d+_x\d+"')
"""The name of a savepoint: Django counts them over the life of a connection."""


def _same(page: str, reference: str) -> str:
    """A page without what is random in it."""
    parts = page.replace(reference, "REFERENCE").split('name="csrfmiddlewaretoken" value="')
    return "".join([parts[0], *(part.partition('"')[2] for part in parts[1:])])


def test_whoever_is_known_by_a_number_of_the_firms_may_give_that(live: Open) -> None:
    crm = live.folder / "systems" / "crm.yaml"
    joins = "joins: verified}\n      account: {column: id, stored: raw, joins: confirm}"
    crm.write_text(crm.read_text().replace("joins: verified}", joins, 1).replace("    opaque: {id: a number}\n", ""))
    form = WhoQuestion({"known_account": "TN-20417"}, policy=load(live.folder), answers={})
    assert form.fields["known_account"].label == "Account"
    assert "in our letters and invoices" in str(form.fields["known_account"].help_text)
    assert "known_account" in form.optional
    assert form.is_valid(), form.errors
    assert asked_of(form.told).identities == ("account:TN-20417",)


# --- too much ------------------------------------------------------------------------------------------------


def test_one_visitor_leaves_so_many_sessions_and_no_more(live: Open) -> None:
    def statuses(place: str, times: int) -> list[int]:
        where = {"REMOTE_ADDR": place}
        return [Client(live.app).get("/ask?right=erase", environ_base=where).status_code for _ in range(times)]

    before = WebSession.objects.count()
    got = statuses("198.51.100.7", SESSIONS.calls + 5)
    assert (got.count(302), got[-1]) == (SESSIONS.calls, 429)
    assert WebSession.objects.count() == before + SESSIONS.calls
    assert statuses("198.51.100.8", 1) == [302]
    live.clock.forward(minutes=11)
    assert statuses("198.51.100.7", 1) == [302]


def test_one_visitor_sends_so_many_forms_a_minute_and_no_more(live: Open) -> None:
    got = [live.press("/request", {"reference": ""}).status_code for _ in range(FORMS.calls + 1)]
    assert (set(got[:-1]), got[-1]) == ({422}, 429)
    assert "network address" in live.press("/request", {"reference": ""}).get_data(as_text=True)


def test_unsubscribing_is_not_counted_among_forms(live: Open) -> None:
    path = "/unsubscribe/no-token-of-ours"
    assert {live.browser.post(path).status_code for _ in range(FORMS.calls + 5)} == {404}


def test_what_somebody_typed_unseen_is_shown_back_and_stored_as_it_was(live: Open) -> None:
    turned = "Mo\u202eoM\u2066\u200e"
    live.press("/ask", {"right": "erase"})
    live.press("/ask/who", {"email": ALICE})
    live.press("/ask/reach", {"reply_to": ALICE, "agent": turned})
    page = live.get("/ask/check").get_data(as_text=True)
    made = live.request(live.ask("erase", email=ALICE, reply_to=ALICE, agent=turned))
    assert open_asked(live.context, made).agent == turned
    assert "Mo[U+202E]oM[U+2066][U+200E]" in page
    assert not {*page} & {*turned} - {*"Mo"}
