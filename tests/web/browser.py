"""A firm that answers a real browser: waitress in a thread, Chromium by playwright."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeAlias

import waitress
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from waitress import wasyncore

from tests.api.live import Served

Scheme: TypeAlias = Literal["light", "dark"]
_TURNS: tuple[tuple[Scheme, int], ...] = (("light", 1280), ("dark", 390))
ONE_ROW = 49  # pixels
PICTURES = Path(__file__).parents[2] / "build" / "pictures"


@contextmanager
def on_air(live: Served) -> Iterator[str]:
    """Yield the address at which ``systems`` answers: ``localhost``, where passkeys are let without HTTPS."""
    server = waitress.create_server(live.app, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=server.run, name="web")
    thread.start()
    try:
        yield f"http://localhost:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # in its own loop, which that ends
        thread.join()
        server.task_dispatcher.shutdown()


@contextmanager
def silent(page: Page) -> Iterator[Page]:
    """Yield ``page``; meanwhile no script of it fails, and nothing breaks its Content-Security-Policy."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(error.message))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    assert wrong == []


def turns_of(name: str) -> tuple[tuple[Scheme, int], ...]:
    """Return the schemes and widths in which axe looks at a page: with ``SCREENS=all`` both.

    Else one of them, by the page's name: axe takes a second, and what a scheme does wrong it does on many pages.
    """
    return _TURNS if os.environ.get("SCREENS") == "all" else (_TURNS[sum(name.encode()) % 2],)


def look(page: Page, name: str) -> None:
    """Hold a page against what every page keeps: nothing for axe, nothing that runs over, a bar of one row.

    At 1280, 390 and 320 pixels, light and dark. Pictures for a person to look at are taken by ``make pictures``.
    """
    page.wait_for_load_state()
    for scheme, width in turns_of(name):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(name, one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.querySelector('.bar')?.offsetHeight ?? 0") <= ONE_ROW
    page.emulate_media(color_scheme="light")
