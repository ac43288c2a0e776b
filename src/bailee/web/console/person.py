"""A person: looked for with a reason, which is written down; what we hold, where, why, and until when.

Whom somebody looks for is sent by POST alone: no address, no log and no history of a browser has it.
"""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from bailee.engine.errors import NotAllowed, RestrictedPerson
from bailee.engine.people import UnknownPerson
from bailee.store.access_log import Reason
from bailee.views import person as desk
from bailee.web.console.headlines import spell_number
from bailee.web.console.request_words import MATCHES, REASONS, RIGHTS, STATUSES
from bailee.web.pages.authorisation import FRONT, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.pending import run_off_thread
from bailee.web.pages.urls import MenuEntry

_LINES = 8
_MOST_CONFIRMED = 50


class SoughtForm(forms.Form):
    """Whom somebody looks for, and why."""

    known_by = forms.CharField(
        label=gettext_lazy("Known by"),
        help_text=gettext_lazy("An email address, a telephone number or an account, all of one person; one a line."),
        max_length=2_000,
        error_messages={"required": gettext_lazy("Say by what the person is known")},
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why you look"),
        help_text=gettext_lazy("It is written down with your name, and the person may ask who looked."),
        choices=[("", gettext_lazy("Choose a reason")), *REASONS.items()],
        error_messages={"required": gettext_lazy("Choose why you look")},
    )

    def clean_known_by(self) -> list[str]:
        """Return the lines."""
        lines = [line.strip() for line in self.cleaned_data["known_by"].splitlines() if line.strip()]
        if len(lines) > _LINES:
            raise forms.ValidationError(_("Give at most %(count)d, all of one person.") % {"count": _LINES})
        return lines


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(*FRONT)
@run_off_thread
def find_person(request: PageRequest) -> HttpResponse:
    """Look for a person; a second time with their values in full."""
    form = SoughtForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "console/people.html", {"form": form}, status=422 if form.is_bound else 200)
    lines, reason = form.cleaned_data["known_by"], Reason(form.cleaned_data["reason"])
    confirmed = request.POST.getlist("confirmed")[:_MOST_CONFIRMED]
    in_full = request.POST.get("in_full") == "yes"
    try:
        found = desk.find(request.context, lines, reason, confirmed=confirmed, in_full=in_full)
    except (UnknownPerson, RestrictedPerson, NotAllowed) as error:
        form.add_error("known_by", f"{make_sentence(error.message)} {make_sentence(error.hint)}")
        return render(request, "console/people.html", {"form": form}, status=422)
    if in_full:
        request.reason = reason
    return render(
        request,
        "console/person.html",
        {
            "found": found,
            "headline": _write_headline(found),
            "lines": "\n".join(lines),
            "looked_for": reason,
            "reasons": REASONS.items(),
            "confirmed": confirmed,
            "likely": [(one, _describe_match(one)) for one in found.likely],
            "names": {"rights": RIGHTS, "statuses": STATUSES, "reasons": REASONS},
            "reason": reason if in_full else None,
        },
    )


def _describe_match(one: desk.LikelyMatch) -> str:
    words = str(MATCHES[one.reason]) if one.reason in MATCHES else one.reason
    return words % {"attribute": one.attribute} if "%(attribute)s" in words else words


def _write_headline(found: desk.PersonHeld) -> str:
    if not found.count:
        return _("Nothing is held of this person in the tables on the map")
    told = {"rows": spell_number(found.count), "systems": spell_number(len(found.places))}
    if len(found.places) == 1:
        words = ngettext(
            "%(rows)s row of this person is held", "%(rows)s rows of this person are held in one system", found.count
        )
    else:
        words = _("%(rows)s rows of this person are held in %(systems)s systems")
    words %= told
    return words[:1].upper() + words[1:]


URLS = (path("people/", find_person, name="people"),)

MENU = MenuEntry("people", gettext_lazy("People"), order=50, is_daily=True)
