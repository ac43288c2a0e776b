"""Where everything is found over HTTP."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.api import api

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", api.urls)]
