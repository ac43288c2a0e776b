"""What every call goes through: who calls, how often and how large; what is answered, and with which headers.

A middleware of Django's. Nothing that a caller sends is logged: a line has the method, the pattern of the path, the
status and the time it took.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from bailee.store.models import Role
from bailee.store.staff import Scope, find_token
from bailee.web import CONTEXT
from bailee.web.api.access import Call, Caller
from bailee.web.api.problems import MEDIA_TYPE, CallRefused, NotFound, answer, answer_error, answer_refusal
from bailee.web.limits import PUBLIC, STAFF, Meter, place_of
from bailee.web.pages.middleware import HSTS

LARGEST = 256 * 1024
"""Bytes of a body. The largest that is sent is the text of a notice."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""No header of CORS is among them: pages of other sites may not read what is answered."""

_log = logging.getLogger("bailee.web")


def guard_api(inside: Callable[[Call], HttpResponseBase]) -> Callable[[Call], HttpResponseBase]:
    """Return the way in to ``inside``."""
    meter = Meter()

    def enter(call: Call) -> HttpResponseBase:
        if not call.path_info.startswith("/api/"):
            return inside(call)
        begun = time.monotonic()
        try:
            _identify_caller(call)
            headers = _count_call(meter, call)
            _check_body(call)
            response = inside(call)
        except Exception as error:  # noqa: BLE001 - Django would log what it says, and that may be somebody's
            response, headers = answer_error(error, call.META[CONTEXT].now), {}
        response = _make_problem(response)
        for name, value in {**_HEADERS, **headers}.items():
            response[name] = value
        if settings.SESSION_COOKIE_SECURE or call.is_secure():
            response["Strict-Transport-Security"] = HSTS
        where = call.resolver_match.route if call.resolver_match else "?"
        took = (time.monotonic() - begun) * 1000
        _log.info("%s /%s %d %.0f ms", call.method, where, response.status_code, took)
        return response

    return enter


def _identify_caller(call: Call) -> None:
    """See who calls. A token that is not valid is as none: where one is needed the call ends there."""
    call.context, call.caller = call.META[CONTEXT], None
    scheme, _, text = call.headers.get("Authorization", "").partition(" ")
    token = find_token(call.context, text.strip()) if scheme.lower() == "bearer" else None
    if token is not None:
        scopes = frozenset(map(Scope, token.scopes))
        call.caller = Caller(token.id, token.staff_id, Role(token.staff.role), scopes)
        call.context = call.context.by(token.staff_id)


def _count_call(meter: Meter, call: Call) -> dict[str, str]:
    """Count the call, and return what is left as headers. Raises `CallRefused` where nothing is."""
    limit = STAFF if call.caller else PUBLIC
    key = call.caller.id if call.caller else place_of(call.META.get("REMOTE_ADDR", ""))
    now = call.context.now.timestamp()
    left = meter.count(limit, key, now)
    if left is None:
        wait = str(meter.wait(limit, key, now))
        headers = {"Retry-After": wait, "RateLimit-Policy": limit.policy()}
        raise CallRefused("too-many", f"more than {limit.calls:,} calls in {limit.seconds} seconds", "wait", headers)
    return {"RateLimit-Policy": limit.policy(), "RateLimit": left.header()}


def _check_body(call: Call) -> None:
    """Raise `CallRefused` for a body that is too large, or no JSON by its own account."""
    length = str(call.META.get("CONTENT_LENGTH") or 0)
    if not length.isdecimal() or int(length) > LARGEST:
        raise CallRefused("too-large", f"a body has at most {LARGEST // 1024} KiB", "send less")
    if call.method in {"POST", "PUT", "PATCH"} and call.content_type != "application/json" and call.body:
        raise CallRefused("media-type", "the body is not sent as JSON", "send it with Content-Type: application/json")


def _make_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return a problem in place of a page of Django's own."""
    status = response.status_code
    if status < HTTPStatus.BAD_REQUEST or response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    if status == HTTPStatus.NOT_FOUND:
        return answer_refusal(NotFound())
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        told: HttpResponse = answer("wrong-method", "this path does not take this method", "see the header Allow")
        told["Allow"] = response.headers.get("Allow", "")
        return told
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer("fault", "Bailee met something that it does not expect", "please report it, with the time")
    return answer("malformed", "this call cannot be read", "see openapi.json", status=status)
