"""A browser that looks at the living firm, as whoever a screen is for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.api.live import Served
from tests.web.pictures.living import cookie_of
from tests.web.pictures.screens import Screen
from tests.web.requests.context import show_again
from tests.web.visitor import Visitor, session_of


def cookies_of(live: Served, screen: Screen) -> dict[str, str]:
    """Return the cookies of whoever looks."""
    if screen.mine is not None:
        return {"bailee-mine": cookie_of(screen.mine)}
    if screen.role is None:
        return {}
    came = Visitor(live)
    came.client.set_cookie(settings.SESSION_COOKIE_NAME, session_of(live, screen.role))
    if screen.fresh:
        show_again(came)
    return {settings.SESSION_COOKIE_NAME: came.cookie()}


@contextmanager
def opened(browser: Browser, live: Served, address: str, screen: Screen) -> Iterator[tuple[Page, list[str]]]:
    """Yield the page of ``screen``, and what stood in the way of it, if anything did."""
    context = browser.new_context(base_url=address, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies_of(live, screen).items()])
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    answer = page.goto(screen.path)
    if answer is None or answer.status != screen.status:
        wrong.append(f"{screen.path}: {answer.status if answer else 'no answer'}")
    else:
        wrong.clear()  # of a status that is wanted
    if screen.mine is not None and page.locator("input[name=code]").count():
        wrong.append(f"{screen.path}: it asks the person for a code, and shows nothing of theirs")
    if screen.reason and not wrong:
        page.locator("input[name=reason]").first.check()
        page.locator("main form button").first.click()
        page.wait_for_load_state()
    try:
        yield page, wrong
    finally:
        context.close()
