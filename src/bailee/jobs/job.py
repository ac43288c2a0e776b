"""A job: one kind of what is due, and what a worker must know of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bailee.jobs.due_items import Lease
from bailee.policy import Policy
from bailee.store.context import Context

Done = datetime | None
"""When it is due again (UTC), or `None`: it is over."""


def find_no_dues(_policy: Policy) -> Iterable[str]:
    """Return that nothing is done every day."""
    return ()


def do_nothing(_context: Context) -> None:
    """Do nothing more where the clock is right."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is done for a ``kind`` of due things: in a context, about an id or a name, under a lease.

    ``do`` can be begun again by another worker, and does what is left. ``by_time``: it ends or destroys something since
    its time has come. ``starts_a_time``: a time that the law or the policy sets runs from when it is done.
    ``is_brief``: it takes a moment, about one person, so that several may go in one task.
    ``is_away``: it waits for other people's servers. ``daily``: about what it is done every day, under a policy.
    """

    kind: str
    do: Callable[[Context, str, Lease], Done]
    by_time: bool = False
    starts_a_time: bool = False
    is_brief: bool = False
    is_away: bool = False
    daily: Callable[[Policy], Iterable[str]] = find_no_dues


@dataclass(frozen=True, slots=True)
class Jobs:
    """All that a worker can do, by kind, and what it must be sure of before it does anything by time.

    ``must_know_the_time`` and ``must_have_the_books`` raise one of ``doubts``, each with a code, a message and a hint:
    where the clock cannot be believed, or the books are older than what was done. ``when_right`` is done at each look
    at a clock that is right.
    """

    kinds: Mapping[str, Job]
    must_know_the_time: Callable[[Context], None]
    must_have_the_books: Callable[[Context], None]
    doubts: tuple[type[Exception], ...]
    when_right: Callable[[Context], None] = do_nothing
