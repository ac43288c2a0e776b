"""Requests: the list, by days left, and a new one that came by telephone, by letter or across the counter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bailee.requests import intake, permissions
from bailee.requests.request_content import Asked
from bailee.store.context import find_zone
from bailee.store.errors import NotAskable
from bailee.store.models import Channel, Request, Right, Role, Status
from bailee.views import requests as desk
from bailee.views.requests import OPEN, Chosen
from bailee.web.console.headlines import join_headline, spell_number
from bailee.web.console.request_words import CHANNELS, RIGHTS, STATUSES
from bailee.web.pages.authorisation import READERS, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.idempotency import make_mark, make_once
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

_ADDRESS_LINES, _IDENTITY_LINES = 8, 8


def _sees_unverified(role: Role) -> bool:
    return role in permissions.TAKE_IN.roles


@require_safe
@require_staff(*READERS)
def list_requests(request: PageRequest) -> HttpResponse:
    """Requests by days left; what nobody has confirmed is among them for those who deal with it."""
    assert request.member is not None
    role = request.member.role
    status, right = request.GET.get("status", ""), request.GET.get("right", "")
    if status == Status.UNVERIFIED and not _sees_unverified(role):
        status = ""
    chosen = Chosen(
        Status(status) if status in set(Status) else None,
        Right(right) if right in set(Right) else None,
        mine="mine" in request.GET,
        unverified=_sees_unverified(role),
    )
    page = desk.listed(request.context, chosen, request.GET.get("after", ""))
    counts, urgency = desk.counts(), desk.urgency(request.context, unverified=_sees_unverified(role))
    kept = {"status": chosen.status or "", "right": chosen.right or "", **({"mine": "1"} if chosen.mine else {})}
    return render(
        request,
        "console/requests.html",
        {
            "headline": _write_headline(sum(counts.get(one, 0) for one in OPEN), urgency),
            "page": page,
            "chosen": chosen,
            "statuses": [(one, STATUSES[one]) for one in Status if one != Status.UNVERIFIED or _sees_unverified(role)],
            "rights": RIGHTS.items(),
            "unverified": counts.get(Status.UNVERIFIED, 0) if _sees_unverified(role) else 0,
            "may_log": role in permissions.TAKE_IN.roles,
            "next": urlencode({**kept, "after": page.after}) if page.after else "",
            "is_later": "after" in request.GET,
            "names": {"rights": RIGHTS, "statuses": STATUSES, "channels": CHANNELS},
        },
    )


def _write_headline(open_: int, urgency: desk.Urgency) -> list[str]:
    if not open_ and urgency == desk.Urgency(0, 0):
        return [_("No request is open")]
    late = near = ""
    if urgency.late:
        told = {"count": spell_number(urgency.late)}
        late = ngettext("%(count)s request is late", "%(count)s requests are late", urgency.late) % told
    if urgency.near:
        told = {"count": spell_number(urgency.near)}
        near = (
            ngettext(
                "%(count)s request must be answered within a week",
                "%(count)s requests must be answered within a week",
                urgency.near,
            )
            % told
        )
    told = {"count": spell_number(open_)}
    all_ = ngettext("%(count)s request is open", "%(count)s requests are open", open_) % told
    return join_headline([late, near, all_])


# --- one that came otherwise ---------------------------------------------------------------------------------


class NewRequest(forms.Form):
    """A request as a member of staff was told of it."""

    right = forms.ChoiceField(
        label=gettext_lazy("What is asked for"),
        choices=list(RIGHTS.items()),
        error_messages={"required": gettext_lazy("Choose what is asked for")},
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=[(one, CHANNELS[one]) for one in (Channel.TELEPHONE, Channel.LETTER, Channel.EMAIL, Channel.IN_PERSON)],
        error_messages={"required": gettext_lazy("Choose how it came")},
    )
    received_on = forms.DateField(
        label=gettext_lazy("On which day"),
        help_text=gettext_lazy("The clock starts then; where we have to ask who they are, when they have shown it."),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Give the day on which it came")},
    )
    identities = forms.CharField(
        label=gettext_lazy("Known by"),
        help_text=gettext_lazy("Email addresses or telephone numbers that we may have, one a line."),
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=200)
    reply_to = forms.CharField(
        label=gettext_lazy("Email for answers"),
        help_text=gettext_lazy("No code is sent there, unless it is on file."),
        required=False,
        max_length=254,
    )
    address = forms.CharField(
        label=gettext_lazy("Postal address"),
        help_text=gettext_lazy("Where there is no email."),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    words = forms.CharField(
        label=gettext_lazy("In their words"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    target = forms.CharField(
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("For a correction: as collection.column, such as contact.email."),
        required=False,
        max_length=200,
    )
    value = forms.CharField(label=gettext_lazy("What is right"), required=False, max_length=1_000)
    agent = forms.CharField(
        label=gettext_lazy("Who asks for them"),
        help_text=gettext_lazy("Where somebody asks on the person’s behalf."),  # noqa: RUF001 - as it is printed
        required=False,
        max_length=200,
    )

    def asked(self) -> Asked:
        """Return it as views take it."""
        given = self.cleaned_data
        return Asked(
            identities=_split_lines(given["identities"]),
            name=given["name"],
            reply_to=given["reply_to"],
            address=_split_lines(given["address"]),
            words=given["words"],
            target=given["target"],
            value=given["value"],
            agent=given["agent"],
        )


def _split_lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(permissions.TAKE_IN)
def log_request(request: PageRequest) -> HttpResponseBase:
    """Log a request. Nobody is looked up: the answer is the same for every person."""
    context = request.context
    initial = {"received_on": context.today.isoformat(), "channel": Channel.TELEPHONE, "right": Right.COPY}
    form = NewRequest(request.POST if request.method == "POST" else None, initial=initial)
    mark = request.POST.get("mark") or make_mark()
    if form.is_valid():
        try:
            reference = make_once(context, context.staff, mark, lambda: _receive(request, form))
        except NotAskable as error:
            form.add_error(None, f"{make_sentence(error.message)} {make_sentence(error.hint)}")
        else:
            told: dict[str, Any] = {"reference": reference}
            messages.success(request, _("Logged as %(reference)s. Tell the person this reference.") % told)
            return redirect("request", reference)
    shown = {"form": form, "mark": mark}
    return render(request, "console/request_new.html", shown, status=422 if form.is_bound else 200)


def _receive(request: PageRequest, form: NewRequest) -> Request:
    given, at = form.cleaned_data, _find_moment(request, form.cleaned_data["received_on"])
    return intake.receive_request(request.context, given["right"], form.asked(), given["channel"], received_at=at)


def _find_moment(request: PageRequest, day: date) -> datetime:
    """Return when a request came: now, or as an earlier day began. Raises `NotAskable` of a day to come."""
    context = request.context
    if day >= context.today:
        if day > context.today:
            raise NotAskable("a request cannot have come later than now", "give the day on which it came")
        return context.now
    return datetime.combine(day, time(12), ZoneInfo(find_zone(context.policy))).astimezone(UTC)


URLS = (
    path("requests/", list_requests, name="requests"),
    path("requests/new/", log_request, name="new-request"),
)

MENU = MenuEntry("requests", gettext_lazy("Requests"), order=20, is_daily=True)
