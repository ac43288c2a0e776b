"""Private servers for the bench, and `bailee` as its user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.servers import MARIADB, POSTGRESQL, Server, start

BAILEE = str(Path(sys.executable).with_name("bailee"))
KINDS = {"postgresql": POSTGRESQL, "mariadb": MARIADB}
REGIMES = {"GB": "uk", "DE": "eu"}
PATIENCE = 600  # seconds for one command


class Servers:
    """The private servers, each started when it is first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._started: dict[str, Server] = {}

    def empty(self, database: str, name: str, folder: Path) -> str:
        """Return the URL of an empty database."""
        if database == "sqlite":
            return f"sqlite:///{folder / name}.db"
        if database not in self._started:
            self._started[database] = start(KINDS[database])
            self._stack.callback(self._started[database].stop)
        return self._started[database].create_database(name)


def connect(name: str, url: str, here: Path, regime: str = "uk") -> tuple[Path, float]:
    """Make a policy folder, connect the database at ``url`` to it; return the system's file and the seconds."""
    policy = here / f"policy-{name}"
    _run("init", str(policy), "--regime", regime, cwd=here)
    begun = time.monotonic()
    _run("connect", name, url, cwd=policy)
    return policy / "systems" / f"{name}.yaml", time.monotonic() - begun


def accept(name: str, policy: Path, sure: float) -> int:
    """Take the guesses at least so ``sure`` over into the map; return how many mistakes (not warnings) it then has."""
    told = json.loads(_run("map", name, "--accept", str(sure), "--json", cwd=policy, may_end_in=(0, 1)))
    return sum(problem["severity"] == "error" for problem in told["problems"])


def _run(*arguments: str, cwd: Path, may_end_in: Sequence[int] = (0,)) -> str:
    told = subprocess.run([BAILEE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if told.returncode not in may_end_in:
        raise RuntimeError(f"bailee {arguments[0]} ended with {told.returncode}:\n{told.stderr or told.stdout}")
    return told.stdout
