"""Make a request: one question a page, all answers on one page, and then it is sent.

Until it is sent the answers stand in the session, sealed, and nowhere else; then they are gone from there. Whoever
asks is told the same whether we know the person or not: nobody is looked up before the page is answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.books.models import Channel, Request, Right
from bailee.runner.refusals import NotAskable
from bailee.runner.requests import intake
from bailee.runner.requests.states import STATUTORY
from bailee.web.api.limits import place_of
from bailee.web.public.questions import Question, WhatQuestion, asked_of, questions_of
from bailee.web.public.words import BY_RIGHT, RIGHTS
from bailee.web.shell.errors import sentence
from bailee.web.shell.page import Page

_ANSWERS, _SENT = "ask", "asked"
"""Under these names a session has what was answered, and what was sent: its reference alone."""

_MOST_QUESTIONS = len(questions_of(Right.CORRECT))


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Page, step: str = "what") -> HttpResponseBase:
    """One question."""
    answers = _answers(request)
    wanted = request.GET.get("right", "") if step == "what" else ""
    if request.method != "POST" and wanted in BY_RIGHT:
        request.session[_ANSWERS] = {**answers, "right": wanted}
        return redirect("ask-step", step=list(questions_of(wanted))[1])
    if step == "what":
        questions: dict[str, type[Question]] = {"what": WhatQuestion}
    elif answers.get("right") in BY_RIGHT:
        questions = questions_of(answers["right"])
    else:
        return redirect("ask")
    if step not in questions:
        raise Http404
    made, policy = questions[step], request.office.policy
    if request.method != "POST":
        initial = {"reply_to": answers.get("email", ""), **answers}
        return _shown(request, step, made(initial=initial, policy=policy, answers=answers))
    form = made(request.POST, policy=policy, answers=answers)
    if not form.is_valid():
        return _shown(request, step, form, status=422)
    answers = {**answers, **form.told}
    request.session[_ANSWERS] = answers
    missing = next(_missing(request, answers), "")
    return redirect("ask-step", step=missing) if missing else redirect("ask-check")


def _answers(request: Page) -> dict[str, Any]:
    return dict(request.session.get(_ANSWERS, {}))


def _missing(request: Page, answers: dict[str, Any]) -> Iterator[str]:
    """Yield the questions that are not answered yet, or whose answers would not do for this right."""
    for name, made in questions_of(answers["right"]).items():
        blank = made(policy=request.office.policy, answers=answers)
        unasked = any(field not in answers for field in blank.fields if field != "website")
        if unasked or not made(answers, policy=request.office.policy, answers=answers).is_valid():
            yield name


def _shown(request: Page, step: str, form: Form, status: int = 200) -> HttpResponseBase:
    right = _answers(request).get("right", "")
    names = list(questions_of(right)) if right in BY_RIGHT else ["what"]
    at = names.index(step) if step in names else 0
    what = {
        "form": form,
        "step": step,
        "choices": RIGHTS,
        "number": at + 1,
        "of": len(names) if at else 0,  # how many there are depends on the first answer
        "back": names[at - 1] if at else "",
    }
    return render(request, "public/question.html", what, status=status)


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of the page of answers."""

    label: str | Promise
    value: str | Promise
    step: str


@require_safe
def check(request: Page) -> HttpResponseBase:
    """All answers on one page. Nothing has been sent yet."""
    answers = _answers(request)
    if answers.get("right") not in BY_RIGHT:
        return redirect("ask")
    missing = next(_missing(request, answers), "")
    if missing:
        return redirect("ask-step", step=missing)
    return render(request, "public/check.html", {"lines": list(_lines(request, answers))})


def _lines(request: Page, answers: dict[str, Any]) -> Iterator[Answered]:
    for step, made in questions_of(answers["right"]).items():
        if step == "what":
            yield Answered(WhatQuestion.title, BY_RIGHT[answers["right"]].title, step)
            continue
        form = made(policy=request.office.policy, answers=answers)
        for name, field in form.fields.items():
            if answers.get(name):
                yield Answered(field.label or "", answers[name], step)


@require_POST
def send(request: Page) -> HttpResponseBase:
    """Send it. A second press finds nothing to send, and shows what was sent."""
    answers = _answers(request)
    if answers.get("right") not in BY_RIGHT:
        return redirect("ask-sent" if request.session.get(_SENT) else "ask")
    if next(_missing(request, answers), ""):
        return redirect("ask-check")
    source = place_of(request.META.get("REMOTE_ADDR", ""))
    try:
        taken = intake.receive(
            request.office.by(""), answers["right"], asked_of(answers), Channel.PORTAL, source=source,
            language=(get_language() or "en").partition("-")[0],
        )  # fmt: skip
    except NotAskable as error:
        what = {"lines": list(_lines(request, answers)), "wrong": sentence(error.message), "mend": sentence(error.hint)}
        return render(request, "public/check.html", what, status=422)
    del request.session[_ANSWERS]
    request.session[_SENT] = taken.reference
    return redirect("ask-sent")


@require_safe
def sent(request: Page) -> HttpResponseBase:
    """The reference and the day, and what comes next: the same for everybody."""
    reference = request.session.get(_SENT)
    taken = Request.objects.filter(reference=reference).first() if reference else None
    if taken is None:
        return redirect("ask")
    what = {"taken": taken, "named": BY_RIGHT[taken.right].named, "waits": taken.right in STATUTORY}
    return render(request, "public/sent.html", what)
