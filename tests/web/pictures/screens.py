"""Every screen, by the address under which it is reached: a test fails where an address has none and no reason.

A page of the console whose address has no variable, and that is shown to anybody who may see it, needs no line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bailee.engine.checking import history
from bailee.requests.unsubscriptions import make_unsubscribe_token
from bailee.store.models import HandHold, Message, Plan, PlanState, Request, Right, Role, Staff
from tests.api.live import Served
from tests.web.table import TABLE, Line


@dataclass(frozen=True)
class Screen:
    """``role``: who looks, nobody: the public. ``mine``: whoever looks has shown that this request is theirs.

    ``status``: of the answer. ``reason``: one is given on the page that asks for it. ``fresh``: they have just shown
    once more who they are.
    """

    name: str
    path: str
    role: Role | None = None
    mine: Request | None = None
    reason: bool = False
    fresh: bool = False
    status: int = 200


Screens: TypeAlias = Callable[[Served], Iterable[Screen]]

OFFICER, CONTROLLER, ADMINISTRATOR = Role.OFFICER, Role.CONTROLLER, Role.ADMINISTRATOR


def _one(name: str, role: Role | None = None, *, fresh: bool = False) -> Screens:
    """Return the one screen of an address without anything that changes in it; its path is put in by `screens`."""
    return lambda _: [Screen(name, "", role, fresh=fresh)]


def _requests(_: Served) -> Iterator[Screen]:
    for request in _in_each_state():
        kind = "-".join(filter(None, (request.status, request.outcome, request.right)))
        yield Screen(f"request-{kind}", f"/console/requests/{request.reference}/", OFFICER)


def _in_each_state() -> list[Request]:
    """Return requests, one of each state, outcome and right."""
    found: dict[tuple[str, str, str], Request] = {}
    for request in Request.objects.order_by("received_at"):
        found[request.status, request.outcome, request.right] = request
    return list(found.values())


def _path(name: str, after: str, which: Callable[[], Request], **how: bool) -> Screens:
    def made(_: Served) -> Iterator[Screen]:
        yield Screen(name, f"/console/requests/{which().reference}/{after}", OFFICER, **how)  # type: ignore[arg-type]

    return made


def _paused() -> Request:
    return Request.objects.get(pauses__isnull=False)


def _to_call() -> Request:
    return Request.objects.filter(status="unverified").latest("received_at")


def _planned() -> Request:
    return Request.objects.filter(status="planned", right=Right.ERASE, merged_into=None).earliest("received_at")


def _plan(_: Served) -> Iterator[Screen]:
    for state in (PlanState.PROPOSED, PlanState.APPROVED, PlanState.SETTLING):
        plan = Plan.objects.filter(state=state, request__right=Right.ERASE).latest("made_at")
        assert plan.request is not None
        yield Screen(f"plan-{state}", f"/console/requests/{plan.request.reference}/plan/", CONTROLLER, fresh=True)


def _plans(_: Served) -> Iterator[Screen]:
    for state in (PlanState.DONE, PlanState.STALE):
        plan = Plan.objects.filter(state=state, request__right=Right.ERASE).latest("made_at")
        assert plan.request is not None
        yield Screen(f"plan-{state}", f"/console/requests/{plan.request.reference}/plans/{plan.id}/", OFFICER)


def _hold(_: Served) -> Iterator[Screen]:
    yield Screen("hold", f"/console/holds/{HandHold.objects.get().id}/", CONTROLLER)


def _letter(_: Served) -> Iterator[Screen]:
    paper = Message.objects.filter(channel="paper").latest("made_at")
    yield Screen("letter-reason", f"/console/letters/{paper.id}/", OFFICER)
    yield Screen("letter", f"/console/letters/{paper.id}/", OFFICER, reason=True)
    held = Message.objects.filter(template="held").latest("made_at")
    yield Screen("letter-held", f"/console/letters/{held.id}/", OFFICER, reason=True)


def _promises(live: Served) -> Iterator[Screen]:
    seen = set[str]()
    for name, past in sorted(history.read_history(live.context.store, live.context.now).items()):
        if past.verdict not in seen:
            seen.add(past.verdict)
            yield Screen(f"promise-{past.verdict}", f"/console/promises/{name}/", OFFICER)


def _systems(live: Served) -> Iterator[Screen]:
    for name in ("crm", "phones"):
        assert name in live.context.policy.systems
        yield Screen(f"system-{name}", f"/console/map/{name}/", OFFICER)


def _member(live: Served) -> Iterator[Screen]:
    yield Screen("member", f"/console/staff/{Staff.objects.get(vetted_on=None).id}/", ADMINISTRATOR, fresh=True)


def _mine(live: Served) -> Iterator[Screen]:
    for request in _in_each_state():
        kind = "-".join(filter(None, (request.status, request.outcome, request.right)))
        yield Screen(f"mine-{kind}", f"/request/{request.reference}", mine=request)


def _mine_too(name: str) -> Screens:
    def made(_: Served) -> Iterator[Screen]:
        yield Screen(f"mine-{name}", f"/request/{_planned().reference}/{name}", mine=_planned())

    return made


def _question(_: Served) -> Iterator[Screen]:
    for right in Right:
        yield Screen(f"ask-{right}", f"/ask?right={right}")


def _door(_: Served) -> Iterator[Screen]:
    yield Screen("door", "/request/2222-2222-2222")


SHOWN: Mapping[str, Screens] = {
    # the public
    "": _one("notice"),
    "notice/versions": _one("versions"),
    "ask": _question,
    "request": _one("find-request"),
    "request/<str:reference>": lambda live: [*_door(live), *_mine(live)],
    "request/<str:reference>/withdraw": _mine_too("withdraw"),
    "request/<str:reference>/complain": _mine_too("complain"),
    "copy/<str:reference>/<str:token>": lambda _: [Screen("copy-link", "/copy/2222-2222-2222/token")],
    "prove/<str:reference>/<str:token>": lambda _: [Screen("prove", "/prove/2222-2222-2222/token")],
    "unsubscribe/<str:token>": lambda live: [
        Screen("unsubscribe", f"/unsubscribe/{make_unsubscribe_token(live.context, 'somebody@post.example')}"),
        Screen("unsubscribe-unknown", "/unsubscribe/none", status=404),
    ],
    "verify": _one("verify"),
    # staff come in
    "sign-in/": _one("sign-in"),
    "sign-in/again/": _one("again", OFFICER),
    "sign-in/factor/": _one("factor", OFFICER),
    "sign-in/account/": _one("account", OFFICER),
    "sign-in/account/password/": _one("password", OFFICER, fresh=True),
    "sign-in/account/app/": _one("app", OFFICER, fresh=True),
    "sign-in/account/passkeys/add/": _one("passkey", OFFICER, fresh=True),
    # the desk
    "console/": lambda _: [Screen("today" if role == OFFICER else f"today-{role}", "", role) for role in Role],
    "console/requests/new/": _one("request-new", OFFICER),
    "console/requests/<str:reference>/": _requests,
    "console/requests/<str:reference>/in-full/": _path("request-in-full", "in-full/", _paused, reason=True),
    "console/requests/<str:reference>/found/": _path("request-found", "found/", _paused, reason=True),
    "console/requests/<str:reference>/number/": _path("request-number", "number/", _to_call),
    "console/requests/<str:reference>/plan/": _plan,
    "console/requests/<str:reference>/plans/<str:plan_id>/": _plans,
    "console/holds/": lambda _: [Screen(f"holds-{role}", "", role) for role in (OFFICER, CONTROLLER)],
    "console/holds/<str:hold_id>/": _hold,
    "console/letters/<str:message_id>/": _letter,
    # the board
    "console/promises/<str:name>/": _promises,
    "console/map/<str:name>/": _systems,
    "console/register/disclosures/": _one("disclosures", OFFICER),
    "console/evidence/<int:index>/": lambda _: [Screen("evidence-entry", "/console/evidence/0/", Role.AUDITOR)],
    "console/evidence/": _one("evidence", Role.AUDITOR),
    "console/evidence/receipts/": _one("receipts", OFFICER),
    # staff
    "console/staff/add/": _one("staff-add", ADMINISTRATOR, fresh=True),
    "console/staff/<str:staff_id>/": _member,
}
"""Route -> the screens that are reached by it, where it is not `_is_plain`."""

NO_SCREEN: Mapping[str, str] = {
    **dict.fromkeys(
        (
            ".well-known/security.txt", "verify.html", "console/requests/<str:reference>/parcels/<str:parcel_id>/",
            "console/requests/<str:reference>/plans/<str:plan_id>/file/", "console/letters/<str:message_id>/paper/",
            "console/register/<str:role>.<str:form>", "console/evidence/checkpoint",
            "console/evidence/<int:index>.tlog-proof",
        ),
        "a file, not a page",
    ),
    **dict.fromkeys(
        (
            "console/requests/<str:reference>/plans/<str:plan_id>/progress/", "console/promises/looking/",
            "console/map/look/", "console/retention/look/",
        ),
        "a part of another page",
    ),
    **dict.fromkeys(
        (
            "ask/check", "ask/sent", "ask/<slug:step>", "request/<str:reference>/complained", "sign-in/code/",
            "sign-in/key/", "sign-in/again/code/",
            "sign-in/again/key/", "sign-in/begin/", "sign-in/begin/<str:secret>/", "sign-in/account/app/remove/",
            "sign-in/account/passkeys/", "sign-in/account/passkeys/<int:pk>/remove/", "sign-in/account/codes/",
            "sign-in/account/codes/new/",
        ),
        "in the middle of a story: its own tests look at it",
    ),
}  # fmt: skip
"""Routes that can be opened and are on no picture, and why."""


def plain_screens() -> Iterator[Screen]:
    """Yield the screen of each plain page of the console, as one of those sees it who may."""
    for route, line in TABLE.items():
        if _is_plain(route, line):
            who = OFFICER if OFFICER in _roles(line) else min(_roles(line))
            yield Screen("-".join(route.split("/")[1:-1]), f"/{route}", who)


def _is_plain(route: str, line: Line) -> bool:
    is_listed = route in SHOWN or route in NO_SCREEN
    return (
        route.startswith("console/") and "<" not in route and line.get is not None and line.got == 200 and not is_listed
    )


def _roles(line: Line) -> frozenset[Role]:
    return line.get if isinstance(line.get, frozenset) else frozenset(Role)


def screens(live: Served) -> Iterator[Screen]:
    """Yield every screen of the firm."""
    for route, made in SHOWN.items():
        for one in made(live):
            yield one if one.path else Screen(one.name, f"/{route}", one.role, fresh=one.fresh)
    yield from plain_screens()
