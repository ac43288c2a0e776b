"""My request: where it is, the clock, letters, what stays and why, what can be fetched, and what one can still do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.engine.errors import NotAllowed
from bailee.requests import copy_packages, permissions, replies, request_end
from bailee.requests.clocks import EXTENSION_TOO_LATE
from bailee.requests.letters import Template
from bailee.requests.receipts import read_receipt
from bailee.store.errors import NotAskable
from bailee.store.models import Outcome, Parcel, Receipt, Request, Status
from bailee.views.public_request import Course, SentLetter, course_of
from bailee.web.limits import place_of
from bailee.web.pages.errors import make_sentence, render_refusal
from bailee.web.pages.idempotency import make_once
from bailee.web.pages.letter_text import body_of, items_of
from bailee.web.pages.page_request import PageRequest
from bailee.web.public import request_login
from bailee.web.public.questions import BY_RIGHT
from bailee.web.public.sums import draw_calendar, sums_of
from bailee.web.public.visitor import find_own_request, keep_visit
from bailee.web.public.where import list_exceptions, list_steps, write_headline

P = ParamSpec("P")

_COMPLAINED = "complained"
"""Under this name a session has about which request a complaint was made, and the reference of that."""


def require_visitor(
    view: Callable[Concatenate[PageRequest, Request, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Begin ``view`` with the request if it is the visitor's; to anybody else show the login, whatever it is."""

    @wraps(view)
    def enter(page: PageRequest, reference: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = find_own_request(page, reference)
        if found is None:
            return request_login.show_login(page, reference, status=403 if page.method == "POST" else 200)
        response = view(page, found, *args, **kwargs)
        if not response.has_header("Set-Cookie") and response.status_code < 400:  # noqa: PLR2004 - an error is no use
            keep_visit(page, response, found)
        return response

    return enter


@require_http_methods(["GET", "HEAD", "POST"])
def open_request(page: PageRequest, reference: str) -> HttpResponseBase:
    """The request of the visitor, or the login; a POST brings the code."""
    if page.method == "POST":
        return request_login.check_code(page, reference)
    return show_status(page, reference)


@require_visitor
def show_status(page: PageRequest, request: Request) -> HttpResponseBase:
    """Where it is."""
    course = course_of(page.context, request)
    is_open = request.pauses.filter(answered_on=None).exists()
    clock = sums_of(page.context, request) if request.status not in {Status.HELD, Status.CLOSED} else None
    what = {
        "request_": request,
        "named": BY_RIGHT[request.right].named,
        "headline": write_headline(page.context, request, course, is_open=is_open),
        "steps": list_steps(request, course),
        "course": course,
        "exceptions": list_exceptions(request),
        "no_day": any(one.until is None for one in course.stays),
        "clock": clock,
        "calendar": draw_calendar(page.context, request, clock) if clock else None,
        "letters": [
            (letter, body_of(letter.text), _describe_missed_letter(request, letter, course, is_open=is_open))
            for letter in reversed(course.letters)
        ],
        "questions": _find_questions(course) if is_open else (),
        "parcels": [_describe_parcel(page, parcel) for parcel in course.parcels],
        "may_withdraw": permissions.WITHDRAW.fits(request.status, request.right),
        "is_refused": request.outcome == Outcome.REFUSED,
        "withheld": _count_withheld(course.events),
    }
    return render(page, "public/status.html", what)


def _describe_missed_letter(request: Request, letter: SentLetter, course: Course, *, is_open: bool) -> str:
    """Return what is so of a letter that has not reached the person, or too late; empty of one that has, or may have.

    Where nobody has told them since, such a letter has set nothing going: no question waits, no time is added.
    """
    if not letter.missed:
        is_extension = letter.template == Template.EXTEND and request.extended_on is None
        if not is_extension or EXTENSION_TOO_LATE not in course.events:
            return ""
        return _("We sent this letter too late, so the time was not extended. The later day in it does not apply.")
    if letter.template == Template.EXTEND and request.extended_on is None:
        return _("We could not deliver this letter, so the time was not extended. The later day in it does not apply.")
    if letter.template == Template.CLARIFY and not is_open and not letter.is_told:
        return _("We could not deliver this letter, so you need not answer the question in it.")
    if letter.is_told:
        return _("We could not deliver this letter. We have told you what it says.")
    return _("We could not deliver this letter.")


def _find_questions(course: Course) -> tuple[str, ...]:
    """Return what we asked last, out of the letter."""
    asked = next((letter.text for letter in reversed(course.letters) if letter.template == Template.CLARIFY), "")
    return items_of(asked) or ((asked,) if asked else ())


def _describe_parcel(page: PageRequest, parcel: Parcel) -> dict[str, object]:
    is_there = parcel.gone_at is None and page.context.now < parcel.expires_at
    return {"row": parcel, "is_there": is_there}


def _count_withheld(events: object) -> dict[str, int]:
    """Return what a copy lacks, counted; empty where it lacks nothing."""
    packed = events.get("packed") if isinstance(events, dict) else None
    facts = packed.facts if packed is not None else {}
    return {name: facts[name] for name in ("withheld", "missing", "shared") if facts.get(name)}


@require_POST
@require_visitor
def send_reply(page: PageRequest, request: Request) -> HttpResponseBase:
    """Answer our question."""
    try:
        replies.receive_reply(page.context.by(""), request, page.POST.get("words", ""))
    except NotAskable as error:
        return _show_form_again(page, request, "reply", make_sentence(error.message), make_sentence(error.hint))
    except NotAllowed:
        wrong = _("No question of ours waits for an answer any more.")
        return _show_form_again(page, request, "reply", wrong, _("If you have sent it before, we have it."), 409)
    return _redirect_to_request(request)


@require_http_methods(["GET", "HEAD", "POST"])
@require_visitor
def withdraw_request(page: PageRequest, request: Request) -> HttpResponseBase:
    """Take the request back, after one more page."""
    if page.method == "POST":
        try:
            request_end.withdraw_request(page.context.by(""), request)
        except NotAllowed:
            if request.outcome != Outcome.WITHDRAWN:
                return _show_withdrawal(page, request, status=409)
        return _redirect_to_request(request)
    return _show_withdrawal(page, request)


def _show_withdrawal(page: PageRequest, request: Request, status: int = 200) -> HttpResponseBase:
    may = permissions.WITHDRAW.fits(request.status, request.right)
    return render(page, "public/withdraw.html", {"request_": request, "may": may}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_visitor
def send_complaint(page: PageRequest, request: Request) -> HttpResponseBase:
    """Complain about how it was dealt with. The same words, sent again within a day, are the same complaint."""
    if page.method != "POST":
        return render(page, "public/say.html", {"request_": request, "what": "complain"})
    context, source = page.context.by(""), place_of(page.META.get("REMOTE_ADDR", ""))
    words = page.POST.get("words", "").strip()
    try:
        made = make_once(
            context, request.id, words, lambda: replies.receive_complaint(context, request, words, source=source)
        )
    except NotAskable as error:
        return _show_form_again(page, request, "complain", make_sentence(error.message), make_sentence(error.hint))
    page.session[_COMPLAINED] = [request.reference, made]
    return redirect("my-request-complained", reference=request.reference)


@require_safe
@require_visitor
def show_complaint(page: PageRequest, request: Request) -> HttpResponseBase:
    """The reference of a complaint that was just made about the request."""
    about, made = page.session.get(_COMPLAINED, ["", ""])
    complaint = Request.objects.filter(reference=made).first() if about == request.reference else None
    if complaint is None:
        return _redirect_to_request(request)
    return render(page, "public/complained.html", {"request_": request, "made": complaint})


def _show_form_again(
    page: PageRequest, request: Request, what: str, wrong: str, hint: str, status: int = 422
) -> HttpResponseBase:
    told = {"request_": request, "what": what, "words": page.POST.get("words", ""), "wrong": wrong, "hint": hint}
    return render(page, "public/say.html", told, status=status)


@require_POST
@require_visitor
def fetch_parcel(page: PageRequest, request: Request, parcel_id: str) -> HttpResponseBase:
    """Fetch a parcel. When all of it was sent it stays for a time, in which it can be fetched again."""
    parcel = Parcel.objects.filter(id=parcel_id, request=request).first()
    if parcel is None:
        raise Http404
    try:
        pieces = copy_packages.stream_copy(page.context.by(""), parcel)
    except NotAllowed:
        told, way = _("this copy is not here any more: its time is over"), _request_url(request)
        return render_refusal(page, 409, told, _("ask for a new copy, and we put it together again"), way)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{parcel.kind}-{request.reference}.zip"'
    return response


@require_POST
@require_visitor
def fetch_receipt(page: PageRequest, request: Request, receipt_id: int) -> HttpResponseBase:
    """Fetch a receipt."""
    found = Receipt.objects.filter(id=receipt_id, request=request).exclude(sealed=None).first()
    if found is None:
        raise Http404
    response = HttpResponse(read_receipt(page.context, found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="receipt-{request.reference}.tlog-proof"'
    return response


def _redirect_to_request(request: Request) -> HttpResponseBase:
    return redirect(_request_url(request))


def _request_url(request: Request) -> str:
    return reverse("my-request-one", args=[request.reference])


URLS = (
    path("request/<str:reference>", open_request, name="my-request-one"),
    path("request/<str:reference>/reply", send_reply, name="my-request-reply"),
    path("request/<str:reference>/withdraw", withdraw_request, name="my-request-withdraw"),
    path("request/<str:reference>/complain", send_complaint, name="my-request-complain"),
    path("request/<str:reference>/complained", show_complaint, name="my-request-complained"),
    path("request/<str:reference>/parcels/<slug:parcel_id>", fetch_parcel, name="my-request-fetch"),
    path("request/<str:reference>/receipts/<int:receipt_id>", fetch_receipt, name="my-request-receipt"),
)
