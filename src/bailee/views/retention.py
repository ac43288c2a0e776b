"""Retention as staff see it: what goes next and when, what is held and why, which rules run by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bailee.engine.connect.survey import MONTHS, DueRows, Survey, read_survey
from bailee.jobs.due_items import schedule_due
from bailee.policy import Policy, StandingApproval
from bailee.policy.figures import period_in_words
from bailee.store.context import Context
from bailee.store.models import Due as DueRow
from bailee.store.models import Plan, Step
from bailee.views.policy import current

RUNS = 25
"""Runs on one page."""


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule. ``starts``: collection -> the column from which it counts. ``anonymises``: it deletes nothing.

    ``problem``: why nothing could be counted. ``waits``: the code of what kept its last run, empty where it ran.
    """

    name: str
    title: str
    period: str
    law: str
    starts: Mapping[str, str]
    anonymises: bool
    standing: StandingApproval | None
    counted: Sequence[DueRows]
    problem: str
    waits: str
    next_at: datetime | None

    @property
    def now(self) -> int:
        """Rows that may go today."""
        return sum(one.now for one in self.counted)

    @property
    def held(self) -> int:
        """Rows that are past their time and that a law keeps."""
        return sum(one.held for one in self.counted)

    @property
    def waits_for(self) -> Sequence[tuple[str, int]]:
        """For which rows that stay others are overdue and wait: where, why, and how many for each (25)."""
        return [(f"{one.system}.{why}", rows) for one in self.counted for why, rows in one.waiting_for]

    @property
    def waiting(self) -> int:
        """Rows that are past their time and wait, since rows that stay point to them."""
        return sum(one.waits for one in self.counted)

    @property
    def staying(self) -> Sequence[tuple[str, str, int]]:
        """Those of them that stay by a ``hold`` placed by hand, or a ``restriction``: that, its law, how many."""
        found = Counter[tuple[str, str]]()
        for one in self.counted:
            found.update({(by, law): rows for by, law, rows in one.staying})
        return [(by, law, rows) for (by, law), rows in found.items()]


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold of the policy. ``keeps``: what it keeps, as the policy says it; ``until``: in words."""

    name: str
    title: str
    law: str
    keeps: Sequence[str]
    until: str


@dataclass(frozen=True, slots=True)
class MonthDue:
    """Rows that come to their end in a month; ``parts``: by collection."""

    first: date
    rows: int
    parts: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """A rule carried out: how many rows were planned, and how many are still found."""

    plan: str
    rule: str
    state: str
    made_at: datetime
    standing: str
    rows: int
    residual: int | None


@dataclass(frozen=True, slots=True)
class RetentionBoard:
    """``at``: when it was last counted, UTC; ``None``: never."""

    at: datetime | None
    rules: Sequence[RuleShown]
    months: Sequence[MonthDue]
    holds: Sequence[HoldShown]
    runs: Sequence[RetentionRun]
    after: str


def retention(context: Context, after: str = "") -> RetentionBoard:
    """Return what retention does; ``after``: the plan that this page of runs follows."""
    policy, counted = current(context.folder), read_survey(context.store)
    dues = {one.about: one for one in DueRow.objects.filter(kind="retain", done_at=None)}
    runs = _runs(after)
    return RetentionBoard(
        at=counted.at if counted else None,
        rules=[_rule(policy, name, counted, dues.get(name)) for name in policy.retention],
        months=_months(counted, context.today),
        holds=[_hold(policy, name) for name in policy.holds],
        runs=runs[:RUNS],
        after=runs[RUNS - 1].plan if len(runs) > RUNS else "",
    )


def is_counting(context: Context) -> bool:
    """Whether a worker looks all systems over now, or has been asked to."""
    return DueRow.objects.filter(kind="survey", done_at=None, at__lte=context.now).exists()


def count_now(context: Context) -> None:
    """Let a worker look all systems over as soon as it can."""
    schedule_due("survey", at=context.now)


def _rule(policy: Policy, name: str, counted: Survey | None, due: DueRow | None) -> RuleShown:
    rule = policy.retention[name]
    return RuleShown(
        name=name,
        title=rule.title,
        period=period_in_words(rule.period),
        law=rule.law,
        starts=rule.from_,
        anonymises=rule.then is not None,
        standing=rule.standing,
        counted=counted.due.get(name, ()) if counted else (),
        problem=counted.problems.get(name, "") if counted else "",
        waits=due.problem if due is not None else "",
        next_at=due.at if due is not None else None,
    )


def _months(counted: Survey | None, today: date) -> Sequence[MonthDue]:
    first, months = today.replace(day=1), []
    for _ in range(MONTHS if counted else 0):
        assert counted is not None
        key = f"{first:%Y-%m}"
        parts = [
            (f"{one.system}.{one.collection}", one.months[key])
            for several in counted.due.values()
            for one in several
            if one.months.get(key)
        ]
        months.append(MonthDue(first, sum(rows for _, rows in parts), parts))
        first = (first + timedelta(days=32)).replace(day=1)
    return months


def _hold(policy: Policy, name: str) -> HoldShown:
    hold = policy.holds[name]
    until = hold.until
    words = until.day or f"{period_in_words(until.period)} after the {until.round_to} of {until.column}"
    keeps = [f"{collection}.{column}" for collection, column in hold.keeps]
    return HoldShown(name, hold.title, hold.law, keeps, words)


def _runs(after: str) -> Sequence[RetentionRun]:
    plans = Plan.objects.filter(kind="retain").order_by("-made_at", "-id").select_related("approval")
    last = Plan.objects.filter(id=after).values_list("made_at", flat=True).first() if after else None
    if last is not None:
        plans = plans.filter(made_at__lte=last).exclude(made_at=last, id__gte=after)
    page = list(plans.defer("document")[: RUNS + 1])
    steps = Step.objects.filter(plan__in=[plan.id for plan in page], step="commit").values_list("plan_id", "counts")
    rows: dict[str, int] = {}
    for plan_id, counts in steps:
        rows[plan_id] = rows.get(plan_id, 0) + sum(counts.values())
    return [
        RetentionRun(
            plan.id,
            plan.approval.standing.partition(":")[0] if hasattr(plan, "approval") else "",
            plan.state,
            plan.made_at,
            plan.approval.standing if hasattr(plan, "approval") else "",
            rows.get(plan.id, 0),
            plan.residual,
        )
        for plan in page
    ]
