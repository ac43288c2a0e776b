"""The ground of a shape: one database for all tests of a module, on each of the three kinds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.conftest import Database
from tests.shapes.shape import Ground


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"])
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The database of the module's ``SHAPE``, its tables made."""
    folder = tmp_path_factory.mktemp("shape")
    if request.param == "sqlite":
        made = Ground(request.module.SHAPE, Database(f"sqlite:///{folder / 'rows.db'}", "sqlite"), folder / "policy")
        made.build()
        yield made
        return
    server = request.getfixturevalue(f"{request.param}_server")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"shape_{worker}_{request.module.__name__.rpartition('_')[2]}"
    made = Ground(request.module.SHAPE, Database(server.create_database(name), request.param), folder / "policy")
    made.build()
    yield made
    server.drop_database(name)
