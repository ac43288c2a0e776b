"""Requests in a list: the most urgent first, a page at a time, with what makes the clock of each stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from itertools import islice

from django.db.models import Count, Q, QuerySet

from bailee.requests.clocks import RUNS
from bailee.requests.request_list import note_shown
from bailee.store.context import Context
from bailee.store.models import Event, Pause, Request, Right, Status

OPEN = (Status.OPEN, Status.PLANNED, Status.APPROVED, Status.ACTING, Status.SETTLING, Status.HELD)
"""What is neither over nor unverified."""

LISTED = (Status.UNVERIFIED, *OPEN)
"""What a list has to begin with: what nobody has confirmed, too, since its day may run already.

What is closed is in it as long as it has a day: its answer has reached nobody.
"""

PAGE = 50

NEAR = 7
"""Days before its last one from which a request is near it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which requests are listed. ``status``: ``None``: all that are `LISTED`. ``mine``: staff have had a hand in them.

    ``unverified``: those that nobody has confirmed are among them, since staff who look deal with these.
    """

    status: Status | None = None
    right: Right | None = None
    mine: bool = False
    unverified: bool = False

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The states of the requests that are listed."""
        if self.status is not None:
            return (self.status,)
        return LISTED if self.unverified else OPEN


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request. ``days_left``: to its last day, negative when that is past; ``None`` where there is none now.

    ``is_at_worst``: the day is counted from receipt, though the person was asked who they are and has not answered.
    """

    request: Request
    days_left: int | None
    paused_since: date | None

    @property
    def is_at_worst(self) -> bool:
        """Whether the clock waits for the person, so that the day is the earliest that it can be."""
        return self.request.status == Status.UNVERIFIED and self.request.identity_asked_on is not None

    @property
    def days_late(self) -> int:
        """The days since the last one; 0 where it is not past."""
        return max(0, -(self.days_left or 0))


@dataclass(frozen=True, slots=True)
class RequestList:
    """One page. ``after``: the reference that the next page follows, empty on the last one."""

    rows: Sequence[RequestRow]
    after: str


def listed(context: Context, chosen: Chosen, after: str = "") -> RequestList:
    """Return the page of requests that follows the one with the reference ``after``, or the first.

    Those that are `LISTED` come by the day on which they must be answered, those without such a day last; the others,
    the newest first. Staff who are shown one that is unverified have seen it.
    """
    found = _chosen(context, chosen)
    last = Request.objects.filter(reference=after).first() if after else None
    if chosen.status is None or chosen.status in LISTED:
        statuses = (*chosen.statuses, Status.CLOSED) if chosen.status is None else chosen.statuses
        parts = (statuses,) if chosen.mine else tuple((one,) for one in statuses)  # theirs are few, and sorted at once
        page = _by_day(found, parts, last, PAGE + 1)
    else:
        found = found.order_by("-received_at", "-id")
        page = list((found.filter(_came_before(last)) if last else found)[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    note_shown(context, page)
    paused = _paused(page)
    rows = [RequestRow(one, days_left(context, one), paused.get(one.id)) for one in page]
    return RequestList(rows, page[-1].reference if more else "")


def days_left(context: Context, request: Request) -> int | None:
    """Return the days to the last day of a request; ``None`` where there is none now."""
    return None if request.due_on is None else (request.due_on - context.today).days


@dataclass(frozen=True, slots=True)
class Urgency:
    """How many open requests are past their last day, and how many have it within `NEAR` days."""

    late: int
    near: int


def urgency(context: Context, *, unverified: bool = False) -> Urgency:
    """Return how many requests whose clock runs are late, and how many nearly so; with those that are unverified."""
    last = context.today + timedelta(days=NEAR)
    statuses = (*(LISTED if unverified else OPEN), Status.CLOSED)
    found = Request.objects.filter(RUNS, status__in=statuses, due_on__lte=last).aggregate(
        late=Count("id", filter=Q(due_on__lt=context.today)), all=Count("id")
    )
    return Urgency(found["late"], found["all"] - found["late"])


def counts() -> Mapping[Status, int]:
    """Return how many requests there are in each state."""
    found = Request.objects.values_list("status").annotate(Count("id")).order_by()
    return {Status(status): count for status, count in found}


def _chosen(context: Context, chosen: Chosen) -> QuerySet[Request]:
    found = Request.objects.filter(status__in=chosen.statuses)
    if chosen.status is None:
        untold = Q(status=Status.CLOSED, due_on__isnull=False)
        found = Request.objects.filter(Q(status__in=chosen.statuses) | untold)
    if chosen.right is not None:
        found = found.filter(right=chosen.right)
    if chosen.mine:
        found = found.filter(id__in=Event.objects.filter(by=context.staff).values("request"))
    return found


def _by_day(
    found: QuerySet[Request], parts: Sequence[Sequence[Status]], last: Request | None, size: int
) -> list[Request]:  # fmt: skip
    """Return the next requests by their last day, those that have none at the end.

    ``parts``: states that are asked for at once. Each part of one comes as its index has it, and all are merged.
    """
    page: list[Request] = []
    if last is None or last.due_on is not None:
        dated = found.filter(due_on__isnull=False).order_by("due_on", "id")
        if last is not None:
            dated = dated.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, id__gt=last.id))
        merged = merge(*(dated.filter(status__in=part)[:size] for part in parts), key=lambda one: (one.due_on, one.id))
        page = list(islice(merged, size))
    if len(page) < size:
        undated = found.filter(due_on=None).order_by("id")
        if last is not None and last.due_on is None:
            undated = undated.filter(id__gt=last.id)
        page += undated[: size - len(page)]
    return page


def _came_before(last: Request) -> Q:
    return Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, id__lt=last.id)


def _paused(page: Sequence[Request]) -> Mapping[str, date]:
    open_ = Pause.objects.filter(request__in=[one.id for one in page], answered_on=None)
    return dict(open_.values_list("request_id", "asked_on"))
