"""A worker in a process: it says what it does, and ends when it is told to."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailee.jobs.worker_context import WorkerContext  # needs the books open, and this does not

log = logging.getLogger("bailee.work")

ENDS = 9.0
"""Seconds that a process has to end between two steps once it is told to. Then it ends all the same, as by a crash."""


def stop_when_told(desk: WorkerContext, *, also: bool = False) -> None:
    """Let SIGTERM and SIGINT stop the worker between two steps; ``also``: and what the main thread does at once.

    A step that waits for a system that does not answer is left after `ENDS` seconds. That does no harm: what was begun
    is in the journal, and a worker resumes it.
    """

    def told(_number: int, _frame: FrameType | None) -> None:
        if not desk.stop.is_set():
            last = threading.Timer(ENDS, _end)
            last.daemon = True
            last.start()
        desk.stop.set()
        if also:
            raise SystemExit

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)


def _end() -> None:
    log.warning("a step takes longer than %d s: it is left, and resumed by the next worker", ENDS)
    os._exit(0)


def write_log_lines(*, as_json: bool) -> None:
    """Write what the worker does to standard error, a line each: kinds, ids and codes, nobody's data.

    Django is not heard: a traceback of its could repeat values.
    """
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(_AsJson() if as_json else logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    for name in ("bailee.work", "bailee.web"):
        ours = logging.getLogger(name)
        ours.handlers, ours.propagate = [shown], False
        ours.setLevel(logging.INFO)
    theirs = logging.getLogger("django")
    theirs.handlers, theirs.propagate = [logging.NullHandler()], False


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"at": self.formatTime(record), "level": record.levelname.lower(), "said": record.getMessage()}
        return json.dumps(line)
