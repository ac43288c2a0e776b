"""Holds: what must stay although it is due, placed by hand and by rule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from bailee.engine.systems import open_systems_of_context
from bailee.errors import BaileeError
from bailee.requests import holds, permissions
from bailee.store.models import HandHold
from bailee.views import holds as desk
from bailee.web.console.headlines import join_sentence, spell_number
from bailee.web.pages.authorisation import READERS, require_reauthentication, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.pending import run_off_thread
from bailee.web.pages.urls import MenuEntry


class NewHold(forms.Form):
    """A hold on everything of one person."""

    identities = forms.CharField(
        label=gettext_lazy("Whom it is about"),
        help_text=gettext_lazy(
            "Email addresses or telephone numbers of one person, one a line. They are sealed; your look is noted."
        ),
        max_length=3_000,
        error_messages={"required": gettext_lazy("Say whom the hold is about")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the hold"),
        help_text=gettext_lazy("Shown in plans and letters, so it names nobody: case 2026-17."),
        max_length=64,
        error_messages={"required": gettext_lazy("Give the hold a name")},
    )
    law = forms.CharField(
        label=gettext_lazy("By which law"),
        help_text=gettext_lazy("Such as UK GDPR Art. 17(3)(e)."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say by which law it stays")},
    )
    until = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Left empty, it lasts until somebody lifts it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )


@require_safe
@require_staff(*READERS)
def list_holds(request: PageRequest) -> HttpResponse:
    """All holds."""
    return _render_page(request)


@require_POST
@require_staff(permissions.PLACE_HOLD)
@run_off_thread
def place_hold(request: PageRequest) -> HttpResponseBase:
    """Hold everything of a person. Plans that wait are made again under it."""
    form = NewHold(request.POST)
    if not form.is_valid():
        return _render_page(request, form, status=422)
    given = form.cleaned_data
    identities = [line.strip() for line in given["identities"].splitlines() if line.strip()]
    try:
        with open_systems_of_context(request.context) as systems:
            holds.place_hold(request.context, systems, identities, given["name"], given["law"], until=given["until"])
    except BaileeError as error:
        return _render_page(request, form, refusal=error)
    messages.success(request, _("The hold is placed. Waiting plans that touch this person are made again under it."))
    return redirect("holds")


@require_safe
@require_staff(permissions.PLACE_HOLD)
def show_hold(request: PageRequest, hold_id: str) -> HttpResponse:
    """One hold, before it is lifted."""
    return render(request, "console/hold.html", {"hold": _find_hold(hold_id)})


@require_POST
@require_staff(permissions.PLACE_HOLD)
@require_reauthentication("hold")
def lift_hold(request: PageRequest, hold_id: str) -> HttpResponseBase:
    """Lift a hold: what it delayed resumes now."""
    try:
        holds.lift_hold(request.context, _find_hold(hold_id))
    except BaileeError as error:
        return _render_page(request, refusal=error)
    messages.success(request, _("The hold is lifted. What it delayed goes on now."))
    return redirect("holds")


def _find_hold(hold_id: str) -> HandHold:
    found = HandHold.objects.filter(id=hold_id, lifted_at=None).first()
    if found is None:
        raise Http404
    return found


def _render_page(
    request: PageRequest, form: NewHold | None = None, *, refusal: BaileeError | None = None, status: int = 200
) -> HttpResponse:
    assert request.member is not None
    found = desk.holds(request.context, request.GET.get("after", ""))
    told: dict[str, Any] = {
        "holds": found,
        "headline": _write_headline(found),
        "is_later": "after" in request.GET,
        "may": request.member.role in permissions.PLACE_HOLD.roles,
        "form": form or NewHold(),
    }
    if refusal is not None:
        told["refusal"] = make_sentence(refusal.message), make_sentence(refusal.hint)
        status = refusal.kind.value.status
    return render(request, "console/holds.html", told, status=status)


def _write_headline(found: desk.HoldList) -> str:
    count = found.count
    by_hand = ngettext("%(count)s hold is placed by hand", "%(count)s holds are placed by hand", count)
    held = ngettext("%(count)s request waits for one to end", "%(count)s requests wait for one to end", found.held)
    parts = [by_hand % {"count": spell_number(count)} if count else _("no hold is placed by hand")]
    if found.held:
        parts.append(held % {"count": spell_number(found.held)})
    return join_sentence(parts)


URLS = (
    path("holds/", list_holds, name="holds"),
    path("holds/new/", place_hold, name="hold-place"),
    path("holds/<str:hold_id>/", show_hold, name="hold"),
    path("holds/<str:hold_id>/lift/", lift_hold, name="hold-lift"),
)

MENU = MenuEntry("holds", gettext_lazy("Holds"), order=70)
