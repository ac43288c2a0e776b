"""Who may do what to a request, in which states of it, and for which rights: one value each, which every act needs.

Support takes in and plans, the officer approves and answers, the Data Controller alone refuses, releases and places
holds. The auditor and the administrator act on no request.
"""

from __future__ import annotations

from dataclasses import dataclass

from bailee.requests.rights import ALL_RIGHTS, ANSWERED_BY_STAFF, PARCELS, PLANNED, STATUTORY
from bailee.store.enums import Right, Role, Status

EVERY_RIGHT = frozenset(Right)
PLANS = PLANNED | {Right.OBJECT}
"""Of an objection the law itself approves the plan."""

OPEN = frozenset({Status.OPEN})
BEFORE_APPROVAL = frozenset({Status.OPEN, Status.PLANNED})
RUNNING = frozenset(Status) - {Status.UNVERIFIED, Status.CLOSED}
CLOSED = frozenset({Status.CLOSED})

WHO_DEALS = frozenset({Role.SUPPORT, Role.OFFICER, Role.CONTROLLER})
"""Who deals with requests: takes them in, identifies, plans."""
WHO_DECIDES = frozenset({Role.OFFICER, Role.CONTROLLER})
CONTROLLER = frozenset({Role.CONTROLLER})
NOBODY: frozenset[Role] = frozenset()
"""Nobody of the staff: a worker."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do something, and when.

    ``says``: what, after *may not*. ``roles``: of the staff. ``statuses`` and ``rights``: of a request; ``None``: it is
    about none, or may be at any time. ``unattended``: a worker may, or the person through a door that knows them: then
    nobody of the staff is named. ``starts_a_time``: it starts or stops a time that the law or the policy sets, from the
    moment at which it is done.
    """

    says: str
    roles: frozenset[Role]
    statuses: frozenset[Status] | None = None
    rights: frozenset[Right] = EVERY_RIGHT
    unattended: bool = False
    starts_a_time: bool = False

    def __str__(self) -> str:
        """Return what is permitted, in words."""
        return self.says

    def fits(self, status: str, right: str) -> bool:
        """Whether it makes sense for a request of ``right`` in ``status``; not who may."""
        return self.statuses is not None and status in self.statuses and right in self.rights


# --- taking in, and who it is --------------------------------------------------------------------------------

TAKE_IN = Permission("take a request in", WHO_DEALS, starts_a_time=True)
IDENTIFY = Permission("say who a person is", WHO_DEALS, frozenset({Status.UNVERIFIED}), STATUTORY, starts_a_time=True)
READ = Permission("read what a person said", WHO_DEALS)
WITHDRAW = Permission(
    "withdraw",
    WHO_DEALS,
    frozenset({Status.UNVERIFIED, Status.OPEN, Status.PLANNED, Status.APPROVED}),
    unattended=True,
)

# --- the clock -----------------------------------------------------------------------------------------------

CLARIFY = Permission(  # an objection needs no reason: there is nothing to ask
    "ask what is meant", WHO_DEALS, BEFORE_APPROVAL, EVERY_RIGHT - {Right.OBJECT}, starts_a_time=True
)
ANSWERED = Permission(
    "note the answer",
    WHO_DEALS,
    BEFORE_APPROVAL,
    EVERY_RIGHT - {Right.OBJECT},
    unattended=True,
    starts_a_time=True,
)
EXTEND = Permission(  # an objection takes effect at once
    "extend the time",
    WHO_DECIDES,
    BEFORE_APPROVAL | {Status.APPROVED},
    STATUTORY - {Right.OBJECT},
    starts_a_time=True,
)

# --- what is done --------------------------------------------------------------------------------------------

