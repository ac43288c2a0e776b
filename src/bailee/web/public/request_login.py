"""The way to a request: a reference and a code, or the link in a letter. The same is said for every reference."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from bailee.requests import reference_lookup
from bailee.requests.copy_links import LinkResult
from bailee.store.errors import TooMany
from bailee.web.limits import place_of
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry
from bailee.web.public.visitor import end_visit, forget_visit, keep_visit, visitor_of

_CODE_CHARS, _REFERENCE_CHARS = 64, 40


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_reference(request: PageRequest) -> HttpResponseBase:
    """Ask for the reference."""
    reference = request.POST.get("reference", "").strip()[:_REFERENCE_CHARS]
    if request.method == "POST" and reference and "/" not in reference:
        return redirect("my-request-one", reference=reference.upper())
    missing = request.method == "POST"
    return render(request, "public/find.html", {"missing": missing}, status=422 if missing else 200)


def show_login(
    request: PageRequest, reference: str, *, wrong: str = "", hint: str = "", status: int = 200
) -> HttpResponseBase:
    """Return the page on which to type the code, and to have one sent."""
    visitor = visitor_of(request)
    what = {
        "reference": reference,
        "wrong": wrong,
        "hint": hint,
        "away": visitor is not None and visitor.is_away and not wrong,
        "is_sent": request.GET.get("code") == "sent",
    }
    response = render(request, "public/login.html", what, status=status)
    if visitor is not None and visitor.is_away:
        forget_visit(response)
    return response


def check_code(request: PageRequest, reference: str) -> HttpResponseBase:
    """Open the request if the code is right."""
    code = request.POST.get("code", "").strip()[:_CODE_CHARS]
    if not code:
        return show_login(request, reference, wrong=_("Type the code that was sent"), status=422)
    return _enter(request, reference, code)


def _enter(request: PageRequest, reference: str, code: str) -> HttpResponseBase:
    try:
        found = reference_lookup.open_by_code(request.context.by(""), reference, code, source=_find_source(request))
    except TooMany as error:
        return show_login(
            request, reference, wrong=make_sentence(error.message), hint=make_sentence(error.hint), status=429
        )
    if found is None:
        wrong = _("This code does not open this request.")
        hint = _("Check the code and the reference, or have a new code sent. A code works once.")
        return show_login(request, reference, wrong=wrong, hint=hint, status=422)
    response = redirect("my-request-one", reference=found.reference)
    keep_visit(request, response, found)
    return response


@require_POST
def send_code(request: PageRequest, reference: str) -> HttpResponseBase:
    """Have a code sent to the contact on file."""
    try:
        reference_lookup.send_code(request.context.by(""), reference, source=_find_source(request))
    except TooMany as error:
        return show_login(
            request, reference, wrong=make_sentence(error.message), hint=make_sentence(error.hint), status=429
        )
    response = redirect("my-request-one", reference=reference)
    response["Location"] += "?code=sent"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def follow_letter_link(request: PageRequest, reference: str, token: str) -> HttpResponseBase:
    """The link in a letter. To open it proves nothing, as machines open links too: its button does."""
    if request.method == "POST":
        return _enter(request, reference, token[:_CODE_CHARS])
    response = render(request, "public/prove.html", {"reference": reference})
    response["Referrer-Policy"] = "strict-origin"  # the link is in the address of the page: no request tells it
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def follow_copy_link(request: PageRequest, reference: str, token: str) -> HttpResponseBase:
    """The one-time link to a copy. To open it uses nothing up, as machines open links too: its button does."""
    if request.method != "POST":
        return _show_copy_page(request, reference)
    try:
        found, taken = reference_lookup.open_by_link(
            request.context.by(""), reference, token[:_CODE_CHARS], source=_find_source(request)
        )
    except TooMany as error:
        return _show_copy_page(request, reference, make_sentence(error.message), make_sentence(error.hint), status=429)
    if found is None:
        return _show_copy_page(request, reference, str(_NOT_OPENED[taken]), is_over=True, status=422)
    response = redirect("my-request-one", reference=found.reference)
    keep_visit(request, response, found)
    return response


_NOT_OPENED = {
    LinkResult.USED: gettext_lazy("This link was used before: it works once."),
    LinkResult.OVER: gettext_lazy("The time of this link is over."),
    LinkResult.UNKNOWN: gettext_lazy("This link opens nothing."),
}


def _show_copy_page(
    request: PageRequest, reference: str, wrong: str = "", hint: str = "", *, is_over: bool = False, status: int = 200
) -> HttpResponseBase:
    what = {"reference": reference, "wrong": wrong, "hint": hint, "is_over": is_over}
    response = render(request, "public/copy.html", what, status=status)
    response["Referrer-Policy"] = "strict-origin"  # the link is in the address of the page: no request tells it
    return response


@require_POST
def leave_request(request: PageRequest, reference: str) -> HttpResponseBase:
    """End the visit."""
    end_visit(request)
    response = render(request, "public/left.html", {"reference": reference})
    forget_visit(response)
    return response


def _find_source(request: PageRequest) -> str:
    return place_of(request.META.get("REMOTE_ADDR", ""))


URLS = (
    path("request", ask_for_reference, name="my-request"),
    path("request/<str:reference>/code", send_code, name="my-request-code"),
    path("request/<str:reference>/leave", leave_request, name="my-request-leave"),
    path("prove/<str:reference>/<str:token>", follow_letter_link, name="prove"),
    path("copy/<str:reference>/<str:token>", follow_copy_link, name="my-copy"),
)

MENU = MenuEntry("my-request", gettext_lazy("Follow a request"), order=30, is_daily=True)
