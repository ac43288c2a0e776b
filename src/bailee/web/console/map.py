"""The data map: systems and how people's data flows between them; what is mapped in each, and what is to be decided."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.engine.errors import UnknownName
from bailee.store.models import Role
from bailee.views import map as desk
from bailee.web.console import survey_status
from bailee.web.console.headlines import join_headline, spell_number
from bailee.web.console.picture import draw_map
from bailee.web.pages.authorisation import require_staff
from bailee.web.pages.errors import show_not_found
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

MOST_GROUPS = 20
"""Collections of which the guesses are shown: the others when these are decided."""

DECIDERS = (Role.OFFICER, Role.CONTROLLER)
"""Who may say what a column holds: it decides what is found, handed out and erased."""


@require_safe
@require_staff()
def show_map(request: PageRequest) -> HttpResponse:
    """All systems, and third parties."""
    drawn = desk.drawn(request.context)
    shown = {
        "drawn": drawn,
        "picture": draw_map(drawn),
        "headline": _write_headline(drawn),
        **survey_status.describe_survey(request, "map"),
    }
    return render(request, "console/map.html", shown)


def _write_headline(drawn: desk.MapDrawing) -> list[str]:
    count = len(drawn.nodes)
    parts = [ngettext("%(count)s system holds personal data", "%(count)s systems hold personal data", count)]
    parts[0] %= {"count": spell_number(count)}
    if drawn.undecided:
        told = ngettext("%(count)s column is undecided", "%(count)s columns are undecided", drawn.undecided)
        parts.append(told % {"count": spell_number(drawn.undecided)})
    if drawn.broken:
        told = ngettext(
            "to %(count)s third party data may not go", "to %(count)s third parties data may not go", drawn.broken
        )
        parts.append(told % {"count": spell_number(drawn.broken)})
    return join_headline(parts)


@require_safe
@require_staff()
def show_system(request: PageRequest, name: str) -> HttpResponse:
    """One system: what is mapped, opaque, and undecided."""
    assert request.member is not None
    try:
        whole = desk.system(request.context, name)
    except UnknownName:
        return show_not_found(request)
    may_decide = request.member.role in DECIDERS
    groups = [(collection, list(group)) for collection, group in groupby(whole.guesses, lambda one: one.collection)]
    shown = {
        "whole": whole,
        "node": whole.node,
        "headline": _write_system_headline(whole),
        "may_decide": may_decide,
        "groups": groups[:MOST_GROUPS],
        "are_more": len(groups) > MOST_GROUPS,
    }
    return render(request, "console/system.html", shown)


def _write_system_headline(whole: desk.SystemDetail) -> str:
    node = whole.node
    if node.problem:
        return _("%(title)s could not be looked over") % {"title": node.title}
    if node.undecided is None:
        return _("%(title)s has not been looked over yet") % {"title": node.title}
    if not node.undecided:
        return _("Every column of %(title)s is decided") % {"title": node.title}
    told = ngettext(
        "%(count)s column of %(title)s is undecided", "%(count)s columns of %(title)s are undecided", node.undecided
    )  # fmt: skip
    words = told % {"count": spell_number(node.undecided), "title": node.title}
    return words[:1].upper() + words[1:]


@require_POST
@require_staff(*DECIDERS)
def decide_columns(request: PageRequest, name: str) -> HttpResponseBase:
    """Take guesses over into the map, or strike them out: the files of the policy folder are written."""
    said, yes = frozenset(request.POST.getlist("said")), request.POST.get("answer") == "yes"
    if not said:
        messages.warning(request, _("No guess was ticked, and nothing was decided."))
        return redirect("system", name)
    try:
        found = desk.decide(request.context, name, said, yes=yes)
    except UnknownName:
        return show_not_found(request)
    if not yes:
        told = ngettext("%(count)s guess was struck out.", "%(count)s guesses were struck out.", len(said))
        messages.success(request, told % {"count": spell_number(len(said))})
    if found.taken:
        count = len(found.taken)
        told = ngettext(
            "%(count)s guess was taken over into the map.", "%(count)s guesses were taken over into the map.", count
        )
        messages.success(request, told % {"count": spell_number(count)})
    for collection, why in sorted({(guess.collection, why) for guess, why in found.waiting}):
        messages.warning(request, _("%(collection)s has to wait: %(why)s.") % {"collection": collection, "why": why})
    if yes and not found.taken and not found.waiting:
        messages.warning(request, _("These cannot be added yet: what they belong to is not on the map."))
    return redirect("system", name)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff()
def survey_systems(request: PageRequest) -> HttpResponseBase:
    """Let a worker look all systems over; the page goes on saying whether one does."""
    return survey_status.run_survey(request, "map")


URLS = (
    path("map/", show_map, name="map"),
    path("map/look/", survey_systems, name="map-look"),
    path("map/<str:name>/", show_system, name="system"),
    path("map/<str:name>/decide/", decide_columns, name="system-decide"),
)

MENU = MenuEntry("map", gettext_lazy("Map"), order=80)
