"""``/console/staff/``: an administrator's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.accounts import staff_screen as screen

urlpatterns: list[URLPattern | URLResolver] = [
    path("", screen.everybody, name="staff"),
    path("add/", screen.add, name="add-staff"),
    path("<str:staff_id>/", screen.one, name="member"),
    path("<str:staff_id>/link/", screen.link, name="member-link"),
    path("<str:staff_id>/check/", screen.check, name="member-check"),
    path("<str:staff_id>/sessions/end/", screen.shut, name="member-sessions-end"),
    path("<str:staff_id>/leave/", screen.leave, name="member-leave"),
]
