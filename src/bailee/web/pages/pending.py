"""Pages that need the systems: made off the web's threads, and told after ten seconds which system they wait for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http.response import HttpResponseBase
from django.shortcuts import render

from bailee.web.answers import FORM_MARK, RETRY, Pending, answer_off_thread
from bailee.web.pages.page_request import PageRequest

P = ParamSpec("P")


def run_off_thread(
    view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
) -> Callable[Concatenate[PageRequest, P], HttpResponseBase]:
    """Make the page of ``view``, which asks the systems, off the web's threads. Innermost of its decorators."""

    @wraps(view)
    def enter(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        made = answer_off_thread(request, lambda: view(request, *args, **kwargs))
        return _show_pending(request, made) if isinstance(made, Pending) else made

    return enter


def _show_pending(request: PageRequest, pending: Pending) -> HttpResponseBase:
    """Return the page that says what it waits for, and sends what was sent once more."""
    given = request.POST if request.method == "POST" else request.GET
    told = {
        "titles": pending.systems,
        "method": (request.method or "get").lower(),
        "fields": [(name, value) for name, values in given.lists() if name != FORM_MARK for value in values],
        "seconds": RETRY,
    }
    response = render(request, "pages/pending.html", told, status=503)
    response["Retry-After"] = str(RETRY)
    return response
