"""How much somebody without a session of staff may send, by network address: forms, and the sessions these begin.

Counted by each process for itself, as the calls of the API are: what must hold across processes, requests taken in and
codes tried, is counted in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from bailee.web.limits import CallLimit, Meter, place_of
from bailee.web.pages.errors import render_refusal
from bailee.web.pages.middleware import is_api
from bailee.web.pages.page_request import PageRequest

FORMS = CallLimit("forms", 120, 60)
"""Forms sent in a minute from one network address. A whole office may sit behind it."""

SESSIONS = CallLimit("sessions", 30, 600)
"""New sessions in ten minutes from one network address."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FREE = frozenset({"unsubscribe"})
"""Names of addresses that are not counted: a mailbox provider unsubscribes many people from one address (RFC 8058)."""


def limit_forms(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Refuse forms, and sessions that pages begin, beyond what one address may send. A middleware.

    It belongs behind the sessions and the membership.
    """
    meter = Meter()

    def enter(request: PageRequest) -> HttpResponseBase:
        response = inside(request)
        if is_api(request) or request.member is not None:
            return response
        if (
            request.session.modified
            and request.session.session_key is None
            and not _count_one(meter, SESSIONS, request)
        ):
            request.session.modified = False  # it is not saved
            return _refuse(meter, SESSIONS, request)
        return response

    def process_view(
        request: PageRequest, _view: object, _args: Any, _options: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        if is_api(request) or request.member is not None or request.method in _READING:
            return None
        if request.resolver_match is not None and request.resolver_match.url_name in _FREE:
            return None
        return None if _count_one(meter, FORMS, request) else _refuse(meter, FORMS, request)

    enter.process_view = process_view  # type: ignore[attr-defined] # as Django looks for it
    return enter


def _count_one(meter: Meter, limit: CallLimit, request: PageRequest) -> bool:
    """Count one, and return whether it was left."""
    return meter.count(limit, _find_place(request), request.context.now.timestamp()) is not None


def _refuse(meter: Meter, limit: CallLimit, request: PageRequest) -> HttpResponseBase:
    wait = meter.wait(limit, _find_place(request), request.context.now.timestamp())
    response = render_refusal(
        request, 429, _("too much was sent from your network address"), _("try again in a minute")
    )
    response["Retry-After"] = str(wait)
    return response


def _find_place(request: PageRequest) -> str:
    return place_of(request.META.get("REMOTE_ADDR", ""))
