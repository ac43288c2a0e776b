"""Private database servers: real PostgreSQL and MariaDB, started here and gone afterwards.

Tests, the oracle and the bench all take theirs from this room. A server listens on a free port of 127.0.0.1 alone,
asks for a password made up when it starts, and ends when the process that it was started for ends, however that ends.
Nothing here imports pytest: its fixtures stand in `tests/conftest.py`.

    server = start_postgresql()
    url = server.create_database("alice")     # postgresql+psycopg://bailee:…@127.0.0.1:41234/alice
    server.stop()
"""

from tests.servers.kinds import Kind, MissingProgramError, ServerError
from tests.servers.mariadb import MARIADB
from tests.servers.postgresql import POSTGRESQL
from tests.servers.server import Server, attach, start, start_mariadb, start_postgresql

__all__ = [
    "MARIADB",
    "POSTGRESQL",
    "Kind",
    "MissingProgramError",
    "Server",
    "ServerError",
    "attach",
    "start",
    "start_mariadb",
    "start_postgresql",
]