CONFIRM = Permission("confirm rows", WHO_DEALS, BEFORE_APPROVAL, STATUTORY)
PLAN = Permission("plan", WHO_DEALS, BEFORE_APPROVAL, PLANNED, unattended=True)
PACK = Permission("pack a copy", WHO_DEALS, OPEN, PARCELS, unattended=True, starts_a_time=True)
RESTRICT = Permission("restrict", WHO_DEALS, OPEN, frozenset({Right.RESTRICT}), unattended=True, starts_a_time=True)
LIFT = Permission("lift a restriction", CONTROLLER, CLOSED, frozenset({Right.RESTRICT}), starts_a_time=True)
OBJECT = Permission("object to marketing", WHO_DEALS, BEFORE_APPROVAL, frozenset({Right.OBJECT}), unattended=True)
APPROVE = Permission("approve", WHO_DECIDES, frozenset({Status.PLANNED}), PLANS, starts_a_time=True)
CANCEL = Permission("cancel", WHO_DEALS, frozenset({Status.APPROVED}), PLANS)  # to stop does no harm
FETCH = Permission("fetch a parcel", WHO_DECIDES, CLOSED, PARCELS, unattended=True)  # for somebody who cannot
HAND_OUT = Permission(  # likewise
    "hand a receipt out",
    WHO_DECIDES,
    frozenset({Status.ACTING, Status.SETTLING, Status.HELD, Status.CLOSED}),
    PLANS,
)

# --- answers, and the end ------------------------------------------------------------------------------------

REFUSE = Permission(
    "refuse",
    CONTROLLER,
    BEFORE_APPROVAL,
    frozenset(one.right for one in ALL_RIGHTS if one.grounds),
    starts_a_time=True,
)
ACKNOWLEDGE = Permission(
    "acknowledge",
    WHO_DEALS,
    frozenset({Status.UNVERIFIED, Status.OPEN}),
    frozenset({Right.COMPLAINT}),
    unattended=True,
    starts_a_time=True,
)
ANSWER = Permission("answer", WHO_DEALS, OPEN, frozenset({Right.QUESTION}), starts_a_time=True)
ANSWER_CONCERN = Permission("answer a concern", CONTROLLER, OPEN, frozenset({Right.QUESTION}), starts_a_time=True)
PASS_ON = Permission("pass on to the Data Controller", WHO_DEALS, OPEN, ANSWERED_BY_STAFF)
PROGRESS = Permission("say how a complaint stands", WHO_DECIDES, OPEN, frozenset({Right.COMPLAINT}))
CONCLUDE = Permission("conclude a complaint", WHO_DECIDES, OPEN, frozenset({Right.COMPLAINT}), starts_a_time=True)
CONCLUDE_CONCERN = Permission(
    "conclude a complaint that was passed on", CONTROLLER, OPEN, frozenset({Right.COMPLAINT}), starts_a_time=True
)
TELL_RECIPIENT = Permission(
    "tell a recipient",
    WHO_DEALS,
    RUNNING | CLOSED,
    frozenset(one.right for one in ALL_RIGHTS if one.recipients_are_told),
)
TELL_PERSON = Permission("tell the person", WHO_DEALS, frozenset(Status))
HOLD_OPEN = Permission(  # when a worker has seen what is held
    "wait for a hold to end",
    NOBODY,
    frozenset({Status.ACTING, Status.SETTLING, Status.HELD}),
    frozenset({Right.ERASE}),
    unattended=True,
)
CLOSE = Permission("close", NOBODY, RUNNING - {Status.APPROVED}, unattended=True)  # when a plan has come to its end
CLOSE_BY_HAND = Permission("close by hand", WHO_DECIDES, BEFORE_APPROVAL, STATUTORY, starts_a_time=True)

# --- about no request ----------------------------------------------------------------------------------------

PLACE_HOLD = Permission("place or lift a hold", CONTROLLER)
LOOK_UP = Permission("look up a suppression", WHO_DEALS)
DISCLOSE = Permission("record a disclosure", WHO_DECIDES)

ALL = tuple(one for one in list(globals().values()) if isinstance(one, Permission))
