"""The screens of the public."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.shell import views

urlpatterns: list[URLPattern | URLResolver] = [path("", views.outside, name="notice")]
