"""Whoever got the data is told that they were corrected, erased or restricted: one task a recipient (Art. 19)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q

from bailee.engine.plans import NotAllowed
from bailee.requests import permissions
from bailee.requests.request_locks import locked_request
from bailee.requests.rights import find_rules
from bailee.requests.timeline import note_event
from bailee.store.context import Context
from bailee.store.models import Disclosure, Notification, Request, RequestTag


def notify_recipients(context: Context, request: Request, tags: Iterable[str] = ()) -> int:
    """Put down a task for each recipient, where there is none yet, and return how many are new.

    In the caller's transaction. Recipients are whom a disclosure about the person is recorded for (``tags``: of her
    identities, besides those of the request), and the processors of the policy that have not left.
    """
    kind = find_rules(request.right).recipients_are_told
    if not kind:
        return 0
    hers = Q(tag__in=RequestTag.objects.filter(request=request).values("tag")) | Q(tag__in=tuple(tags))
    told = Disclosure.objects.filter(hers).values_list("recipient", flat=True).distinct()
    processors = (p.name for p in context.policy.processors.values() if not p.has_left(context.today))
    new = list(dict.fromkeys([*told, *processors]))
    if new:
        there = {*Notification.objects.filter(request=request, kind=kind).values_list("recipient", flat=True)}
        new = [name for name in new if name not in there]
    if new:
        Notification.objects.bulk_create(
            Notification(request=request, recipient=name, kind=kind, made_at=context.now) for name in new
        )
        note_event(context, request, "recipients", count=len(new))
    return len(new)


class NotToldReason(StrEnum):
    """Why a recipient is not told. Words of one's own could name a person, and would stand in the books unsealed."""

    IMPOSSIBLE = "it is impossible"
    EFFORT = "it would be a disproportionate effort"
    NEVER = "they never had the data"


def note_recipient_told(
    context: Context, request: Request, recipient: str, *, why_not: NotToldReason | None = None
) -> None:
    """Note that a recipient was told, or ``why_not`` (Art. 19). Raises `NotAllowed` where no such task is open."""
    with locked_request(context, request, permissions.TELL_RECIPIENT):
        open_ = Notification.objects.filter(request=request, recipient=recipient, told_at=None)
        if not open_.update(told_at=context.now, told_by_id=context.staff, why_not=str(why_not or "")):
            raise NotAllowed("no such recipient waits to be told", "`bailee request show` lists them")
        note_event(context, request, "recipient_told", recipient=recipient, told=why_not is None)
