"""Where everything is found over HTTP."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from bailee.web.api import answer_nothing_here, api
from bailee.web.pages.urls import find_staff_urls, find_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", answer_nothing_here),  # a program is not shown a page that says so
    path("sign-in/", include(find_urls("bailee.web.accounts"))),
    path("console/", include(find_staff_urls("bailee.web.console"))),
    path("", include(find_urls("bailee.web.public"))),
]

handler400 = "bailee.web.pages.errors.show_malformed"
handler403 = "bailee.web.pages.errors.show_forbidden"
handler404 = "bailee.web.pages.errors.show_not_found"
handler500 = "bailee.web.pages.errors.show_fault"
