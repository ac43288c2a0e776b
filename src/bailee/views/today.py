"""What waits for a member of staff today: in few queries, the gravest first, of each kind a few and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from bailee.checks import Verdict
from bailee.policy import Mode
from bailee.requests import permissions, staff_notifications
from bailee.requests.approval import is_too_old
from bailee.requests.clocks import EXTENSION_TOO_LATE, RUNS
from bailee.requests.letters.waiting_letters import count_without_server
from bailee.requests.rights import ANSWERED_BY_STAFF, PARCELS
from bailee.requests.unasked_people import list_requests_to_identify
from bailee.store.context import Context
from bailee.store.models import (
    Confirmation,
    Due,
    Event,
    Notification,
    Plan,
    PlanState,
    Request,
    Role,
    Status,
    Worker,
)
from bailee.views import letters
from bailee.views.doctor.pending import SILENT
from bailee.views.promises import find_verdict, read_promises
from bailee.views.requests import LISTED, NEAR, OPEN

FEW = 5
"""Of one kind, as many are told one by one."""

MOST = 100
"""Of one kind, as many are counted."""


class TaskKind(StrEnum):
    """What waits, the gravest first."""

    NO_WORKER = "no worker"
    NO_SERVER = "no server"  # for letters, which wait
    LATE = "late"
    BROKEN = "broken"
    APPROVE = "approve"  # a plan that waits for a second person, who may be whoever looks
    PLAN_AGAIN = "plan again"  # a plan that has waited for so long that nobody may approve it
    NEAR = "near"
    CAME_BACK = "came back"
    FAILING = "failing"
    LETTER = "letter"
    UNTOLD = "untold"  # a letter did not reach the person: staff must tell them
    CONCERN = "concern"
    ANSWER = "answer"
    CALL = "call"
    SEE = "see"
    CONFIRM = "confirm"
    BY_HAND = "by hand"
    PRINT = "print"
    TELL = "tell"
    SECOND = "second"  # a plan that waits, of which whoever looks is the first person
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits. ``request``: about which one; else ``count`` of them. ``what``: a name or a code.

    Of a request it is `EXTENSION_TOO_LATE` where its longer time does not count. ``on``: the day that matters: the last
    one of a request. ``is_least``: there may be more than ``count``. ``letters``: those that did not reach the person.
    ``urgency``: `TaskKind.LATE` or `TaskKind.NEAR`, where that is so of the request besides.
    """

    kind: TaskKind
    count: int = 1
    request: Request | None = None
    plan: Plan | None = None
    what: str = ""
    on: date | None = None
    is_least: bool = False
    urgency: TaskKind | None = None
    letters: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """``waits``: for whoever looks. ``open``: requests that are; ``verdicts``: promises by what was found of them."""

    waits: Sequence[Task]
    open: int
    verdicts: dict[Verdict, int]


def today(context: Context, role: Role) -> Today:
    """Return what waits for a member of staff in ``role`` who enters ``context``."""
    reads = role is not Role.ADMINISTRATOR
    deals = role in permissions.TAKE_IN.roles
    waits: list[Task] = []
    if deals:
        waits += _urgent(context, LISTED)
        waits += _plans(context, role)
        waits += _identities(context)
        waits += _for_staff(role)
        waits += _untold()
        waits += _letters()
    elif reads:
        waits += _urgent(context, OPEN)
    verdicts = Counter(map(find_verdict, read_promises(context).values()))
    waits += [Task(kind, verdicts[v]) for kind, v in _LIGHTS if verdicts.get(v)]
    waits += _machine(context)
    return Today(_once(waits), Request.objects.filter(status__in=OPEN).count() if reads else 0, verdicts)


def _gravity(one: Task) -> int:
    order = list(TaskKind)
    return min(order.index(kind) for kind in (one.kind, one.urgency) if kind is not None)


def _once(waits: Sequence[Task]) -> list[Task]:
    """Return what waits, the gravest first; what is to be done about an urgent request says so in its own line."""
    urgent = {_about(one): one.kind for one in waits if one.request and one.kind in _URGENT}
    first: dict[str, Task] = {}
    for one in sorted(waits, key=_gravity):
        if _about(one) in urgent and one.kind not in {*_URGENT, TaskKind.TELL}:
            first.setdefault(_about(one), one)
    left = [one for one in waits if one.kind not in _URGENT or _about(one) not in first]
    told = (replace(one, urgency=urgent[_about(one)]) if one is first.get(_about(one)) else one for one in left)
    return sorted(told, key=_gravity)


def _about(one: Task) -> str:
    return one.request.id if one.request is not None else ""


_URGENT = frozenset({TaskKind.LATE, TaskKind.NEAR})
_LIGHTS = ((TaskKind.BROKEN, Verdict.BROKEN), (TaskKind.UNKNOWN, Verdict.UNKNOWN))


def _few(found: QuerySet[Request], kind_of: Callable[[Request], TaskKind]) -> Iterator[Task]:
    """Yield the first of what was found one by one, and of each kind how many more there are."""
    page = list(found[:MOST])
    yield from (Task(kind_of(one), request=one, on=one.due_on) for one in page[:FEW])
    more = Counter(kind_of(one) for one in page[FEW:])
    yield from (Task(kind, count, is_least=len(page) == MOST) for kind, count in more.items())


