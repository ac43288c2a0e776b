"""Where everything is found over HTTP."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from bailee.web.api import api, nothing

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", nothing),  # a program is not shown a page that says so
    path("sign-in/", include("bailee.web.accounts.urls")),
    path("console/staff/", include("bailee.web.accounts.staff_urls")),
    path("console/", include("bailee.web.console.urls")),
    path("", include("bailee.web.public.urls")),
]

handler400 = "bailee.web.pages.errors.malformed"
handler403 = "bailee.web.pages.errors.forbidden"
handler404 = "bailee.web.pages.errors.not_found"
handler500 = "bailee.web.pages.errors.fault"
