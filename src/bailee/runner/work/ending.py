"""A plan is over: its request is closed, or waits for a hold to end; what was kept is due again on that day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bailee import plan as plans
from bailee.books.gathered import change
from bailee.books.models import Outcome, Plan, PlanState, Request, Status
from bailee.plan import Law
from bailee.runner.cases import KEPT, Case, load
from bailee.runner.counting import next_release
from bailee.runner.house import House
from bailee.runner.letters import Kept
from bailee.runner.office import Office, zone_of
from bailee.runner.requests import closing
from bailee.runner.requests.plan_rows import turning
from bailee.runner.requests.roles import Act
from bailee.runner.requests.saying import say
from bailee.runner.requests.states import must_turn
from bailee.runner.requests.timeline import tell
from bailee.runner.work.due import later

MONTH = timedelta(days=30)
"""How long until it is looked again whether a hold has ended whose end nobody knows."""


AROUND = ("twins", "disclosed")
"""What there may be around a request that ends, which has to be known with it."""


def end(office: Office, house: House, row: Plan, plan: plans.Plan) -> None:
    """End the plan ``row`` and its request; a second time nothing happens."""
    case = load(house.state, plan.case)
    with turning(row.id, *AROUND) as (locked, request):
        is_second = locked.state == PlanState.DONE
        locked.state, locked.residual = PlanState.DONE, 0
        change(locked, "state", "residual")
        if case.stage == KEPT:
            later("release", case.id, at=release_at(office, case))
        if is_second or request is None or request.status == Status.CLOSED:
            return
        kept, done = tuple(kept_by(plan)), tuple(done_by(plan))
        if plan.kind == "release":
            _resumed(office, request, kept if case.stage == KEPT else (), done)
        elif case.stage == KEPT:
            closing.hold(office, request, kept, last_day(kept), done=done)
        else:
            must_turn(office, request, Act.CLOSE)
            outcome, reasons = (Outcome.PARTLY, (_REFUSED,)) if plan.refused else (Outcome.DONE, ())
            closing.answer(office, request, outcome, done=done, reasons=reasons)


def _resumed(office: Office, request: Request, kept: tuple[Kept, ...], done: tuple[str, ...]) -> None:
    """Tell the person that what had to stay is gone, or more of it; the request is over, or waits for the next hold."""
    must_turn(office, request, Act.HELD if kept else Act.CLOSE)
    if kept:
        request.status, request.held_until = Status.HELD, last_day(kept)
        change(request, "status", "held_until")
        tell(office, request, "held", until=str(request.held_until or ""))
    else:
        closing.end(office, request, Outcome.DONE)
    say(office, request, "resumed", done=done, kept=kept)


def release_at(office: Office, known: Case | plans.Plan) -> datetime:
    """Return when to look whether a hold has let go of what a case keeps: as the day begins, where that is known."""
    day = next_release(known)
    if day is None:
        return office.now + MONTH
    return max(begin_of(office, day), office.now)


def begin_of(office: Office, day: date) -> datetime:
    """Return the moment at which ``day`` begins for the firm, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone_of(office.policy))).astimezone(UTC)


def kept_by(plan: plans.Plan) -> Iterator[Kept]:
    """Yield what holds keep of a plan: of which collection, by which law, until when."""
    for system in plan.systems:
        for step in system.steps:
            if step.fate == "kept" or step.withheld:
                yield from (Kept(_words(step.collection), law.law, _day(law)) for law in step.laws)


def last_day(kept: tuple[Kept, ...]) -> date | None:
    """Return the last day of the hold that ends first, where it is known."""
    return min((one.until for one in kept if one.until), default=None)


def done_by(plan: plans.Plan) -> Iterator[str]:
    """Yield what was done, by system, in words without anybody's data."""
    for system in plan.systems:
        names = dict.fromkeys(
            _words(step.collection) for step in system.steps if step.fate in _DONE and not step.theirs
        )
        if names:
            yield f"{system.title}: {', '.join(names)}"


_REFUSED = "Some records stay: records of other people point to them, and would be damaged without them."
"""Why a part is not done, for the person (Art. 12(4)): the map says `refuse` for a reference that others hold."""

_DONE = frozenset({"erased", "anonymised", "left", "unlinked", "corrected", "objected"})


def _words(collection: str) -> str:
    return collection.replace("_", " ")


def _day(law: Law) -> date | None:
    return date.fromisoformat(law.until) if law.until else None
