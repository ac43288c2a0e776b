"""The lock under which everything is done to a request.

`locked_request` locks it, looks who acts and whether what they do is permitted, and keeps the lock until it is done: of
two people who press at once, the second meets what the first has made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import partial

from django.db import transaction

from bailee.engine.plans import NotAllowed
from bailee.engine.systems import make_connectors_of_context
from bailee.engine.time_check import must_be_right
from bailee.requests.permissions import Permission
from bailee.store.context import Context
from bailee.store.models import Request, Role, Staff, Status

_WHY: Mapping[Status, str] = {
    Status.UNVERIFIED: "the person has not shown yet who they are",
    Status.OPEN: "nothing is planned yet",
    Status.PLANNED: "a plan waits for approval",
    Status.APPROVED: "its plan is approved, and the waiting time runs",
    Status.ACTING: "its plan is being carried out",
    Status.SETTLING: "its plan was carried out, and is looked at again",
    Status.HELD: "a hold keeps something, and it resumes when that ends",
    Status.CLOSED: "it is closed",
}


def must_be_permitted(context: Context, permission: Permission) -> Staff | None:
    """Return the member of staff who acts, ``None`` for a worker or the person.

    Staff start no time by a clock that is wrong; a worker looks at the clock before it does anything that starts one.
    Raises `NotAllowed`, `WrongClock`, `StateError`.
    """
    if not context.staff:
        if permission.unattended:
            return None
        raise NotAllowed(f"nobody is named who may {permission}", "say who you are: BAILEE_TOKEN, or --as EMAIL")
    staff = Staff.objects.filter(id=context.staff).first()
    if staff is None or (staff.left_at is not None and staff.left_at <= context.now):
        raise NotAllowed("this person does not work here any more", "ask an administrator")
    if Role(staff.role) not in permission.roles:
        may = " or ".join(sorted(permission.roles)) or "nobody of the staff"
        raise NotAllowed(f"the role {staff.role} may not {permission}", f"{may} may")
    if permission.starts_a_time:
        must_know_the_time(context)
    return staff


def must_know_the_time(context: Context) -> None:
    """Raise `WrongClock` unless this machine's clock can be believed. Raises `StateError`."""
    must_be_right(context.store, partial(make_connectors_of_context, context))


@contextmanager
def locked_request(context: Context, request: Request, permission: Permission) -> Iterator[Request]:
    """Yield ``request`` as it is now, locked until the act is done; all that is written goes together or not at all.

    Raises `NotAllowed` where the one who acts may not, or the state of the request or the right does not fit.
    """
    must_be_permitted(context, permission)
    with transaction.atomic():  # on SQLite it begins with the lock of the whole file: nothing more is needed
        request.refresh_from_db(from_queryset=Request.objects.select_for_update())
        must_fit(request, permission)
        yield request


def must_fit_locked(context: Context, request: Request, permission: Permission) -> None:
    """Raise what `locked_request` raises, for a ``request`` that the caller has locked with its plan."""
    must_be_permitted(context, permission)
    must_fit(request, permission)


def must_fit(request: Request, permission: Permission) -> None:
    """Raise `NotAllowed` where what is permitted makes no sense for the right or in the state of ``request``."""
    if request.right not in permission.rights:
        named = ", ".join(sorted(permission.rights))
        raise NotAllowed(f"to {permission} is not for a request of this kind ({request.right})", f"it is for: {named}")
    if permission.statuses is not None and request.status not in permission.statuses:
        named = " or ".join(sorted(permission.statuses))
        why = _WHY[Status(request.status)]
        raise NotAllowed(f"request {request.reference}: {why}", f"to {permission} it must be {named}")


def calculate_midnight(day: date) -> datetime:
    """Return the moment at which ``day`` begins, in UTC."""
    return datetime.combine(day, time.min, UTC)
