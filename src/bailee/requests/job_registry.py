"""All kinds of what is due, what each does, and what a worker must be sure of."""

from __future__ import annotations

from bailee.engine.high_water import RestoredBooks, must_be_newest
from bailee.engine.time_check import WrongClock
from bailee.jobs.job import Jobs
from bailee.requests import untold_extensions, webhooks
from bailee.requests.jobs import REQUEST_JOBS
from bailee.requests.letters import delivery
from bailee.requests.request_locks import must_know_the_time
from bailee.requests.wrong_days import correct_all_days
from bailee.store.context import Context


def must_have_the_books(context: Context) -> None:
    """Raise `RestoredBooks` where the file of what was done is ahead of the books; the systems are not asked."""
    must_be_newest(context.store, dict)


def correct_clock_effects(context: Context) -> None:
    """Put right what a clock ahead has given, then take back extensions that nobody was told of in time."""
    correct_all_days(context)
    untold_extensions.take_back_untold_extensions(context)


JOBS = Jobs(
    {job.kind: job for job in (*REQUEST_JOBS, *delivery.JOBS, *webhooks.JOBS)},
    must_know_the_time,
    must_have_the_books,
    (WrongClock, RestoredBooks),
    correct_clock_effects,
)
