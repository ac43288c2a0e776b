"""A browser, and a firm that it visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import MakeBooks
from tests.ports import free_port
from tests.web.public.browsing import page_of, visited
from tests.web.public.live import Open, build


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """The distribution's Chromium."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium)
            yield browser
            browser.close()


@dataclass
class Visit:
    """The firm, and a ``page`` on which somebody visits it."""

    live: Open
    page: Page
    port: int


@pytest.fixture
def visit(browser: Browser, tmp_path: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """The firm, served; without a script, as the public part needs none."""
    folder, port = tmp_path / "firm", free_port()
    for name, value in build(folder, tmp_path).items():
        monkeypatch.setenv(name, value)
    make_books("sqlite", folder)
    with visited(folder, port) as live:
        page = page_of(browser, port, script=False)
        try:
            yield Visit(live, page, port)
        finally:
            page.context.close()
    connections.close_all()
