"""Who may do what to a request: one table, which every act looks into before it begins.

Support takes in and plans, the officer approves and answers, the Data Controller alone refuses, releases and places
holds. The auditor and the administrator act on no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from bailee.engine.plans import NotAllowed
from bailee.engine.systems import connectors_in
from bailee.engine.time_check import must_be_right
from bailee.store.context import Context
from bailee.store.models import Role, Staff


class Act(StrEnum):
    """What can be done to a request, or because of one."""

    TAKE_IN = "take a request in"
    IDENTIFY = "say who a person is"
    READ = "read what a person said"
    ASK = "ask what is meant"
    ANSWERED = "note the answer"
    EXTEND = "extend the time"
    CONFIRM = "confirm rows"
    PLAN = "plan"
    PACKAGE = "pack a copy"
    RESTRICT = "restrict"
    LIFT = "lift a restriction"
    OBJECT = "object to marketing"
    APPROVE = "approve"
    CANCEL = "cancel"
    REFUSE = "refuse"
    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    ANSWER_CONCERN = "answer a concern"
    PASS_ON = "pass on to the Data Controller"  # noqa: S105 - no password
    PROGRESS = "say how a complaint stands"
    CONCLUDE = "conclude a complaint"
    CONCLUDE_CONCERN = "conclude a complaint that was passed on"
    TELL = "tell a recipient"
    TELL_THEM = "tell the person"
    WITHDRAW = "withdraw"
    HELD = "wait for a hold to end"
    CLOSE = "close"
    CLOSE_BY_HAND = "close by hand"
    FETCH = "fetch a parcel"
    HAND_OUT = "hand a receipt out"
    HOLD = "place or lift a hold"
    LOOK_UP = "look up a suppression"
    DISCLOSE = "record a disclosure"


_EVERYBODY = frozenset({Role.SUPPORT, Role.OFFICER, Role.CONTROLLER})
_DECIDERS = frozenset({Role.OFFICER, Role.CONTROLLER})
_CONTROLLER = frozenset({Role.CONTROLLER})

MAY: Mapping[Act, frozenset[Role]] = {
    Act.TAKE_IN: _EVERYBODY,
    Act.IDENTIFY: _EVERYBODY,
    Act.READ: _EVERYBODY,
    Act.ASK: _EVERYBODY,
    Act.ANSWERED: _EVERYBODY,
    Act.EXTEND: _DECIDERS,
    Act.CONFIRM: _EVERYBODY,
    Act.PLAN: _EVERYBODY,
    Act.PACKAGE: _EVERYBODY,
    Act.RESTRICT: _EVERYBODY,
    Act.LIFT: _CONTROLLER,
    Act.OBJECT: _EVERYBODY,
    Act.APPROVE: _DECIDERS,
    Act.CANCEL: _EVERYBODY,  # to stop does no harm
    Act.REFUSE: _CONTROLLER,
    Act.ACKNOWLEDGE: _EVERYBODY,
    Act.ANSWER: _EVERYBODY,
    Act.ANSWER_CONCERN: _CONTROLLER,
    Act.PASS_ON: _EVERYBODY,
    Act.PROGRESS: _DECIDERS,
    Act.CONCLUDE: _DECIDERS,
    Act.CONCLUDE_CONCERN: _CONTROLLER,
    Act.TELL: _EVERYBODY,
    Act.TELL_THEM: _EVERYBODY,
    Act.WITHDRAW: _EVERYBODY,
    Act.HELD: frozenset(),  # a worker's, when it has seen what is held
    Act.CLOSE: frozenset(),  # a worker's, when a plan has come to its end
    Act.CLOSE_BY_HAND: _DECIDERS,
    Act.FETCH: _DECIDERS,  # for somebody who cannot, with a reason
    Act.HAND_OUT: _DECIDERS,  # likewise
    Act.HOLD: _CONTROLLER,
    Act.LOOK_UP: _EVERYBODY,
    Act.DISCLOSE: _DECIDERS,
}
"""Act -> the roles that may."""

UNATTENDED = frozenset(
    {
        Act.ANSWERED,
        Act.PLAN,
        Act.PACKAGE,
        Act.RESTRICT,
        Act.OBJECT,
        Act.ACKNOWLEDGE,
        Act.WITHDRAW,
        Act.HELD,
        Act.CLOSE,
        Act.FETCH,
    }
)
"""What a worker may do, or the person herself through a door that knows her: nobody of the staff is named then."""

STARTS_A_TIME = frozenset(
    {
        Act.TAKE_IN,
        Act.IDENTIFY,
        Act.ASK,
        Act.ANSWERED,
        Act.EXTEND,
        Act.PACKAGE,
        Act.RESTRICT,
        Act.LIFT,
        Act.APPROVE,
        Act.REFUSE,
        Act.ACKNOWLEDGE,
        Act.ANSWER,
        Act.ANSWER_CONCERN,
        Act.CONCLUDE,
        Act.CONCLUDE_CONCERN,
        Act.CLOSE_BY_HAND,
    }
)
"""What starts or stops a time that the law or the policy sets, from the moment at which it is done."""


def must(context: Context, act: Act) -> Staff | None:
    """Return the member of staff who acts, ``None`` for a worker or the person.

    Staff start no time by a clock that is wrong; a worker looks at the clock before it does anything that starts one.
    Raises `NotAllowed`, `WrongClock`, `StateError`.
    """
    if not context.staff:
        if act in UNATTENDED:
            return None
        raise NotAllowed(f"nobody is named who may {act}", "say who you are: BAILEE_TOKEN, or --as EMAIL")
    staff = Staff.objects.filter(id=context.staff).first()
    if staff is None or (staff.left_at is not None and staff.left_at <= context.now):
        raise NotAllowed("whoever this is does not work here any more", "ask an administrator")
    if Role(staff.role) not in MAY[act]:
        may = " or ".join(sorted(MAY[act])) or "nobody of the staff"
        raise NotAllowed(f"the role {staff.role} may not {act}", f"{may} may")
    if act in STARTS_A_TIME:
        must_know_the_time(context)
    return staff


def must_know_the_time(context: Context) -> None:
    """Raise `WrongClock` unless this machine's clock can be believed. Raises `StateError`."""
    must_be_right(context.store, partial(connectors_in, context))
