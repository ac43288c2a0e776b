"""Staff: who works here, in which role, their background check, and their leaving."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bailee.store import sessions, staff
from bailee.store.admission import LASTS, build_link, end_sessions, invite_staff
from bailee.store.errors import StaffError
from bailee.store.models import Role, Staff, StaffChange
from bailee.store.staff import Colleague
from bailee.web.accounts.change_log import describe_change
from bailee.web.pages.authorisation import require_reauthentication, require_staff
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

LATEST = 30
"""Changes that are shown of one person."""

ROLES = {
    Role.SUPPORT: _("takes requests in, sees what is found, plans"),
    Role.OFFICER: _("the privacy officer: plans, approves what others planned, answers"),
    Role.CONTROLLER: _("the Data Controller: also refuses, releases, places holds"),
    Role.AUDITOR: _("reads all but personal values"),
    Role.ADMINISTRATOR: _("staff, tokens, settings; no personal data"),
}


class NewMember(forms.Form):
    """Somebody who begins to work here."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("As colleagues know them."),
        error_messages={"required": _("Write their name")},
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("Their address at work. They sign in with it."),
        error_messages={"required": _("Write their email address")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, f"{role.value}: {words}") for role, words in ROLES.items()],
        error_messages={"required": _("Choose their role")},
    )
    vetted_on = forms.DateField(
        label=_("Background check passed on"),
        required=False,
        help_text=_("Leave empty where none was made yet."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )


class BackgroundCheck(forms.Form):
    """A background check that was passed."""

    vetted_on = forms.DateField(
        label=_("Passed on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Give the day on which the check was passed")},
    )


@require_GET
@require_staff(Role.ADMINISTRATOR)
def list_staff(request: PageRequest) -> HttpResponseBase:
    """List who works here, and who did."""
    found = list(staff.list_colleagues(request.context, left=True))
    here = [one for one in found if one.left_at is None]
    due = {one.id for one in here if staff.check_is_due(one, request.context.today)}
    shown = {"here": here, "gone": [one for one in found if one.left_at is not None], "due": due}
    return render(request, "console/staff.html", {**shown, "headline": _write_headline(len(here), len(due))})


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(Role.ADMINISTRATOR)
@require_reauthentication()
def add_member(request: PageRequest) -> HttpResponseBase:
    """Add a member of staff, and show the link by which they come in."""
    form = NewMember(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            added = staff.add_staff(
                request.context, given["email"], given["name"], Role(given["role"]), given["vetted_on"]
            )
        except StaffError as error:
            form.add_error("email", error.message)
        else:
            return _render_link(request, staff.describe_staff(request.context, added))
    return render(request, "console/add_staff.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
@require_staff(Role.ADMINISTRATOR)
def show_member(request: PageRequest, staff_id: str) -> HttpResponseBase:
    """Show one member of staff."""
    return _render_member(request, _find_member(request, staff_id), BackgroundCheck())


@require_POST
@require_staff(Role.ADMINISTRATOR)
@require_reauthentication(back="member")
def make_link(request: PageRequest, staff_id: str) -> HttpResponseBase:
    """Make a link, and show it this once."""
    return _render_link(request, _find_member(request, staff_id))


@require_POST
@require_staff(Role.ADMINISTRATOR)
def note_check(request: PageRequest, staff_id: str) -> HttpResponseBase:
    """Note when a background check was passed."""
    form, member = BackgroundCheck(request.POST), _find_member(request, staff_id)
    if form.is_valid():
        try:
            staff.note_vetted(request.context, staff_id, form.cleaned_data["vetted_on"])
        except StaffError as error:
            form.add_error("vetted_on", error.message)
        else:
            return redirect("member", staff_id)
    return _render_member(request, member, form, status=422)


@require_POST
@require_staff(Role.ADMINISTRATOR)
def end_member_sessions(request: PageRequest, staff_id: str) -> HttpResponse:
    """End all sessions of a member of staff."""
    end_sessions(request.context, staff_id)
    return redirect("member", staff_id)


@require_POST
@require_staff(Role.ADMINISTRATOR)
@require_reauthentication(back="member")
def let_member_leave(request: PageRequest, staff_id: str) -> HttpResponse:
    """Let a member of staff leave."""
    staff.let_staff_leave(request.context, staff_id)
    return redirect("staff")


def _find_member(request: PageRequest, staff_id: str) -> Colleague:
    found = Staff.objects.filter(id=staff_id).first()
    if found is None:
        raise Http404
    return staff.describe_staff(request.context, found)


def _render_member(request: PageRequest, member: Colleague, form: BackgroundCheck, status: int = 200) -> HttpResponse:
    changes = StaffChange.objects.filter(staff_id=member.id).order_by("-id")[:LATEST]
    shown = {
        "one": member,
        "form": form,
        "due": staff.check_is_due(member, request.context.today),
        "says": ROLES[member.role],
        "sessions": sessions.list_sessions(request.context, member.id).count(),
        "changes": [(change, describe_change(change)) for change in changes],
        "names": {other.id: other.name for other in staff.list_colleagues(request.context, left=True)},
    }
    return render(request, "console/member.html", shown, status=status)


def _render_link(request: PageRequest, member: Colleague) -> HttpResponse:
    made = build_link(request.context, invite_staff(request.context, member.id))
    return render(
        request, "console/staff_link.html", {"one": member, "link": made, "until": request.context.now + LASTS}
    )


def _write_headline(here: int, due: int) -> str:
    work = ngettext("%(n)d person works here", "%(n)d people work here", here) % {"n": here}
    if not due:
        return work
    checks = ngettext("%(n)d background check is due", "%(n)d background checks are due", due) % {"n": due}
    return f"{work}, {checks}"


URLS = (
    path("staff/", list_staff, name="staff"),
    path("staff/add/", add_member, name="add-staff"),
    path("staff/<str:staff_id>/", show_member, name="member"),
    path("staff/<str:staff_id>/link/", make_link, name="member-link"),
    path("staff/<str:staff_id>/check/", note_check, name="member-check"),
    path("staff/<str:staff_id>/sessions/end/", end_member_sessions, name="member-sessions-end"),
    path("staff/<str:staff_id>/leave/", let_member_leave, name="member-leave"),
)

MENU = MenuEntry("staff", _("Staff"), order=110, is_daily=True)
