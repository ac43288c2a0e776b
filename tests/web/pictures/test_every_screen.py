"""Every screen of the living demo: no address is forgotten, axe finds nothing, nothing runs over at 320 pixels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.live import Served
from tests.web.browser import on_air
from tests.web.pages.test_table import routes
from tests.web.pictures.living import living
from tests.web.pictures.looking import cookies_of, opened
from tests.web.pictures.screens import NO_SCREEN, SHOWN, Screen, plain_screens, screens
from tests.web.table import TABLE
from tests.web.visitor import dangling, page, visitor

TURNS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1280), ("dark", 390))
"""What axe looks at, by turns: it takes a second."""

ALIKE = ("ask-", "mine-closed-", "request-closed-")
"""Of screens whose names begin so one is judged here: they are one template, and their own tests see each."""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with living(tmp_path_factory.mktemp("living") / "firm") as live:
        yield live


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            yield browser
            browser.close()


def test_no_address_is_forgotten() -> None:
    assert not SHOWN.keys() & NO_SCREEN.keys()
    can_be_opened = {route for route, line in TABLE.items() if line.get is not None}
    plain = {screen.path.removeprefix("/") for screen in plain_screens()}
    assert can_be_opened - SHOWN.keys() - NO_SCREEN.keys() - plain == set()
    assert SHOWN.keys() | NO_SCREEN.keys() <= set(routes(get_resolver()))


def test_what_an_element_is_described_or_named_by_is_on_its_page(live: Served) -> None:
    wrong: list[str] = []
    seen = 0
    for screen in screens(live):
        came = visitor(live)
        for name, value in cookies_of(live, screen).items():
            came.client.set_cookie(name, value)
        shown = came.get(screen.path, follow_redirects=True)
        assert shown.status_code == screen.status, screen.name
        if screen.reason:
            shown = came.post(screen.path, {"reason": page(shown).select("input[name=reason]")[0]["value"]})
        seen += shown.text.count("aria-describedby=")
        wrong += [f"{screen.name}: no element has the id {id}" for id in dangling(shown)]
    assert seen > 40
    assert wrong == []


@pytest.mark.skipif("SCREENS" not in os.environ, reason="each room judges its own screens; make pictures judges all")
def test_axe_finds_nothing_and_nothing_runs_over(live: Served, browser: Browser) -> None:
    wrong: list[str] = []
    with on_air(live) as address:
        for place, screen in enumerate(judged_ones(live)):
            with opened(browser, live, address, screen) as (shown, said):
                wrong += [f"{screen.name}: {one}" for one in (*said, *judged(shown, *TURNS[place % 2]))]
    assert "\n".join(wrong) == ""


def judged_ones(live: Served) -> Iterator[Screen]:
    seen = set[str]()
    for screen in screens(live):
        kind = next((begin for begin in ALIKE if screen.name.startswith(begin)), screen.name)
        if kind not in seen:
            seen.add(kind)
            yield screen


def judged(page: Page, scheme: Literal["light", "dark"], width: int) -> Iterator[str]:
    """Yield what is wrong with a page."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for found in Axe().run(page).response["violations"]:
        yield f"{found['id']} at {[node['target'] for node in found['nodes']]}"
    page.set_viewport_size({"width": 320, "height": 900})
    if (runs_to := page.evaluate("document.documentElement.scrollWidth")) > 320:
        yield f"runs to {runs_to} pixels"
