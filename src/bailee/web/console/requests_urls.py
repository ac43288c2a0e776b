"""The desk: today, requests, plans, holds and letters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bailee.web.console import holds, letters, plans, request, requests, today
from bailee.web.console.act_forms import way_of, with_forms

_ONE = "requests/<str:reference>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.index, name="today"),
    path("requests/", requests.index, name="requests"),
    path("requests/new/", requests.new, name="new-request"),
    path(_ONE, request.show, name="request"),
    path(f"{_ONE}in-full/", request.in_full, name="request-in-full"),
    path(f"{_ONE}found/", request.found, name="request-found"),
    path(f"{_ONE}confirm/", request.confirm, name="request-confirm"),
    path(f"{_ONE}number/", request.number, name="request-number"),
    path(f"{_ONE}parcels/<str:parcel_id>/", request.parcel, name="request-parcel"),
    path(f"{_ONE}plan/", plans.show, name="plan"),
    path(f"{_ONE}plan/approve/", plans.approve, name="plan-approve"),
    path(f"{_ONE}plan/cancel/", plans.cancel, name="plan-cancel"),
    path(f"{_ONE}plans/<str:plan_id>/", plans.show, name="plan-of"),
    path(f"{_ONE}plans/<str:plan_id>/file/", plans.file, name="plan-file"),
    path(f"{_ONE}plans/<str:plan_id>/progress/", plans.progress, name="plan-progress"),
    *(path(f"{_ONE}do/{one.name}/", request.acting(one), name=way_of(one)) for one in with_forms()),
    path("holds/", holds.index, name="holds"),
    path("holds/new/", holds.place, name="hold-place"),
    path("holds/<str:hold_id>/", holds.one, name="hold"),
    path("holds/<str:hold_id>/lift/", holds.lift, name="hold-lift"),
    path("letters/", letters.index, name="letters"),
    path("letters/<str:message_id>/", letters.show, name="letter"),
    path("letters/<str:message_id>/paper/", letters.paper, name="letter-paper"),
    path("letters/<str:message_id>/posted/", letters.posted, name="letter-posted"),
    path("letters/<str:message_id>/again/", letters.again, name="letter-again"),
]
