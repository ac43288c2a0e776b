"""Every page of the public: nothing for axe to find, nothing that runs over at 320 pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bailee.requests import approval, clocks, refusals
from bailee.requests.unsubscriptions import make_unsubscribe_token
from bailee.store.models import Plan, Role
from tests.web.browser import silent, turns_of
from tests.web.public.browsing import page_of
from tests.web.public.live import ALICE, BOB, Open
from tests.web.stories.conftest import Visit

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def looked_at(page: Page, name: str) -> None:
    """Look at a page as axe does, and on the narrowest screen."""
    page.wait_for_load_state()
    for scheme, width in turns_of(name):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, width)
        found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
        assert [(name, each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, 320)
    assert page.locator("h1:visible").count() == 1


@contextmanager
def seen(visit: Visit, browser: Browser) -> Iterator[Page]:
    """A page that axe can look into, with the cookies of the one that runs no script; nothing breaks its policy."""
    page = page_of(browser, visit.port)
    page.context.add_cookies(visit.page.context.cookies())  # type: ignore[arg-type]
    try:
        with silent(page):
            yield page
    finally:
        page.context.close()


def test_pages_that_anybody_sees(visit: Visit, browser: Browser) -> None:
    live = visit.live
    live.look()
    paths = {
        "notice": "/", "ask": "/ask", "find": "/request", "door": "/request/7K3D-9Q2F-M4TX", "verify": "/verify",
        "unsubscribe": f"/unsubscribe/{make_unsubscribe_token(live.context, BOB)}",
        "unsubscribe-none": "/unsubscribe/x",
        "prove": "/prove/7K3D-9Q2F-M4TX/abc", "copy": "/copy/7K3D-9Q2F-M4TX/abc",
    }  # fmt: skip
    with seen(visit, browser) as page:
        for name, path in paths.items():
            page.goto(path)
            looked_at(page, name)
        page.goto(paths["copy"])
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_role("alert")).to_contain_text("This link opens nothing.")
        looked_at(page, "copy-over")
        notice = live.folder / "notice.md"
        notice.write_text(notice.read_text().replace("within one month", "within two weeks"))
        page.goto("/")
        page.goto("/notice/versions")
        looked_at(page, "versions")


def test_pages_of_a_question(visit: Visit, browser: Browser) -> None:
    with seen(visit, browser) as page:
        page.goto("/ask?right=correct")
        page.get_by_label("Email address").fill("alice.byrne.example")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".errors")).to_be_focused()
        looked_at(page, "who-error")
        page.get_by_label("Email address").fill(ALICE)
        page.get_by_role("button", name="Continue").click()
        looked_at(page, "wrong")
        page.get_by_label("What is wrong").fill("my email address")
        page.get_by_label("What it should say").fill("alice@right.example")
        page.get_by_role("button", name="Continue").click()
        looked_at(page, "reach")
        page.get_by_role("button", name="Continue").click()
        looked_at(page, "check")
        page.get_by_role("button", name="Send the request").click()
        looked_at(page, "sent")


@pytest.mark.parametrize("state", ["planned", "asked", "refused", "held", "ready"])
def test_a_request_in_its_states(visit: Visit, browser: Browser, state: str) -> None:
    live = visit.live
    reference = live.ask("copy" if state in {"asked", "ready"} else "erase", email=ALICE, reply_to=ALICE)
    live.enter(reference)
    _bring(live, reference, state)
    cookie = live.browser.get_cookie("bailee-mine")
    assert cookie is not None
    with seen(visit, browser) as page:
        page.context.add_cookies(
            [{"name": "bailee-mine", "value": cookie.value, "url": f"http://127.0.0.1:{visit.port}"}]
        )
        page.goto(f"/request/{reference}")
        looked_at(page, f"status-{state}")
        if state == "planned":
            for path in ("withdraw", "complain"):
                page.goto(f"/request/{reference}/{path}")
                looked_at(page, path)


def _bring(live: Open, reference: str, state: str) -> None:
    made = live.request(reference)
    if state == "asked":
        clocks.ask_clarification(live.by(Role.SUPPORT), made, "Which of your two lines do you mean?")
        live.clock.forward(minutes=20)
        return
    live.work()
    if state == "refused":
        refusals.refuse_request(live.by(Role.CONTROLLER), made, "legal_claims", "A claim of yours is open.")
    if state == "held":
        plan = Plan.objects.get(request=made)
        approval.approve_plan(live.by(Role.OFFICER), plan.id, plan.digest[:8])
        live.until_done("act", "settle")
        live.press(f"/request/{reference}/code", page=f"/request/{reference}")
        live.enter(reference)
