"""Make a request: one question a page, all answers on one page, and then it is sent.

Until it is sent the answers are in the session, sealed, and nowhere else; then they are gone from there. Everybody who
asks is told the same whether we know the person or not: nobody is looked up before the page is answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.requests import intake
from bailee.requests.rights import PARCELS, STATUTORY
from bailee.store.errors import NotAskable
from bailee.store.models import Channel, Request
from bailee.web.limits import place_of
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.idempotency import find_made, make_mark, make_once
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry
from bailee.web.public.questions import BY_RIGHT, RIGHTS, QuestionPage, WhatQuestion, asked_of, questions_of

_ANSWERS, _SENT = "ask", "asked"
"""Under these names a session has what was answered, and what was sent: its reference alone."""

_MARK = "mark"
"""Under this name the answers have what tells one request to be from the next, though all its answers are the same."""


@require_http_methods(["GET", "HEAD", "POST"])
def ask_question(request: PageRequest, step: str = "what") -> HttpResponseBase:
    """One question."""
    answers = _load_answers(request)
    wanted = request.GET.get("right", "") if step == "what" else ""
    if request.method != "POST" and wanted in BY_RIGHT and not _is_another(answers, wanted):
        _keep_answers(request, {**answers, "right": wanted})
        return redirect("ask-step", step=list(questions_of(wanted))[1])
    if step == "what":
        questions: dict[str, type[QuestionPage]] = {"what": WhatQuestion}
    elif answers.get("right") in BY_RIGHT:
        questions = questions_of(answers["right"])
    else:
        return redirect("ask")
    if step not in questions:
        raise Http404
    made, policy = questions[step], request.context.policy
    if request.method != "POST":
        initial = {"reply_to": answers.get("email", ""), **answers}
        if wanted in BY_RIGHT:  # nothing of the one that was begun is changed by a link
            initial["right"] = wanted
        return _show_question(request, step, made(initial=initial, policy=policy, answers=answers))
    form = made(request.POST, policy=policy, answers=answers)
    if not form.is_valid():
        return _show_question(request, step, form, status=422)
    answers = {**answers, **form.told}
    _keep_answers(request, answers)
    missing = next(_find_missing(request, answers), "")
    return redirect("ask-step", step=missing) if missing else redirect("ask-check")


def _load_answers(request: PageRequest) -> dict[str, Any]:
    return dict(request.session.get(_ANSWERS, {}))


def _keep_answers(request: PageRequest, answers: dict[str, Any]) -> None:
    """Keep the answers in the session, as those of one request to be."""
    request.session[_ANSWERS] = {_MARK: make_mark(), **answers}


def _is_another(answers: dict[str, Any], right: str) -> bool:
    """Whether a request for something else than ``right`` is on its way, and more than that was answered."""
    return answers.get("right", right) != right and not answers.keys() <= {"right", _MARK}


def _hash_answers(answers: dict[str, Any]) -> str:
    """Return by what the page of answers tells which answers it has shown."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def _find_missing(request: PageRequest, answers: dict[str, Any]) -> Iterator[str]:
    """Yield the questions that are not answered yet, or whose answers would not do for this right."""
    for name, made in questions_of(answers["right"]).items():
        blank = made(policy=request.context.policy, answers=answers)
        unasked = any(field not in answers for field in blank.fields if field != "website")
        if unasked or not made(answers, policy=request.context.policy, answers=answers).is_valid():
            yield name


