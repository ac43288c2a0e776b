"""Many requests, four workers, and somebody who kills one of them again and again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess

from tests.jobs.firm import approved
from tests.kills.dying import CONTEXT, work_until_killed
from tests.kills.firm import Firm
from tests.kills.truth import all_is_true

LASTS = timedelta(seconds=4)
WORKERS = 4


@dataclass(frozen=True)
class Weathered:
    """How a storm went: ``kills``, and in how many ``seconds`` all requests had ended."""

    requests: int
    kills: int
    seconds: float


def storm(
    firm: Firm, requests: int, *, every: float, seed: int, patience: float, say: Callable[[str], None]
) -> Weathered:
    """Let ``requests`` persons ask at once; kill a worker about ``every`` so many seconds, for half of
    ``patience`` at most; see that all is true.

    Fails where not all have ended after ``patience`` seconds.
    """
    chance, began, kills = random.Random(seed), time.monotonic(), 0
    with firm.context() as context:
        from django.db import connections

        from bailee.jobs.worker_context import utc_now
        from bailee.store.models import Request, Status

        for number in range(1, requests + 1):
            firm.ask(context.at(utc_now()), number)
        workers = [_start(firm) for _ in range(WORKERS)]
        next_kill = time.monotonic() + every
        try:
            while Request.objects.exclude(status=Status.CLOSED).exists():
                assert time.monotonic() < began + patience, _left()
                for request in Request.objects.filter(status=Status.PLANNED):
                    approved(context.at(utc_now()), request)
                if next_kill <= time.monotonic() < began + patience / 2:  # a slow machine comes to an end, too
                    next_kill = time.monotonic() + chance.uniform(0, 2 * every)
                    victim = chance.randrange(WORKERS)
                    _kill(workers[victim])
                    workers[victim] = _start(firm)
                    kills += 1
                    say(f"{kills} killed, {Request.objects.filter(status=Status.CLOSED).count()} of {requests} over")
                time.sleep(0.1)
            _wait_until_idle(began + patience)
        finally:
            for worker in workers:
                _kill(worker)
            connections.close_all()
        all_is_true(firm, context, range(1, requests + 1), f"{kills} killed")
    return Weathered(requests, kills, time.monotonic() - began)


def _wait_until_idle(until: float) -> None:
    """Wait until what was in hand when the last request ended is over, too."""
    from bailee.store.models import Due

    while Due.objects.filter(done_at=None).exclude(kind__in=("forget", "lapse")).exists():
        assert time.monotonic() < until, _left()
        time.sleep(0.1)


def _left() -> object:
    from bailee.store.models import Due

    return list(Due.objects.filter(done_at=None).values_list("kind", "problem", "tries", "at"))


def _start(firm: Firm) -> BaseProcess:
    process = CONTEXT.Process(target=work_until_killed, args=(firm.folder, firm.environment, LASTS))
    process.start()
    return process


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()
