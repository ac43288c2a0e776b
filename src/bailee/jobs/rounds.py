"""What is due again and again, every day, without anybody's asking for it."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from bailee.jobs.due_items import LEASE, schedule_all
from bailee.jobs.failures import WAITS_FOR_CLOCK
from bailee.jobs.job import Jobs
from bailee.store.context import Context
from bailee.store.models import Due

DAY = timedelta(days=1)


def begin_rounds(context: Context, jobs: Jobs) -> None:
    """Let begin what is due again and again and is not under way yet."""
    wanted = [(job.kind, about) for job in jobs.kinds.values() for about in job.daily(context.policy)]
    open_ = {*Due.objects.filter(done_at=None, kind__in={k for k, _ in wanted}).values_list("kind", "about")}
    schedule_all((kind, about, context.now) for kind, about in wanted if (kind, about) not in open_)


def recall_rounds(context: Context, jobs: Jobs) -> int:
    """Let be done today what a clock that was ahead has put off too far; return how much that is.

    That is what is done daily, tried again, or waits for servers of others, and is due in more than two days; and what
    a worker holds since a time that has not come. What waited for a clock that is right is done when it is
    due. What is due for another reason, as the end of a hold is, stays on its day.
    """
    soon = context.now + timedelta(minutes=5)
    held = Due.objects.filter(done_at=None)
    held.filter(problem=WAITS_FOR_CLOCK).update(problem="", not_before=None)
    held.filter(lease_until__gt=soon + LEASE).update(lease_until=context.now)
    return find_later_rounds(context, jobs).update(at=context.now, not_before=None)


def find_later_rounds(context: Context, jobs: Jobs) -> QuerySet[Due]:
    """Return what is done daily, or tried again, and was put off further than that can be."""
    far = context.now + max(2 * DAY, timedelta(hours=context.policy.firm.requests.settle_hours) + DAY)
    daily = [Q(kind=job.kind, about__in=list(job.daily(context.policy))) for job in jobs.kinds.values()]
    away = Q(
        kind__in=[job.kind for job in jobs.kinds.values() if job.is_away]
    )  # of a letter that waits no problem is kept
    put_off = Due.objects.filter(reduce(or_, daily, Q(problem__gt="") | away), done_at=None, at__gt=far)
    return put_off.exclude(problem=WAITS_FOR_CLOCK)  # it has its own time still
