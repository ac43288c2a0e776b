"""Days that a clock ahead has given a request: put right to the earliest that can be once the clock is right.

The law counts from receipt. When somebody came in by a wrong clock nobody knows: so it counts from the last time that
the books knew to be right. A day that is too early harms nobody; one that is too late lets the time pass unseen.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from bailee.engine.time_check import APART, find_doubts, read_last_time
from bailee.jobs.due_items import schedule_all
from bailee.requests.clocks import ClockError, renew_due_day
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Due, Event, Request, Status

KNOWN = "known"
"""Fact of the event ``received``: the last time at which the clock was known to be right."""

_DAYS = ("received_on", "identity_asked_on", "identified_on", "acknowledged_on")
_AT_ONCE = ("identify", "visit", "plan", "package")
"""What follows at once: put down by a clock ahead, it would wait until that time comes."""


def build_known_time(context: Context) -> dict[str, str]:
    """Return, as a fact of ``received``, when the clock was last known to be right; nothing where it never was."""
    last = read_last_time(context.store)
    return {KNOWN: last.isoformat()} if last is not None else {}


def list_ahead_requests(context: Context) -> QuerySet[Request]:
    """Return the open requests of which a day has not come yet: a clock that was ahead has given it."""
    days = Q(received_at__gt=context.now + APART) | Q(pauses__answered_on__gt=_find_latest_today(context))
    for name in _DAYS:
        days |= Q(**{f"{name}__gt": _find_latest_today(context)})
    return Request.objects.filter(id__in=Request.objects.filter(days).exclude(status=Status.CLOSED).values("id"))


def correct_all_days(context: Context) -> None:
    """Put the days of all requests right that a clock ahead has given; by a clock that is right."""
    for request in list_ahead_requests(context):
        try:
            correct_days(context, request)
        except ClockError:
            continue  # its day cannot be counted at all: the doctor goes on naming it


def correct_days(context: Context, request: Request) -> None:
    """Put the days of ``request`` right if one of them has not come yet, count again, and say so on its timeline.

    Its day of receipt is the earliest that can be; identity counts as shown on the day of receipt, and a question as
    answered on the day on which it was asked: so the clock has run all along. Raises `ClockError`.
    """
    if not _is_ahead(context, request):
        return
    today = _find_latest_today(context)
    with transaction.atomic():
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        if not _is_ahead(context, request):
            return  # another worker was here
        if request.received_at > context.now + APART or request.received_on > today:
            request.received_at = _find_earliest_receipt(context, request)
            request.received_on = context.day_of(request.received_at)
        for name in _DAYS:
            day = getattr(request, name)
            if day is not None and day > today:
                setattr(request, name, request.received_on)
        request.save(update_fields=["received_at", *_DAYS])
        for pause in request.pauses.filter(answered_on__gt=today):
            pause.asked_on = min(pause.asked_on, context.today)
            pause.answered_on = pause.asked_on
            pause.save(update_fields=["asked_on", "answered_on"])
        renew_due_day(context, request)
        note_event(context, request, "days_put_right", on=request.received_on.isoformat())
        _resume_waiting(context, request)


def find_safe_today(context: Context, request: Request) -> date:
    """Return today, by which ``request`` is counted; where the books doubt the clock, the last day that was right.

    The systems' servers are not asked: a page does not wait for them. It is never before the day of receipt.
    """
    last = read_last_time(context.store)
    if last is None or not find_doubts(context.store, {}):
        return context.today
    return max(request.received_on, min(context.today, context.day_of(last)))


def _is_ahead(context: Context, request: Request) -> bool:
    days = [day for name in _DAYS if (day := getattr(request, name)) is not None]
    if request.received_at > context.now + APART or max(days) > _find_latest_today(context):
        return True
    return (
        request.status != Status.UNVERIFIED
        and request.pauses.filter(answered_on__gt=_find_latest_today(context)).exists()
    )


def _find_latest_today(context: Context) -> date:
    """Return the last day that some clock may show that is right."""
    return context.day_of(context.now + APART)


def _find_earliest_receipt(context: Context, request: Request) -> datetime:
    """Return the earliest moment at which ``request`` can have come.

    That is the last time that was known to be right when it came. Where the books had none, or one that has not come
    itself, it is when something else had happened before, less what the clock was ahead at least.
    """
    ahead = max(request.received_at - context.now, timedelta())
    first = request.events.order_by("id").first()
    known = first.facts.get(KNOWN) if first is not None else None
    if known and datetime.fromisoformat(known) <= context.now:
        return datetime.fromisoformat(known)
    before = Event.objects.filter(at__lte=context.now, id__lt=first.id) if first is not None else Event.objects.none()
    at = before.order_by("-id").values_list("at", flat=True).first()
    return (context.now if at is None else at) - ahead


def _resume_waiting(context: Context, request: Request) -> None:
    """Let be done now what waits for a time that a clock ahead has set."""
    waiting = Due.objects.filter(about=request.id, done_at=None, at__gt=context.now).values_list("kind", "at")
    lasts = dict.fromkeys(_AT_ONCE, context.now)
    lasts["expire"] = context.now + timedelta(days=context.policy.firm.requests.unverified_days)
    schedule_all((kind, request.id, lasts[kind]) for kind, at in waiting if at > lasts.get(kind, at))
