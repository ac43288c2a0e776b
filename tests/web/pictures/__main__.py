"""Pictures of every screen, 1280 and 390 pixels wide, light and dark, into `build/pictures`: `make pictures`.

Screens that other roles may open too are taken once more for each. With words, only screens whose name begins so.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

PICTURES = Path("build/pictures")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(wanted: list[str]) -> int:
    """Take the pictures; return 1 where a screen could not be opened."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bailee.store.settings")
    import django

    django.setup()
    from bailee.store.models import Role
    from tests.web.browser import on_air
    from tests.web.pictures.living import living
    from tests.web.pictures.looking import opened
    from tests.web.pictures.screens import screens

    PICTURES.mkdir(parents=True, exist_ok=True)
    failed = 0
    with (
        tempfile.TemporaryDirectory() as place,
        living(Path(place) / "firm") as live,
        on_air(live) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for screen in screens(live):
            if wanted and not screen.name.startswith(tuple(wanted)):
                continue
            with opened(browser, live, address, screen) as (page, wrong):
                take(page, screen.name)
            for line in wrong:
                print(f"{screen.name}: {line}", file=sys.stderr)
            failed += bool(wrong)
            for role in Role if screen.role is not None and not wrong else ():
                if role != screen.role:
                    with opened(browser, live, address, replace(screen, role=role)) as (page, refused):
                        if not refused:
                            page.screenshot(path=PICTURES / f"{screen.name}.as-{role}.png", full_page=True)
        browser.close()
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES}")
    return 1 if failed else 0


def take(page: Page, name: str) -> None:
    """Take the four pictures of a page."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=PICTURES / f"{name}.{scheme}.{width}.png", full_page=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
