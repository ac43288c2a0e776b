"""What goes wrong, as RFC 9457 has it: a type that stays, a title, a status, and words that repeat nobody's values."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from math import ceil
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from bailee.errors import BaileeError, ErrorKind
from bailee.policy import PolicyError
from bailee.store.errors import TooMany
from bailee.web import CONTEXT
from bailee.web.api.fields import View

MEDIA_TYPE = "application/problem+json"
URN = "urn:bailee:problem:"

_log = logging.getLogger("bailee.web")


class Wrong(View):
    """One thing that is wrong with a call. What was sent is not repeated."""

    where: str = Field(examples=["body.right"])
    what: str = Field(examples=["Field required"])


class ProblemView(View):
    """What went wrong (RFC 9457). ``type`` stays the same; ``detail`` says what is, ``hint`` what to do."""

    type: str = Field(examples=[f"{URN}not-allowed"])
    title: str = Field(examples=["You may not do this"])
    status: int = Field(ge=400, le=599, examples=[403])
    detail: str = Field(examples=["the role support may not approve"])
    hint: str = Field("", examples=["officer or controller may"])
    errors: list[Wrong] = Field([], description="Of a call that is not as described: each thing that is wrong")


_OF_CALLS: Mapping[str, tuple[int, str]] = {
    "malformed": (400, "This cannot be read"),
    "no-token": (401, "A valid token is needed"),
    "not-proven": (403, "It is not shown that this is yours"),
    "wrong-method": (405, "This is not done so"),
    "in-flight": (409, "The same call is still being worked on"),
    "too-large": (413, "The call is too large"),
    "media-type": (415, "Send JSON"),
    "invalid": (422, "The call is not as described"),
    "key-reused": (422, "This Idempotency-Key was used for another call"),
    "fault": (500, "A fault in Bailee itself"),
    "waiting": (503, "A system has not answered yet"),
}
TITLES: Mapping[str, tuple[int, str]] = {
    **_OF_CALLS,
    **{kind.value.problem: (kind.value.status, kind.value.title) for kind in ErrorKind},
}
"""Name of a type -> status and title: what is wrong with calls, and each kind of error.

422 says that a call is not as described; 409 that it is, and cannot be done.
"""


class CallRefused(Exception):
    """A call that is refused here. ``name``: of a type in `TITLES`."""

    def __init__(self, name: str, message: str, hint: str = "", headers: Mapping[str, str] | None = None) -> None:
        self.name, self.message, self.hint, self.headers = name, message, hint, headers or {}
        super().__init__(message)


class NotFound(CallRefused):
    """There is no such thing, or the caller may not know that there is: both are told the same."""

    def __init__(self) -> None:
        super().__init__("not-found", "nothing is there under this name for you", "check the spelling")


def answer(
    name: str, detail: str, hint: str = "", errors: Sequence[Mapping[str, str]] = (), *, status: int | None = None
) -> HttpResponse:
    """Return a problem as a response."""
    usual, title = TITLES[name]
    body: dict[str, Any] = {"type": f"{URN}{name}", "title": title, "status": status or usual, "detail": detail}
    body |= {"hint": hint, "errors": list(errors)}
    return HttpResponse(json.dumps(body), status=body["status"], content_type=MEDIA_TYPE)


def answer_refusal(refusal: CallRefused) -> HttpResponse:
    """Return a refusal as a response."""
    response = answer(refusal.name, refusal.message, refusal.hint)
    for header, value in refusal.headers.items():
        response[header] = value
    return response


def answer_error(error: Exception, now: datetime) -> HttpResponse:
    """Return what is answered to ``error`` at ``now`` (UTC).

    What nobody foresaw is logged by kind and place, and not by its text.
    """
    if isinstance(error, CallRefused):
        return answer_refusal(error)
    if isinstance(error, TooMany):
        wait = max(1, ceil((error.retry_at - now).total_seconds()))
        return answer_refusal(CallRefused("too-many", error.message, error.hint, {"Retry-After": str(wait)}))
    if isinstance(error, PolicyError):
        return answer("policy", "the policy has mistakes", "run bailee check where the policy is, and fix them")
    if isinstance(error, BaileeError):
        told = error.kind.value
        return answer(
            told.problem, told.title[0].lower() + told.title[1:] if error.is_quoting else error.message, error.hint
        )
    frames = [f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    _log.error("fault: %s at %s", type(error).__name__, " < ".join(reversed(frames[-4:])))
    return answer("fault", "Bailee met something that it does not expect", "please report it, with the time")


def install(api: NinjaAPI) -> None:
    """Let ``api`` answer every error with a problem."""

    @api.exception_handler(Exception)
    def _(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer_error(error, request.META[CONTEXT].now)

    @api.exception_handler(Http404)
    def _(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return answer_refusal(NotFound())

    @api.exception_handler(ValidationError)
    def _(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        wrong = [_describe_mistakes(one) for one in error.errors]
        return answer("invalid", "the call is not as described", "see openapi.json", wrong)

    @api.exception_handler(HttpError)
    def _(_request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == HTTPStatus.UNAUTHORIZED:
            response = answer("no-token", "this needs a token that is valid", "send Authorization: Bearer bailee_...")
            response["WWW-Authenticate"] = "Bearer"
            return response
        return answer("malformed", "the body is no JSON", "send one JSON object in UTF-8")


_SAFE = frozenset(
    {
        "missing", "extra_forbidden", "string_too_short", "string_too_long", "string_pattern_mismatch", "string_type",
        "string_unicode", "bool_type", "int_type", "int_parsing", "list_type", "too_short", "too_long", "dict_type",
        "model_type", "model_attributes_type", "enum", "literal_error", "greater_than_equal", "less_than_equal",
        "date_parsing", "date_from_datetime_parsing", "date_type", "contradiction",
    }
)  # fmt: skip
"""Kinds of Pydantic's messages that have nothing of what was sent."""


def _describe_mistakes(error: Mapping[str, Any]) -> dict[str, str]:
    kind, place = str(error["type"]), list(error["loc"])
    if place[:2] == ["body", "body"]:
        place = place[1:]  # once for the body, once for the argument of that name
    if kind == "extra_forbidden":
        place = [*place[:-1], "?"]  # the name of a field that we do not know is the caller's own words
    what = str(error["msg"]) if kind in _SAFE else "not as described"
    return {"where": ".".join(str(part) for part in place), "what": what}
