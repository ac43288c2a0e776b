"""Databases for the oracle: two of each kind for each worker, and kept as long as it lives."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import cache

import pytest

from tests.oracle.databases import Dialect
from tests.oracle.doors import SYSTEMS, Door, server_door, sqlite_door

Doors = Callable[[Dialect], Mapping[str, Door]]


@pytest.fixture
def unwatched() -> Iterator[None]:
    """Let a test run without being watched for coverage, which doubles its time; other tests go everywhere.

    The marker `no_cover` does not reach the workers of a run.
    """
    watching = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(watching)


@pytest.fixture(scope="session")
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """Make the doors to databases of a kind, the first time that they are asked for."""
    with ExitStack() as stack:

        @cache
        def make(dialect: Dialect) -> Mapping[str, Door]:
            if dialect == "sqlite":
                folder = tmp_path_factory.mktemp("oracle")
                return {s: stack.enter_context(closing(sqlite_door(folder, s))) for s in SYSTEMS}
            server = request.getfixturevalue(f"{dialect}_server")
            worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
            return {s: stack.enter_context(server_door(server, f"oracle_{worker}_{s}", dialect)) for s in SYSTEMS}

        yield make
