"""Promises as staff see them: how each stands, since when, its days, who mends it. No system is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bailee.checks import WORST_FIRST, Verdict, list_checks, load_checks
from bailee.engine.checking import history
from bailee.engine.checking.history import CheckProgress, PromiseHistory, RunOfDays
from bailee.engine.errors import UnknownName
from bailee.jobs.due_items import schedule_due
from bailee.policy import Policy, Promise
from bailee.store import staff
from bailee.store.context import Context, find_zone
from bailee.store.models import Due, Mending, Staff
from bailee.views.policy import current

PAGE = 100
"""Promises on one page."""

SHORT, LONG = 30, 90
"""Days of a strip: beside a promise, and of all of them."""

MOST_TO_DO = 5


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise as it stands. ``found``, ``hint``: of its worst finding; ``sections``: of the notice, where it is said.

    ``since``, ``confirmed``: UTC, ``None`` where nobody has looked yet. ``days``: the last `SHORT`.
    """

    name: str
    says: str
    verdict: Verdict
    found: str
    hint: str
    since: datetime | None
    confirmed: datetime | None
    days: Sequence[Verdict | None]
    sections: Sequence[str]
    mending: Mender | None


@dataclass(frozen=True, slots=True)
class Mender:
    """Who mends a promise, as colleagues know them, and by which day. ``is_late``: that is past."""

    name: str
    on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Day:
    """How many promises were not kept on a day. ``looked``: whether anybody looked."""

    on: date
    broken: int
    unknown: int
    looked: bool


@dataclass(frozen=True, slots=True)
class CheckRun:
    """The look that is due or under way, ``None`` in each where there is none; and the last that came to its end."""

    waits: bool
    runs: bool
    problem: str
    next_at: datetime | None
    progress: CheckProgress | None


@dataclass(frozen=True, slots=True)
class Board:
    """``rows``: this page, worst first; ``after``: what the next one follows, empty on the last. ``days``: `LONG`."""

    counts: Mapping[Verdict, int]
    rows: Sequence[PromiseRow]
    to_do: Sequence[PromiseRow]
    after: str
    days: Sequence[Day]
    confirmed: datetime | None


def read_promises(context: Context) -> Mapping[str, PromiseHistory | None]:
    """Return what is known of each promise of the policy by its name; ``None`` where nobody has looked yet."""
    past = history.read_history(context.store, context.now)
    return {name: past.get(name) for name in current(context.folder).promises}


def find_verdict(past: PromiseHistory | None) -> Verdict:
    """Return the verdict on a promise: unknown where nobody has looked yet."""
    return past.verdict if past is not None else Verdict.UNKNOWN


def board(context: Context, after: str = "") -> Board:
    """Return the page of promises that follows ``after`` (as ``Board.after`` has it), or the first."""
    policy, past = current(context.folder), read_promises(context)
    said = _sections(policy)
    menders = {one.promise: one for one in Mending.objects.all()}
    names = _names(context) if menders else {}
    verdicts = {name: find_verdict(one) for name, one in past.items()}
    order = sorted(verdicts, key=lambda name: (WORST_FIRST.index(verdicts[name]), name))
    begin = next((place + 1 for place, name in enumerate(order) if f"{verdicts[name]}:{name}" == after), 0)
    page = order[begin : begin + PAGE]
    to_do = [name for name in order if verdicts[name] is not Verdict.KEPT][:MOST_TO_DO]
    rows = {name: _row(context, policy.promises[name], past[name], said, menders, names) for name in {*page, *to_do}}
    known = [one for one in past.values() if one is not None]
    return Board(
        counts={verdict: sum(one is verdict for one in verdicts.values()) for verdict in WORST_FIRST},
        rows=[rows[name] for name in page],
        to_do=[rows[name] for name in to_do],
        after=f"{verdicts[page[-1]]}:{page[-1]}" if begin + PAGE < len(order) else "",
        days=_days(known, context.today),
        confirmed=max((one.confirmed for one in known), default=None),
    )


def look_under_way(context: Context) -> CheckRun:
    """Return whether a look waits or runs, and how far it has come."""
    row = Due.objects.filter(kind="check", about="", done_at=None).first()
    runs = row is not None and row.lease_until is not None and row.lease_until > context.now
    waits = row is not None and not runs and row.at <= context.now
    next_at = row.at if row is not None and not runs and not waits else None
    return CheckRun(waits, runs, row.problem if row is not None else "", next_at, history.read_progress(context.store))


def look_now(context: Context) -> None:
    """Let a worker look at all promises as soon as it can."""
    schedule_due("check", at=context.now)


# --- one promise ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoundCheck:
    """A check that a promise rests on. ``parameters``: name and value, in words."""

    id: str
    title: str
    about: str
    parameters: Sequence[tuple[str, str]]
    place: str


