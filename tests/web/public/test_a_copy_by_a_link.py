"""The one-time link to a copy: a button, once; opened by machines it is whole, and it leaks to nobody."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from bailee.store.models import Message, Proof, Request, Role, SeenContact
from tests.web.public.live import ALICE, Open

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


def stood(live: Open) -> None:
    """Let an earlier request have seen the addresses of Alice, and thirty days go by."""
    live.ask("erase", email=ALICE, reply_to=ALICE)
    live.work()
    assert SeenContact.objects.exists()
    live.clock.forward(days=31)
    live.work()


def by_link(live: Open, right: str = "copy") -> tuple[str, str]:
    """Let Alice ask for a copy, and a worker pack it; return the reference, and the path of the link."""
    reference = live.ask(right, email=ALICE, reply_to=ALICE)
    live.work()
    live.work()
    letter = live.letter(reference, "copy_link")
    link = next(word for word in letter.split() if f"/copy/{reference}/" in word)
    assert link.startswith("https://privacy.quill.example/copy/")
    Message.objects.filter(template="copy_link").update(state="sent", sealed=None)  # as a mail server would have it
    return reference, link.removeprefix("https://privacy.quill.example")


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def test_the_link_opens_the_copy_by_its_button_once(live: Open) -> None:
    stood(live)
    reference, link = by_link(live)
    for method in ("get", "head", "get"):  # a mail program, a scanner, and then its reader, open it
        assert getattr(live.browser, method)(link).status_code == 200
    assert not Proof.objects.filter(method="on file").exclude(proven_at=None).exists()
    assert live.press(link).location == f"/request/{reference}"
    page = text(live.get(f"/request/{reference}"))
    assert "What you asked for is ready" in page
    assert "By a link to the address that we have on file." in page
    way = f"/request/{reference}/parcels/{live.request(reference).parcels.get().id}"
    assert live.press(way, page=f"/request/{reference}").data.startswith(b"PK")
    second = Client(live.app)
    live.browser = second
    used = live.press(link)
    assert used.status_code == 422
    assert "This link was used before: it works once." in text(used)
    assert "Send me a new code" in text(used)
    assert "Show that it is yours" in text(live.get(f"/request/{reference}"))


def test_what_staff_fetched_for_a_person_is_not_said_to_be_downloaded_by_them(live: Open) -> None:
    from bailee.requests.copy_packages import fetch_copy
    from bailee.store.access_log import Reason

    stood(live)
    reference, link = by_link(live)
    live.press(link)
    fetch_copy(live.by(Role.CONTROLLER), live.request(reference).parcels.get(), bytes, reason=Reason.CONTACT)
    told = text(live.get(f"/request/{reference}"))
    assert "What you asked for is ready" in told
    assert "You downloaded it first on" not in told


def test_a_download_that_broke_off_begins_again_where_the_link_was_opened_and_nowhere_else(live: Open) -> None:
    """The link stays used. Elsewhere, or later, the code is asked for, which goes to the address on file alone."""
    stood(live)
    reference, link = by_link(live)
    assert "If the download breaks off, download it again there, or have a code sent: you can for 24 hours." in text(
        live.get(link)
    )
    live.press(link)
    way = f"/request/{reference}/parcels/{live.request(reference).parcels.get().id}"
    says = "you can until 24 hours after the first download, and no longer than it waits"
    before = text(live.get(f"/request/{reference}"))
    assert (says in before, "You downloaded it first on" in before) == (True, False)
    assert "Here, for 30 days, or for 24 hours after you have downloaded it. Then it is destroyed." in before
    first = live.press(way, page=f"/request/{reference}").data
    after = text(live.get(f"/request/{reference}"))
    assert (says in after, "You downloaded it first on" in after) == (True, True)
    assert live.press(way, page=f"/request/{reference}").data == first
    hers, live.browser = live.browser, Client(live.app)
    assert live.press(link).status_code == 422
    assert "Show that it is yours" in text(live.get(f"/request/{reference}"))
    refused = live.press(way, page=f"/request/{reference}")
    assert (refused.status_code, b"PK" in refused.data[:4]) == (403, False)
    live.press(f"/request/{reference}/code", page=f"/request/{reference}")
    live.work()
    assert live.press(f"/request/{reference}", {"code": live.code(reference)}).status_code == 302
    assert live.press(way, page=f"/request/{reference}").data == first
    live.clock.forward(hours=23)
    live.browser = hers
    assert "You were away for a while" in text(live.get(f"/request/{reference}"))
    live.clock.forward(hours=1)
    live.work()
    assert live.request(reference).parcels.get().gone_at is not None
    assert "more than 24 hours ago" in text(live.press(link))


def test_a_link_whose_time_is_over_says_so_and_a_code_opens_the_copy(live: Open) -> None:
    stood(live)
    reference, link = by_link(live)
    live.clock.forward(days=7)
    assert "The time of this link is over." in text(live.press(link))
    went = live.press(f"/request/{reference}/code", page=link)
    assert went.location == f"/request/{reference}?code=sent"
    live.work()
    assert live.press(f"/request/{reference}", {"code": live.code(reference)}).status_code == 302
    assert "What you asked for is ready" in text(live.get(f"/request/{reference}"))


def test_a_link_that_is_guessed_opens_nothing_and_is_metered(live: Open) -> None:
    stood(live)
    reference, link = by_link(live)
    for guess in (f"/copy/{reference}/{'A' * 32}", f"/copy/2222-3333-4444/{link.rpartition('/')[2]}"):
        page = live.press(guess)
        assert (page.status_code, "This link opens nothing." in text(page)) == (422, True)
    for n in range(28):
        live.press(f"/copy/{reference}/{n}", page=link)
    assert live.press(link).status_code == 429
    live.clock.forward(hours=1, minutes=1)
    assert live.press(link).status_code == 302


def test_the_page_of_the_link_is_stored_and_told_nowhere(live: Open, caplog: pytest.LogCaptureFixture) -> None:
    stood(live)
    caplog.set_level(logging.DEBUG)
    _, link = by_link(live)
    token = link.rpartition("/")[2]
    page, taken = live.get(link), live.press(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert token not in text(page)
    assert token not in taken.headers["Location"]
    assert token not in caplog.text
    assert not [path for path in live.folder.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]


def test_a_host_that_is_not_ours_gets_no_page_and_is_in_no_link(live: Open) -> None:
    stood(live)
    _, link = by_link(live)
    for method in ("get", "post"):
        response = getattr(live.browser, method)(link, headers={"Host": "evil.example"})
        assert response.status_code == 400
    assert not Proof.objects.filter(method="on file").exclude(proven_at=None).exists()


def test_a_button_of_somebody_elses_site_uses_nothing(live: Open) -> None:
    stood(live)
    _, link = by_link(live)
    live.get(link)
    assert live.browser.post(link, headers={"Origin": "https://evil.example"}).status_code == 403
    assert not Proof.objects.filter(method="on file").exclude(proven_at=None).exists()


def test_the_session_of_a_link_ends_as_any_does(live: Open) -> None:
    stood(live)
    reference, link = by_link(live)
    live.press(link)
    live.clock.now += timedelta(minutes=31)
    assert "You were away for a while" in text(live.get(f"/request/{reference}"))


def test_what_is_said_when_a_copy_is_asked_for_is_the_same_for_everybody(live: Open) -> None:
    stood(live)
    said = set()
    for email in (ALICE, "zoe@post.example"):
        reference = live.ask("copy", email=email, reply_to=email)
        page = text(live.get("/ask/sent")).replace(reference, "REFERENCE")
        assert "with a link when it is ready, or with a code" in page
        live.work()
        door = text(Client(live.app).get(f"/request/{reference}")).replace(reference, "REFERENCE")
        said.add((page.partition("<main")[2], door.partition("<main")[2].partition("csrf")[0]))
    assert len(said) == 1
    assert {one.status for one in Request.objects.filter(right="copy")} == {"closed", "unverified"}


def test_the_api_takes_the_end_of_the_link_once(live: Open) -> None:
    stood(live)
    reference, link = by_link(live)
    way, code = f"/api/v1/requests/{reference}/prove", {"code": link.rpartition("/")[2]}
    first, second = (Client(live.app).post(way, json=code) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 403)


def test_staff_see_that_the_identity_is_the_address_on_file(live: Open) -> None:
    from bailee.cli.request.show import _page
    from bailee.web.api.case_shapes import describe_in_detail
    from bailee.web.console.request_words import METHODS, describe_event

    stood(live)
    reference, link = by_link(live)
    live.press(link)
    request = live.request(reference)
    assert str(METHODS["on file"]) == "the address on file, without a code (Art. 12(6))"
    assert [one.method for one in describe_in_detail(live.context, request).identity] == ["on file"]
    facts = " ".join(str(line) for line in _page(request, None))
    assert "the address on file, without a code (Art. 12(6))" in facts
    said = [describe_event(event, {}) for event in request.events.order_by("id")]
    assert "No code is asked for: the copy goes to the address on file (Art. 12(6))" in said
    assert "The link that was sent to the address on file was used" in said


def test_a_visit_from_before_the_address_was_doubted_is_over(live: Open) -> None:
    """Who reads her old mailbox comes in while staff wait for something, and keeps the page open."""
    from bailee.engine.systems import open_systems_of_context
    from bailee.requests import copy_packages, identity
    from bailee.store.models import Due

    stood(live)
    reference = live.ask("copy", email=ALICE, reply_to=ALICE)
    request = live.request(reference)
    with open_systems_of_context(live.context) as per_system:
        identity.identify_person(live.context, per_system, request)
    Due.objects.filter(about=request.id, kind="plan").update(at=live.clock.now + timedelta(days=1))  # it waits
    live.press(f"/request/{reference}/code", page=f"/request/{reference}")
    live.work()
    assert live.press(f"/request/{reference}", {"code": live.code(reference)}).status_code == 302
    assert "Show that it is yours" not in text(live.get(f"/request/{reference}"))
    live.clock.forward(minutes=10)
    SeenContact.objects.update(value="another")  # what stands there now was not seen before
    with open_systems_of_context(live.context) as per_system:
        assert copy_packages.pack_copy(live.context, per_system, live.request(reference)) is None
    assert live.request(reference).status == "unverified"
    live.clock.forward(minutes=10)
    assert "Show that it is yours" in text(live.get(f"/request/{reference}"))
