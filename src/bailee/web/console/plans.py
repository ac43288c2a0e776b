"""A plan: what would become of which rows and why; approved by a second person, watched while it is carried out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from bailee.engine import journal
from bailee.errors import BaileeError
from bailee.plan import choose_result
from bailee.policy import Mode
from bailee.requests import approval, permissions
from bailee.requests.approval import LEAST, find_approval_deadline, is_first_person, is_refused, is_too_old
from bailee.requests.plan_rows import read_document
from bailee.store.models import Plan, PlanState, Request, Step
from bailee.store.staff import list_names
from bailee.views.request import RequestDetail, whole
from bailee.web.console import request_words
from bailee.web.console.act_forms import offer_acts
from bailee.web.console.plan_tree import NOTHING_SAID, tree_of
from bailee.web.console.request import find_request
from bailee.web.console.request_clock import draw_clock
from bailee.web.pages.authorisation import READERS, pop_typed, require_reauthentication, require_staff
from bailee.web.pages.errors import make_sentence
from bailee.web.pages.page_request import PageRequest

_LIVE = frozenset({PlanState.APPROVED, PlanState.ACTING})
"""While a plan is in one of these, its page looks by itself how far it is."""

_STEPS: dict[str, Promise] = {
    journal.INTENT: pgettext_lazy("step", "What is about to be done is in the ledger"),
    journal.COMMIT: pgettext_lazy("step", "The rows are dealt with"),
    journal.FILES: pgettext_lazy("step", "Files that no row names any more are deleted"),
    journal.RESIDUAL: pgettext_lazy("step", "A separate look finds nothing left on the map"),
    journal.OUTCOME: pgettext_lazy("step", "What became of it is in the ledger"),
    journal.SETTLE: pgettext_lazy("step", "It was looked at once more, a while later"),
}

_TITLES: dict[str, Promise] = {
    "erase": gettext_lazy("Erase one person"),
    "release": gettext_lazy("Erase what a hold has let go"),
    "correct": gettext_lazy("Correct one person’s data"),  # noqa: RUF001 - as it is printed
    "object": gettext_lazy("Keep one person out of marketing"),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the two people whom a plan needs. ``at``: when, empty while it is to come."""

    name: str
    says: str
    at: datetime | None = None
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step of a plan's journal."""

    says: str
    system: str
    rows: int | None
    begun_at: datetime
    ended_at: datetime | None
    runs: int


@require_safe
@require_staff(*READERS)
def show_plan(request: PageRequest, reference: str, plan_id: str = "") -> HttpResponse:
    """The newest plan of a request, or the one with an id."""
    return _render_page(request, find_request(request, reference), plan_id, typed=pop_typed(request))


@require_POST
@require_staff(permissions.APPROVE)
@require_reauthentication("plan", keeps=("plan", "typed"))
def approve_plan(request: PageRequest, reference: str) -> HttpResponseBase:
    """Approve a plan by the beginning of its hash, as a second person who has just shown again who they are."""
    about = find_request(request, reference)
    plan = _find_plan(about, request.POST.get("plan", ""))
    try:
        approved = approval.approve_plan(request.context, plan.id, request.POST.get("typed", ""))
    except BaileeError as error:
        return _render_page(request, about, plan.id, error, request.POST)
    told = {"at": request_words.format_moment(approved.acts_at)}
    messages.success(request, _("Approved. It is carried out from %(at)s; until then it can be called off.") % told)
    return redirect("plan", reference)


@require_POST
@require_staff(permissions.CANCEL)
def cancel_plan(request: PageRequest, reference: str) -> HttpResponseBase:
    """Call an approved plan off while its waiting time runs."""
    about = find_request(request, reference)
    plan = _find_plan(about, request.POST.get("plan", ""))
    try:
        approval.cancel_plan(request.context, plan.id)
    except BaileeError as error:
        return _render_page(request, about, plan.id, error)
    messages.success(request, _("Called off. Nothing was done, and the request is open again."))
    return redirect("request", reference)


