"""Unsubscribe: one button, nobody signs in. A mail program may press it by itself (RFC 8058); to look does nothing."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from bailee.requests.unsubscriptions import read_address, unsubscribe_address
from bailee.web.pages.page_request import PageRequest


@csrf_exempt  # a mail program has no cookie of ours: who has the token may do this, and nothing else
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_unsubscription(request: PageRequest, token: str) -> HttpResponseBase:
    """Show the button; pressed, the address is on no list of ours any more."""
    context = request.context.by("")
    if request.method != "POST":
        is_ours = read_address(context, token) is not None
        return _show(request, "ask" if is_ours else "unknown")
    return _show(request, "done" if unsubscribe_address(context, token) else "unknown")


def _show(request: PageRequest, what: str) -> HttpResponseBase:
    return render(request, "public/unsubscribe.html", {"what": what}, status=404 if what == "unknown" else 200)


URLS = (path("unsubscribe/<str:token>", confirm_unsubscription, name="unsubscribe"),)
