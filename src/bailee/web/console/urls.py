"""The screens of staff."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("bailee.web.console.requests_urls")),
    path("", include("bailee.web.console.board")),
]
