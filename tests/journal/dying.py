"""Applies or settles a plan in a process of its own, which is killed with -9 at a step of the journal."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bailee.engine.apply import apply_plan
from bailee.engine.journal import NO_COUNTS
from bailee.engine.recheck import recheck_plan
from bailee.engine.systems import open_systems
from bailee.plan import read_plan

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.journal.dying"])


@dataclass(frozen=True)
class Deadly:
    """A journal that kills the process at ``line``: ``before`` or ``after``, a step, and its system if any."""

    line: str

    def begin_step(self, step: str, system: str = "") -> None:
        """Die where it is to be before this step."""
        self._pass(f"before {step} {system}")

    def end_step(self, step: str, system: str = "", counts: Mapping[str, int] = NO_COUNTS) -> None:  # noqa: ARG002
        """Die where it is to be after this step."""
        self._pass(f"after {step} {system}")

    def _pass(self, line: str) -> None:
        if line.strip() == self.line:
            os.kill(os.getpid(), signal.SIGKILL)


def die(folder: Path, environment: Mapping[str, str], plan: str, now: datetime, line: str) -> None:
    """Apply ``plan`` if it is not settling, else settle it, and die at ``line`` of the journal."""
    process = CONTEXT.Process(target=_go, args=(folder, environment, plan, now, line))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _go(folder: Path, environment: Mapping[str, str], plan: str, now: datetime, line: str) -> None:
    os.environ.update(environment)
    with open_systems(folder, now=now) as systems:
        if apply_plan(systems, read_plan(plan), Deadly(line), settle=True).settling:
            recheck_plan(systems, read_plan(plan), Deadly(line))
