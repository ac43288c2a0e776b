"""The demo firm as it lives, served to a browser: its people's requests in every state, staff in every role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core import signing

from bailee.demo import build
from bailee.demo.requests import fill
from bailee.engine.checking import run_checks
from bailee.requests.startup import open_context
from bailee.store.models import Request, Role, Staff, Worker
from bailee.web.wsgi import make_application
from tests.api.live import Clock, Served

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)


@contextmanager
def living(folder: Path) -> Iterator[Served]:
    """Build the firm in ``folder``, let seven weeks go by, and yield it on the afternoon of `NOW`."""
    demo = build(folder, today=NOW.date())
    run_checks(folder, now=NOW)
    fill(demo, NOW)
    with served(folder) as live:
        yield live


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Yield a firm that is there already."""
    with open_context(folder, now=NOW) as context:
        people = {role: Staff.objects.filter(role=role).order_by("joined_at").first() for role in Role}
        staff = {role: one for role, one in people.items() if one is not None}
        for one in staff.values():
            one.set_password("four boring words together")  # as they do on their link
            one.save(update_fields=["password"])
        Worker.objects.update_or_create(id="of the demo", defaults={"started_at": NOW, "seen_at": NOW})
        clock = Clock(NOW)
        yield Served(folder, context, make_application(context, clock), clock, staff)


def cookie_of(request: Request) -> str:
    """Return what the cookie holds of the person who has shown that ``request`` is theirs."""
    moment = int(NOW.timestamp())
    held = {"request": request.id, "visit": "pictures", "since": moment, "used": moment}
    return signing.Signer(key=settings.SECRET_KEY, salt="bailee.web.public.visitor").sign_object(held)
