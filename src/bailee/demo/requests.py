"""What people have asked the demo firm for: seven weeks of requests, in every state that there is.

They are made by the functions that serve real ones, under a driven clock: people ask, type the code that was sent to
them, staff answer and approve, and a worker does at each hour what is due then: it sends letters, too, which land in a
folder, and from there people have their codes. Nothing is written past the rules.

Loaded after nothing, but it opens the books: `bailee.demo` itself knows no Django.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bailee.demo.cast import CAST, PARTS
from bailee.demo.days import remember
from bailee.demo.folder import Demo
from bailee.demo.stage import DemoStage
from bailee.engine.addresses import find_books_url
from bailee.engine.systems import open_systems_of_context
from bailee.policy import load
from bailee.requests.startup import open_context
from bailee.store import open_books
from bailee.store.context import Context

# Imports stand in functions: the books are opened on the way.

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DemoColleague:
    """A member of staff, and the secret of the one-time link by which they come in."""

    name: str
    email: str
    role: str
    link: str = field(repr=False)


_STAFF = (  # the first adds the others; days before today of joining, and of the background check
    ("Oren Galloway", "administrator", 900, 410),
    ("Noor Castellane", "controller", 880, 420),
    ("Piet Abara", "officer", 870, 420),
    ("Tess Amadi", "support", 600, 420),
    ("Callum Reyes", "support", 390, 380),
    ("Ingrid Solheim", "auditor", 200, 190),
    ("Bea Tran", "officer", 150, None),
)


def fill(demo: Demo, now: datetime) -> tuple[DemoColleague, ...]:
    """Let the firm's last seven weeks happen in its books, up to ``now`` (UTC); return who works there.

    Raises what `open_context` raises.
    """
    _let_go_of_books_before(demo)
    with open_context(demo.folder, now=now) as context:
        from bailee.demo.scenes import SCENES  # they need the books' models, which Django has once the books are open
        from bailee.engine.connect.survey import survey_systems

        staff = dict(_hired(context))
        stage = DemoStage(context, {name.split()[0]: id for name, id in staff.items()}, _strangers(demo))
        for at, happens in sorted(((act.at(now), act.happens) for act in SCENES), key=lambda one: one[0]):
            stage.context = context.at(at)
            _let_work(stage)
            happens(stage)
            _let_work(stage)
        stage.context = context
        _let_work(stage)
        with open_systems_of_context(context) as systems:
            survey_systems(systems)
        remember(context)
        return tuple(_invited(context, staff))


def _let_go_of_books_before(demo: Demo) -> None:
    """Close the books of a demo that this process has built there before: they were deleted, and are still open."""
    open_books(find_books_url(load(demo.folder, public=False), demo.folder), migrate=False)
    from django.db import connections

    connections.close_all()


def _hired(context: Context) -> Iterator[tuple[str, str]]:
    from bailee.store import staff
    from bailee.store.models import Role

    first = ""
    for name, role, joined, vetted in _STAFF:
        at = context.at(context.now - joined * DAY)
        member = staff.add_staff(at.by(first), _email_of(name), name, Role(role))
        first = first or member.id
        if vetted is not None:
            day = context.at(context.now - vetted * DAY)
            staff.note_vetted(day.by(first), member.id, day.today)
        yield name, member.id


def _email_of(name: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@harbourlane.example"


def _invited(context: Context, staff: Mapping[str, str]) -> Iterator[DemoColleague]:
    from bailee.store.admission import invite_staff

    seen = set[str]()
    for name, role, *_ in _STAFF:
        if role not in seen:  # one account of each role is enough to look around
            seen.add(role)
            yield DemoColleague(name, _email_of(name), role, invite_staff(context, staff[name]))


def _strangers(demo: Demo) -> Mapping[str, Iterator[str]]:
    """Return the e-mail addresses of customers, and of enquirers, who are not of the cast: others quote those."""
    cast = {part.email for part in PARTS} | {text for member in CAST.values() for text in member.known_by}
    long_ago = (demo.today - 400 * DAY).isoformat()
    return {
        "customer": iter([one for one in _ask(demo.data / "crm.db", _CUSTOMERS, long_ago) if one not in cast]),
        "enquirer": iter([one for one in _ask(demo.data / "mailing.db", _ENQUIRERS, long_ago) if one not in cast]),
    }


_CUSTOMERS = """
    SELECT contact.email FROM contact JOIN account ON account.id = account_id
    WHERE kind IN ('private', 'sole trader') AND closed_on IS NULL AND email_verified_at IS NOT NULL
    AND phone_until IS NULL AND created_on < ? ORDER BY contact.id
"""
_ENQUIRERS = "SELECT email FROM subscriber WHERE origin = 'enquiry' AND joined_on < ? ORDER BY id"


def _ask(database: Path, text: str, long_ago: str) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute(text, [long_ago])]


def _let_work(stage: DemoStage) -> None:
    """Let a worker do what is due, if anything is."""
    from bailee.jobs.worker import work
    from bailee.jobs.worker_context import WorkerContext
    from bailee.requests.job_registry import JOBS
    from bailee.store.models import Due

    if Due.objects.filter(done_at=None, at__lte=stage.context.now).exists():
        work(WorkerContext(stage.context, JOBS, clock=lambda: stage.context.now), once=True)
