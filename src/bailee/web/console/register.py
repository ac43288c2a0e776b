"""The register of processing: systems, processors and transfers, what was made known; and the record of Art. 30."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from bailee.checks import Verdict
from bailee.policy import FirmRole
from bailee.views import record_of_processing as record
from bailee.views import register as desk
from bailee.web.console.headlines import spell_number
from bailee.web.pages.authorisation import READERS, require_staff
from bailee.web.pages.errors import show_not_found
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.urls import MenuEntry

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@require_staff(*READERS)
def show_register(request: PageRequest) -> HttpResponse:
    """The whole register."""
    found = desk.register(request.context)
    return render(request, "console/register.html", {"found": found, "headline": _write_headline(found)})


def _write_headline(found: desk.Register) -> list[str]:
    current = [one for one in found.parties if not one.left_on]
    if not found.is_written:
        return [_("Nothing says yet who receives personal data")]
    if not current:
        return [_("Nobody outside receives personal data")]
    count = len(current)
    parts = [
        ngettext("%(count)s third party receives data", "%(count)s third parties receive data", count)
        % {"count": spell_number(count)}
    ]
    for verdict, says in (
        (Verdict.BROKEN, _("%(count)s must not receive it")),
        (Verdict.UNKNOWN, _("for %(count)s we could not confirm the safeguards")),
    ):
        number = sum(party.verdict is verdict for party in current)
        if number:
            parts.append(says % {"count": spell_number(number)})
    if len(parts) == 1:
        parts.append(_("each may receive it"))
    said = [part[:1].upper() + part[1:] for part in parts]
    return [f"{part}." for part in said[:-1]] + said[-1:]


@require_safe
@require_staff(*READERS)
def list_disclosures(request: PageRequest) -> HttpResponse:
    """Disclosures and authorisations: to whom, and by whose leave; not about whom."""
    rows, after = desk.disclosures(request.GET.get("after", ""))
    shown = {"rows": rows, "after": after, "is_later": "after" in request.GET}
    return render(request, "console/disclosures.html", shown)


@require_safe
@require_staff(*READERS)
def export_record(request: PageRequest, role: str, form: str) -> HttpResponse:
    """The record of processing as a file."""
    if role not in set(FirmRole) or form not in {"xlsx", "csv"}:
        return show_not_found(request)
    if form == "csv":
        response = HttpResponse(record.as_csv(request.context, FirmRole(role)), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(record.as_xlsx(request.context, FirmRole(role)), content_type=_XLSX)
    name = f"record-of-processing-{role}-{request.context.today.isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


URLS = (
    path("register/", show_register, name="register"),
    path("register/disclosures/", list_disclosures, name="disclosures"),
    path("register/<str:role>.<str:form>", export_record, name="register-export"),
)

MENU = MenuEntry("register", gettext_lazy("Register"), order=90)
