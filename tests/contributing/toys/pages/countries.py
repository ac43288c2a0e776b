"""A toy page, from outside the tree: in which countries our systems are."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bailee.web.pages.authorisation import READERS, require_staff
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry


@require_safe
@require_staff(*READERS)
def list_countries(request: PageRequest) -> HttpResponse:
    """The countries, and how many systems are in each."""
    countries = Counter(system.location.country for system in request.context.policy.systems.values())
    return render(request, "console/countries.html", {"countries": sorted(countries.items())})


URLS = (path("countries/", list_countries, name="countries"),)

MENU = MenuEntry("countries", gettext_lazy("Countries"), order=85)
