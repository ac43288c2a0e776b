"""Promises: which are kept, broken or unknown, since when, and who fixes them; and each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from bailee.checks import Verdict
from bailee.engine.errors import UnknownName
from bailee.notice import assess_coverage
from bailee.store.models import Role
from bailee.views import promises as desk
from bailee.views.policy import current
from bailee.web.console import strips
from bailee.web.console.headlines import describe_duration, join_headline, spell_number
from bailee.web.pages.authorisation import require_staff
from bailee.web.pages.errors import show_not_found
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

FIXERS = (Role.OFFICER, Role.CONTROLLER, Role.SUPPORT, Role.ADMINISTRATOR)
"""Who may say that somebody fixes a promise: all but the auditor, who only reads."""


@require_safe
@require_staff()
def list_promises(request: PageRequest) -> HttpResponse:
    """All promises, the worst first."""
    board = desk.board(request.context, request.GET.get("after", ""))
    policy = current(request.context.folder)
    groups = [
        (verdict, list(rows)) for verdict, rows in groupby(_draw_rows(request, board), lambda one: one[0].verdict)
    ]
    return render(
        request,
        "console/promises.html",
        {
            "headline": describe_promises(board.counts),
            "board": board,
            "groups": groups,
            "strip": strips.draw_all_days(board.days),
            "is_later": "after" in request.GET,
            "coverage": assess_coverage(policy, policy.notice, request.context.now) if policy.notice else None,
            "look": desk.look_under_way(request.context),
            "may_look": True,
        },
    )


def _draw_rows(request: PageRequest, board: desk.Board) -> Iterator[tuple[desk.PromiseRow, strips.Strip, str]]:
    """Yield each row with its strip, and for how long it has been so."""
    for row in board.rows:
        yield row, strips.draw_days(row.days), describe_duration(row.since, request.context.now) if row.since else ""


def describe_promises(counts: Mapping[Verdict, int]) -> Sequence[str]:
    """Return the parts of the sentence that says which promises are kept."""
    broken, unknown, kept = (counts[one] for one in (Verdict.BROKEN, Verdict.UNKNOWN, Verdict.KEPT))
    if not broken + unknown + kept:
        return [_("The policy has no promises")]
    if not broken + unknown:
        return [
            ngettext("The one promise is kept", "All %(count)s promises are kept", kept) % {"count": spell_number(kept)}
        ]
    parts = []
    if broken:
        told = ngettext("%(count)s promise is broken", "%(count)s promises are broken", broken)
        parts.append(told % {"count": spell_number(broken)})
    if unknown:
        only = ngettext("%(count)s promise is unknown", "%(count)s promises are unknown", unknown)
        more = ngettext("%(count)s is unknown", "%(count)s are unknown", unknown)
        parts.append((more if broken else only) % {"count": spell_number(unknown)})
    if kept:
        parts.append(ngettext("%(count)s is kept", "%(count)s are kept", kept) % {"count": spell_number(kept)})
    return join_headline(parts)


@require_POST
@require_staff()
def start_checks(request: PageRequest) -> HttpResponseBase:
    """Let a worker look now; the page goes on saying how far it has come."""
    desk.look_now(request.context)
    if request.htmx:
        return render_checks(request)
    return redirect("promises")


@require_safe
@require_staff()
def show_checks(request: PageRequest) -> HttpResponse:
    """How far the look has come: a piece of the page of promises."""
    response = render_checks(request)
    under_way = desk.look_under_way(request.context)
    if not under_way.waits and not under_way.runs:
        response["HX-Refresh"] = "true"
    return response


def render_checks(request: PageRequest) -> HttpResponse:
    """Return the piece of the page that says how far a look has come."""
    return render(request, "console/looking.html", {"look": desk.look_under_way(request.context), "may_look": True})


@require_safe
@require_staff()
def show_promise(request: PageRequest, name: str) -> HttpResponse:
    """One promise: its words, its checks, what was found, its days, and who fixes it."""
    try:
        whole = desk.promise(request.context, name)
    except UnknownName:
        return show_not_found(request)
    return render(request, "console/promise.html", _describe_promise(request, whole))


def _describe_promise(request: PageRequest, whole: desk.PromiseDetail) -> dict[str, Any]:
    assert request.member is not None
    may_fix = request.member.role in FIXERS and whole.row.verdict is not Verdict.KEPT
    return {
        "whole": whole,
        "row": whole.row,
        "headline": _write_headline(whole.row),
        "findings": [{**one, "at": datetime.fromisoformat(one["at"])} for one in whole.findings],
        "strip": strips.draw_days(whole.days),
        "may_fix": may_fix,
        "colleagues": desk.colleagues(request.context) if may_fix else [],
    }


def _write_headline(row: desk.PromiseRow) -> str:
    words = {
        Verdict.KEPT: _("Kept: %(says)s"),
        Verdict.BROKEN: _("Broken: %(says)s"),
        Verdict.UNKNOWN: _("Unknown: %(says)s"),
    }
    return words[row.verdict] % {"says": row.says}


@require_POST
@require_staff(*FIXERS)
def note_fix(request: PageRequest, name: str) -> HttpResponseBase:
    """Note who fixes a promise, and by which day."""
    try:
        whole = desk.promise(request.context, name)
    except UnknownName:
        return show_not_found(request)
    day, wrong = _read_day(request.POST.get("on", "")), ""
    if day is None:
        wrong = _("Give the day by which it is fixed, such as 2026-12-01.")
    elif day < request.context.today:
        wrong = _("That day is past: give one to come.")
    if day is None or wrong:
        return render(
            request, "console/promise.html", {**_describe_promise(request, whole), "wrong": wrong}, status=422
        )
    try:
        desk.mend(request.context, name, request.POST.get("by", ""), day)
    except UnknownName as error:
        shown = {**_describe_promise(request, whole), "wrong": error.message}
        return render(request, "console/promise.html", shown, status=422)
    messages.success(request, _("Saved who fixes this."))
    return redirect("promise", name)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


URLS = (
    path("promises/", list_promises, name="promises"),
    path("promises/look/", start_checks, name="promises-look"),
    path("promises/looking/", show_checks, name="promises-looking"),
    path("promises/<str:name>/", show_promise, name="promise"),
    path("promises/<str:name>/fix/", note_fix, name="promise-fix"),
)

MENU = MenuEntry("promises", gettext_lazy("Promises"), order=40, is_daily=True)
