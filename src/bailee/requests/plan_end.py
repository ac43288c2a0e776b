"""A plan is over: its request is closed, or waits for a hold to end; what was kept is due again on that day."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bailee import plan as plans
from bailee.engine import ledger_entries
from bailee.engine.cases import KEPT, SealedCase, load_case
from bailee.engine.remaining_values import describe_remaining_values
from bailee.engine.results import RemainingValue, WhyRemaining
from bailee.engine.step_counts import find_next_release
from bailee.engine.systems import Systems
from bailee.jobs.due_items import schedule_due
from bailee.plan import Law
from bailee.requests import permissions, request_end
from bailee.requests.letters import KeptData
from bailee.requests.plan_rows import locked_plan, read_document
from bailee.requests.request_letters import build_receipt_facts, send_letter
from bailee.requests.request_locks import must_fit_locked
from bailee.requests.timeline import note_event
from bailee.store.context import Context, find_zone
from bailee.store.models import Outcome, Plan, PlanState, Request, Status
from bailee.trace.coverage import describe_for_person

DAY = timedelta(days=1)
"""After which it is looked again, as the day begins, whether a hold has ended whose end nobody knows.

What keeps it then is another person's row, a date that is empty, or a hold by hand: few cases, a look at each is one
trace, and no row says beforehand when it lets go.
"""


def end_plan(context: Context, systems: Systems, row: Plan, plan: plans.PlanDocument) -> None:
    """End the plan ``row`` and its request; a second time nothing happens."""
    case = load_case(systems.store, plan.case)
    with locked_plan(row.id) as (locked, request):
        is_second = locked.state == PlanState.DONE
        locked.state, locked.residual = PlanState.DONE, 0
        locked.save(update_fields=["state", "residual"])
        if case.stage == KEPT:
            schedule_due("release", case.id, at=find_release_time(context, case))
        if is_second or request is None or request.status == Status.CLOSED:
            return
        if plans.choose_result(plan) is plans.Result.REFUSED:
            request.status = Status.HELD if plan.kind == "release" else Status.OPEN
            request.save(update_fields=["status"])  # nothing was done: it is for staff to say what becomes of it
            return
        standing = ledger_entries.read_remaining_values(systems.store, plan.case)
        kept = tuple(list_kept(plan, context.policy.holds))
        done, still = tuple(list_done(plan)), tuple(describe_remaining_values(plan, standing))
        missed = tuple(describe_for_person((system.title, system.not_looked_at) for system in plan.systems))
        if plan.kind == "release":
            partly = tuple(dict.fromkeys((*_list_left_before(request), *_list_left_out(plan, standing))))
            reasons, stays = (*partly, *still), kept if case.stage == KEPT else ()
            _tell_resumed(context, request, stays, done, reasons, missed, is_whole=not partly)
        elif case.stage == KEPT:
            reasons = (*list_left_out(plan), *still)
            request_end.hold_request(
                context, request, kept, find_last_day(kept), done=done, reasons=reasons, missed=missed, has_receipt=True
            )
        else:
            must_fit_locked(context, request, permissions.CLOSE)
            reasons = _list_left_out(plan, standing)
            outcome = Outcome.PARTLY if reasons else Outcome.DONE
            reasons = (*reasons, *still)
            request_end.answer_request(
                context, request, outcome, done=done, reasons=reasons, missed=missed, has_receipt=True,
                found_nothing=not done,
            )  # fmt: skip


def _tell_resumed(
    context: Context,
    request: Request,
    kept: tuple[KeptData, ...],
    done: tuple[str, ...],
    reasons: tuple[str, ...],
    missed: tuple[str, ...],
    *,
    is_whole: bool,
) -> None:
    """Tell the person that what had to stay is gone, or more of it; the request is over, or waits for the next hold.

    ``is_whole``: nothing was left out, then or now, and what they are known by stands in no row of theirs that no hold
    keeps.
    """
    must_fit_locked(context, request, permissions.HOLD_OPEN if kept else permissions.CLOSE)
    if kept:
        request.status, request.held_until = Status.HELD, find_last_day(kept)
        request.save(update_fields=["status", "held_until"])
        note_event(context, request, "held", until=str(request.held_until or ""))
    else:
        request_end.end_request(context, request, Outcome.DONE if is_whole else Outcome.PARTLY)
    told = {"done": done, "kept": kept, "reasons": reasons, "not_looked_at": missed, "found_nothing": not done}
    send_letter(context, request, "resumed", **told, **build_receipt_facts(context, request))


def find_release_time(context: Context, known: SealedCase | plans.PlanDocument) -> datetime:
    """Return when to look whether a hold has let go of what a case keeps: as the day begins, where that is known."""
    day = find_next_release(known)
    if day is None:
        return find_day_begin(context, context.today + DAY)
    return max(find_day_begin(context, day), context.now)


def find_day_begin(context: Context, day: date) -> datetime:
    """Return the moment at which ``day`` begins for the firm, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(find_zone(context.policy))).astimezone(UTC)


