"""Requests as staff see them in a list: by the day on which they must be answered, the unverified among them.

What nobody of the staff has seen does not expire (`forgetting`): so it is written down when a list, or a page, shows a
request to somebody who deals with those.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q

from bailee.requests import permissions
from bailee.store.context import Context
from bailee.store.models import Event, Request, Role, Staff, Status

IN_LIST = "identity.in_list"
"""An event: a list or a page has shown the request, which was not identified, to staff who deal with those."""


IS_OVER = Q(status=Status.CLOSED, due_on=None)
"""Of which requests nothing is left to do: an answer that has reached nobody leaves a closed one its day."""


def list_requests(context: Context, status: Status | None = None) -> tuple[list[Request], int]:
    """Return the requests in ``status``, or all that are not answered; and how many are unverified.

    One that is closed is not answered where the answer has reached nobody: its day stands.

    The most urgent come first. Those that are unverified are for the intake alone: nobody else is
    shown them, nor how many they are. To whom they are shown, has seen them.
    """
    may_see = can_see_unverified(context)
    found = Request.objects.exclude(IS_OVER) if status is None else Request.objects.filter(status=status)
    found = found if may_see or not context.staff else found.exclude(status=Status.UNVERIFIED)
    ordered = list(found.order_by(F("due_on").asc(nulls_last=True), "received_at", "id"))
    note_shown(context, ordered)
    count = Request.objects.filter(status=Status.UNVERIFIED).count() if may_see or not context.staff else 0
    return ordered, count


def can_see_unverified(context: Context) -> bool:
    """Whether the user who acts is staff of the intake, who deal with requests that nobody has shown to be theirs."""
    role = Staff.objects.filter(id=context.staff, left_at=None).values_list("role", flat=True).first()
    return role is not None and Role(role) in permissions.TAKE_IN.roles


def note_shown(context: Context, requests: Iterable[Request]) -> None:
    """Note that the user who acts was shown ``requests``: of those that are unverified, once each."""
    unverified = [one for one in requests if one.status == Status.UNVERIFIED]
    if not unverified or not can_see_unverified(context):
        return
    ids = [one.id for one in unverified]
    before = set(Event.objects.filter(request__in=ids, kind=IN_LIST).values_list("request", flat=True))
    new = [one for one in unverified if one.id not in before]
    Event.objects.bulk_create(Event(request=one, at=context.now, kind=IN_LIST, by_id=context.staff) for one in new)


def is_seen(request: Request) -> bool:
    """Whether somebody of the staff has seen ``request``: in a list, or since they had a hand in it."""
    return request.logged_by_id is not None or request.events.exclude(by=None).exists()
