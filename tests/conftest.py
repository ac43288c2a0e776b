"""What every test may ask for: a fresh, empty database of each kind.

PostgreSQL and MariaDB are started once a run, when the first test asks, and shared by all its workers. Where one is
not installed, or Chromium is not, its tests are left out and the end of the report says so in red; under CI=true they
fail instead.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import hypothesis
import pytest
from filelock import FileLock
from playwright.sync_api import expect

from tests import ready
from tests.servers import MARIADB, POSTGRESQL, Kind, MissingProgramError, Server, attach, start

Dialect = Literal["sqlite", "postgresql", "mariadb"]

IN_CI = os.environ.get("CI") == "true"
LEFT_OUT = "LEFT OUT: "

# Two busy cores miss any deadline of milliseconds. CI draws the same cases each time; by hand they vary.
hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("house")

_numbers = itertools.count(1)
_shared = pytest.StashKey[Path]()


@dataclass(frozen=True)
class Database:
    """An empty database: its SQLAlchemy ``url`` and its ``dialect``."""

    url: str
    dialect: Dialect


# --- the servers of a run ------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Name the folder where the workers of this run find each other's servers."""
    told = getattr(config, "workerinput", {}).get("shared")
    config.stash[_shared] = Path(told or tempfile.mkdtemp(prefix="bailee-run-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a new worker where that folder is."""
    node.workerinput["shared"] = str(node.config.stash[_shared])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers when all workers have ended."""
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[_shared]
    for kind in (POSTGRESQL, MARIADB):
        known = folder / kind.name
        if known.exists():
            attach(kind, Path(known.read_text())).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that share what is made once a module share a worker too: else each worker makes it again."""
    for item in items:
        if isinstance(item, pytest.Function):
            made = item._fixtureinfo.name2fixturedefs.values()
            if any(one.scope == "module" for ones in made for one in ones):
                item.add_marker(pytest.mark.xdist_group(item.module.__name__))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say loudly what was left out, last of all."""
    yield
    skipped = (report.longrepr for report in terminalreporter.stats.get("skipped", []))
    reasons = {str(longrepr[2]).partition(LEFT_OUT)[2] for longrepr in skipped if isinstance(longrepr, tuple)} - {""}
    for reason in sorted(reasons):
        terminalreporter.write_sep("!", LEFT_OUT + reason, red=True, bold=True)


def _serve(kind: Kind, config: pytest.Config) -> Server:
    """Return this run's server of a kind, started by whichever worker asks first."""
    folder = config.stash[_shared]
    known = folder / kind.name
    with FileLock(folder / f"{kind.name}.lock"):
        if known.exists():
            return attach(kind, Path(known.read_text()))
        controller = os.getppid() if hasattr(config, "workerinput") else os.getpid()
        try:
            server = start(kind, owner=controller)
        except MissingProgramError as missing:
            (pytest.fail if IN_CI else pytest.skip)(f"{LEFT_OUT}{missing.kind}: {missing.hint}")
        known.write_text(str(server.place.folder))
        return server


def _fresh(server: Server) -> Iterator[str]:
    name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    url = server.create_database(name)
    yield url
    server.drop_database(name)


# --- fixtures ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig: pytest.Config) -> Server:
    """This run's PostgreSQL."""
    return _serve(POSTGRESQL, pytestconfig)


@pytest.fixture(scope="session")
def mariadb_server(pytestconfig: pytest.Config) -> Server:
    """This run's MariaDB."""
    return _serve(MARIADB, pytestconfig)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the distribution's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        (pytest.fail if IN_CI else pytest.skip)(f"{LEFT_OUT}Chromium: apt-get install chromium")
    expect.set_options(timeout=20_000)  # ms: two busy cores may miss the five seconds that are usual
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    yield from _fresh(postgresql_server)


@pytest.fixture
def mariadb_url(mariadb_server: Server) -> Iterator[str]:
    """The URL of an empty MariaDB database."""
    yield from _fresh(mariadb_server)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database; the test runs on each of the three."""
    return Database(request.getfixturevalue(f"{request.param}_url"), request.param)


# --- books, their tables made ----------------------------------------------------------------------------------

MakeBooks = Callable[[str, Path], str]
"""Given a dialect and the folder of a policy, makes the books of it and returns their URL."""


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder of this run, where books stand ready to be copied (`tests.ready`)."""
    return pytestconfig.stash[_shared]


@pytest.fixture
def make_books(request: pytest.FixtureRequest, shared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeBooks]:
    """Makes the books of a policy folder, ``sqlite`` in its folder ``books``, or ``postgresql``.

    The policy of the latter says ``books_url: env:BOOKS_URL``; the address stands there.
    """
    made: list[str] = []

    def make(dialect: str, folder: Path) -> str:
        if dialect == "sqlite":
            return ready.sqlite_books(folder / "books", shared)
        server: Server = request.getfixturevalue("postgresql_server")
        made.append(f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}")
        url = ready.postgresql_books(server, made[-1], shared)
        monkeypatch.setenv("BOOKS_URL", url)
        return url

    yield make
    for name in made:
        request.getfixturevalue("postgresql_server").drop_database(name)
