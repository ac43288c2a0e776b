"""One request: where it is, whose it is, what was found, what was said and written, and what can be done about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bailee.engine.errors import NotAllowed
from bailee.engine.systems import open_systems_of_context
from bailee.errors import BaileeError
from bailee.plan import Result, choose_result
from bailee.policy import Mode
from bailee.requests import copy_packages, identity, permissions, request_plans
from bailee.requests.act import AnyAct
from bailee.requests.approval import is_first_person, is_refused
from bailee.requests.plan_rows import read_document
from bailee.requests.request_content import open_asked
from bailee.requests.request_list import note_shown
from bailee.requests.rights import PARCELS, STATUTORY
from bailee.requests.staff_notifications import list_untold_letters
from bailee.store import access_log
from bailee.store.models import Parcel, Plan, PlanState, Request, Status
from bailee.views import found_rows as desk_found
from bailee.views.request import RequestDetail, by_reference, whole
from bailee.web.console import request_words
from bailee.web.console.act_forms import ActForm, list_form_acts, name_url, offer_acts
from bailee.web.console.letter_words import describe_problems
from bailee.web.console.plan_tree import NOTHING_SAID, tree_of
from bailee.web.console.request_clock import draw_clock
from bailee.web.pages.authorisation import READERS, View, require_reason, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.page_request import PageRequest
from bailee.web.pages.pending import run_off_thread


def find_request(request: PageRequest, reference: str) -> Request:
    """Return the request with a reference. Raises `Http404` where there is none, or none that is theirs to see."""
    assert request.member is not None
    found = by_reference(reference, request.member.role)
    if found is None:
        raise Http404
    return found


@require_safe
@require_staff(*READERS)
def show_request(request: PageRequest, reference: str) -> HttpResponse:
    """A request. Personal values are masked."""
    return _render_page(request, find_request(request, reference))


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(permissions.READ)
@require_reason
def show_in_full(request: PageRequest, reference: str) -> HttpResponse:
    """A request with what its person request_words, for a reason that is written down first."""
    about = find_request(request, reference)
    assert request.reason is not None
    access_log.log_access(request.context, "asked", request.reason, about)
    return _render_page(request, about, is_in_full=True)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(permissions.IDENTIFY)
@require_reason
def show_number(request: PageRequest, reference: str) -> HttpResponse:
    """The number on file by which the person is to be called."""
    about = find_request(request, reference)
    try:
        to_call = identity.reveal_call_number(request.context, about, str(request.reason))
    except NotAllowed as error:
        return _render_page(request, about, refusal=error)
    return _render_page(request, about, number=to_call)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(permissions.CONFIRM)
@require_reason
@run_off_thread
def show_found(request: PageRequest, reference: str) -> HttpResponse:
    """What is held of the person now, why, and which rows wait for a word."""
    about = find_request(request, reference)
    assert request.reason is not None
    try:
        held = desk_found.look(request.context, about, request.reason)
    except BaileeError as error:
        return _render_page(request, about, refusal=error)
    likely = [{"row": one.row, "why": request_words.describe_match(one)} for one in held.likely]
    told = {
        "found": held,
        "looked_in": [request.context.policy.systems[name].title for name in held.looked_in],
        "likely": likely,
        "about": about,
        "can_confirm": _can_confirm(request, about),
    }
    return render(request, "console/found_part.html" if request.htmx else "console/found.html", told)


def _can_confirm(request: PageRequest, about: Request) -> bool:
    assert request.member is not None
    return permissions.CONFIRM in whole(request.context, about, request.member.role).permitted


@require_POST
@require_staff(permissions.CONFIRM)
@run_off_thread
def confirm_rows(request: PageRequest, reference: str) -> HttpResponseBase:
    """Say that rows are the person's. It is planned again, and somebody else must approve it."""
    about, rows = find_request(request, reference), request.POST.getlist("rows")
    if not rows:
        return _render_page(request, about, refusal=NotAllowed(_("no row is ticked"), _("tick those that are theirs")))
    try:
        with open_systems_of_context(request.context) as systems:
            request_plans.confirm_rows(request.context, systems, about, rows)
    except BaileeError as error:
        return _render_page(request, about, refusal=error)
    messages.success(request, _("Noted, and sealed. What rests on your word is approved by somebody else."))
    return redirect("request", reference)


@require_http_methods(["GET", "HEAD", "POST"])
@require_staff(permissions.FETCH)
@require_reason
def fetch_parcel(request: PageRequest, reference: str, parcel_id: str) -> HttpResponseBase:
    """Fetch a copy for somebody who cannot. The parcel stays."""
    about = find_request(request, reference)
    there = Parcel.objects.filter(id=parcel_id, request=about).first()
    if there is None:
        raise Http404
    try:
        pieces = copy_packages.stream_copy(request.context, there, reason=request.reason)
    except NotAllowed as error:
        return _render_page(request, about, refusal=error)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{there.kind}.zip"'
    return response


