"""A fence around what is written: a worker that has lost its lease writes nothing more.

The check runs before each write, on PostgreSQL in the same transaction. A check that reads the lease ``FOR UPDATE``
therefore holds until the write is committed: no other worker can take the lease in between. On one machine the lease
stands in another file, and no transaction spans both; but there the one who writes holds the books alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_CHECK: ContextVar[Callable[[], None] | None] = ContextVar("check", default=None)


@contextmanager
def fence_writes(check: Callable[[], None]) -> Iterator[None]:
    """Call ``check`` before each write of this thread to the shelves, which is not made if it raises."""
    token = _CHECK.set(check)
    try:
        yield
    finally:
        _CHECK.reset(token)


def must_be_allowed() -> None:
    """Raise what the check raises, if there is one."""
    check = _CHECK.get()
    if check is not None:
        check()
