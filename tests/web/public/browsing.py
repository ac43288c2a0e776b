"""The firm of the public's tests, served over HTTP to a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.web.public.live import Open, opened


@contextmanager
def visited(folder: Path, port: int) -> Iterator[Open]:
    """Serve the firm of ``folder`` on ``port``, as the address that its letters name."""
    policy = folder / "bailee.yaml"
    policy.write_text(policy.read_text().replace("https://privacy.quill.example", site(port)))
    with opened(folder) as live:
        server = make_server("127.0.0.1", port, live.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield live
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def site(port: int) -> str:
    """Where the public reaches the firm."""
    return f"http://127.0.0.1:{port}"


def page_of(browser: Browser, port: int, *, width: int = 1280, scheme: str = "light", script: bool = True) -> Page:
    """A page of a browser that nobody has used before."""
    context = browser.new_context(
        base_url=site(port), viewport={"width": width, "height": 900}, java_script_enabled=script,
        color_scheme="dark" if scheme == "dark" else "light",
    )  # fmt: skip
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page
