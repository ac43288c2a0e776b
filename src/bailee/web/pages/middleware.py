"""What every page goes through: the context is put on the request, headers on the response, and a line is logged.

Nothing that somebody sent is logged: a line has the method, the pattern of the path, the status and the time it took.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from bailee.engine.invisible_characters import show_invisible_in_page
from bailee.store.context import find_zone
from bailee.store.models import Role, Staff
from bailee.web import CONTEXT
from bailee.web.pages.page_request import Member, PageRequest

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none a browser sends no Origin either, by which forms of ours are known
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
"""Of every page, beside the Content-Security-Policy that django-csp sets (OWASP ASVS 5.0, 3.4)."""

HSTS = "max-age=31536000; includeSubDomains"

MEMBER_NAME = "name"
"""Under this name a session has what colleagues call the member of staff: sessions are sealed."""

ENROLLING = "enrolling"
"""In a session that was begun by a one-time link, until there is a second factor: no page of the console opens."""

_log = logging.getLogger("bailee.web")


def prepare_page(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Put the context on the request of a page, and headers on what ``inside`` answers. The API has its own."""

    def enter(request: PageRequest) -> HttpResponseBase:
        if is_api(request):
            return inside(request)
        begun = time.monotonic()
        request.context, request.member, request.reason = request.META[CONTEXT], None, None
        with timezone.override(ZoneInfo(find_zone(request.context.policy))):
            response = inside(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if settings.SESSION_COOKIE_SECURE or request.is_secure():
            response["Strict-Transport-Security"] = HSTS
        where = request.resolver_match.route if request.resolver_match else "?"
        took = (time.monotonic() - begun) * 1000
        _log.info("%s /%s %d %.0f ms", request.method, where, response.status_code, took)
        return response

    return enter


def show_invisible(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Show on every page the characters that nobody would see: `invisible.page_of`. A middleware.

    JSON has them escaped, a copy and a letter have seen to their own, and what is signed stays to the byte.
    """

    def enter(request: PageRequest) -> HttpResponseBase:
        response = inside(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and isinstance(response, HttpResponse):
            response.content = show_invisible_in_page(response.content.decode()).encode()
        return response

    return enter


def check_host(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Answer to the names of the site that the policy names, and to no other. A middleware, of pages and of the API.

    Django alone would ask only where a page needs the name.
    """

    def enter(request: PageRequest) -> HttpResponseBase:
        mail = request.META[CONTEXT].policy.firm.mail
        if mail is not None and mail.site:
            request.get_host()  # raises `DisallowedHost`, which is a 400
        return inside(request)

    return enter


def identify_member(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Give the call the context of the one who is signed in. It comes after the session and the authentication."""

    def enter(request: PageRequest) -> HttpResponseBase:
        if not is_api(request) and isinstance(request.user, Staff) and not request.session.get(ENROLLING):
            request.member = Member(request.user.id, Role(request.user.role), request.session.get(MEMBER_NAME, ""))
            request.context = request.context.by(request.member.id)
        return inside(request)

    return enter


def is_api(request: HttpRequest) -> bool:
    """Whether a program calls, and no page is asked for."""
    return request.path_info.startswith("/api/")


def _note_fault(**_: object) -> None:
    """Log a fault by its kind and place, and not by its text: that may repeat somebody's values."""
    kind, _error, trace = sys.exc_info()
    frames = [f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in traceback.extract_tb(trace)]
    _log.error("fault: %s at %s", kind.__name__ if kind else "?", " < ".join(reversed(frames[-4:])))


got_request_exception.connect(_note_fault, dispatch_uid="bailee.web.fault")
