"""One worker killed at one point, and another that goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.jobs.firm import approved, go_on, let_work
from tests.kills.dying import die_at, points_of
from tests.kills.firm import Firm
from tests.kills.truth import all_is_true

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)


class Matrix:
    """The points of a request's way, and persons who ask one after the other: each meets another point."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.now, self.number = firm, NOW, 0
        self.log = firm.folder.parent / "points"
        for _ in range(2):  # the first passes points that come once: keys of shelves, and the ledger's, are made
            self.points = points_of(firm.folder, firm.environment, self._begin(), self.log)
        with firm.context(self.now) as context:
            all_is_true(firm, context, [1, 2], "undisturbed")

    def kill_at(self, point: int) -> str:
        """Let a worker die at ``point``, from 1, and another finish; return the point's name."""
        name = die_at(point, self.firm.folder, self.firm.environment, self._begin(), self.log)
        where = f"killed at {name} ({point})"
        with self.firm.context(self.now + timedelta(minutes=2)) as context:
            self.now = go_on(context, "plan", "act", "settle", "release").now
            all_is_true(self.firm, context, range(1, self.number + 1), where)
        return name

    def _begin(self) -> list[datetime]:
        """Let a new person ask, and be approved; return the times at which a worker is to work."""
        self.number += 1
        self.now += timedelta(days=1)
        with self.firm.context(self.now) as context:
            request = self.firm.ask(context, self.number)
            let_work(context)
            approved(context, request)
        return [self.now, self.now + timedelta(hours=25)]