def make_act_view(act: AnyAct) -> View[[str]]:
    """Return the view that takes the form of an act."""

    def take(request: PageRequest, reference: str) -> HttpResponseBase:
        about = find_request(request, reference)
        assert request.member is not None
        form = ActForm(act, whole(request.context, about, request.member.role), request.POST)
        if not form.is_valid():
            return _render_page(request, about, tried=act.name, status=422)
        try:
            made = act.does(request.context, about, form.given)
        except BaileeError as error:
            about.refresh_from_db()
            return _render_page(request, about, tried=act.name, refusal=error)
        if list_untold_letters(about):
            messages.warning(request, _("A letter has reached nobody: tell them yourself, and note it here."))
        else:
            messages.success(request, _(act.said))
        return redirect("plan" if isinstance(made, Plan) else "request", reference)

    return require_POST(require_staff(*act.permissions)(run_off_thread(take) if act.asks_systems else take))


# --- the page ------------------------------------------------------------------------------------------------


def _render_page(
    request: PageRequest,
    about: Request,
    *,
    tried: str = "",
    refusal: BaileeError | None = None,
    number: str = "",
    status: int = 200,
    is_in_full: bool = False,
) -> HttpResponse:
    assert request.member is not None
    if not is_in_full:  # a reason that was given to look at something else shows nothing here
        request.reason = None
    context, role = request.context, request.member.role
    note_shown(context, [about])
    case = whole(context, about, role)
    first, others = offer_acts(case, tried, request.POST if tried else None)
    tree = tree_of(context.policy, read_document(case.plan)) if case.plan is not None else None
    told: dict[str, Any] = {
        "case": case,
        "about": about,
        "headline": request_words.describe_request(case),
        "first": first,
        "others": others,
        "tried": tried,
        "tree": tree,
        "asked": open_asked(context, about) if permissions.READ in case.permitted else None,
        "clock": draw_clock(case),
        "number": number,
        "to_call": any(one.method == "call back" and not one.proven_at and not one.failed_at for one in case.proofs)
        and about.status == Status.UNVERIFIED,
        "happened": [
            (event, request_words.describe_event(event, case.recipients), case.names.get(event.by_id or "", ""))
            for event in case.events
        ],
        "not_sent": describe_problems(case.messages),
        "packed": case.last("packed"),
        "to_confirm": _count_rows_to_confirm(case),
        **_describe_result(case),
        "can_look": permissions.READ in case.permitted and about.right in STATUTORY and _is_under_way(about),
        "may_fetch": permissions.FETCH in case.permitted,
        "decides": _may_decide(request, case),
        "names": request_words,
    }
    if refusal is not None:
        told["refusal"] = make_sentence(refusal.message), make_sentence(refusal.hint)
        status = refusal.kind.value.status
    return render(request, "console/request.html", told, status=status)


def _describe_result(case: RequestDetail) -> dict[str, Any]:
    """Return what the plan comes to where it has no step, in words, and whether it refuses everybody."""
    result = choose_result(read_document(case.plan)) if case.plan is not None else Result.NOBODY
    return {"nothing_said": NOTHING_SAID.get(result, ""), "is_refused": result is Result.REFUSED}


def _is_under_way(about: Request) -> bool:
    return about.status not in {Status.UNVERIFIED, Status.CLOSED}


def _may_decide(request: PageRequest, case: RequestDetail) -> bool:
    """Whether the plan waits for the one who looks: they are a second person, and may approve."""
    waits = case.plan is not None and case.plan.state == PlanState.PROPOSED and not case.is_stalled
    if case.plan is None or not waits or permissions.APPROVE not in case.permitted:
        return False
    if is_refused(case.plan):
        return False
    return request.context.policy.firm.mode is Mode.ACT and not is_first_person(
        request.context, case.plan, case.request
    )


def _count_rows_to_confirm(case: RequestDetail) -> int:
    """Return how many rows wait for a word, as far as a plan or a copy has told."""
    if case.plan is not None and case.plan.state in {"proposed", "stale"}:
        return read_document(case.plan).unconfirmed
    said = [one.kind for one in case.events if one.kind in {"rows_to_confirm", "confirmed", "looked_at"}]
    return 1 if case.request.right in PARCELS and said[-1:] == ["rows_to_confirm"] else 0


URLS = (
    path("requests/<str:reference>/", show_request, name="request"),
    path("requests/<str:reference>/in-full/", show_in_full, name="request-in-full"),
    path("requests/<str:reference>/found/", show_found, name="request-found"),
    path("requests/<str:reference>/confirm/", confirm_rows, name="request-confirm"),
    path("requests/<str:reference>/number/", show_number, name="request-number"),
    path("requests/<str:reference>/parcels/<str:parcel_id>/", fetch_parcel, name="request-parcel"),
    *(
        path(f"requests/<str:reference>/do/{act.name}/", make_act_view(act), name=name_url(act))
        for act in list_form_acts()
    ),
)
