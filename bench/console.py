"""The console with much in the books: how many queries a page asks, and how long the server takes for it.

The firm is the demo's, so that there is a real request in each state, and around it stand 100,000 requests, 1,000
promises with ninety days of history, and 200 systems, put straight into the tables and files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.measure import Case
from tests import ready
from tests.servers import POSTGRESQL, start

if TYPE_CHECKING:
    from tests.api.live import Served
    from tests.web.pictures.screens import Screen
    from tests.web.visitor import Visitor

REQUESTS, PROMISES, SYSTEMS = 100_000, 1_000, 200
OPEN = 20  # of a hundred requests so many are not closed
QUERIES, MILLISECONDS = 15, 200
REPEATS = 5
BATCH = 2_000

_LIVE = {"request-found", "sign-in", "again", "factor", "account", "password", "app", "passkey"}
"""Pages that look into the systems themselves, and those on which staff come in."""


def console_cases() -> Iterator[Case]:
    """Yield a case of queries and one of time for each page of the console, on SQLite and on PostgreSQL."""
    for dialect in ("sqlite", "postgresql"):
        with crowded(dialect) as live:
            yield from _pages(dialect, live)


@contextmanager
def crowded(dialect: str) -> Iterator[Served]:
    """Yield the firm with all that is around it, its books on ``dialect``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bailee.store.settings")
    import django

    django.setup()
    place = Path(tempfile.mkdtemp(prefix="bailee-bench-"))
    server = start(POSTGRESQL, owner=os.getpid()) if dialect == "postgresql" else None
    try:
        url = ready.postgresql_books(server, "books", place) if server else ""
        with patch.dict(os.environ, {"BOOKS_URL": url}), _firm(place / "firm", shared=bool(url)) as live:
            yield live
    finally:
        from django.db import connections

        connections.close_all()
        if server:
            server.stop()
        shutil.rmtree(place)


@contextmanager
def _firm(folder: Path, *, shared: bool) -> Iterator[Served]:
    from bailee.demo import build
    from bailee.demo.requests import fill
    from bailee.engine.checking import run_checks
    from tests.web.pictures.living import NOW, served

    demo = build(folder, today=NOW.date())
    if shared:
        policy = folder / "bailee.yaml"
        policy.write_text(policy.read_text() + "\nbooks_url: env:BOOKS_URL\n")
    run_checks(folder, now=NOW)
    fill(demo, NOW)
    _more_systems(folder)
    _more_promises(folder)
    with served(folder) as live:
        _more_pages(live)
        _more_requests(live)
        yield live


# --- what stands around the demo's own --------------------------------------------------------------------------


def _more_systems(folder: Path) -> None:
    """Write twins of a system: the same file under another name."""
    text = (folder / "systems/logins.yaml").read_text()
    for number in range(SYSTEMS - len(list(folder.glob("systems/*.yaml")))):
        (folder / f"systems/twin{number}.yaml").write_text(text.replace("system: logins", f"system: twin{number}"))


def _more_promises(folder: Path) -> None:
    path = folder / "promises.yaml"
    more = (
        f"\npromise-{number}:\n  promise: keys-protected\n  says: keys of machine {number} lie in a safe place\n"
        f"  checks:\n    - attested: {{by: Oren Galloway, on: 2026-10-05, that: somebody looked at machine {number}}}\n"
        for number in range(PROMISES - path.read_text().count("\n  promise: "))
    )
    path.write_text(path.read_text() + "".join(more))


def _more_pages(live: Served) -> None:
    """Let the twins be surveyed, and the promises have been looked at, as the first of their kind were."""
    from bailee.engine.checking.history import HISTORY, LOOKED
    from bailee.engine.checking.public_pages import FOUND
    from bailee.engine.connect.survey import PAGE as SURVEY
    from bailee.policy import load

    state, policy = live.context.store, load(live.folder)
    for page_name in (HISTORY, LOOKED, FOUND):
        page = state.page(page_name)
        kinds = list(page.values())
        for place, name in enumerate(policy.promises):
            page.setdefault(name, kinds[place % len(kinds)])
        state.keep_page(page_name, page)
    page = state.page(SURVEY)
    for name in policy.systems:
        page["systems"].setdefault(name, page["systems"]["logins"])
    for rule, several in page["due"].items():
        twins = [one for one in several if one["system"] == "logins"]
        for name in policy.systems:
            if name.startswith("twin"):
                page["due"][rule] = [*page["due"][rule], *({**one, "system": name} for one in twins)]
    state.keep_page(SURVEY, page)


