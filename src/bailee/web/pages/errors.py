"""What is said when something is not so: pages in words, and what is refused in the words of what refuses it."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from math import ceil

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from bailee.errors import BaileeError
from bailee.policy import PolicyError
from bailee.store.errors import TooMany
from bailee.web.pages.middleware import is_api
from bailee.web.pages.page_request import PageRequest

_WHOLE_PAGE = {"HX-Retarget": "body", "HX-Reswap": "innerHTML show:window:top", "HX-Reselect": "unset"}
"""By these htmx puts what comes in place of all that is shown, whichever piece of it was asked for."""


def render_refusal(request: HttpRequest, status: int, message: str, hint: str = "", way: str = "") -> HttpResponse:
    """Return a page that says what is and what to do. ``way``: where to go on, empty for the start."""
    if is_api(request):
        return HttpResponse(status=status)  # the API says it as a problem
    said = {"status": status, "message": make_sentence(message), "hint": make_sentence(hint), "way": way}
    return render(request, "pages/error.html", said, status=status)


def make_sentence(words: str) -> str:
    """Return words of an error, lower case and without a full stop, as a sentence."""
    text = words.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?:" else ".")


def show_errors(inside: Callable[[PageRequest], HttpResponseBase]) -> Callable[[PageRequest], HttpResponseBase]:
    """Answer what is refused with a page that has the words of the error. The innermost middleware.

    Whatever is refused takes the whole page, also where htmx asked for a piece of one.
    """

    def enter(request: PageRequest) -> HttpResponseBase:
        response = inside(request)
        if is_api(request):
            return response
        if isinstance(response, HttpResponseNotAllowed):
            response = _refuse_method(request, response.headers["Allow"])
        if request.htmx and isinstance(response, HttpResponse) and response.status_code >= HTTPStatus.BAD_REQUEST:
            for name, value in _WHOLE_PAGE.items():
                response.headers[name] = value
        return response

    def process_exception(request: PageRequest, error: Exception) -> HttpResponse | None:
        if is_api(request):
            return None
        if isinstance(error, PolicyError):
            return render_refusal(
                request, 503, _("the policy has mistakes"), _("run bailee check where it is, and fix them")
            )
        if not isinstance(error, BaileeError):
            return None
        response = render_refusal(request, error.kind.value.status, error.message, error.hint)
        if isinstance(error, TooMany):
            wait = ceil((error.retry_at - request.context.now).total_seconds())
            response["Retry-After"] = str(max(1, wait))
        return response

    enter.process_exception = process_exception  # type: ignore[attr-defined]
    return enter


def _refuse_method(request: PageRequest, allowed: str) -> HttpResponse:
    says_no = _("nothing can be sent to this address") if request.method == "POST" else _("this address shows no page")
    response = render_refusal(request, 405, says_no, _("go back to the page from which you came, and press its button"))
    response.headers["Allow"] = allowed
    return response


# --- pages of Django's own, in our words ----------------------------------------------------------------------


def show_malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    if isinstance(exception, DisallowedHost):
        told, hint = _("this is not the address of this site"), _("go to the one that the firm names: mail.site")
        return render_refusal(request, 400, told, hint)
    return render_refusal(request, 400, _("this cannot be read"), _("go back, and try it once more"))


def show_forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """403."""
    return render_refusal(request, 403, _("you may not do this"), _("ask an administrator which role you need"))


def show_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """404: there is no such thing, or it is not theirs to see; both are told the same."""
    return render_refusal(request, 404, _("nothing is here under this address"), _("check the address"))


def show_fault(request: HttpRequest) -> HttpResponse:
    """500."""
    return render_refusal(
        request, 500, _("Bailee met something that it does not expect"), _("please report it, with the time")
    )


def show_forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - as Django calls it
    """403: a form that was not sent from a page of ours, or whose page was open for too long."""
    return render_refusal(
        request, 403, _("this form was open for too long, or came from elsewhere, and nothing was done"),
        _("open the page again, and send it from there"),
    )  # fmt: skip
