"""The one task of Django Tasks: do what is due. It carries ids and nothing else, and never fails.

What a backend of Django Tasks keeps of a task that fails is a traceback with the error's own text, in which there may
be somebody's values. So all trouble ends here, as a code in the row of what is due.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError
from django_tasks import task

from bailee.jobs.due_items import Lease, LeaseLost, again, claim_all, due_at, finish_all, wait
from bailee.jobs.failures import BUSY, MOMENT, WAITS_FOR_CLOCK, WRONG_CLOCK, code_of, is_ours, place_of, wait_before
from bailee.jobs.heartbeat import kept_alive
from bailee.jobs.worker_context import Stopping, WorkerContext, desk_of_this_thread

log = logging.getLogger("bailee.work")

NEXT_LOOK = timedelta(minutes=10)
"""After which it is seen whether the clock is right by now."""


@task()
def do(*dues: str) -> None:
    """Do what is due in the rows ``dues``, one after the other, but what another worker has or is done.

    All are claimed at once, so that all go on elsewhere when their leases have run out, if this worker dies; and once
    one of them has the books alone, they are kept for those that follow.
    """
    desk = desk_of_this_thread()
    now = desk.clock()
    try:
        leases = claim_all(dues, desk.name, now, desk.lasts)
        if leases:
            with kept_alive(leases, desk.clock, now + desk.lasts):
                with desk.context.store.lingering():
                    done = [lease for lease in leases if carry_out(desk, lease)]
                if done:
                    finish(done, desk.clock())
    except DatabaseError as error:  # the leases run out by themselves, and the rows are queued anew
        log.error("books: %s", type(error).__name__)  # noqa: TRY400 - a traceback would repeat values


def carry_out(desk: WorkerContext, lease: Lease) -> bool:
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
            if context.now < before and (at := due_at(lease)) > context.now:
                again(lease, at)  # the clock was ahead when it was taken, and is right by now
                return False
        if job.by_time:
            desk.jobs.must_have_the_books(context)
        more = job.do(context, lease.about, lease)
    except LeaseLost:
        log.warning("%s %s: taken over by another worker", lease.kind, lease.about)
    except Stopping:
        again(lease, desk.clock())
        log.info("%s %s: left to the next worker", lease.kind, lease.about)
    except Exception as error:  # noqa: BLE001 - one thing that fails must not end the others; see above
        put_off(desk, lease, error)
    else:
        if more is None and not lease.is_over:
            return True
        if lease.is_over:  # let go of meanwhile: that stands
            log.info("%s %s: done%s", lease.kind, lease.about, "" if lease.is_done else " for now")
        elif more is not None and again(lease, more):
            log.info("%s %s: again at %s", lease.kind, lease.about, more.isoformat())
    return False


def finish(leases: Sequence[Lease], now: datetime) -> None:
    """Finish what is done, and say so."""
    ours = finish_all(leases, now)
    for lease in leases:
        if lease.due in ours:
            log.info("%s %s: done", lease.kind, lease.about)


def put_off(desk: WorkerContext, lease: Lease, error: Exception) -> None:
    """Let it be tried again, later each time; what waits for a clock that is right keeps the time at which it is due.

    That clock does not tell when: by one that is two years ahead it would wait so long, and what is due in a year would
    be taken for due.
    """
    code = code_of(error)
    if code == WRONG_CLOCK:
        wait(lease, desk.clock() + NEXT_LOOK, WAITS_FOR_CLOCK)
        log.error("%s %s: %s; bailee doctor says more", lease.kind, lease.about, code)
        return
    if isinstance(error, desk.jobs.doubts):
        again(lease, desk.clock() + NEXT_LOOK, code, tries=lease.tries)
        log.error("%s %s: %s; bailee doctor says more", lease.kind, lease.about, code)
        return
    if code == BUSY:
        again(lease, desk.clock() + MOMENT, tries=lease.tries)
        return
    pause = wait_before(lease.tries + 1)
    again(lease, desk.clock() + pause, code)
    where = "" if is_ours(error) else f" at {place_of(error)}"
    log.error("%s %s: %s%s; again in %d s", lease.kind, lease.about, code, where, pause.total_seconds())