def _show_question(request: PageRequest, step: str, form: Form, status: int = 200) -> HttpResponseBase:
    answers = _load_answers(request)
    right = answers.get("right", "")
    names = list(questions_of(right)) if right in BY_RIGHT else ["what"]
    at = names.index(step) if step in names else 0
    what = {
        "form": form,
        "step": step,
        "choices": RIGHTS,
        "number": at + 1,
        "of": len(names) if at else 0,  # how many there are depends on the first answer
        "back": names[at - 1] if at else "",
        "begun": BY_RIGHT[right].title if step == "what" and _is_another(answers, form["right"].value()) else "",
    }
    return render(request, "public/question.html", what, status=status)


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of the page of answers."""

    label: str | Promise
    value: str | Promise
    step: str


@require_safe
def check_answers(request: PageRequest) -> HttpResponseBase:
    """All answers on one page. Nothing has been sent yet."""
    answers = _load_answers(request)
    if answers.get("right") not in BY_RIGHT:
        return redirect("ask")
    missing = next(_find_missing(request, answers), "")
    if missing:
        return redirect("ask-step", step=missing)
    return _show_answers(request, answers)


def _show_answers(
    request: PageRequest, answers: dict[str, Any], wrong: str = "", hint: str = "", status: int = 200
) -> HttpResponse:
    what = {"lines": list(_list_lines(request, answers)), "seen": _hash_answers(answers), "wrong": wrong, "hint": hint}
    return render(request, "public/check.html", what, status=status)


def _list_lines(request: PageRequest, answers: dict[str, Any]) -> Iterator[Answered]:
    for step, made in questions_of(answers["right"]).items():
        if step == "what":
            yield Answered(WhatQuestion.title, BY_RIGHT[answers["right"]].title, step)
            continue
        form = made(policy=request.context.policy, answers=answers)
        for name, field in form.fields.items():
            if answers.get(name):
                yield Answered(field.label or "", answers[name], step)


@require_POST
def send_request(request: PageRequest) -> HttpResponseBase:
    """Send what its page has shown, and nothing else. A second press sends nothing, and shows what was sent."""
    answers, seen, context = _load_answers(request), request.POST.get("seen", ""), request.context.by("")
    if before := find_made(context, "", seen):
        request.session[_SENT] = before
        return redirect("ask-sent")
    if answers.get("right") not in BY_RIGHT:
        return redirect("ask-sent" if request.session.get(_SENT) else "ask")
    if next(_find_missing(request, answers), ""):
        return redirect("ask-check")
    if seen != _hash_answers(answers):
        wrong = _("Your answers have changed since you saw them, on another page of yours. Nothing has been sent.")
        return _show_answers(request, answers, wrong, _("Check them again. We send what is shown here now."), 409)
    try:
        reference = make_once(context, "", seen, lambda: _receive(request, answers))
    except NotAskable as error:
        return _show_answers(request, answers, make_sentence(error.message), make_sentence(error.hint), 422)
    del request.session[_ANSWERS]
    request.session[_SENT] = reference
    return redirect("ask-sent")


def _receive(request: PageRequest, answers: dict[str, Any]) -> Request:
    source = place_of(request.META.get("REMOTE_ADDR", ""))
    language = (get_language() or "en").partition("-")[0]
    return intake.receive_request(
        request.context.by(""), answers["right"], asked_of(answers), Channel.PORTAL, source=source, language=language
    )


@require_safe
def show_sent(request: PageRequest) -> HttpResponseBase:
    """The reference and the day, and what comes next: the same for everybody."""
    reference = request.session.get(_SENT)
    taken = Request.objects.filter(reference=reference).first() if reference else None
    if taken is None:
        return redirect("ask")
    what = {
        "taken": taken,
        "named": BY_RIGHT[taken.right].named,
        "waits": taken.right in STATUTORY,
        "is_copy": taken.right in PARCELS,
    }
    return render(request, "public/sent.html", what)


URLS = (
    path("ask", ask_question, name="ask"),
    path("ask/check", check_answers, name="ask-check"),
    path("ask/send", send_request, name="ask-send"),
    path("ask/sent", show_sent, name="ask-sent"),
    path("ask/<slug:step>", ask_question, name="ask-step"),
)

MENU = MenuEntry("ask", gettext_lazy("Make a request"), order=20, is_daily=True)
