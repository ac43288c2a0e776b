"""Styles and scripts, served from the packages that carry them: nothing is collected, copied or fetched elsewhere.

``bailee.css`` is the notice's, htmx is that of django-htmx; ours are in each package under ``static/bailee``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

from django.conf import settings

from bailee.store.web_packages import WEB_PACKAGES
from bailee.web.pages.middleware import HSTS

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

PREFIX = "/static/"

_YEAR = 31_536_000


@cache
def list_assets() -> Mapping[str, Path]:
    """Return the file of each thing that is served, by its name, as ``bailee/bailee.css``."""
    return dict(_list_files())


@cache
def asset_url(name: str) -> str:
    """Return the path of ``name``, with a digest: a browser keeps it until it changes. Raises `KeyError`."""
    digest = hashlib.sha256(list_assets()[name].read_bytes()).hexdigest()[:12]
    return f"{PREFIX}{name}?v={digest}"


def serve_assets(application: WSGIApplication) -> WSGIApplication:
    """Return ``application`` with everything under `PREFIX` served before it."""
    from whitenoise import WhiteNoise  # start-up: 18 ms

    served = WhiteNoise(application, max_age=_YEAR, allow_all_origins=False, add_headers_function=_add_headers)
    for name, path in list_assets().items():
        served.add_file_to_dictionary(PREFIX + name, str(path))
    served.add_file_to_dictionary(
        "/favicon.ico", str(list_assets()["bailee/icon.svg"])
    )  # asked for without being named
    with_files: WSGIApplication = served
    return with_files


def _list_files() -> Iterator[tuple[str, Path]]:
    yield "bailee/bailee.css", Path(str(files("bailee.notice"))) / "look" / "bailee.css"
    yield "htmx.js", Path(str(files("django_htmx"))) / "static" / "django_htmx" / "htmx-2.min.js"
    for folder in (package / "static" for package in WEB_PACKAGES):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(folder)), path


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers["Referrer-Policy"] = "no-referrer"
    if settings.SESSION_COOKIE_SECURE:
        headers["Strict-Transport-Security"] = HSTS
