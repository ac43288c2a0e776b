"""Where staff sign in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.shell import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.outside, name="account_login"),
    path("out/", views.outside, name="account_logout"),
    path("account/", views.inside, name="account"),
]
