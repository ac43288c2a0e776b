"""The journal of a plan in the books: a row an arrow, written under the lease or not at all.

The commit of each system is written before it is taken, and with it what has ended since; the rest when the plan has
come to rest. In the statement that writes it the lease is seen to run still, by its token in the row of what is due;
where it does not, no row is written and the work stops: inside the system's transaction, right before its commit, so
that the system rolls back. Before every other arrow it is enough that the lease has time left by the worker's clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from bailee.engine.journal import CHANGE, COMMIT, FILES, LOCATE, NO_COUNTS, SEAL
from bailee.engine.results import StepOutcome
from bailee.jobs.due_items import Lease, LeaseLost
from bailee.jobs.statements import spell_moment, write_statement
from bailee.jobs.worker_context import Stopping
from bailee.store.models import Step

WITHIN = frozenset({LOCATE, SEAL, CHANGE})
"""Arrows inside a system's transaction: they have no row of their own, since they are there or gone with its commit."""


@dataclass
class _Arrow:
    begun_at: datetime
    ended_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass
class BooksJournal:
    """The journal of the plan of this id, as far as ``lease`` allows. ``clock`` gives the time of each arrow, UTC."""

    plan: str
    lease: Lease
    clock: Callable[[], datetime]
    _arrows: dict[tuple[str, str], _Arrow] = field(default_factory=dict)
    _begun: dict[str, datetime] = field(default_factory=dict)
    _committed: dict[str, dict[str, int]] = field(default_factory=dict)

    def begin_step(self, step: str, system: str = "") -> None:
        """Write what must stand before ``step`` is taken. Raises `LeaseLost`, `Stopping`, `DatabaseError`."""
        if step in WITHIN:
            self._begun.setdefault(system, self.clock())
        elif (step, system) not in self._arrows:
            begun = self._begun.pop(system, None) if step == COMMIT else None
            self._arrows[step, system] = _Arrow(begun or self.clock())
        if step == COMMIT:
            self.write()
            return
        self.lease.alive()
        if self.lease.stops() and step not in {SEAL, CHANGE}:  # those would be done again: the system rolls back
            raise Stopping

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:
        """Note that ``step`` is done; it is written with the next that must be, or by `write`."""
        if step in WITHIN:
            return
        arrow = self._arrows.setdefault((step, system), _Arrow(self.clock()))
        arrow.ended_at, arrow.counts = self.clock(), counts
        if step == COMMIT:  # of a retention, one for each chunk
            arrow.counts = _add(self._committed.setdefault(system, {}), counts)

    def write(self) -> None:
        """Write what is known and not yet written. Raises `LeaseLost` where the lease does not run: then nothing is."""
        if not self._arrows:
            return
        values: list[Any] = []
        for (step, system), arrow in self._arrows.items():
            ended = spell_moment(arrow.ended_at)
            values += [
                self.plan,
                step,
                system,
                spell_moment(arrow.begun_at),
                ended,
                _json(arrow.counts),
                self.lease.token,
            ]
            values += [self.lease.due, self.lease.token]
        rows = " UNION ALL ".join([_ROW[connection.vendor]] * len(self._arrows))
        if not write_statement("steps", values, rows):
            raise LeaseLost
        self._arrows = {name: arrow for name, arrow in self._arrows.items() if arrow.ended_at is None}

    @property
    def is_resumed(self) -> bool:
        """Whether a worker before this one may have taken some of the arrows: it had the lease."""
        return self.lease.token > 1

    def mend(self, outcomes: Iterable[StepOutcome], reached: str) -> None:
        """Write down what a worker before this one took, and was killed before it could note, up to ``reached``.

        ``outcomes`` tell the counts of what is known of them.
        """
        for step in Step.objects.filter(plan=self.plan, ended_at=None):
            step.ended_at, step.token = self.clock(), self.lease.token
            step.counts = {one.change: one.count for one in outcomes if one.system == step.system}
            step.save(update_fields=["ended_at", "counts", "token"])
        now, known = self.clock(), {"plan_id": self.plan, "token": self.lease.token}
        missing = (Step(step=step, begun_at=now, ended_at=now, **known) for step in dict.fromkeys((FILES, reached)))
        Step.objects.bulk_create(missing, ignore_conflicts=True)


_HELD = "FROM books_due WHERE id = %s AND token = %s AND lease_until IS NOT NULL AND done_at IS NULL"
_ROW = {
    "postgresql": "SELECT %s, %s, %s, %s, CAST(%s AS timestamptz), CAST(%s AS jsonb), CAST(%s AS bigint), 1 " + _HELD,
    "sqlite": "SELECT %s, %s, %s, %s, %s, %s, %s, 1 " + _HELD,
}


def _json(counts: Mapping[str, int]) -> Any:
    return connection.ops.adapt_json_value(dict(counts), None)


def _add(total: dict[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    for name, count in more.items():
        total[name] = total.get(name, 0) + count
    return total
