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
    Exit.UNKNOWN: "no promise is broken, but of one it is unknown",
    Exit.FAULT: "a fault in Bailee itself",
    Exit.STOPPED: "stopped by Ctrl-C",
    Exit.HUNG_UP: "nobody reads the output any more",
}

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:<3} {meaning}" for code, meaning in MEANINGS.items())
"""What every ``--help`` ends with; the backspace keeps the lines apart."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong. ``details``: further lines; ``more``: what a program reads besides."""

    exit: Exit
    code: str
    message: str
    hint: str = ""
    details: tuple[str, ...] = ()
    more: Mapping[str, Any] | None = None


class CommandError(Exception):
    """A command cannot go on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


def report(problem: Problem, *, as_json: bool) -> int:
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


def explain(error: Exception) -> Problem:
    """Return what ``error`` means for the person at the command line."""
    if isinstance(error, CommandError):
        return error.problem
    return _of_the_house(error) or _of_the_ledger(error) or _of_the_vault(error) or _of_letters(error) or _fault(error)


def _of_the_house(error: Exception) -> Problem | None:
    from bailee.connectors.base import ConnectorError
    from bailee.demo import DemoError
    from bailee.draft.fides import NotFides
    from bailee.engine.apply import Stale
    from bailee.engine.connect.drafts import NotConnected
    from bailee.engine.connect.new_folder import NotStarted
    from bailee.engine.package import PackageError
    from bailee.engine.people import UnknownPerson
    from bailee.engine.plans import NotAllowed, UnknownName
    from bailee.plan import PlanError
    from bailee.policy import PolicyError
    from bailee.store import BooksError
    from bailee.store.errors import NotAskable, NotYours, StaffError, TooMany
    from bailee.store.sealed_store import StateError

    match error:
        case PolicyError():
            return _policy(error)
        case ConnectorError():
            facts = {"sqlstate": error.sqlstate, "constraint": error.constraint}
            named = ", ".join(text for text in facts.values() if text)
            message = f"{error.message} [{named}]" if named else error.message
            return Problem(Exit.SYSTEM, error.code, message, error.hint, more={k: v for k, v in facts.items() if v})
        case Stale():
            return Problem(
                Exit.STALE, "stale", error.message, error.hint, error.reasons, {"reasons": list(error.reasons)}
            )
        case PackageError():
            return Problem(Exit.FILES, error.code, error.message, error.hint)
    plain: tuple[tuple[type[Exception], Exit, str], ...] = (
        (UnknownPerson, Exit.USAGE, "unknown_person"),
        (UnknownName, Exit.USAGE, "no_such_name"),
        (NotFides, Exit.FILES, "not_fides"),
        (NotConnected, Exit.USAGE, "not_connected"),
        (NotAllowed, Exit.NOT_ALLOWED, "not_allowed"),
        (PlanError, Exit.STALE, "plan_unreadable"),
        (NotStarted, Exit.FILES, "not_started"),
        (StateError, Exit.FILES, "books"),
        (BooksError, Exit.FILES, "books"),
        (NotYours, Exit.NOT_ALLOWED, "not_allowed"),
        (StaffError, Exit.USAGE, "staff"),
        (NotAskable, Exit.USAGE, "not_askable"),
        (TooMany, Exit.NOT_ALLOWED, "too_many"),
        (DemoError, Exit.FILES, "demo"),
    )
    for kind, code, name in plain:
        if isinstance(error, kind):
            return Problem(code, name, str(getattr(error, "message", "")), str(getattr(error, "hint", "")))
    return None


def _of_the_ledger(error: Exception) -> Problem | None:
    from bailee.ledger import LedgerError

    if not isinstance(error, LedgerError):
        return None
    is_unusable = error.code in {"L603", "L605", "L606", "L609"}  # the others say that something is not as signed
    return Problem(Exit.FILES if is_unusable else Exit.UNPROVEN, error.code, error.message, error.hint)


def _of_the_vault(error: Exception) -> Problem | None:
    from bailee.vault import VaultError

    if not isinstance(error, VaultError):
        return None
    is_refused = error.code in {"V707", "V708"}  # the others say that a key or a file cannot be used
    return Problem(Exit.NOT_ALLOWED if is_refused else Exit.FILES, error.code, error.message, error.hint)


def _of_letters(error: Exception) -> Problem | None:
    from bailee.requests.letters import LetterError

    if not isinstance(error, LetterError):
        return None
    is_unusable = error.code in {"W903", "W905"}  # the others say that a letter cannot be as it is asked for
    return Problem(Exit.FILES if is_unusable else Exit.USAGE, error.code, error.message, error.hint)


NO_SYSTEMS = "P003"
"""The code of a policy that lacks systems; if that is all, it is one that `bailee init` has just written."""


def _policy(error: Any) -> Problem:
    found = [p for p in error.problems if p.severity == "error"]
    if {p.code for p in found} == {NO_SYSTEMS} and len(error.problems) == len(found):  # as a new policy is
        message, hint = "the policy has no mistake, and no system yet", "connect one: bailee connect NAME ADDRESS"
        more = {"problems": [problem_json(p) for p in error.problems]}
        return Problem(Exit.POLICY, "no_systems", message, hint, more=more)
    count = "1 mistake" if len(found) == 1 else f"{len(found)} mistakes"
    return Problem(
        Exit.POLICY,
        "policy",
        f"the policy has {count}",
        "mend them, and run the command again; --policy names another folder",
        tuple(map(str, error.problems)),
        {"problems": [problem_json(p) for p in error.problems]},
    )


def problem_json(problem: Any) -> dict[str, Any]:
    """Return a problem of the policy as a program reads it."""
    place = problem.place
    return {
        "code": problem.code, "severity": problem.severity, "message": problem.message, "hint": problem.hint,
        "file": place.file, "line": place.line, "column": place.column,
    }  # fmt: skip


def _fault(error: Exception) -> Problem:
    """Return where an unexpected ``error`` comes from. Its own text may hold somebody's values and is not repeated."""
    from bailee.jobs.stack_frames import module_of

    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{module_of(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]
    return Problem(
        Exit.FAULT,
        "fault",
        f"Bailee met something that it does not expect: {type(error).__name__}",
        "this is a mistake of ours: please report these lines, they hold nobody's data",
        tuple(ours[-6:]),
        {"kind": type(error).__name__, "trace": ours[-6:]},
    )