@dataclass(frozen=True, slots=True)
class PromiseDetail:
    """One promise with everything that is known of it. ``findings``: as `history.read_findings` has them."""

    row: PromiseRow
    sentences: Sequence[str]
    not_promised: Sequence[str]
    checks: Sequence[BoundCheck]
    findings: Sequence[Mapping[str, Any]]
    runs: Sequence[RunOfDays]
    days: Sequence[Verdict | None]
    place: str


def promise(context: Context, name: str) -> PromiseDetail:
    """Return the promise ``name``. Raises `UnknownName`."""
    policy, past = current(context.folder), history.read_history(context.store, context.now).get(name)
    found = policy.promises.get(name)
    if found is None:
        raise UnknownName("there is no such promise", "promises.yaml has them all")
    mending = {one.promise: one for one in Mending.objects.filter(promise=name)}
    row = _row(context, found, past, _sections(policy), mending, _names(context) if mending else {})
    runs = past.runs if past is not None else ()
    return PromiseDetail(
        row=row,
        sentences=[one.words for one in (policy.notice.sentences if policy.notice else ()) if name in one.promises],
        not_promised=found.not_promised,
        checks=[
            BoundCheck(
                one.check,
                load_checks()[one.check].title,
                load_checks()[one.check].about,
                [(key, _words(value)) for key, value in one.parameters.items()],
                str(one.place) if one.place.file else "",
            )
            for one in list_checks(found)
        ],
        findings=history.read_findings(context.store, name),
        runs=list(reversed(runs)),
        days=history.list_days(runs, context.today, LONG),
        place=str(found.place),
    )


def mend(context: Context, name: str, by: str, on: date) -> None:
    """Note that the member of staff ``by`` mends a promise until the day ``on``. Raises `UnknownName`."""
    if name not in current(context.folder).promises:
        raise UnknownName("there is no such promise", "promises.yaml has them all")
    if not Staff.objects.filter(id=by, left_at=None).exists():
        raise UnknownName("nobody of that name works here", "choose somebody who does")
    what = {"by_id": by, "on": on, "noted_at": context.now, "noted_by_id": context.staff}
    Mending.objects.update_or_create(promise=name, defaults=what)


def colleagues(context: Context) -> list[tuple[str, str]]:
    """Return id and name of those who can take something on, by name."""
    return sorted(((one.id, one.name) for one in staff.list_colleagues(context)), key=lambda one: one[1])


# --- rows ----------------------------------------------------------------------------------------------------


def _row(
    context: Context,
    promise: Promise,
    past: PromiseHistory | None,
    said: Mapping[str, Sequence[str]],
    menders: Mapping[str, Mending],
    names: Mapping[str, str],
) -> PromiseRow:
    mending = menders.get(promise.name)
    if mending is not None and past is not None and _was_kept_since(context, past, mending):
        mending = None
    mender = Mender(names[mending.by_id], mending.on, mending.on < context.today) if mending is not None else None
    sections = said.get(promise.name, ())
    if past is None:
        return PromiseRow(
            promise.name, promise.says, Verdict.UNKNOWN, "", "", None, None, [None] * SHORT, sections, mender
        )  # fmt: skip
    days = history.list_days(past.runs, context.today, SHORT)
    return PromiseRow(
        name=promise.name,
        says=promise.says,
        verdict=past.verdict,
        found=past.says,
        hint=past.hint,
        since=past.since,
        confirmed=past.confirmed,
        days=days,
        sections=sections,
        mending=mender if past.verdict is not Verdict.KEPT else None,
    )


def _was_kept_since(context: Context, past: PromiseHistory, mending: Mending) -> bool:
    """Whether the promise was kept on a day after somebody had taken it on: that is done, and this is another time."""
    noted = mending.noted_at.astimezone(ZoneInfo(find_zone(context.policy))).date()
    return any(run.verdict is Verdict.KEPT and run.last > noted for run in past.runs)


def _sections(policy: Policy) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for sentence in policy.notice.sentences if policy.notice else ():
        for name in sentence.promises:
            if sentence.section and sentence.section not in found.setdefault(name, []):
                found[name].append(sentence.section)
    return found


def _names(context: Context) -> Mapping[str, str]:
    return {one.id: one.name for one in staff.list_colleagues(context, left=True)}


def _days(known: Sequence[PromiseHistory], today: date) -> Sequence[Day]:
    counts = history.count_verdicts(known, today, LONG)
    first = today - timedelta(days=LONG - 1)
    return [
        Day(first + timedelta(days=place), broken, unknown, bool(broken or unknown or kept))
        for place, (broken, unknown, kept) in enumerate(zip(*(counts[verdict] for verdict in WORST_FIRST), strict=True))
    ]


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