def _more_requests(live: Served) -> None:
    """Put requests into the books as they are after years: most closed, some open, each with what belongs to it."""
    from django.db import connection

    from bailee.store import models as m

    chance, now, today = Random(1), live.clock.now, live.context.today
    states = ("unverified", "open", "planned", "approved", "settling", "held")
    rights = [str(right) for right in m.Right]
    plan = m.Plan.objects.filter(state="done", request__right="erase").latest("made_at")
    staff = live.staff[m.Role.SUPPORT]
    for first in range(0, REQUESTS, BATCH):
        requests, dues = [], []
        for number in range(first, first + BATCH):
            age = timedelta(minutes=number * 20)
            is_open = number % 100 < OPEN
            status = states[number % len(states)] if is_open else "closed"
            requests.append(
                m.Request(
                    right=rights[number % len(rights)],
                    status=status,
                    outcome="" if is_open else "done",
                    channel="portal",
                    received_at=now - age,
                    received_on=(now - age).date(),
                    regime="uk",
                    identified_on=(now - age).date(),
                    acknowledged_on=(now - age).date(),
                    due_on=today + timedelta(days=chance.randrange(-5, 60)) if is_open and status != "held" else None,
                    held_until=today + timedelta(days=number % 900) if status == "held" else None,
                    closed_at=None if is_open else now - age / 2,
                    logged_by=staff if number % 3 else None,
                )
            )
        m.Request.objects.bulk_create(requests)
        events = [m.Event(request=r, at=r.received_at, kind=k) for r in requests for k in ("received", "verified")]
        m.Event.objects.bulk_create(events)
        m.RequestTag.objects.bulk_create(m.RequestTag(request=r, tag=f"{r.id}{'0' * 48}") for r in requests)
        m.Message.objects.bulk_create(
            m.Message(
                request=r,
                template="acknowledge",
                made_at=r.received_at,
                message_id=f"<{r.id}@bench>",
                channel="paper" if n % 50 == 0 else "mail",
                state="to_print" if n % 500 == 0 else "sent",
            )
            for n, r in enumerate(requests)
        )
        m.Plan.objects.bulk_create(
            m.Plan(
                request=r,
                kind="erase",
                digest=plan.digest,
                case=r.id,
                document=plan.document,
                made_at=r.received_at,
                state={"planned": "proposed", "approved": "approved", "settling": "settling"}.get(r.status, "done"),
            )
            for r in requests
            if r.right == "erase"
        )
        dues = [m.Due(kind="forget", about=r.id, at=now + timedelta(days=900)) for r in requests]
        m.Due.objects.bulk_create(dues)
        m.Reading.objects.bulk_create(
            m.Reading(staff=staff, request=r, tag=r.id, what="asked", reason="to answer a request", at=r.received_at)
            for r in requests
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- what is measured --------------------------------------------------------------------------------------------


def _pages(dialect: str, live: Served) -> Iterator[Case]:
    from tests.web.pictures.looking import cookies_of
    from tests.web.pictures.screens import screens
    from tests.web.visitor import Visitor

    wanted: list[Screen] = [s for s in screens(live) if s.role is not None and s.name not in _LIVE]
    by_name = {screen.name: screen for screen in wanted}
    wanted = [s for n, s in enumerate(wanted) if _kind(s) not in {_kind(before) for before in wanted[:n]}]
    wanted.append(replace(by_name["requests"], name="requests-closed", path="/console/requests/?show=closed"))
    for screen in wanted:
        came = Visitor(live)
        for name, value in cookies_of(live, screen).items():
            came.client.set_cookie(name, value)
        queries, seconds = _measured(came, screen)
        page = f"console: {screen.name}, {dialect}"
        yield Case(f"{page}, queries", queries, QUERIES, "lower", unit="queries")
        yield Case(f"{page}, time", seconds * 1000, MILLISECONDS, "lower", ours=seconds, repeats=REPEATS, unit="ms")


def _kind(screen: Screen) -> str:
    """Return what a page is called without the right: requests of one state are one page."""
    is_request = screen.path.startswith("/console/requests/") and screen.path.count("/") == 4
    return "-".join(screen.name.split("-")[:2]) if is_request else screen.name


def _measured(came: Visitor, screen: Screen) -> tuple[int, float]:
    """Return how many queries a page asks, and the median of seconds that the server takes for it."""
    from django.db import connection

    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    took = []
    for turn in range(REPEATS + 1):
        with connection.execute_wrapper(count):
            began = perf_counter()
            answer = came.get(screen.path)
            if turn:  # the first compiles templates
                took.append(perf_counter() - began)
        assert answer.status_code == 200, f"{screen.name}: {answer.status_code}"
    told = {"SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"}
    return sum(sql.split(" ", 1)[0] not in told for sql in asked) // (REPEATS + 1), median(took)