def _untold() -> Iterator[Task]:
    """Yield whose letters reached nobody, and which those are: nobody has told these people what they say."""
    found = list(_few(staff_notifications.list_owed_requests().defer("sealed"), lambda _one: TaskKind.UNTOLD))
    unread = staff_notifications.find_untold_letters([one.request for one in found if one.request is not None])
    for one in found:
        if one.request is None:
            yield one
        elif missed := unread.get(one.request.id):  # else somebody has told them this moment
            yield replace(one, letters=missed)


def _urgent(context: Context, statuses: Sequence[Status]) -> Iterator[Task]:
    """Yield the requests in ``statuses`` of which the last day is near, or past, as far as their clock runs."""
    last = context.today + timedelta(days=NEAR)
    statuses = (*statuses, Status.CLOSED)  # which has a day where its answer has reached nobody
    found = Request.objects.filter(RUNS, status__in=statuses, due_on__lte=last).order_by("due_on", "id").defer("sealed")

    def kind(one: Request) -> TaskKind:
        return TaskKind.LATE if one.due_on is not None and one.due_on < context.today else TaskKind.NEAR

    waits = list(_few(found, kind))
    about = [one.request for one in waits if one.request is not None and one.request.extended_on is None]
    too_late = set(Event.objects.filter(request__in=about, kind=EXTENSION_TOO_LATE).values_list("request", flat=True))
    yield from (replace(one, what=EXTENSION_TOO_LATE) if _about(one) in too_late else one for one in waits)


def _plans(context: Context, role: Role) -> Iterator[Task]:
    waiting = Plan.objects.filter(state=PlanState.PROPOSED, request__isnull=False)
    waiting = waiting.defer("document").select_related("request").defer("request__sealed", "document")
    confirmed = Confirmation.objects.filter(request=OuterRef("request"), by=context.staff)
    first = Q(made_by=context.staff) | Q(request__logged_by=context.staff) | Q(is_confirmed=True)
    if context.policy.firm.requests.approval == "waiting alone":
        first = Q(pk=None)
    waiting = waiting.annotate(is_confirmed=Exists(confirmed)).annotate(
        is_mine=Case(When(first, then=Value(True)), default=Value(False))
    )
    acts = context.policy.firm.mode is Mode.ACT
    may = role in permissions.APPROVE.roles and acts
    page = list(waiting.order_by("is_mine", F("request__due_on").asc(nulls_last=True), "id")[:MOST])
    shown: Counter[TaskKind] = Counter()
    for one in page:
        kind = TaskKind.SECOND if one.is_mine else TaskKind.APPROVE
        if acts and is_too_old(context, one):
            kind = TaskKind.PLAN_AGAIN
        if kind is not TaskKind.APPROVE or may:
            shown[kind] += 1
            if shown[kind] <= FEW:
                yield Task(kind, request=one.request, plan=one, on=one.request.due_on if one.request else None)
    for kind, count in shown.items():
        if count > FEW:
            yield Task(kind, count - FEW, is_least=len(page) == MOST)


def _identities(context: Context) -> Iterator[Task]:
    """Yield whom staff must call, or see, before anything is done."""
    found = list_requests_to_identify(context.now).defer("sealed")
    yield from _few(found, lambda one: TaskKind.CALL if one.is_called else TaskKind.SEE)  # type: ignore[attr-defined]


def _for_staff(role: Role) -> Iterator[Task]:
    """Yield the open requests with which no worker can go on: people must answer, look or act by hand."""
    passed = Event.objects.filter(kind="passed_on").values("request")
    open_ = Request.objects.filter(status=Status.OPEN).order_by("due_on", "id").defer("sealed")
    talks = open_.filter(right__in=ANSWERED_BY_STAFF)
    yield from _few(talks.exclude(id__in=passed), lambda _one: TaskKind.ANSWER)
    if role is Role.CONTROLLER:
        yield from _few(talks.filter(id__in=passed), lambda _one: TaskKind.CONCERN)
    told = Event.objects.filter(kind__in=("by_hand", "rows_to_confirm")).values("request")
    looked = Event.objects.filter(kind="looked_at").values("request")
    copies = PARCELS
    waiting = open_.filter(id__in=told).exclude(id__in=looked)
    yield from _few(waiting, lambda one: TaskKind.CONFIRM if one.right in copies else TaskKind.BY_HAND)


def _letters() -> Iterator[Task]:
    to_print, failed = letters.counts()
    for kind, count in ((TaskKind.LETTER, failed), (TaskKind.PRINT, to_print)):
        if count:
            yield Task(kind, count)
    left = Notification.objects.filter(told_at=None).order_by("made_at", "id")
    waiting = list(left.select_related("request").defer("request__sealed")[:MOST])
    if waiting:
        yield Task(TaskKind.TELL, len(waiting), request=waiting[0].request, is_least=len(waiting) == MOST)


# --- what everybody may know ---------------------------------------------------------------------------------


def _machine(context: Context) -> Iterator[Task]:
    """Yield what does not run: no worker, no mail server, things that fail again and again, rows that came back."""
    if not Worker.objects.filter(ended_at=None, seen_at__gte=context.now - SILENT).exists():
        yield Task(TaskKind.NO_WORKER)
    if letters := count_without_server(context):
        yield Task(TaskKind.NO_SERVER, letters)
    failing = Due.objects.filter(done_at=None, problem__gt="").values_list("kind", "problem")
    for kind, problem, count in failing.annotate(count=Count("id")).order_by("-count", "kind", "problem")[:FEW]:
        yield Task(TaskKind.FAILING, count, what=f"{kind}: {problem}")
    back = Plan.objects.filter(state=PlanState.SETTLING, residual__gt=0).count()
    if back:
        yield Task(TaskKind.CAME_BACK, back)
