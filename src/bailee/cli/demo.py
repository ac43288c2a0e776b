"""``bailee demo``: an invented firm, and the main job done on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bailee.cli.exits import CommandError, Exit, Problem
from bailee.cli.show import Line, show
from bailee.cli.words import command

_SHOWN = "everywhere"
"""The member of the cast on whom the main job is done."""

_NEXT = (
    "only_a_caller",
    "number_before",
    "office_line",
    "unconfirmed",
    "joint_account",
    "left_lately",
    "left_long_ago",
)


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to build it; a demo that is there is built anew.")
    ] = Path("bailee-demo"),
) -> int:
    """Build an invented firm, then find, copy, plan and erase one of its customers.

    The firm is a policy folder, four SQLite databases and a folder of recordings, full of people who do not exist.
    """
    from bailee.cli.app import run
    from bailee.demo import build

    copy, plan = folder / "alice.zip", folder / "alice.plan"
    try:
        built = build(folder, today=datetime.now(UTC).date())
        for made in (copy, plan):  # by an earlier demo
            made.unlink(missing_ok=True)
    except OSError as error:
        message = f"the demo cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(Problem(Exit.FILES, "demo", message, "name another folder")) from None
    person = built.cast[_SHOWN].known_by[0]
    show(
        [
            Line(
                f"{folder} is now a firm that does not exist: a policy in plain text, and systems full of people",
                style="bold",
            )
        ]
    )
    for arguments in (
        ("find", person),
        ("copy", person, "-o", str(copy)),
        ("plan", "erase", person, "--out", str(plan)),
        ("apply", str(plan)),
    ):
        words = (*arguments, "--policy", str(folder))
        show([Line(""), Line(f"$ {command(*words)}", style="bold cyan", whole=True), Line("")])
        sys.stdout.flush()
        code = run(words)
        if code != Exit.DONE:
            return code
    show(_next(folder))
    return Exit.DONE


def _next(folder: Path) -> Iterator[Line]:
    from bailee.demo.cast import CAST

    yield Line("")
    yield Line(
        f"the copy is {folder / 'alice.zip'}: unpack it and open index.html. The policy is in {folder}: read it",
        style="bold",
    )
    yield Line("what to try next:")
    for name in _NEXT:
        member = CAST[name]
        yield Line("")
        yield Line(f"# {member.full_name or 'Somebody'}: {member.shows}", style="dim")
        for said in member.commands:
            yield Line(command(*said.split()[1:], "--policy", str(folder)), whole=True)
