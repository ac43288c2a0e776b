"""The firm of the public's tests: three systems in SQLite, a notice with promises, and a worker when one is wanted."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client, TestResponse

from bailee.engine.checking import run_checks
from bailee.requests.letters.outbox import open_letter as letter_of
from bailee.requests.startup import open_context
from bailee.store import staff
from bailee.store.context import Context
from bailee.store.models import Due, Request, Role, Staff
from bailee.web.wsgi import make_application
from tests.api.live import Clock
from tests.story.firm import ALICE, BOB, rows_of
from tests.story.firm import build as build_systems

if TYPE_CHECKING:
    from bailee.store.models import Message

__all__ = ["ALICE", "BOB", "NOW", "Open", "build", "opened", "rows_of"]

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

NOTICE = """\
# Privacy notice

{plain}
What {{ firm.name }} holds about you, why, and for how long.

## How long we keep it

[Call records are kept for {{ retention.calls }}.]{promise=calls-six-years} [We answer within one month.]{plain}

## Who we are

[Your personal data are stored in the European Union.]{promise=in-the-eu}
"""

PROMISES = """\
calls-six-years:
  says: call records are kept for six years, and no longer
  checks:
    - retention.ceiling: {rule: calls}
  not_promised: [That the person whom you rang has no record of the call.]
in-the-eu:
  says: personal data are stored in the European Union
  checks:
    - storage.location: {allowed: [EU]}
"""


@dataclass
class Open:
    """``app``: the WSGI application; ``staff`` by role; ``browser``: one that keeps its cookies."""

    folder: Path
    base: Context
    app: Any
    clock: Clock
    staff: Mapping[Role, Staff]
    browser: Client = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Client(self.app)

    @property
    def context(self) -> Context:
        """The context as it is now; nobody of the staff in it."""
        return self.base.at(self.clock.now)

    def by(self, role: Role) -> Context:
        """The context as somebody of the staff enters it."""
        return self.context.by(self.staff[role].id)

    def get(self, path: str, **how: Any) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, **how)

    def press(self, path: str, form: Mapping[str, str] | None = None, page: str = "", **how: Any) -> TestResponse:
        """Send a form, with what is hidden in it, from a ``page`` of ours: its own address if no other is named."""
        shown = self.browser.get(page or path, follow_redirects=True).get_data(as_text=True)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', shown))
        assert "csrfmiddlewaretoken" in hidden, shown
        return self.browser.post(path, data={**hidden, **(form or {})}, **how)

    def ask(self, right: str, **answers: str) -> str:
        """Ask by the pages as a person does, and return the reference."""
        pages = {
            "who": ("email", "phone"),
            "wrong": ("target", "value"),
            "freeze": ("words",),
            "question": ("words",),
            "complain": ("words", "target"),
            "reach": ("reply_to", "address", "agent"),
        }
        pages["complaint"] = pages.pop("complain")
        went = self.press("/ask", {"right": right})
        while "/ask/check" not in went.location:
            step = went.location.rpartition("/")[2]
            form = {name: answers[name] for name in pages[step] if name in answers}
            went = self.press(f"/ask/{step}", form)
            assert went.status_code == 302, went.get_data(as_text=True)
        sent = self.press("/ask/send", page="/ask/check")
        assert sent.location == "/ask/sent"
        found = re.search(r'class="hash">([^<]+)<', self.get("/ask/sent").get_data(as_text=True))
        assert found is not None
        return found[1]

    def request(self, reference: str) -> Request:
        """A request as it stands in the books."""
        return Request.objects.get(reference=reference)

    def work(self) -> None:
        """Let a worker do what is due now."""
        from bailee.jobs.worker import work
        from bailee.jobs.worker_context import WorkerContext
        from bailee.requests.job_registry import JOBS

        work(WorkerContext(self.context, JOBS, clock=self.clock), once=True)

    def until_done(self, *kinds: str) -> None:
        """Let time pass, and a worker work, until nothing of ``kinds`` is due."""
        for _ in range(40):
            due = [max(row.at, row.lease_until or row.at) for row in Due.objects.filter(done_at=None, kind__in=kinds)]
            if not due:
                return
            self.clock.now = max(self.clock.now + timedelta(minutes=1), min(due) + timedelta(seconds=1))
            self.work()
        raise AssertionError(list(Due.objects.filter(done_at=None).values_list("kind", "problem")))

    def look(self) -> None:
        """Look at the promises."""
        run_checks(self.folder, now=self.clock.now)

    def letter(self, reference: str, template: str) -> str:
        """The newest letter of a kind about a request, as it waits in the outbox."""
        message: Message = self.request(reference).messages.filter(template=template).latest("made_at")
        return letter_of(self.context, message).letter.text

    def code(self, reference: str) -> str:
        """The code that was sent to whoever is on file."""
        sent = self.request(reference).messages.filter(template__in=("identity", "visit")).latest("made_at")
        text = letter_of(self.context, sent).letter.text
        found = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b(?!\))", text.partition("Enter this code")[2])
        assert found is not None, text
        return found[0]

    def enter(self, reference: str) -> TestResponse:
        """Show by the code that a request is one's own, as a person does."""
        self.work()
        return self.press(f"/request/{reference}", {"code": self.code(reference)})


def build(folder: Path, place: Path) -> dict[str, str]:
    """Write the policy, fill the systems, and return where they are, as environment variables."""
    urls = {name: f"sqlite:///{place / name}.db" for name in ("crm", "phones", "desk")}
    build_systems(folder, urls, mail_port=9, shared_books=False)
    (folder / "notice.md").write_text(NOTICE)
    (folder / "promises.yaml").write_text(PROMISES)
    key = base64.b64encode(os.urandom(32)).decode()
    return {**{f"{name.upper()}_URL": url for name, url in urls.items()}, "BAILEE_KEY": key}


@contextmanager
def opened(folder: Path, clock: Clock | None = None) -> Iterator[Open]:
    """Open the firm of ``folder`` to the public."""
    clock = clock or Clock(NOW)
    with open_context(folder, now=clock.now) as context:
        admin = staff.add_staff(context, "ada@quill.example", "Ada Nwosu", Role.ADMINISTRATOR)
        people = {Role.ADMINISTRATOR: admin}
        for role in (Role.OFFICER, Role.CONTROLLER, Role.SUPPORT):
            people[role] = staff.add_staff(context.by(admin.id), f"{role}@quill.example", f"The {role}", role)
        yield Open(folder, context, make_application(context, clock), clock, people)
