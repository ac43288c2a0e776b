"""Retention: what goes next and when, what is held and why, which rules run by themselves, and what they did."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bailee.views import retention as desk
from bailee.web.console import survey_status
from bailee.web.console.headlines import join_headline, spell_number
from bailee.web.pages.authorisation import READERS, require_staff
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

_WIDE = 240  # units of the longest bar


@require_safe
@require_staff(*READERS)
def show_retention(request: PageRequest) -> HttpResponse:
    """What retention takes, holds and has taken."""
    found = desk.retention(request.context, request.GET.get("after", ""))
    most = max((month.rows for month in found.months), default=0)
    months = [(month, round(_WIDE * month.rows / most) if most else 0) for month in found.months]
    shown = {
        "found": found,
        "months": months,
        "goes_next": most,
        "headline": _write_headline(found),
        "is_later": "after" in request.GET,
        **survey_status.describe_survey(request, "retention"),
    }
    return render(request, "console/retention.html", shown)


def _write_headline(found: desk.RetentionBoard) -> list[str]:
    if not found.rules:
        return [_("The policy has no retention rules")]
    if found.at is None:
        return [_("Nobody has counted yet what retention takes")]
    now, held = sum(rule.now for rule in found.rules), sum(rule.held for rule in found.rules)
    waiting = sum(rule.waiting for rule in found.rules)
    nothing = _("nothing can go now") if waiting else _("nothing is overdue for deletion")
    past = ngettext("%(count)s record is overdue for deletion", "%(count)s records are overdue for deletion", now)
    parts = [past % {"count": spell_number(now)} if now else nothing]
    if waiting:
        one, more = "%(count)s more waits for a row that stays", "%(count)s more wait for rows that stay"
        parts.append(ngettext(one, more, waiting) % {"count": spell_number(waiting)})
    if held:
        parts.append(ngettext("%(count)s is held", "%(count)s are held", held) % {"count": spell_number(held)})
    return join_headline(parts)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(*READERS)
def count_rows(request: PageRequest) -> HttpResponseBase:
    """Let a worker count; the page goes on saying whether one does."""
    return survey_status.run_survey(request, "retention")


URLS = (
    path("retention/", show_retention, name="retention"),
    path("retention/look/", count_rows, name="retention-look"),
)

MENU = MenuEntry("retention", gettext_lazy("Retention"), order=60)
