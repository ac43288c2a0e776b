"""How a command ends: its exit code, and what went wrong in words, without anybody's values."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import typer

from bailee.cli.show import printable
from bailee.errors import BaileeError

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


class Exit(IntEnum):
    """Exit codes. They mean the same in every command and do not change."""

    DONE = 0
    LOOK = 1
    USAGE = 2
    POLICY = 3
    SYSTEM = 4
    STALE = 5
    NOT_ALLOWED = 6
    FILES = 7
    UNPROVEN = 8
    BROKEN = 10
    UNKNOWN = 11
    FAULT = 70  # EX_SOFTWARE of sysexits.h
    STOPPED = 130  # as a shell says of SIGINT
    HUNG_UP = 141  # and of SIGPIPE


MEANINGS: Mapping[Exit, str] = {
    Exit.DONE: "done",
    Exit.LOOK: "done, but a person must look: the output says at what",
    Exit.USAGE: "the command is wrong, or names nobody and nothing",
    Exit.POLICY: "the policy has mistakes",
    Exit.SYSTEM: "a system cannot be reached, or failed",
    Exit.STALE: "the plan is stale, or is no plan; nothing was done",
    Exit.NOT_ALLOWED: "the policy's mode, or what is known, does not allow it",
    Exit.FILES: "a file, a folder or the books cannot be used",
    Exit.UNPROVEN: "a ledger or a receipt does not hold",
    Exit.BROKEN: "a promise is broken",
    Exit.UNKNOWN: "no promise is broken, but at least one is unknown",
    Exit.FAULT: "a fault in Bailee itself",
    Exit.STOPPED: "stopped by Ctrl-C",
    Exit.HUNG_UP: "nobody reads the output any more",
}

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:<3} {meaning}" for code, meaning in MEANINGS.items())
"""What every ``--help`` ends with; the backspace keeps the lines apart."""


@dataclass(frozen=True, slots=True)
class CommandProblem:
    """What went wrong. ``details``: further lines; ``more``: what a program reads besides."""

    exit: Exit
    code: str
    message: str
    hint: str = ""
    details: tuple[str, ...] = ()
    more: Mapping[str, Any] | None = None


class CommandError(Exception):
    """A command cannot go on."""

    def __init__(self, problem: CommandProblem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def report(problem: CommandProblem, *, as_json: bool) -> int:
    """Say on standard error what went wrong, as lines or as one JSON object, and return the exit code."""
    if as_json:
        error = {"code": problem.code, "message": problem.message, "hint": problem.hint, "exit": int(problem.exit)}
        typer.echo(json.dumps({"error": {**error, **(problem.more or {})}}), err=True)
        return problem.exit
    lines = [f"error {problem.code}: {problem.message}", *(f"  {line}" for line in problem.details)]
    if problem.hint:
        lines.append(f"  hint: {problem.hint}")
    typer.echo("\n".join(map(printable, lines)), err=True)
    return problem.exit


def explain(error: Exception) -> CommandProblem:
    """Return what ``error`` means for the person at the command line."""
    if isinstance(error, CommandError):
        return error.problem
    if not isinstance(error, BaileeError):
        return _fault(error)
    code = Exit(error.kind.value.exit)
    return CommandProblem(code, error.code, error.message, error.hint, error.details, error.facts)


def _fault(error: Exception) -> CommandProblem:
    """Return where an unexpected ``error`` comes from. Its own text may hold somebody's values and is not repeated."""
    from bailee.jobs.stack_frames import name_module

    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{name_module(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    return CommandProblem(
        Exit.FAULT,
        "fault",
        f"Bailee met something that it does not expect: {type(error).__name__}",
        "this is a mistake of ours: please report these lines, they hold nobody's data",
        tuple(ours[-6:]),
        {"kind": type(error).__name__, "trace": ours[-6:]},
    )
