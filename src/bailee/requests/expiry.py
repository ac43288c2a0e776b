"""Requests come to an end: those that nobody confirmed, and those that were kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bailee.jobs.due_items import schedule_due
from bailee.requests.letters import LetterError, Template
from bailee.requests.parcels import destroy_parcel
from bailee.requests.request_end import end_request
from bailee.requests.request_letters import send_letter
from bailee.requests.request_list import is_seen
from bailee.requests.request_locks import calculate_midnight
from bailee.requests.timeline import note_event
from bailee.requests.unasked_people import NOT_ASKED, ask_identity_again, is_owed
from bailee.store import restrictions
from bailee.store.context import Context
from bailee.store.models import Outcome, Parcel, Request, Status

_BEGINS = ("received", "identity.open_again", "identity.doubted", "identity.refused")
"""Events from which on a request waits for its person: it was taken in, or they are asked after all."""

_NOT_SEEN = "identity.not_seen"
"""An event: nobody of the staff has seen it in the time that it waits."""

_LOOKS_AGAIN = timedelta(days=1)
"""After which it is looked whether staff have seen it meanwhile."""

_COMES_BACK = timedelta(hours=1)
"""After which at the earliest what came too early is looked at again."""

EXPIRED_KEPT = timedelta(days=30)
"""How long a request is kept that nobody confirmed: it holds what a stranger said of somebody."""


def expire_request(context: Context, request_id: str) -> None:
    """Close a request that nobody has confirmed in time, and tell whoever made it; the same whether they are known.

    One that is verified meanwhile, or over, is left alone. One that nobody of the staff has seen yet waits on, a day at
    a time: also where a code was delivered, or else its sender could tell from the day that the person is known.
    So does one whose person may be known, as long as no letter that asks who they are has arrived: they are asked once
    more. One that has not waited for as long as the policy says waits on: it was called too early, or the policy is
    another now.
    """
    with transaction.atomic():
        request = Request.objects.select_for_update().filter(id=request_id, status=Status.UNVERIFIED).first()
        if request is None:
            return
        waits_until = _find_wait_begin(context, request) + timedelta(days=context.policy.firm.requests.unverified_days)
        if context.now < waits_until:
            schedule_due("expire", request.id, at=waits_until)
            return
        if not is_seen(request):
            if not request.events.filter(kind=_NOT_SEEN).exists():
                note_event(context, request, _NOT_SEEN)
            schedule_due("expire", request.id, at=context.now + _LOOKS_AGAIN)
            return
        if is_owed(context, request):
            note_event(context, request, NOT_ASKED)
            ask_identity_again(context, request)
            return
        request.proofs.filter(proven_at=None, failed_at=None).update(failed_at=context.now, sealed=None)
        _say_expired(context, request)
        end_request(context, request, Outcome.EXPIRED)
        request.forget_on = (context.now + EXPIRED_KEPT).date()
        request.save(update_fields=["forget_on"])
        schedule_due("forget", request.id, at=calculate_midnight(request.forget_on))


def _find_wait_begin(context: Context, request: Request) -> datetime:
    """Return since when ``request`` waits for its person: since it was taken in, or they were last asked after all.

    What a clock ahead has dated counts from receipt, which is put right.
    """
    begun = request.events.filter(kind__in=_BEGINS, at__lte=context.now).order_by("-at").values_list("at", flat=True)
    return max(request.received_at, begun.first() or request.received_at)


def forget_request(context: Context, request_id: str) -> datetime | None:
    """Erase a request whose time is over: its key is shredded, and with it all that was sealed for it.

    What stays is no longer about anybody: that there was a request, when, what became of it, its plans' counts, and the
    ledger. One that was forgotten is left alone; one that was cut short goes on. One whose time is not over is left
    alone, too: then return when to come back (UTC).
    """
    request = Request.objects.filter(id=request_id, status=Status.CLOSED, forget_on__lte=context.today).first()
    if request is None:
        waits = Request.objects.filter(id=request_id, status=Status.CLOSED, forget_on__gt=context.today).first()
        if waits is None or waits.forget_on is None:
            return None
        return max(calculate_midnight(waits.forget_on), context.now + _COMES_BACK)
    for parcel in Parcel.objects.filter(request=request):
        destroy_parcel(context, parcel)
    restrictions.forget_restriction(context.store, request.id)
    context.vault.shred(f"request:{request.id}")
    with transaction.atomic():
        for rows in (request.tags, request.proofs, request.messages, request.parcels, request.confirmations):
            rows.all().delete()
        request.restrictions.exclude(lifted_at=None).delete()
        request.receipts.update(sealed=None)
        request.notifications.update(why_not="")
        was_sealed = request.sealed is not None
        request.sealed, request.extension_reason = None, ""
        request.save(update_fields=["sealed", "extension_reason"])
        if was_sealed:
            note_event(context, request, "forgotten")
    return None


def _say_expired(context: Context, request: Request) -> None:
    try:
        send_letter(context, request, Template.EXPIRED)
    except LetterError as error:
        note_event(context, request, "not_told", letter=str(Template.EXPIRED), why=error.code)
