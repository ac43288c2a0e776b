"""Pages that need the systems: made off the web's threads, and told after ten seconds which system they wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http.response import HttpResponseBase
from django.shortcuts import render

from bailee.web.answers import FORM_MARK, RETRY, Pending, answer
from bailee.web.shell.page import Page

P = ParamSpec("P")


def off_thread(
    view: Callable[Concatenate[Page, P], HttpResponseBase],
) -> Callable[Concatenate[Page, P], HttpResponseBase]:
    """Make the page of ``view``, which asks the systems, off the web's threads. Innermost of its decorators."""

    @wraps(view)
    def enter(request: Page, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        made = answer(request, lambda: view(request, *args, **kwargs))
        return _waiting(request, made) if isinstance(made, Pending) else made

    return enter


def _waiting(request: Page, pending: Pending) -> HttpResponseBase:
    """Return the page that says what it waits for, and sends what was sent once more."""
    given = request.POST if request.method == "POST" else request.GET
    told = {
        "titles": pending.systems,
        "method": (request.method or "get").lower(),
        "fields": [(name, value) for name, values in given.lists() if name != FORM_MARK for value in values],
        "seconds": RETRY,
    }
    response = render(request, "shell/waiting.html", told, status=503)
    response["Retry-After"] = str(RETRY)
    return response
