"""A firm that is served to browsers. Its books stand in SQLite; for PostgreSQL there are the fixtures of the API."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password

from bailee.engine.addresses import find_books_url
from bailee.store import open_books, staff
from bailee.store.models import Attempt, Role, Staff
from bailee.web.wsgi import make_application
from tests import ready
from tests.api.conftest import POLICY
from tests.api.live import Served, served
from tests.conftest import Database
from tests.harm.firm import build

PASSWORD = "four boring words together"
"""Of all staff who are there from the beginning; they have no second factor, and come in by `visitor` alone."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def made_once_to_serve(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[Served]:
    """The firm, served once for all tests of pages. A test that changes something of its staff takes ``systems``."""
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("web")
        made = build(place / "firm", Database(f"sqlite:///{place / 'systems.db'}", "sqlite"))
        for name, value in made.environment.items():
            patch.setenv(name, value)
        (made.folder / "bailee.yaml").write_text(POLICY)
        ready.sqlite_books(made.folder / "books", shared)
        with served(made.folder) as live:
            Staff.objects.update(password=make_password(PASSWORD))
            yield live


@pytest.fixture
def once_served(made_once_to_serve: Served) -> Served:
    """The firm that all tests of pages share; other tests have opened other books since, and served other sites."""
    context = made_once_to_serve.context
    open_books(find_books_url(context.policy, context.folder), migrate=False)
    make_application(context)
    return made_once_to_serve


@pytest.fixture
def live(once_served: Served) -> Served:
    """The firm on another day, with new people in each role, and nothing tried yet."""
    AccessAttempt.objects.all().delete()
    Attempt.objects.all().delete()
    clock, number = once_served.clock, next(_numbers)
    clock.forward(days=2)
    by = once_served.context.at(clock.now).by(once_served.staff[Role.ADMINISTRATOR].id)
    people = {role: staff.add_staff(by, f"{role}-{number}@firm.example", f"The {role} {number}", role) for role in Role}
    return replace(once_served, context=once_served.context.at(clock.now), staff=people, tokens={})
