"""The small firm of `tests.harm` with books, and persons who have asked for something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from bailee.requests.startup import open_context
from bailee.store.context import Context
from tests.conftest import Database
from tests.harm.firm import ALICE, Firm, build

if TYPE_CHECKING:
    from bailee.store.models import Plan, Request

NOW = datetime(2026, 3, 15, 12, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A firm, and where its books stand."""

    firm: Firm
    books: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Where the addresses stand that the policy names."""
        return {**self.firm.environment, "BOOKS_URL": self.books}

    @contextmanager
    def context(self, now: datetime = NOW) -> Iterator[Context]:
        """Open the context at ``now``."""
        with patch.dict(os.environ, self.environment), open_context(self.firm.folder, now=now) as context:
            yield replace(context, store=replace(context.store, waits=20))


def settle_in(folder: Path, database: Database, *, shared: bool = False, waits: int = 24, settles: int = 24) -> Place:
    """Build the firm in ``folder`` on ``database``, with waiting times in hours; ``shared``: books in a PostgreSQL."""
    firm = build(folder, database)
    path = firm.folder / "bailee.yaml"
    path.write_text(
        f"{path.read_text()}"
        f"{'books_url: env:BOOKS_URL' if shared else ''}\n"
        f"requests: {{waits_hours: {waits}, settle_hours: {settles}, approval: second person}}\n"
        "controller: {name: Dana Field, email: privacy@harm.example}\n"
        "regulator: {name: Information Commissioner's Office, email: icocasework@ico.example}\n"
    )
    rule = firm.folder / "retention.yaml"
    rule.write_text(rule.read_text() + "  standing: {by: Dana Field, on: 2026-01-05, at_most: 50}\n")
    return Place(firm)


def asks(context: Context, *identities: str, right: str = "erase", reply_to: str = ALICE) -> Request:
    """Let a person ask, who has shown who they are; ``reply_to``: where letters go, if to anywhere."""
    from bailee.jobs.due_items import schedule_due
    from bailee.requests.request_content import Asked, seal_asked
    from bailee.store.models import Request, Status

    request = Request(
        right=right, status=Status.OPEN, channel="portal", received_at=context.now, received_on=context.today,
        regime="uk", due_on=context.today + timedelta(days=31), identified_on=context.today,
    )  # fmt: skip
    seal_asked(context, request, Asked(identities=identities or (ALICE,), reply_to=reply_to))
    request.save()
    schedule_due("plan", request.id, at=context.now)
    return request


def officer(context: Context) -> str:
    """Return the id of a privacy officer."""
    from bailee.store.models import Role, Staff

    return Staff.objects.create(role=Role.OFFICER, tag=os.urandom(8).hex(), sealed=b"-", joined_at=context.now).id


def controller(context: Context) -> str:
    """Return the id of the Data Controller."""
    from bailee.store.models import Role, Staff

    return Staff.objects.create(role=Role.CONTROLLER, tag=os.urandom(8).hex(), sealed=b"-", joined_at=context.now).id


def approved(context: Context, request: Request) -> Plan:
    """Approve the plan of ``request``, as a second person."""
    from bailee.requests.approval import approve_plan

    plan = request.plans.get(state="proposed")
    approve_plan(context.by(officer(context)), plan.id, plan.digest[:10])
    return plan


def let_work(context: Context) -> None:
    """Let a worker do all that is due at the context's time."""
    from bailee.jobs.worker import work
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS

    work(WorkerContext(context, JOBS, clock=lambda: context.now), once=True)


def go_on(context: Context, *kinds: str) -> Context:
    """Let time pass and a worker work until nothing of ``kinds`` is due any more; return the context as of then."""
    from bailee.store.models import Due

    for _ in range(40):
        times = [max(row.at, row.lease_until or row.at) for row in Due.objects.filter(done_at=None, kind__in=kinds)]
        if not times:
            return context
        context = context.at(max(context.now + timedelta(minutes=10), min(times) + timedelta(seconds=1)))
        let_work(context)
    raise AssertionError(list(Due.objects.filter(done_at=None).values_list("kind", "problem", "tries")))
