"""What is due is done: claimed under a lease, and finished or put off.

What fails is told as a code in its row of what is due, and never as a message or a traceback: there may be somebody's
values in them.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bailee.jobs.due_items import (
    Lease,
    LeaseLost,
    claim_all,
    find_due,
    finish_all,
    postpone_due,
    read_due_time,
    retry_due,
)
from bailee.jobs.failures import (
    BUSY,
    MOMENT,
    WAITS_FOR_CLOCK,
    WRONG_CLOCK,
    compute_delay,
    is_ours,
    locate_failure,
    name_failure,
)
from bailee.jobs.heartbeat import renew_leases
from bailee.jobs.worker_context import Stopping, WorkerContext

log = logging.getLogger("bailee.work")

NEXT_LOOK = timedelta(minutes=10)
"""After which it is seen whether the clock is right by now."""

TOGETHER, SPREAD = 5, 4
"""How many brief jobs of one kind a worker claims at once at most; and of how many due it takes one alone."""


def run_next(desk: WorkerContext, *, away: bool) -> int:
    """Do what is due next, and return how much that is: what waits for other people's servers (``away``), or the rest.

    Where it is brief and much is due, it is several of its kind: those that need the books alone keep them from one to
    the next, and if this worker dies, all go on elsewhere when their leases have run out. Raises `DatabaseError` of the
    books.
    """
    now = desk.clock()
    kinds = [job.kind for job in desk.jobs.kinds.values() if job.is_away]
    while found := find_due(kinds, now, TOGETHER * SPREAD, others=not away):
        if leases := claim_all(_pick_one_kind(desk, found), desk.name, now, desk.lasts):
            _run_leases(desk, leases, now)
            return len(leases)
    return 0  # else another worker was faster, and there may be more


def _pick_one_kind(desk: WorkerContext, found: Sequence[tuple[str, str]]) -> list[str]:
    """Return the ids of the first of what was ``found``, and of a few of its kind where it is brief.

    Where few are due, each worker is to have some.
    """
    first = found[0][1]
    job = desk.jobs.kinds.get(first)
    most = -(-len(found) // SPREAD) if job is not None and job.is_brief else 1
    return [due for due, kind in found if kind == first][:most]


def _run_leases(desk: WorkerContext, leases: Sequence[Lease], now: datetime) -> None:
    with renew_leases(leases, desk.clock, now + desk.lasts):
        with desk.context.store.lingering():
            done = [lease for lease in leases if run_job(desk, lease)]
        if done:
            finish_jobs(done, desk.clock())


def run_job(desk: WorkerContext, lease: Lease) -> bool:
    """Do what ``lease`` is for, and return whether it is to be finished; put it off where something stands in the way.

    Raises `DatabaseError` of the books.
    """
    context = desk.context.at(desk.clock())
    lease.stops = desk.stop.is_set
    try:
        if lease.stops():
            raise Stopping  # noqa: TRY301 - as from within
        lease.alive()
        job = desk.jobs.kinds[lease.kind]
        if job.by_time or job.starts_a_time:
            desk.jobs.must_know_the_time(context)  # systems are asked, which may take a while
            context, before = desk.context.at(desk.clock()), context.now
            if context.now < before and (at := read_due_time(lease)) > context.now:
                retry_due(lease, at)  # the clock was ahead when it was taken, and is right by now
                return False
        if job.by_time:
            desk.jobs.must_have_the_books(context)
        more = job.do(context, lease.about, lease)
    except LeaseLost:
        log.warning("%s %s: taken over by another worker", lease.kind, lease.about)
    except Stopping:
        retry_due(lease, desk.clock())
        log.info("%s %s: left to the next worker", lease.kind, lease.about)
    except Exception as error:  # noqa: BLE001 - one thing that fails must not end the others; see above
        postpone_job(desk, lease, error)
    else:
        if more is None and not lease.is_over:
            return True
        if lease.is_over:  # let go of meanwhile: that stands
            log.info("%s %s: done%s", lease.kind, lease.about, "" if lease.is_done else " for now")
        elif more is not None and retry_due(lease, more):
            log.info("%s %s: again at %s", lease.kind, lease.about, more.isoformat())
    return False


def finish_jobs(leases: Sequence[Lease], now: datetime) -> None:
    """Finish what is done, and say so."""
    ours = finish_all(leases, now)
    for lease in leases:
        if lease.due in ours:
            log.info("%s %s: done", lease.kind, lease.about)


def postpone_job(desk: WorkerContext, lease: Lease, error: Exception) -> None:
    """Let it be tried again, later each time; what waits for a clock that is right keeps the time at which it is due.

    That clock does not tell when: by one that is two years ahead it would wait so long, and what is due in a year would
    be taken for due.
    """
    code = name_failure(error)
    if code == WRONG_CLOCK:
        postpone_due(lease, desk.clock() + NEXT_LOOK, WAITS_FOR_CLOCK)
        log.error("%s %s: %s; bailee doctor says more", lease.kind, lease.about, code)
        return
    if isinstance(error, desk.jobs.doubts):
        retry_due(lease, desk.clock() + NEXT_LOOK, code, tries=lease.tries)
        log.error("%s %s: %s; bailee doctor says more", lease.kind, lease.about, code)
        return
    if code == BUSY:
        retry_due(lease, desk.clock() + MOMENT, tries=lease.tries)
        return
    pause = compute_delay(lease.tries + 1)
    retry_due(lease, desk.clock() + pause, code)
    where = "" if is_ours(error) else f" at {locate_failure(error)}"
    log.error("%s %s: %s%s; again in %d s", lease.kind, lease.about, code, where, pause.total_seconds())
