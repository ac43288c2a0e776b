"""``bailee worker``: what is due is done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Option

from bailee.cli import options
from bailee.cli.exits import Exit

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def worker(
    policy: options.PolicyFolder = Path(),
    *,
    once: Annotated[bool, Option("--once", help="Do what is due now, and end.")] = False,
    json: Annotated[bool, Option("--json", help="Log lines of JSON.")] = False,
) -> int:
    """Do what is due: plans that are approved, second looks, letters, retention, checks, holds that have ended.

    Start as many as you like on books in PostgreSQL. SIGTERM ends it after the current step; a worker that is killed
    is followed by another.
    """
    from bailee.jobs.process import write_log_lines
    from bailee.requests.startup import open_worker_context

    write_log_lines(as_json=json)
    with open_worker_context(policy) as desk:
        from bailee.jobs.worker import run_worker

        run_worker(desk, once=once)
    return Exit.DONE
