"""What waits in the books: for a worker, for a person, for too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count

from bailee.jobs.rounds import ahead
from bailee.requests import staff_notifications
from bailee.requests.automatic_work import ABOVE_CAP, REFUSED, TOLD_BEFORE
from bailee.requests.clocks import RUNS
from bailee.requests.job_registry import JOBS
from bailee.requests.letters.pending import without_a_server
from bailee.requests.unasked_people import to_identify
from bailee.requests.wrong_days import in_the_future
from bailee.store.context import Context
from bailee.store.models import Due, Message, Plan, PlanState, Request, Worker
from bailee.views.doctor.findings import Finding, look, well

SILENT = timedelta(minutes=2)
"""After so long without a sign a worker is not alive."""

LATE = timedelta(minutes=15)
"""So long after its time, what is due should be under way."""


def all_that_waits(context: Context) -> Iterator[Finding]:
    """Look at workers, at what is due, at requests, plans, letters, and at persons whom none of these reaches."""
    yield _workers(context)
    yield from _dues(context)
    yield requests_waiting(context)
    yield from _plans(context)
    yield _letters(context)
    yield _persons()
    yield _identities(context)


def _workers(context: Context) -> Finding:
    alive = Worker.objects.filter(seen_at__gte=context.now - SILENT, seen_at__lte=context.now + SILENT).count()
    if alive:
        return well("workers", f"{alive} alive")
    last = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    seen = f"the last was seen at {last:%Y-%m-%d %H:%M} UTC" if last else "none was seen"
    return look("workers", f"no worker is alive: {seen}", "start one: bailee worker, or bailee serve")


def _dues(context: Context) -> Iterator[Finding]:
    open_ = Due.objects.filter(done_at=None)
    late = (
        open_.filter(at__lt=context.now - LATE, problem="").values_list("kind").annotate(Count("id")).order_by("kind")
    )
    for kind, count in late:
        yield look("due", f"{count} of kind {kind} are late", "see whether workers are alive, and enough")
    failing = open_.exclude(problem="").values_list("kind", "problem").annotate(Count("id")).order_by("kind", "problem")
    found = list(failing)
    for kind, problem, count in found:
        hint = "it is tried again by itself; the worker's log has more"
        if problem == ABOVE_CAP:
            hint = "look at the plan: bailee plan retain RULE; then raise at_most, or mend what makes so much due"
        if problem == REFUSED:
            hint = (
                "rows of others point to what was kept: bailee plan release CASE says which, and how to change the map"
            )
        yield look("due", f"{count} of kind {kind}: {problem}", hint)
    if far := ahead(context, JOBS).count():
        hint = "a worker whose clock was ahead has put them off: one whose clock is right does them today"
        yield look("due", f"{far} are put off further than they can be", hint)
    if not found and not late and not far:
        yield well("due", f"nothing is late; {open_.count():,} to come")


def requests_waiting(context: Context) -> Finding:
    """Return how many requests are past their day, or near it; of one that is unverified where its clock runs."""
    open_ = Request.objects.filter(RUNS, due_on__isnull=False)
    past = open_.filter(due_on__lt=context.today).count()
    near = open_.filter(due_on__gte=context.today, due_on__lte=context.today + timedelta(days=max(TOLD_BEFORE))).count()
    dated = in_the_future(context).count()
    if dated:
        says = f"{dated} have days that have not come: a clock that was ahead has set them; {past} are past their day"
        return look("requests", says, "bailee worker --once counts them from the earliest day that can be")
    if past:
        return look("requests", f"{past} are past their day, {near} near it", "bailee request list; answer those first")
    if near:
        return look("requests", f"{near} must be answered within {max(TOLD_BEFORE)} days", "bailee request list")
    return well("requests", f"{open_.count():,} open, none near its day")


def _plans(context: Context) -> Iterator[Finding]:
    waiting = Plan.objects.filter(state=PlanState.PROPOSED).count()
    if waiting:
        yield look("plans", f"{waiting} wait for approval", "bailee request list; a second person approves")
    residual = Plan.objects.filter(state=PlanState.SETTLING, residual__gt=0).count()
    if residual:
        hint = "a replica or a sync writes them anew: find out which"
        yield look("plans", f"of {residual} rows came back, or were not dealt with", hint)
    stuck = Plan.objects.filter(state=PlanState.ACTING, approval__used_at__lt=context.now - LATE).count()
    if stuck:
        yield look("plans", f"{stuck} have begun and not come to their end", "see what is due, above, and why")
    if not waiting and not residual and not stuck:
        yield well("plans", "none waits")


def _letters(context: Context) -> Finding:
    counts = (
        (Message.objects.filter(state="failed").count(), "failed"),
        (Message.objects.filter(state="to_print").count(), "to print"),
        (without_a_server(context), "to be mailed once a server is named"),
    )
    if says := ", ".join(f"{count} {what}" for count, what in counts if count):
        return look("letters", says, "bailee letters list")
    return well("letters", "none has failed")


def _persons() -> Finding:
    count = staff_notifications.waiting().count()
    if count:
        says = f"{count} were reached by no letter about their request, and nobody has told them"
        return look("persons", says, "bailee request list says which; tell them, then bailee request told REFERENCE")
    return well("persons", "all who must be told something were sent a letter, or were told")


def _identities(context: Context) -> Finding:
    if count := to_identify(context.now).count():
        says = f"{count} persons were asked by no letter who they are, or must be called"
        return look("identities", says, "bailee request list says which; call or see them, then bailee request verify")
    return well("identities", "nobody must be called, or seen")
