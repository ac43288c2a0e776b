"""The context, served by WSGI."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bailee.requests.startup import open_context
from bailee.store.context import Context
from bailee.web import CONTEXT

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# Imports stand in functions: Django is set up here.

_WEB = "web secret"


def utc_now() -> datetime:
    """Return the time, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def application_of(folder: Path, clock: Callable[[], datetime] = utc_now) -> WSGIApplication:
    """Return the WSGI application of the policy in ``folder``, its books open in this process until that ends.

    ``clock`` returns the time, UTC. A policy that is changed is read when the process starts again. Raises what
    `open_context` does.
    """
    stack = ExitStack()
    context = stack.enter_context(open_context(folder))
    return make_application(context, clock, close=stack.close)


def make_application(
    context: Context, clock: Callable[[], datetime] = utc_now, close: Callable[[], None] | None = None
) -> WSGIApplication:
    """Return the WSGI application of a ``context`` that is open. ``close`` is kept for as long as the application is.

    Threads may share one.
    """
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    from bailee.web.pages.assets import serve_assets

    settings.SECRET_KEY = context.vault.secret(_WEB).hex()
    _set_site(context.policy.firm.mail.site if context.policy.firm.mail is not None else "")
    _silence_django()
    handler = serve_assets(WSGIHandler())

    def serve(environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - wsgiref.types has it
        environ[CONTEXT] = context.at(clock())
        return handler(environ, start_response)

    serve.close = close  # type: ignore[attr-defined]
    return serve


def _set_site(site: str) -> None:
    """Answer to the address at which people reach this, and on this machine; over HTTPS keep cookies to it."""
    from django.conf import settings

    parts = urlsplit(site)
    secure = parts.scheme == "https"
    prefix = "__Host-" if secure else ""
    settings.ALLOWED_HOSTS = [*filter(None, [parts.hostname]), "localhost", "127.0.0.1", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = f"{prefix}bailee", f"{prefix}bailee-form"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure


def _silence_django() -> None:
    """Keep Django from logging paths and texts of errors, which may have values of persons. Our middleware logs."""
    for name in ("django.request", "django.security"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate, logger.disabled = False, True
