"""A firm served by WSGI, with a member of staff in each role, and a client that calls as any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from bailee.jobs.worker import work
from bailee.jobs.worker_context import WorkerContext
from bailee.requests.job_registry import JOBS
from bailee.requests.letters.outbox import open_letter
from bailee.requests.startup import open_context
from bailee.store import staff
from bailee.store.context import Context
from bailee.store.models import Message, Role, Staff
from bailee.store.staff import Scope
from bailee.web.wsgi import make_application

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
ADMIN = "ada@firm.example"
ALL = tuple(Scope)


@dataclass
class Clock:
    """The time of a test."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Served:
    """``app``: the WSGI application; ``tokens`` and ``staff`` by role."""

    folder: Path
    context: Context
    app: Any
    clock: Clock
    staff: Mapping[Role, Staff]
    tokens: dict[Role, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Role | str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        at: str = "192.0.2.1",
    ) -> TestResponse:
        """Call as somebody in a role, with a token of one's own, or as the public."""
        sent = dict(headers or {})
        if by is not None:
            sent["Authorization"] = f"Bearer {self.tokens[by] if isinstance(by, Role) else by}"
        if key is not None:
            sent["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body)
        kind = None if body is None else "application/json"
        return Client(self.app).open(
            f"/api/v1{path}",
            method=method,
            data=data,
            content_type=kind,
            headers=sent,
            environ_base={"REMOTE_ADDR": at},
        )

    def get(self, path: str, **how: Any) -> TestResponse:
        return self.call("GET", path, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> TestResponse:
        return self.call("POST", path, {} if body is None else body, **how)

    def work(self) -> None:
        """Let a worker do all that is due, a second later: what it makes is newer than what there was."""
        self.clock.forward(seconds=1)
        work(WorkerContext(self.context, JOBS, self.clock, rounds=False), once=True)

    def codes(self, reference: str) -> list[str]:
        """The codes that were sent for a request, the newest last."""
        mine = Message.objects.filter(request__reference=reference, template__in=("identity", "visit"))
        letters = mine.order_by("made_at", "id")
        texts = [open_letter(self.context, one).letter.text for one in letters]
        return [re.findall(r"(?m)^ *([0-9B-Z]{4}-[0-9B-Z]{4}) *$", text)[0] for text in texts]

    def as_of(self, role: Role) -> Context:
        """The context as somebody in a role enters it, now."""
        return self.context.at(self.clock.now).by(self.staff[role].id)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the policy in ``folder``."""
    clock = Clock()
    with open_context(folder, now=NOW) as context:
        admin = staff.add_staff(context, ADMIN, "Ada Nwosu", Role.ADMINISTRATOR)
        people = {Role.ADMINISTRATOR: admin}
        for role in set(Role) - {Role.ADMINISTRATOR}:
            people[role] = staff.add_staff(context.by(admin.id), f"{role}@firm.example", f"The {role}", role)
        live = Served(folder, context, make_application(context, clock), clock, people)
        for role, one in people.items():
            live.tokens[role] = staff.issue_token(context.by(one.id), one.id, ALL, 30)[1]
        yield live
