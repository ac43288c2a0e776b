"""What waits in the books: for a worker, for a person, for too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count

from bailee.jobs.failures import WAITS_FOR_CLOCK, WRONG_CLOCK
from bailee.jobs.rounds import find_later_rounds
from bailee.requests import staff_notifications
from bailee.requests.automatic_work import ABOVE_CAP, REFUSED, TOLD_BEFORE
from bailee.requests.clocks import RUNS
from bailee.requests.job_registry import JOBS
from bailee.requests.letters.waiting_letters import count_without_server
from bailee.requests.unasked_people import list_requests_to_identify
from bailee.requests.wrong_days import list_ahead_requests
from bailee.store.context import Context
from bailee.store.models import Due, Plan, PlanState, Request, Worker
from bailee.views import letters
from bailee.views.doctor.findings import DoctorFinding, counted, look, well

SILENT = timedelta(minutes=2)
"""After so long without a sign a worker is not alive."""

LATE = timedelta(minutes=15)
"""So long after its time, what is due should be under way."""


def all_that_waits(context: Context) -> Iterator[DoctorFinding]:
    """Look at workers, at what is due, at requests, plans, letters, and at persons whom none of these reaches."""
    yield _workers(context)
    yield from _dues(context)
    yield requests_waiting(context)
    yield from _plans(context)
    yield _letters(context)
    yield _persons()
    yield _identities(context)


def _workers(context: Context) -> DoctorFinding:
    running = Worker.objects.filter(ended_at=None)
    alive = running.filter(seen_at__gte=context.now - SILENT, seen_at__lte=context.now + SILENT).count()
    if alive:
        return well("workers", f"{alive} alive")
    last = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    seen = f"the last was seen at {last:%Y-%m-%d %H:%M} UTC" if last else "none was seen in the last day"
    return look("workers", f"no worker is alive: {seen}", "start one: bailee worker, or bailee serve")


def _dues(context: Context) -> Iterator[DoctorFinding]:
    open_ = Due.objects.filter(done_at=None)
    late = (
        open_.filter(at__lt=context.now - LATE, problem="").values_list("kind").annotate(Count("id")).order_by("kind")
    )
    for kind, count in late:
        yield look(
            "due",
            f"{count} of kind {kind} {'is' if count == 1 else 'are'} late",
            "see whether workers are alive, and enough",
        )
    failing = open_.exclude(problem="").values_list("kind", "problem").annotate(Count("id")).order_by("kind", "problem")
    found = list(failing)
    for kind, problem, count in found:
        hint = "it is tried again by itself; the worker's log has more"
        if problem in {WAITS_FOR_CLOCK, WRONG_CLOCK}:
            hint = "set this machine's clock right"
        if problem == ABOVE_CAP:
            hint = "look at the plan: bailee plan retain RULE; then raise at_most, or fix what makes so much due"
        if problem == REFUSED:
            hint = (
                "rows of others point to what was kept: bailee plan release CASE says which, and how to change the map"
            )
        yield look("due", f"{count} of kind {kind}: {problem}", hint)
    if far := find_later_rounds(context, JOBS).count():
        hint = "a worker whose clock was ahead has put them off: one whose clock is right does them today"
        says = counted(far, "is put off further than it can be", "are put off further than they can be")
        yield look("due", says, hint)
    if not found and not late and not far:
        yield well("due", f"nothing is late; {open_.count():,} to come")


def requests_waiting(context: Context) -> DoctorFinding:
    """Return how many requests are past their day, or near it; of one that is unverified where its clock runs."""
    open_ = Request.objects.filter(RUNS, due_on__isnull=False)
    past = open_.filter(due_on__lt=context.today).count()
    near = open_.filter(due_on__gte=context.today, due_on__lte=context.today + timedelta(days=max(TOLD_BEFORE))).count()
    dated = list_ahead_requests(context).count()
    if dated:
        early = counted(dated, "request has days", "requests have days")
        says = f"{early} that have not come, set by a clock that was ahead; past their last day: {past}"
        return look("requests", says, "bailee worker --once counts them from the earliest day that can be")
    if past:
        says = f"{counted(past, 'request is past its last day', 'requests are past their last day')}; near it: {near}"
        return look("requests", says, "bailee request list; answer those first")
    if near:
        says = f"{counted(near, 'request', 'requests')} must be answered within {max(TOLD_BEFORE)} days"
        return look("requests", says, "bailee request list")
    return well("requests", f"{open_.count():,} open, none near its day")


def _plans(context: Context) -> Iterator[DoctorFinding]:
    waiting = Plan.objects.filter(state=PlanState.PROPOSED).count()
    if waiting:
        says = counted(waiting, "plan waits for approval", "plans wait for approval")
        yield look("plans", says, "bailee request list; a second person approves")
    residual = Plan.objects.filter(state=PlanState.SETTLING, residual__gt=0).count()
    if residual:
        hint = "a replica or a sync writes them again: find out which"
        says = f"rows of {counted(residual, 'plan', 'plans')} came back, or were not dealt with"
        yield look("plans", says, hint)
    stuck = Plan.objects.filter(state=PlanState.ACTING, approval__used_at__lt=context.now - LATE).count()
    if stuck:
        says = counted(stuck, "plan has begun and not ended", "plans have begun and not ended")
        yield look("plans", says, "see what is due, above, and why")
    if not waiting and not residual and not stuck:
        yield well("plans", "none waits")


def _letters(context: Context) -> DoctorFinding:
    to_print, failed = letters.counts()
    counts = (
        (failed, "did not arrive"),
        (to_print, "to print"),
        (count_without_server(context), "to be mailed once a server is named"),
    )
    if says := ", ".join(f"{count} {what}" for count, what in counts if count):
        return look("letters", says, "bailee letters list")
    return well("letters", "none waits for you")


def _persons() -> DoctorFinding:
    found = staff_notifications.find_untold_letters(staff_notifications.list_owed_requests().defer("sealed"))
    if found:
        which = ", ".join(sorted({letter.replace("_", " ") for missed in found.values() for letter in missed}))
        about = counted(len(found), "request: a letter", "requests: letters")
        says = f"{about} did not reach the person, and nobody has told them: {which}"
        hint = "bailee request list says which; tell them, then bailee request person-told REFERENCE"
        return look("persons", says, hint)
    return well("persons", "all who must be told something were sent a letter, or were told")


def _identities(context: Context) -> DoctorFinding:
    if count := list_requests_to_identify(context.now).count():
        says = f"{counted(count, 'request waits', 'requests wait')} for you to call the person, or to see who they are"
        return look("identities", says, "bailee request list says which; call or see them, then bailee request verify")
    return well("identities", "nobody must be called, or seen")
