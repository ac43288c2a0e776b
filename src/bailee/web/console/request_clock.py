"""The clock of a request as it is drawn: a bar with its pauses, and the sum behind its last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from bailee.clock import Acknowledgement, AnswerBy
from bailee.requests import permissions
from bailee.requests.clocks import EXTENSION_TOO_LATE
from bailee.store.models import Status
from bailee.views.request import RequestDetail
from bailee.web.console.request_words import describe_days_left, find_acknowledgement
from bailee.web.pages.template_tags import short_day

_EDGE = Fraction(99, 100)
"""Where the rule of today is at the most, so that it is seen."""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One line of the sum: the day that it leads to, why, and by which law."""

    day: date | None
    says: str
    law: str


@dataclass(frozen=True, slots=True)
class DrawnClock:
    """``gone``, ``now`` and ``waits`` (place and length of each pause) are attributes of SVG, per cent.

    ``left``: how many days there are, or why none count. ``acknowledged_on``: of an open complaint whose person knows
    that we have it, since when: the law counts no more days, so there is no bar and no sum.
    ``too_late``: by when the letter had to leave that says that it takes longer, where it left later: it is not longer.
    ``notice_by``: the last day on which the person can be told that it takes longer, where it still can be extended.
    """

    begins: date | None
    ends: date | None
    gone: str
    now: str
    waits: Sequence[tuple[str, str]]
    left: str
    lines: Sequence[ClockLine]
    notice_by: date | None
    acknowledged_on: date | None = None
    too_late: date | None = None


def draw_clock(case: RequestDetail) -> DrawnClock:
    """Return the clock of a request."""
    acknowledged_on = find_acknowledgement(case)
    bar = case.bar if acknowledged_on is None else None
    extends = permissions.EXTEND in case.permitted and isinstance(case.clock, AnswerBy)
    return DrawnClock(
        begins=bar.begins if bar else None,
        ends=bar.ends if bar else None,
        gone=_format_percent(bar.gone) if bar else "0%",
        now=_format_percent(min(bar.gone, _EDGE)) if bar else "0%",
        waits=[(_format_percent(begin), _format_percent(length)) for begin, length in bar.waits] if bar else (),
        left=_describe_rest(case),
        lines=list(_list_lines(case)) if acknowledged_on is None else (),
        notice_by=case.clock.notice_by if extends and isinstance(case.clock, AnswerBy) else None,
        acknowledged_on=acknowledged_on,
        too_late=_find_late_extension(case),
    )


def _find_late_extension(case: RequestDetail) -> date | None:
    told = case.last(EXTENSION_TOO_LATE)
    is_so = told is not None and case.request.extended_on is None and case.request.status != Status.CLOSED
    return date.fromisoformat(str(told.facts["until"])) if told is not None and is_so else None


def _describe_rest(case: RequestDetail) -> str:
    """Return what is written below the bar: of a complaint that nobody has acknowledged, the days for that alone."""
    if isinstance(case.clock, Acknowledgement) and case.request.due_on is not None:
        return _("not yet acknowledged; %(left)s") % {"left": describe_days_left(case.days_left)}
    if case.request.due_on is not None:
        return describe_days_left(case.days_left)
    if case.paused_since is not None:
        return _("paused since %(day)s") % {"day": short_day(case.paused_since)}
    return _("answered")  # the clock runs, and no day is due


def _list_lines(case: RequestDetail) -> Sequence[ClockLine]:
    if isinstance(case.clock, AnswerBy):
        return [ClockLine(step.day, step.says, step.law) for step in case.clock.steps]
    if isinstance(case.clock, Acknowledgement):
        return [ClockLine(case.clock.target, _("a complaint is acknowledged within 30 days"), case.clock.law)]
    return []


def _format_percent(share: Fraction) -> str:
    return f"{float(share) * 100:.1f}%"
