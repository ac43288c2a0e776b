"""A request ends: the person is told what was done, what was not and why, and the request itself is forgotten in time.

An erasure that a hold delays is answered and not over: it is *held*, and resumes when the hold ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bailee.engine.high_water import WITHDRAWN, note_on_commit
from bailee.engine.plans import NotAllowed
from bailee.jobs.due_items import schedule_due
from bailee.policy.dates import add
from bailee.requests import permissions
from bailee.requests.letters import KeptData
from bailee.requests.plan_rows import call_off_plan, find_newest_plan
from bailee.requests.recipients import notify_recipients
from bailee.requests.request_letters import build_receipt_facts, send_letter
from bailee.requests.request_locks import calculate_midnight, locked_request, must_fit_locked
from bailee.requests.rights import find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Outcome, PlanState, Request, Right, Status

_ENDS = {str(Outcome.DONE), str(Outcome.PARTLY)}


def close_request(
    context: Context,
    request: Request,
    outcome: str,
    *,
    done: Sequence[str] = (),
    kept: Sequence[KeptData] = (),
    reasons: Sequence[str] = (),
) -> None:
    """Close ``request`` and tell the person; a second time nothing happens.

    By staff: they have done by hand what was asked for, and a plan that waits is called off. By a worker: its plan has
    come to its end. ``outcome``, ``done``, ``kept`` and ``reasons``: as `answer_request` takes them. Raises
    `NotAllowed`, `LetterError`.
    """
    if not context.staff and request.status == Status.CLOSED:
        return
    if outcome not in _ENDS:
        raise NotAllowed("a request that is dealt with is done, or partly", f"one of: {', '.join(sorted(_ENDS))}")
    with locked_request(context, request, permissions.CLOSE_BY_HAND if context.staff else permissions.CLOSE):
        if context.staff:
            _call_off_waiting(context, request)
        answer_request(context, request, outcome, done=done, kept=kept, reasons=reasons)


def answer_request(
    context: Context,
    request: Request,
    outcome: str,
    *,
    done: Sequence[str] = (),
    kept: Sequence[KeptData] = (),
    reasons: Sequence[str] = (),
    missed: Sequence[str] = (),
    has_receipt: bool = False,
    found_nothing: bool = False,
) -> None:
    """End ``request`` and tell the person, in the turn of the caller's. Whoever got the data becomes a task (Art. 19).

    ``outcome``: ``done`` or ``partly``. ``done``: what was done, each in a sentence; ``kept`` and ``reasons``: what was
    not, and why (Art. 12(4)). ``missed``: what was not looked at. ``has_receipt``: the letter says how to have it.
    ``found_nothing``: all was looked at, and nothing had to be changed.
    """
    notify_recipients(context, request)
    end_request(context, request, outcome)
    rules = find_rules(request.right)
    letter = rules.done if outcome == Outcome.DONE else rules.partly
    more = build_receipt_facts(context, request) if has_receipt else {}
    told = {"done": tuple(done), "kept": tuple(kept), "reasons": tuple(reasons), "not_looked_at": tuple(missed)}
    send_letter(context, request, letter, **told, found_nothing=found_nothing, **more)


def end_request(context: Context, request: Request, outcome: str) -> None:
    """Put ``request`` into its last state, in the caller's transaction; it is forgotten when the policy's time is over.

    A request whose restriction stands is not forgotten before it is lifted.
    """
    request.status, request.outcome, request.closed_at = Status.CLOSED, outcome, context.now
    request.due_on = request.held_until = None
    if not (request.right == Right.RESTRICT and request.restrictions.filter(lifted_at=None).exists()):
        request.forget_on = calculate_forget_day(context)
        schedule_due("forget", request.id, at=calculate_midnight(request.forget_on))
    request.save(update_fields=["status", "outcome", "closed_at", "due_on", "held_until", "forget_on"])
    note_event(context, request, "closed", outcome=str(outcome))


def calculate_forget_day(context: Context) -> date:
    """Return the day on which a request that ends today is forgotten."""
    return add(context.today, context.policy.firm.requests.keep)


def hold_request(
    context: Context,
    request: Request,
    kept: Sequence[KeptData],
    until: date | None,
    *,
    done: Sequence[str] = (),
    reasons: Sequence[str] = (),
    missed: Sequence[str] = (),
    has_receipt: bool = False,
) -> None:
    """Note that a hold keeps something of an erasure, and tell the person what, by which law, until when.

    In the turn of the caller's. ``reasons``: of what is left out besides. ``until``: the last day of the hold that ends
    first; ``None``: not known. The clock has its answer: what is left is promised. A second time with the same day
    nothing happens.
    """
    if request.status == Status.HELD and request.held_until == until:
        return
    must_fit_locked(context, request, permissions.HOLD_OPEN)
    request.status, request.held_until, request.due_on = Status.HELD, until, None
    request.save(update_fields=["status", "held_until", "due_on"])
    notify_recipients(context, request)
    more = build_receipt_facts(context, request) if has_receipt else {}
    told = {"done": tuple(done), "kept": tuple(kept), "reasons": tuple(reasons), "not_looked_at": tuple(missed)}
    send_letter(context, request, "held", **told, **more)
    note_event(context, request, "held", until=str(until or ""))


def withdraw_request(context: Context, request: Request) -> None:
    """End ``request`` since the person has taken it back. What waits for approval, or for its time, is called off.

    Requests that were merged into it end with it: who says that they no longer want it must not have it done for
    another reference. The letter names them, so that none is lost without a word.
    """
    with locked_request(context, request, permissions.WITHDRAW):
        _call_off_waiting(context, request)
        was_known = request.status != Status.UNVERIFIED
        note_on_commit(context.store, WITHDRAWN, request.id, context.now)
        end_request(context, request, Outcome.WITHDRAWN)
        merged = Request.objects.filter(merged_into=request).order_by("received_at", "id")
        twins = list(merged)
        for twin in twins:
            note_event(context, twin, "withdrawn_with", into=request.reference)
        joined = tuple((one.reference, one.received_on) for one in (request, *twins)) if twins else ()
        if was_known:  # else whoever withdraws it is nobody whom we know: nothing is sent
            send_letter(context, request, "withdrawn", joined=joined)


def _call_off_waiting(context: Context, request: Request) -> None:
    plan = find_newest_plan(request)
    if plan is not None and plan.state in {PlanState.PROPOSED, PlanState.APPROVED}:
        call_off_plan(context, plan)
