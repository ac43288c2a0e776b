"""A person who asks twice for the same is answered once, by the clock of the request that came first."""

from __future__ import annotations

from django.db import transaction

from bailee.requests.clocks import renew_due_day
from bailee.requests.codes import ON_FILE
from bailee.requests.plan_rows import call_off_plan, find_newest_plan
from bailee.requests.request_content import open_asked
from bailee.requests.request_end import end_request
from bailee.requests.rights import STATUTORY
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Outcome, Proof, Request, RequestTag, Right, Status

_NOT_BEGUN = frozenset({Status.OPEN, Status.PLANNED})
_GOING = _NOT_BEGUN | {Status.APPROVED, Status.ACTING}
"""Once it has been carried out, or is answered and held, a request ends by itself; another stands beside it."""

_CLOCK = ("received_at", "received_on", "identity_asked_on", "identified_on", "fee_paid_on")


def merge_duplicates(context: Context, request: Request) -> Request:
    """Merge ``request`` with another of the same person for the same, and return the one that goes on.

    Both must be verified and neither closed: what nobody has shown to be theirs is not theirs. The later one ends in
    the earlier, unless work on it has begun; then it takes the earlier one's dates over. A correction is the same only
    where it puts the same right. Safe to call again.
    """
    while others := _find_others(request):
        with transaction.atomic():
            locked = {r.id: r for r in Request.objects.select_for_update().filter(id__in=[request.id, *others])}
            request = locked[request.id]
            same = [r for r in locked.values() if r.id != request.id and _is_same_request(context, request, r)]
            if request.status not in _GOING or not same:
                return request
            other = min(same, key=_order_by_receipt)
            stays, goes = sorted((request, other), key=_rank_request)
            if goes.status not in _NOT_BEGUN:
                return request  # both have begun: each ends by itself
            _end_duplicate(context, stays, goes)
            if goes.id == request.id:
                return stays
    return request


def _find_others(request: Request) -> list[str]:
    if request.right not in STATUTORY:  # another question may ask something else
        return []
    unproven = Proof.objects.filter(method=ON_FILE, proven_at=None, failed_at=None)
    if unproven.filter(request=request).exists():
        return []  # nobody has shown to have made it: it takes nothing over, and ends in none
    mine = RequestTag.objects.filter(request=request).values("tag")
    found = Request.objects.filter(tags__tag__in=mine, right=request.right, status__in=_GOING).exclude(id=request.id)
    found = found.exclude(id__in=unproven.values("request"))
    return list(found.values_list("id", flat=True).distinct())


def _is_same_request(context: Context, one: Request, other: Request) -> bool:
    if other.status not in _GOING:
        return False
    if one.right != Right.CORRECT:
        return True
    a, b = open_asked(context, one), open_asked(context, other)
    return (a.target, a.value) == (b.target, b.value) and bool(a.target)


def _rank_request(request: Request) -> tuple[object, ...]:
    """Return what decides which of two stays: the one on which work has begun, else the earlier."""
    return request.status in _NOT_BEGUN, *_order_by_receipt(request)


def _order_by_receipt(request: Request) -> tuple[object, ...]:
    return request.received_at, request.id


def _end_duplicate(context: Context, stays: Request, goes: Request) -> None:
    """End ``goes`` in ``stays``, which keeps the clock of whichever came first."""
    if _order_by_receipt(goes) < _order_by_receipt(stays):
        for name in _CLOCK:
            setattr(stays, name, getattr(goes, name))
        stays.save(update_fields=_CLOCK)
        renew_due_day(context, stays)
    plan = find_newest_plan(goes)
    if plan is not None:
        call_off_plan(context, plan)
    goes.merged_into = stays
    goes.save(update_fields=["merged_into"])
    Request.objects.filter(merged_into=goes).update(merged_into=stays)  # what had ended in it is told of the end, too
    end_request(context, goes, Outcome.MERGED)
    note_event(context, goes, "merged", into=stays.reference)
    note_event(context, stays, "merged_with", reference=goes.reference)
