"""Pages that stand until the rooms are built."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bailee.web.shell.authorisation import staff
from bailee.web.shell.page import Page


@require_GET
def outside(request: Page) -> HttpResponse:
    """The public's first page."""
    return render(request, "shell/outside.html")


@require_GET
@staff()
def inside(request: Page) -> HttpResponse:
    """The first page of staff."""
    return render(request, "shell/inside.html")
