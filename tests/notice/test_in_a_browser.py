"""The page as people see it: nothing for axe to find, nothing that runs over, and pictures for a person to look at.

The pictures are in build/pictures: 1280 and 390 pixels wide, light and dark, and printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.notice.example import write_page

Scheme: TypeAlias = Literal["light", "dark"]
PICTURES = Path(__file__).parents[2] / "build" / "pictures"
A4 = 673  # CSS pixels between the margins of the printed page


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return write_page(tmp_path_factory.mktemp("page")).as_uri()


def opened(browser: Browser, address: str, width: int, scheme: Scheme = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, address: str, scheme: Scheme, width: int) -> None:
    page = opened(browser, address, width, scheme)
    page.screenshot(path=PICTURES / f"notice.{scheme}.{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    page.close()


def test_the_page_asks_nothing_of_anybody_and_runs_no_script(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert [url.rpartition("/")[2] for url in asked] == ["index.html", "bailee.css"]
    assert all(url.startswith("file:") for url in asked)
    page.close()


def test_nothing_runs_over_on_the_narrowest_screen(browser: Browser, address: str) -> None:
    page = opened(browser, address, 320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()


@pytest.mark.parametrize("promise", ["calls-kept-six-years", "stored-in-region"])
def test_a_note_stands_beside_its_mark_on_a_wide_page_and_beneath_it_on_a_narrow_one(
    browser: Browser, address: str, promise: str
) -> None:
    """The mark follows the last word of the sentence, and the note begins on that line."""
    for width, beside in ((1280, True), (390, False)):
        page = opened(browser, address, width)
        said = page.locator(f"#said-{promise}")
        column, mark, note = (
            place.bounding_box() for place in (page.locator(".prose"), said.locator("a.mark"), said.locator(".note"))
        )
        assert column is not None
        assert mark is not None
        assert note is not None
        assert (note["x"] > column["x"] + column["width"]) == beside
        assert (note["y"] < mark["y"] + mark["height"]) == beside
        assert note["y"] > mark["y"] - 1
        page.close()


def test_printed_it_is_whole(browser: Browser, address: str) -> None:
    page = opened(browser, address, A4)
    page.emulate_media(media="print")
    page.screenshot(path=PICTURES / "notice.print.png", full_page=True)
    assert page.locator(".toc").is_hidden()
    assert page.locator("#said-encrypted .note.kept").is_visible()
    assert page.locator("p > .note.kept").is_hidden()  # it says where marks lead to, and on paper they lead nowhere
    assert page.get_by_text("where we say it").first.is_hidden()
    assert page.locator(".how details li").first.is_visible() or page.locator(".how details").count() == 0
    page.pdf(path=PICTURES / "notice.pdf", format="A4", prefer_css_page_size=True)
    page.close()
