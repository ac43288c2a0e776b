"""The one task of Django Tasks: do what is due. It carries ids and nothing else, and never fails.

What a backend of Django Tasks keeps of a task that fails is a traceback with the error's own text, in which there may
be somebody's values. So all trouble ends here, as a code in the row of what is due.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError
from django_tasks import task

from bailee.runner.work.desk import Desk, Stopping, desk_of_this_thread
from bailee.runner.work.doing import DOING
from bailee.runner.work.due import Lease, LeaseLost, again, claim, finish
from bailee.runner.work.failing import BUSY, MOMENT, code_of, is_ours, place_of, wait_before
from bailee.runner.work.heartbeat import kept_alive

log = logging.getLogger("bailee.work")


@task()
def do(due: str) -> None:
    """Do what is due in the row ``due``, unless another worker has it or it is done."""
    desk = desk_of_this_thread()
    try:
        lease = claim(due, desk.name, desk.clock(), desk.lasts)
        if lease is not None:
            carry_out(desk, lease)
    except DatabaseError as error:  # the lease runs out by itself, and the row is queued anew
        log.error("books: %s", type(error).__name__)  # noqa: TRY400 - a traceback would repeat values


def carry_out(desk: Desk, lease: Lease) -> None:
    """Do what ``lease`` is for; put it off where something stands in the way. Raises `DatabaseError` of the books."""
    office = desk.office.at(desk.clock())
    try:
        with kept_alive(lease, desk.clock) as pulse:
            lease.alive, lease.stops = pulse.check, desk.stop.is_set
            more = DOING[lease.kind](office, lease.about, lease)
    except LeaseLost:
        log.warning("%s %s: taken over by another worker", lease.kind, lease.about)
    except Stopping:
        again(lease, desk.clock())
        log.info("%s %s: left to the next worker", lease.kind, lease.about)
    except Exception as error:  # noqa: BLE001 - one thing that fails must not end the others; see above
        put_off(desk, lease, error)
    else:
        settle_with(lease, more, desk.clock())


def settle_with(lease: Lease, more: datetime | None, now: datetime) -> None:
    """Finish, or let it be done ``more`` at that time; where it was let go of meanwhile, that stands."""
    if lease.is_over:
        log.info("%s %s: done for now", lease.kind, lease.about)
        return
    ours = finish(lease, now) if more is None else again(lease, more)
    if ours:
        log.info("%s %s: %s", lease.kind, lease.about, "done" if more is None else f"again at {more.isoformat()}")


def put_off(desk: Desk, lease: Lease, error: Exception) -> None:
    """Let it be tried again, later each time."""
    code = code_of(error)
    if code == BUSY:
        again(lease, desk.clock() + MOMENT, tries=lease.tries)
        return
    wait = wait_before(lease.tries + 1)
    again(lease, desk.clock() + wait, code)
    where = "" if is_ours(error) else f" at {place_of(error)}"
    log.error("%s %s: %s%s; again in %d s", lease.kind, lease.about, code, where, wait.total_seconds())
