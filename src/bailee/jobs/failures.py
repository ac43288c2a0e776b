"""What stood in the way, as a code without anybody's data; and how long to wait before the next try."""

from __future__ import annotations

import random
import traceback
from datetime import timedelta

from bailee.jobs.stack_frames import name_module
from bailee.store.sealed_store import BusyError

BUSY = BusyError.code
"""Another plan is being applied: a matter of a moment, and no failure."""

WRONG_CLOCK, WAITS_FOR_CLOCK = "wrong_clock", "waits_for_clock"
"""The code of a doubt about this machine's clock; the problem of what waits under it, and keeps its own time."""

MOMENT = timedelta(seconds=1)
FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=1)


def name_failure(error: BaseException) -> str:
    """Return a code for ``error``: its own, where it is one of ours, else of what kind it is."""
    code = getattr(error, "code", None)
    return code if isinstance(code, str) and code else type(error).__name__


def is_ours(error: BaseException) -> bool:
    """Whether ``error`` is trouble that Bailee knows, and no mistake of its own."""
    return hasattr(error, "message") and hasattr(error, "hint")


def compute_delay(tries: int) -> timedelta:
    """Return how long to wait when something has failed for the ``tries``-th time: longer each time, to an hour.

    A fifth of it is left to chance, so that what failed at once is not tried at once.
    """
    doublings: int = 2 ** min(tries - 1, 20)
    return min(FIRST * doublings, LONGEST) * random.uniform(0.9, 1.1)  # noqa: S311 - no secret


def locate_failure(error: BaseException) -> str:
    """Return where an unexpected ``error`` comes from; its own text may hold somebody's values and is not repeated."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{name_module(f.filename)}:{f.lineno} {f.name}" for f in reversed(frames[-4:]))
