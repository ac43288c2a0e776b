"""In which states of a request an act makes sense: one table, and the door through which every act goes.

`turn` locks the request, looks who acts and whether the act fits, and keeps the lock until the act is done: of two
people who press at once, the second meets what the first has made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bailee.engine.plans import NotAllowed
from bailee.requests.request_context import looked, seen
from bailee.requests.roles import Act, must
from bailee.store.batches import gathered
from bailee.store.context import Context
from bailee.store.models import Request, Right, Status
from bailee.store.models.requests import Around

STATUTORY = frozenset({Right.COPY, Right.CORRECT, Right.ERASE, Right.RESTRICT, Right.PORTABILITY, Right.OBJECT})
"""The rights that UK GDPR and GDPR Art. 15 to 21 give, with the time of Art. 12(3)."""

_EVERY = frozenset(Right)
_PARCELS = frozenset({Right.COPY, Right.PORTABILITY})
_PLANS = frozenset({Right.CORRECT, Right.ERASE, Right.OBJECT})
_OPEN = frozenset({Status.OPEN})
_BEFORE = frozenset({Status.OPEN, Status.PLANNED})
_RUNNING = frozenset({Status.OPEN, Status.PLANNED, Status.APPROVED, Status.ACTING, Status.SETTLING, Status.HELD})


@dataclass(frozen=True, slots=True)
class When:
    """The states of a request in which an act makes sense, and for which rights."""

    statuses: frozenset[Status]
    rights: frozenset[Right] = _EVERY


WHEN: Mapping[Act, When] = {
    Act.ASK: When(_BEFORE, _EVERY - {Right.OBJECT}),  # which needs no reason: there is nothing to ask
    Act.ANSWERED: When(_BEFORE, _EVERY - {Right.OBJECT}),
    Act.EXTEND: When(_BEFORE | {Status.APPROVED}, STATUTORY - {Right.OBJECT}),  # which takes effect at once
    Act.CONFIRM: When(_BEFORE, STATUTORY),
    Act.PLAN: When(_BEFORE, _PLANS),
    Act.PACKAGE: When(_OPEN, _PARCELS),
    Act.RESTRICT: When(_OPEN, frozenset({Right.RESTRICT})),
    Act.LIFT: When(frozenset({Status.CLOSED}), frozenset({Right.RESTRICT})),
    Act.OBJECT: When(_BEFORE, frozenset({Right.OBJECT})),
    Act.APPROVE: When(frozenset({Status.PLANNED}), _PLANS),
    Act.CANCEL: When(frozenset({Status.APPROVED}), _PLANS),
    Act.REFUSE: When(_BEFORE, STATUTORY - {Right.OBJECT}),  # Art. 21(3) is absolute
    Act.ACKNOWLEDGE: When(frozenset({Status.UNVERIFIED}) | _OPEN, frozenset({Right.COMPLAINT})),
    Act.ANSWER: When(_OPEN, frozenset({Right.QUESTION})),
    Act.ANSWER_CONCERN: When(_OPEN, frozenset({Right.QUESTION})),
    Act.PASS_ON: When(_OPEN, frozenset({Right.QUESTION, Right.COMPLAINT})),
    Act.PROGRESS: When(_OPEN, frozenset({Right.COMPLAINT})),
    Act.CONCLUDE: When(_OPEN, frozenset({Right.COMPLAINT})),
    Act.CONCLUDE_CONCERN: When(_OPEN, frozenset({Right.COMPLAINT})),
    Act.TELL: When(_RUNNING | {Status.CLOSED}, frozenset({Right.CORRECT, Right.ERASE, Right.RESTRICT})),
    Act.TELL_THEM: When(frozenset(Status)),
    Act.WITHDRAW: When(frozenset({Status.UNVERIFIED, Status.OPEN, Status.PLANNED, Status.APPROVED})),
    Act.HELD: When(frozenset({Status.ACTING, Status.SETTLING, Status.HELD}), frozenset({Right.ERASE})),
    Act.CLOSE: When(_RUNNING - {Status.APPROVED}),
    Act.CLOSE_BY_HAND: When(_BEFORE, STATUTORY),
    Act.FETCH: When(frozenset({Status.CLOSED}), _PARCELS),
    Act.HAND_OUT: When(frozenset({Status.ACTING, Status.SETTLING, Status.HELD, Status.CLOSED}), _PLANS),
}
"""Act -> when. Acts that are about no request (holds, a look at suppressions) are not among them."""

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


@contextmanager
def turn(context: Context, request: Request, act: Act) -> Iterator[Request]:
    """Yield ``request`` as it is now, locked until the act is done; all that is written goes together or not at all.

    As long as it lasts, the request knows what there is around it. Raises `NotAllowed` where whoever acts may not, or
    the state of the request or the right does not fit.
    """
    must(context, act)
    with gathered():  # on SQLite it begins with the lock of the whole file: nothing more is needed
        _lock(request)
        try:
            must_fit(request, act)
            yield request
        finally:
            request.around = Around()


def must_turn(context: Context, request: Request, act: Act) -> None:
    """Raise what `turn` raises, for a ``request`` that the caller has locked with its plan."""
    must(context, act)
    must_fit(request, act)


def _lock(request: Request) -> None:
    """Lock ``request``, and bring it up to date with a look around it."""
    found = looked(Request.objects.select_for_update(), "planned", "confirmed", "twins", "disclosed").get(id=request.id)
    for name in _FIELDS:
        setattr(request, name, getattr(found, name))
    request.around = seen(found)


_FIELDS = tuple(field.attname for field in Request._meta.concrete_fields)  # noqa: SLF001 - Django documents it


def must_fit(request: Request, act: Act) -> None:
    """Raise `NotAllowed` where ``act`` makes no sense for the right or in the state of ``request``."""
    when, status = WHEN[act], Status(request.status)
    if Right(request.right) not in when.rights:
        named = ", ".join(sorted(when.rights))
        raise NotAllowed(f"to {act} is not for a request of this kind ({request.right})", f"it is for: {named}")
    if status not in when.statuses:
        named = " or ".join(sorted(when.statuses))
        raise NotAllowed(f"request {request.reference}: {_WHY[status]}", f"to {act} it must be {named}")


def fits(request: Request, act: Act) -> bool:
    """Whether ``act`` makes sense for the right and in the state of ``request``; not who may do it."""
    when = WHEN[act]
    return Right(request.right) in when.rights and Status(request.status) in when.statuses


def midnight(day: date) -> datetime:
    """Return the moment at which ``day`` begins, in UTC."""
    return datetime.combine(day, time.min, UTC)
