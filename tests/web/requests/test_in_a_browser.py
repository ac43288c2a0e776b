"""The desk in a real browser: what staff do there, without a mouse and without a finding of axe; and pictures.

The pictures are in build/pictures: 1280 and 390 pixels wide, light and dark, and the plan as it is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from bailee.store.models import HandHold, Plan, PlanState, Request, Role, Status
from tests.api.live import Served
from tests.harm.firm import ALICE, MARKER
from tests.web.browser import PICTURES, look, on_air, silent
from tests.web.requests.context import PHONE, Visitor, ask, identified, newest, on_paper, show_again
from tests.web.visitor import session_of

BOB = f"bob.{MARKER}@post.example"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@contextmanager
def console_of(browser: Browser, live: Served, address: str, role: Role, *, is_fresh: bool = False) -> Iterator[Page]:
    """A page on which the member of staff in a role is signed in, and whose console stays silent."""
    context = browser.new_context(base_url=address, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    came = Visitor(live)
    came.client.set_cookie(settings.SESSION_COOKIE_NAME, session_of(live, role))
    if is_fresh:
        show_again(came)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": came.cookie(), "url": address}])
    try:
        with silent(context.new_page()) as page:
            yield page
    finally:
        context.close()


def test_every_screen_of_the_desk_as_a_picky_reader_sees_it(live: Served, browser: Browser) -> None:
    erased = identified(live, words="Please erase everything that you hold about me.\nI have left.")
    copy = ask(live, "copy", PHONE)
    live.work()
    on_paper(live)
    ask(live, "complaint", reply_to="c@post.example", words="Too slow.")
    with on_air(live) as address:
        with console_of(browser, live, address, Role.OFFICER) as page:
            for name, path in (
                ("today", ""),
                ("requests", "requests/"),
                ("request", f"requests/{erased.reference}/"),
                ("request-unverified", f"requests/{copy.reference}/"),
                ("request-new", "requests/new/"),
                ("plan", f"requests/{erased.reference}/plan/"),
                ("letters", "letters/"),
                ("holds", "holds/"),
            ):
                page.goto(f"/console/{path}")
                look(page, f"desk-{name}")
            page.goto(f"/console/requests/{erased.reference}/")
            page.get_by_role("button", name="Look in all systems").click()
            page.get_by_text("rows are held").wait_for()
            page.locator("#found summary").first.click()
            look(page, "desk-request-found")
            page.goto(f"/console/requests/{erased.reference}/plan/")
            page.pdf(path=PICTURES / "desk-plan.pdf", format="A4", print_background=True)
            page.emulate_media(media="print")
            assert (
                page.locator("nav:visible, button:visible, input:visible, summary:visible, .btn:visible").count() == 0
            )
            assert page.get_by_text(erased.reference).first.is_visible()
            page.screenshot(path=PICTURES / "desk-plan.print.png", full_page=True)
        with console_of(browser, live, address, Role.CONTROLLER) as page:
            page.goto("/console/holds/")
            look(page, "desk-holds-controller")


def test_a_box_to_tick_stands_at_the_left_of_its_label(live: Served, browser: Browser) -> None:
    complaint = ask(live, "complaint", reply_to="c@post.example", words="Too slow.")
    with on_air(live) as address, console_of(browser, live, address, Role.OFFICER) as page:
        page.goto(f"/console/requests/{complaint.reference}/")
        look(page, "desk-complaint")
        box, label = page.get_by_label("Nothing had to be put right"), page.get_by_text("Nothing had to be put right")
        at, beside = box.bounding_box(), label.bounding_box()
        assert at is not None
        assert beside is not None
        assert 0 < beside["x"] - (at["x"] + at["width"]) < 24
        assert abs(beside["y"] - at["y"]) < 12


# --- stories -------------------------------------------------------------------------------------------------


def test_a_request_that_came_by_telephone_is_logged(live: Served, browser: Browser) -> None:
    with on_air(live) as address, console_of(browser, live, address, Role.SUPPORT) as page:
        page.goto("/console/")
        page.get_by_role("link", name="Requests").click()
        page.get_by_role("link", name="Log a request").click()
        page.get_by_label("What is asked for").select_option("Erasure")
        page.get_by_label("How it came").select_option("by telephone")
        page.get_by_label("On which day").fill("2026-11-24")
        page.get_by_label("Known by").fill(ALICE)
        page.get_by_label("In their words").fill("Please forget me.")
        page.get_by_role("button", name="Log it").click()
        page.get_by_text("Tell the person this reference").wait_for()
        page.get_by_role("heading", level=1, name="Erasure: nobody has shown yet who they are").wait_for()
    request = Request.objects.get()
    assert (request.channel, request.logged_by_id) == ("telephone", live.staff[Role.SUPPORT].id)


def test_a_match_is_confirmed_after_a_look_in_all_systems(live: Served, browser: Browser) -> None:
    request = ask(live, "erase", PHONE)
    live.work()
    with on_air(live) as address, console_of(browser, live, address, Role.SUPPORT) as page:
        page.goto(f"/console/requests/{request.reference}/")
        page.get_by_role("button", name="Show it").click()
        page.get_by_text(PHONE).wait_for()
        page.get_by_label("How it is known that it was they").fill("she knew her last bill")
        page.get_by_role("button", name="It was they").click()
        page.get_by_text("The person is identified.").wait_for()
        live.work()
        page.reload()
        page.get_by_role("button", name="Look in all systems").click()  # htmx puts what is found into the page
        page.get_by_label("shop.person:1").check()
        look(page, "desk-found")
        page.get_by_role("button", name="These are theirs").click()
        page.get_by_text("Noted, and sealed").wait_for()
        for box in page.locator("#found input[type=hidden]").all():  # as of a page that was open for too long
            box.evaluate("one => one.value = 'x'.repeat(64)")
        page.get_by_role("button", name="Look in all systems").click()
        page.get_by_role("heading", level=1, name="This form was open for too long").wait_for()
        assert [page.locator(one).count() for one in ("main", "h1", "header.bar")] == [1, 1, 1]
        page.reload()
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.get_by_role("button", name="Look in all systems").click()
        page.wait_for_url(f"**/sign-in/?next=%2Fconsole%2Frequests%2F{request.reference}%2F")
    assert '"count": 1' in newest(request).document
    assert request.confirmations.get().by_id == live.staff[Role.SUPPORT].id


def test_the_first_person_cannot_approve_and_the_second_does_and_sees_it_carried_out(
    live: Served, browser: Browser
) -> None:
    request = identified(live)
    way = f"/console/requests/{request.reference}/"
    with on_air(live) as address:
        with console_of(browser, live, address, Role.OFFICER, is_fresh=True) as page:
            page.goto(way)
            page.get_by_text("Plan", exact=True).last.click()
            page.get_by_role("button", name="Plan it now").click()
            page.get_by_text("somebody else must approve").last.wait_for()
            assert page.get_by_label("characters of this plan").count() == 0
        plan = newest(request)
        with console_of(browser, live, address, Role.CONTROLLER, is_fresh=True) as page:
            page.goto("/console/")
            page.get_by_role("link", name="Open the plan").click()
            page.get_by_label("characters of this plan").fill("00000000")
            page.get_by_role("button", name="Erase").click()
            page.get_by_text("This is not the hash of this plan").wait_for()
            page.get_by_label("characters of this plan").fill(plan.digest[:8])
            page.get_by_role("button", name="Erase").click()
            page.get_by_text("Approved. It is carried out from").wait_for()
            look(page, "desk-plan-approved")
            live.clock.forward(hours=2)
            live.work()
        with console_of(browser, live, address, Role.CONTROLLER) as page:
            page.goto(f"{way}plan/")
            page.get_by_text("What became of it is in the ledger").wait_for()
            look(page, "desk-plan-done")
    plan.refresh_from_db()
    assert plan.state == PlanState.SETTLING


def test_a_plan_that_is_carried_out_shows_how_far_it_is_by_itself(live: Served, browser: Browser) -> None:
    request = identified(live)
    plan = newest(request)
    Plan.objects.filter(id=plan.id).update(state=PlanState.ACTING)
    with on_air(live) as address, console_of(browser, live, address, Role.OFFICER) as page:
        page.goto(f"/console/requests/{request.reference}/plan/")
        page.get_by_text("It is being carried out").wait_for()
        plan.steps.create(step="intent", begun_at=live.clock.now, ended_at=live.clock.now, token=1)
        page.get_by_text("What is about to be done is in the ledger").wait_for()
        plan.steps.create(step="commit", system="shop", begun_at=live.clock.now, token=1)
        page.get_by_text("under way").wait_for()
        page.reload()
        page.get_by_text("under way").wait_for()
        Plan.objects.filter(id=plan.id).update(state=PlanState.DONE)
        page.get_by_role("heading", level=1, name="Erase one person: done").wait_for()


def test_a_hold_is_placed_and_the_plan_changes(live: Served, browser: Browser) -> None:
    request = identified(live, "erase", BOB)
    before = newest(request)
    with on_air(live) as address, console_of(browser, live, address, Role.CONTROLLER, is_fresh=True) as page:
        page.goto("/console/holds/")
        page.get_by_label("Whom it is about").fill(BOB)
        page.get_by_label("Name of the hold").fill("case 2026-17")
        page.get_by_label("By which law").fill("UK GDPR Art. 17(3)(e)")
        page.get_by_role("button", name="Hold everything of this person").click()
        page.get_by_role("heading", level=1, name="One hold is placed by hand").wait_for()
        live.work()
        page.goto(f"/console/requests/{request.reference}/plan/")
        page.get_by_text("Other than in the plan before").wait_for()
        page.get_by_text("hold case 2026-17").first.wait_for()
        look(page, "desk-plan-held")
        page.goto("/console/holds/")
        page.get_by_role("link", name="Lift").click()
        look(page, "desk-hold")
        page.get_by_role("button", name="Lift it").click()
        page.get_by_text("The hold is lifted").wait_for()
    assert newest(request).supersedes_id == before.id
    assert HandHold.objects.get().lifted_at is not None


def test_a_request_is_refused_with_a_reason(live: Served, browser: Browser) -> None:
    request = identified(live)
    with on_air(live) as address, console_of(browser, live, address, Role.CONTROLLER) as page:
        page.goto(f"/console/requests/{request.reference}/")
        page.get_by_text("Refuse", exact=True).click()
        page.get_by_role("button", name="Refuse, and tell the person why").click()
        page.get_by_text("Say why the ground applies here").first.wait_for()
        look(page, "desk-request-mistake")
        page.get_by_label("Why it applies here").fill("A claim is before the court.")
        page.get_by_label("Ground", exact=True).select_option(value="legal_claims")
        page.get_by_role("button", name="Refuse, and tell the person why").click()
        page.get_by_role("heading", level=1, name="Erasure: refused").wait_for()
        page.get_by_text("Refused, and why", exact=True).first.wait_for()
    request.refresh_from_db()
    assert (request.status, request.outcome) == (Status.CLOSED, "refused")


def test_the_list_is_chosen_from_by_keyboard_alone(live: Served, browser: Browser) -> None:
    ask(live, "question", reply_to="q@post.example", words="?")
    ask(live, "complaint", reply_to="c@post.example", words="!")
    with on_air(live) as address, console_of(browser, live, address, Role.SUPPORT) as page:
        page.goto("/console/requests/")
        page.get_by_label("Right", exact=True).focus()
        page.keyboard.press("End")  # the last right is a complaint
        page.keyboard.press("Tab")
        page.get_by_role("link", name="Question").wait_for(state="detached")
        assert page.get_by_role("link", name="Complaint").count() == 1
        assert "right=complaint" in page.url
        assert page.locator("#live").inner_text() == "1 request is listed"


def test_a_letter_that_was_printed_has_a_field_for_the_day_on_which_it_was_posted(
    live: Served, browser: Browser
) -> None:
    on_paper(live).messages.update(tries=1)
    with on_air(live) as address, console_of(browser, live, address, Role.OFFICER) as page:
        page.goto("/console/letters/")
        look(page, "letters-printed")
        assert page.get_by_label("Posted on").input_value() == live.context.today.isoformat()
        page.get_by_role("button", name="In the post").click()
        page.get_by_role("heading", name="No letter waits for you").wait_for()