def list_kept(plan: plans.PlanDocument, rules: Container[str] = ()) -> Iterator[KeptData]:
    """Yield what holds keep of a plan: of which collection, by which law, until when.

    ``rules``: names of the policy's holds. Of what these keep without a day of its own, something else that they keep
    has need; the others were placed by hand.
    """
    for system in plan.systems:
        for step in system.steps:
            if step.withheld or (step.fate == "kept" and step.count):
                for law in step.laws:
                    yield KeptData(
                        _spell_collection(step.collection), law.law, _read_day(law), is_needed=law.hold in rules
                    )


def find_last_day(kept: tuple[KeptData, ...]) -> date | None:
    """Return the last day of the hold that ends first, where it is known."""
    return min((one.until for one in kept if one.until), default=None)


def list_done(plan: plans.PlanDocument) -> Iterator[str]:
    """Yield what was done, by system, in words without anybody's data; what touches no row was not done."""
    for system in plan.systems:
        parts = []
        for fate, words in _DONE.items():
            mine = [one for one in system.steps if one.fate == fate and _is_changing(one) and not one.theirs]
            names = dict.fromkeys(_spell_collection(one.collection) for one in mine)
            if names:
                parts.append(f"{words}: {', '.join(names)}")
        if parts:
            yield f"{system.title}: {'; '.join(parts)}"


def list_left_out(plan: plans.PlanDocument) -> tuple[str, ...]:
    """Return what a plan leaves out, and why, for the person (Art. 12(4)); nothing where it does all that was asked."""
    refused = (_REFUSED,) if plan.refused_persons else ()
    return (*refused, _UNCONFIRMED) if plan.unconfirmed else refused


def _list_left_out(plan: plans.PlanDocument, standing: Iterable[RemainingValue]) -> tuple[str, ...]:
    """Return what `list_left_out` does, and says where nothing keeps what they are known by."""
    unkept = (_UNKEPT,) if any(one.why is WhyRemaining.UNKEPT for one in standing) else ()
    return (*list_left_out(plan), *unkept)


def _list_left_before(request: Request) -> tuple[str, ...]:
    """Return what the erasure of ``request`` left out: a release looks for nobody again, and cannot tell."""
    erasures = Plan.objects.filter(request=request, kind="erase", state=PlanState.DONE)
    last = erasures.order_by("-made_at").first()
    return () if last is None else list_left_out(read_document(last))


def _is_changing(step: plans.PlanStep) -> bool:
    """Whether a step changes a row for certain: of one that is kept, and of which a hold keeps a cell, nobody knows."""
    return step.count > step.withheld if step.fate == "kept" else step.count > 0


_REFUSED = "Some records stay: records of other people point to them, and would be damaged without them."
"""Why a part is not done, for the person (Art. 12(4)): the map says `refuse` for a reference that others hold."""

_UNCONFIRMED = (
    "Some records may be about you, and we cannot tell for certain: we have left them as they are. "
    "Tell us of another email address or telephone number that you have used with us, and we look again."
)
"""Rows that match, and that nobody has confirmed."""
_UNKEPT = "Some records of yours still hold what you are known by."
"""Why a part is not done, for the person: no change of the map takes it away."""

_DONE = {
    "erased": "erased",
    "anonymised": "made anonymous",
    "kept": "cut down to what must stay",
    "left": "shared with others and kept, with your details removed",
    "corrected": "corrected",
    "objected": "marked, so that you hear no more from us",
}
"""Fate -> what the person is told of it. To unlink is a step on the way to erasing."""


def _spell_collection(collection: str) -> str:
    return collection.replace("_", " ")


def _read_day(law: Law) -> date | None:
    return date.fromisoformat(law.until) if law.until else None
