"""Styles and scripts, served from the packages that carry them: nothing is collected, copied or fetched elsewhere.

``bailee.css`` is the notice's, htmx is that of django-htmx; ours are in each package under ``static/bailee``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files as package
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

from django.conf import settings

from bailee.web.pages.middleware import HSTS

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

PREFIX = "/static/"

PACKAGES = ("pages", "public", "accounts", "console")
"""Packages of the web that may have styles and scripts of their own."""

_YEAR = 31_536_000


@cache
def places() -> Mapping[str, Path]:
    """Return where each thing that is served stands: by its name, as ``bailee/bailee.css``."""
    return dict(_places())


@cache
def address(name: str) -> str:
    """Return the path of ``name``, with a digest: a browser keeps it until it changes. Raises `KeyError`."""
    digest = hashlib.sha256(places()[name].read_bytes()).hexdigest()[:12]
    return f"{PREFIX}{name}?v={digest}"


def served(application: WSGIApplication) -> WSGIApplication:
    """Return ``application`` with everything under `PREFIX` served before it."""
    from whitenoise import WhiteNoise  # start-up: 18 ms

    files = WhiteNoise(application, max_age=_YEAR, allow_all_origins=False, add_headers_function=_headers)
    for name, path in places().items():
        files.add_file_to_dictionary(PREFIX + name, str(path))
    files.add_file_to_dictionary("/favicon.ico", str(places()["bailee/icon.svg"]))  # asked for without being named
    with_files: WSGIApplication = files
    return with_files


def folders(name: str) -> list[Path]:
    """Return the folders of that name, of the packages that have one."""
    web = Path(str(package("bailee.web")))
    return [web / part / name for part in PACKAGES if (web / part / name).is_dir()]


def _places() -> Iterator[tuple[str, Path]]:
    yield "bailee/bailee.css", Path(str(package("bailee.notice"))) / "look" / "bailee.css"
    yield "htmx.js", Path(str(package("django_htmx"))) / "static" / "django_htmx" / "htmx-2.min.js"
    for folder in folders("static"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(folder)), path


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers["Referrer-Policy"] = "no-referrer"
    if settings.SESSION_COOKIE_SECURE:
        headers["Strict-Transport-Security"] = HSTS