@require_safe
@require_staff(*READERS)
def show_progress(request: PageRequest, reference: str, plan_id: str) -> HttpResponseBase:
    """How far a plan is, for its own page: nothing where nothing is new, the whole page once it has come to rest."""
    plan = _find_plan(find_request(request, reference), plan_id)
    steps = _list_steps(plan)
    seen, state = request.GET.get("seen", ""), _hash_progress(plan, steps)
    if seen == state:
        return HttpResponse(status=204)
    if seen.partition("-")[0] != plan.state:
        return HttpResponseClientRefresh()
    return render(request, "console/progress.html", _describe_progress(plan, reference, steps, request))


@require_safe
@require_staff(*READERS)
def download_plan(request: PageRequest, reference: str, plan_id: str) -> HttpResponseBase:
    """A plan as a file, which `bailee` reads, and computes to the same hash. Nothing in it is anybody's."""
    plan = _find_plan(find_request(request, reference), plan_id)
    response = HttpResponse(plan.document, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{plan.digest[:8]}.plan"'
    return response


def _find_plan(about: Request, plan_id: str) -> Plan:
    """Return a plan of a request. Raises `Http404` where it is another's."""
    found = about.plans.select_related("approval").filter(id=plan_id).first()
    if found is None:
        raise Http404
    return found


def _render_page(
    request: PageRequest,
    about: Request,
    plan_id: str = "",
    refusal: BaileeError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    assert request.member is not None
    case = whole(request.context, about, request.member.role)
    plan = next((one for one in case.plans if one.id == plan_id), None) if plan_id else case.plan
    if plan is None:
        raise Http404
    steps = _list_steps(plan)
    document = read_document(plan)
    receipt = getattr(plan, "receipt", None)
    tree = tree_of(request.context.policy, document, steps)
    told: dict[str, Any] = {
        "case": case,
        "about": about,
        "plan": plan,
        "document": document,
        "tree": tree,
        "has_effects": any(branch.effects for branch in tree.branches),
        "title": _TITLES.get(plan.kind, plan.kind),
        "is_newest": plan == case.plan,
        "nothing_said": NOTHING_SAID.get(choose_result(document), ""),
        "clock": draw_clock(case),
        "signed": list(_list_signatures(request, case, plan)),
        "why_not": _describe_obstacle(request, about, plan) if plan.state == PlanState.PROPOSED else "",
        "again": offer_acts(case)[0] if case.is_stalled and plan == case.plan else None,
        "may_cancel": permissions.CANCEL in case.permitted and plan.state == PlanState.APPROVED,
        "least": LEAST,
        "typed": typed.get("typed", "") if typed and typed.get("plan") == plan.id else "",
        "lapses_on": find_approval_deadline(request.context, plan),
        "names": request_words,
        "receipt": receipt,
        "entry_way": reverse("evidence-entry", args=[receipt.entry]) if receipt is not None else "",
        **_describe_progress(plan, about.reference, steps, request),
    }
    if refusal is not None:
        told["refusal"] = make_sentence(refusal.message), make_sentence(refusal.hint)
    return render(request, "console/plan.html", told, status=refusal.kind.value.status if refusal else 200)


# --- two people ----------------------------------------------------------------------------------------------


def _list_signatures(request: PageRequest, case: RequestDetail, plan: Plan) -> Iterator[Signed]:
    firsts = dict.fromkeys(one for one in (plan.made_by_id, case.request.logged_by_id) if one)
    confirmed = dict.fromkeys(case.request.confirmations.values_list("by", flat=True))
    names = {**case.names, **list_names(request.context, [one for one in confirmed if one not in case.names])}
    if plan.made_by_id is None:
        yield Signed(_("Bailee"), _("worked it out from what the person asked for"), plan.made_at)
    for one in dict.fromkeys([*firsts, *confirmed]):
        what = [_("planned it")] if one == plan.made_by_id else []
        what += [_("logged the request")] if one == case.request.logged_by_id else []
        what += [_("confirmed rows")] if one in confirmed else []
        yield Signed(names.get(one, "?"), ", ".join(what), plan.made_at if one == plan.made_by_id else None)
    approved = getattr(plan, "approval", None)
    if approved is not None:
        by = names.get(approved.by_id or "", "") or approved.standing or "?"
        yield Signed(by, _("called it off") if approved.cancelled_at else _("approved it"), approved.at)
    elif plan.state == PlanState.PROPOSED:
        who = _("You") if not _describe_obstacle(request, case.request, plan) else _("A second person")
        yield Signed(who, _("to read it, and decide"), is_next=True)


def _describe_obstacle(request: PageRequest, about: Request, plan: Plan) -> str:
    """Return why the one who looks may not approve a plan that waits; empty: they may."""
    assert request.member is not None
    context = request.context
    if context.policy.firm.mode is not Mode.ACT:
        return _("The policy is in mode %(mode)s: nothing is applied.") % {"mode": context.policy.firm.mode}
    if is_refused(plan):
        return _("It would do nothing: rows of others point to theirs. Change the map, or refuse the request.")
    if is_too_old(context, plan):
        return _("It is too old to approve. Plan it again.")
    if request.member.role not in permissions.APPROVE.roles:
        return _("The privacy officer or the Data Controller approves.")
    if is_first_person(context, plan, about):
        return _("You have planned it, logged the request or confirmed rows: somebody else must approve.")
    return ""


# --- the journal ---------------------------------------------------------------------------------------------


def _list_steps(plan: Plan) -> Sequence[Step]:
    if plan.state in {PlanState.PROPOSED, PlanState.CANCELLED}:
        return ()
    order = {step: at for at, step in enumerate(journal.STEPS)}
    return sorted(plan.steps.all(), key=lambda one: (order.get(one.step, 0), one.begun_at))


def _describe_progress(plan: Plan, reference: str, steps: Sequence[Step], request: PageRequest) -> dict[str, Any]:
    taken = [
        StepTaken(
            _describe_step(one),
            one.system,
            sum(one.counts.values()) if one.step == journal.COMMIT else None,
            one.begun_at,
            one.ended_at,
            one.runs,
        )
        for one in steps
    ]
    approved = getattr(plan, "approval", None)
    return {
        "taken": taken,
        "plan": plan,
        "reference": reference,
        "is_live": plan.state in _LIVE,
        "is_waiting": approved is not None and plan.state == PlanState.APPROVED,
        "is_due": approved is not None and request.context.now >= approved.acts_at,
        "acts_at": approved.acts_at if approved is not None else None,
        "seen": _hash_progress(plan, steps),
        "every": "30s" if plan.state == PlanState.APPROVED else "2s",
    }


def _describe_step(step: Step) -> str:
    if step.step == journal.RESIDUAL and (left := sum(step.counts.values())):
        says = ngettext("A separate look finds %(count)s row", "A separate look finds %(count)s rows", left)
        return says % {"count": f"{left:,}"}
    return str(_STEPS.get(step.step, step.step))


def _hash_progress(plan: Plan, steps: Sequence[Step]) -> str:
    """Return what a page has seen of a plan: its state, and a digest of its journal."""
    told = repr([(one.step, one.system, one.ended_at, one.runs) for one in steps])
    return f"{plan.state}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


URLS = (
    path("requests/<str:reference>/plan/", show_plan, name="plan"),
    path("requests/<str:reference>/plan/approve/", approve_plan, name="plan-approve"),
    path("requests/<str:reference>/plan/cancel/", cancel_plan, name="plan-cancel"),
    path("requests/<str:reference>/plans/<str:plan_id>/", show_plan, name="plan-of"),
    path("requests/<str:reference>/plans/<str:plan_id>/file/", download_plan, name="plan-file"),
    path("requests/<str:reference>/plans/<str:plan_id>/progress/", show_progress, name="plan-progress"),
)
