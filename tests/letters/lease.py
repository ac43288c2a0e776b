"""Leases of workers that have one, and of one that has lost it."""

from __future__ import annotations


class Held:
    """A lease that runs."""

    def check(self) -> None:
        """Raise nothing."""


class Lost:
    """A lease that another worker has taken over."""

    def check(self) -> None:
        from bailee.jobs.due_items import LeaseLost  # there once the books are open

        raise LeaseLost
