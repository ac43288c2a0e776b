"""Who has shown that a request is theirs, known again by a cookie of their own for half an hour after the last page.

It opens one request and nothing else, and has nothing to do with the sessions of staff.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http.response import HttpResponseBase

from bailee.engine.time_check import APART
from bailee.requests import limits
from bailee.requests.copy_links import is_doubted_since
from bailee.store.models import Request
from bailee.web.pages.page_request import PageRequest

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)

_ENDED = limits.AttemptLimit("visit.ended", 1, LONGEST)
"""Visits that somebody ended, for as long as their cookie could be good."""

_SALT = "bailee.web.public.visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose ``request`` it is, and since when they are here; ``is_away``: they left, or were away for too long.

    ``visit``: random, of this visit.
    """

    request: str
    visit: str
    since: datetime
    is_away: bool


def visitor_of(page: PageRequest) -> Visitor | None:
    """Return who has shown that a request is theirs, ``None`` where nobody has."""
    try:
        held = signing.Signer(salt=_SALT).unsign_object(page.COOKIES.get(_cookie_name(), ""))
        since, used = (datetime.fromtimestamp(held[name], UTC) for name in ("since", "used"))
        request, visit = str(held["request"]), str(held["visit"])
    except (signing.BadSignature, ValueError, KeyError, TypeError, OverflowError):
        return None
    now = page.context.now
    is_ahead = max(since, used) - now > APART  # by a clock that was ahead: for how long they are here nobody knows
    is_away = is_ahead or now - used > IDLE or now - since > LONGEST or not limits.is_left(page.context, _ENDED, visit)
    return Visitor(request, visit, since, is_away)


def find_own_request(page: PageRequest, reference: str) -> Request | None:
    """Return the request with ``reference`` if it is the visitor's, else ``None``."""
    visitor = visitor_of(page)
    if visitor is None or visitor.is_away:
        return None
    found = Request.objects.filter(id=visitor.request, reference=reference).first()
    return None if found is None or is_doubted_since(found, visitor.since) else found


def keep_visit(page: PageRequest, response: HttpResponseBase, request: Request) -> None:
    """Let ``response`` tell the browser that ``request`` is theirs, or that they are still here."""
    visitor, now = visitor_of(page), page.context.now
    is_same = visitor is not None and visitor.request == request.id and not visitor.is_away
    since = visitor.since if visitor is not None and is_same else now
    visit = visitor.visit if visitor is not None and is_same else secrets.token_hex(8)
    held = {"request": request.id, "visit": visit, "since": int(since.timestamp()), "used": int(now.timestamp())}
    response.set_cookie(
        _cookie_name(),
        signing.Signer(salt=_SALT).sign_object(held),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # a link in a letter opens what is open already
    )


def end_visit(page: PageRequest) -> None:
    """End this visit: a cookie that somebody kept of it opens nothing (OWASP ASVS 5.0, 7.4.1)."""
    visitor = visitor_of(page)
    if visitor is not None and not visitor.is_away:
        limits.note_attempt(page.context, _ENDED, visitor.visit)


def forget_visit(response: HttpResponseBase) -> None:
    """Let the browser forget it."""
    response.delete_cookie(_cookie_name(), samesite="Lax")


def _cookie_name() -> str:
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}bailee-mine"
