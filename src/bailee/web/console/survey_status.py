"""Whether a worker looks the systems over: a piece of the map and of retention, which asks again by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from bailee.views import retention as desk
from bailee.web.pages.page_request import PageRequest

_BUTTONS = {"map": _("Look over now"), "retention": _("Count now")}


def describe_survey(request: PageRequest, page: str) -> dict[str, Any]:
    """Return what the piece of ``page``, ``map`` or ``retention``, shows."""
    return {"counting": desk.is_counting(request.context), "look": f"{page}-look", "button": _BUTTONS[page]}


def run_survey(request: PageRequest, page: str) -> HttpResponseBase:
    """Let a worker look all systems over, by a POST; a GET is the piece while it lasts, and then the page again."""
    if request.method == "POST":
        desk.count_now(request.context)
        if not request.htmx:
            return redirect(page)
    piece = describe_survey(request, page)
    response: HttpResponse = render(request, "console/counting.html", piece)
    if not piece["counting"]:
        response["HX-Refresh"] = "true"
    return response
