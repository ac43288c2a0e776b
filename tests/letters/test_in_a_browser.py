"""Mail as people see it: nothing for axe to find, nothing that runs over, and pictures for a person to look at.

The pictures are in build/pictures: 1280 and 390 pixels wide, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bailee.requests.letters import LetterWay, Template, write_letter
from tests.letters.example import EXAMPLES

Scheme: TypeAlias = Literal["light", "dark"]
PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


def opened(browser: Browser, template: Template, width: int, scheme: Scheme = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_content(write_letter(template, EXAMPLES[template], LetterWay.MAIL).html)
    return page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", [Template.IDENTITY, Template.HELD])
def test_axe_finds_nothing(browser: Browser, template: Template, scheme: Scheme, width: int) -> None:
    page = opened(browser, template, width, scheme)
    page.screenshot(path=PICTURES / f"letter.{template}.{scheme}.{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    page.close()


def test_nothing_runs_over_on_the_narrowest_screen_and_nobody_is_asked(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for template in Template:
        page.set_content(write_letter(template, EXAMPLES[template], LetterWay.MAIL).html)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, template
    assert asked == []
    page.close()
