"""Holds: those that staff have placed by hand, those that the policy's rules place, and what waits for them to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bailee.policy import Policy, Until
from bailee.policy.dates import words
from bailee.requests import holds as holding
from bailee.store.context import Context
from bailee.store.models import HandHold, Request, Status
from bailee.store.staff import list_names

PAGE = 50
"""Holds by hand on a page."""

LAST = 20
"""Lifted holds that are shown."""


@dataclass(frozen=True, slots=True)
class HoldByHand:
    """A hold that was placed by hand. Whom it is about is sealed. ``lifted_by`` is empty where it stands."""

    hold: HandHold
    placed_by: str
    lifted_by: str


@dataclass(frozen=True, slots=True)
class ByRule:
    """A hold of the policy. ``keeps``: cells as ``collection.column``; ``until``, ``period``: when it ends."""

    name: str
    title: str
    law: str
    keeps: Sequence[str]
    until: Until
    period: str


@dataclass(frozen=True, slots=True)
class HoldList:
    """``count``: holds by hand that stand, of which ``standing`` is a page, and ``after`` the id that the next follows.

    ``held``: requests of which the law keeps something; ``next_on``: the first day on which one of them goes on.
    """

    count: int
    standing: Sequence[HoldByHand]
    after: str
    over: Sequence[HoldByHand]
    rules: Sequence[ByRule]
    held: int
    next_on: date | None


def holds(context: Context, after: str = "") -> HoldList:
    """Return the holds and what waits for them; of those by hand the page after the one with the id ``after``."""
    there = holding.list_holds(context)
    found = list(_after(there, after)[: PAGE + 1])
    standing = found[:PAGE]
    over = list(HandHold.objects.exclude(id__in=there.order_by().values("id")).order_by("-placed_at", "-id")[:LAST])
    names = list_names(context, [who for one in (*standing, *over) for who in (one.placed_by_id, one.lifted_by_id)])

    def told(one: HandHold) -> HoldByHand:
        return HoldByHand(one, names.get(one.placed_by_id or "", ""), names.get(one.lifted_by_id or "", ""))

    waiting = Request.objects.filter(status=Status.HELD)
    first = waiting.filter(held_until__isnull=False).order_by("held_until").values_list("held_until", flat=True).first()
    return HoldList(
        count=there.count(),
        standing=[told(one) for one in standing],
        after=standing[-1].id if len(found) > PAGE else "",
        over=[told(one) for one in over],
        rules=_rules(context.policy),
        held=waiting.count(),
        next_on=first,
    )


def _after(there: QuerySet[HandHold], after: str) -> QuerySet[HandHold]:
    last = HandHold.objects.filter(id=after).first() if after else None
    if last is None:
        return there
    return there.filter(Q(placed_at__gt=last.placed_at) | Q(placed_at=last.placed_at, id__gt=last.id))


def _rules(policy: Policy) -> Sequence[ByRule]:
    return [
        ByRule(
            one.name,
            one.title or one.name,
            one.law,
            [".".join(cell) for cell in one.keeps],
            one.until,
            words(one.until.period),
        )
        for one in policy.holds.values()
    ]
