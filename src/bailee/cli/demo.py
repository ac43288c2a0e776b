"""``bailee demo``: an invented firm, and the main job done on it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.show import Line, columns, show
from bailee.cli.words import command

if TYPE_CHECKING:
    from bailee.demo import Demo

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

PORT = 8080
"""Where `bailee serve` serves, if nothing else is said."""

_SHOWN = "everywhere"
"""The member of the cast on whom the main job is done."""

_ASKS = "joint_account"
"""The member of the cast as whom a newcomer may ask on the pages: she is still there."""

_MENDED = "calls-six-years"

_NEXT = (
    "enquirer",
    "only_a_caller",
    "number_before",
    "office_line",
    "unconfirmed",
    "joint_account",
    "left_lately",
    "left_long_ago",
)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where to build it; a demo that is there is built again.")
    ] = Path("bailee-demo"),
    *,
    serve: Annotated[bool, typer.Option("--serve", help="Then serve its pages, until it is told to stop.")] = False,
) -> int:
    """Build an invented firm; find, copy, plan and erase one of its customers; then see which promises it keeps.

    The firm is a policy folder, six SQLite databases and a folder of recordings, full of people who do not exist. In
    its books are seven weeks of their requests, and staff in each role to sign in as.
    """
    from bailee.demo import build

    run: Callable[[Sequence[str]], int] = ctx.obj  # as the command line runs a command
    port = _free_port()
    site = f"http://localhost:{port}"
    copy, plan, notice = folder / "alice.zip", folder / "alice.plan", folder / "notice"
    try:
        built = build(folder, today=datetime.now(UTC).date(), site=site)
        for made in (copy, plan):  # by an earlier demo
            made.unlink(missing_ok=True)
    except OSError as error:
        message = f"the demo cannot be written: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, "demo", message, "name another folder")) from None
    person = built.cast[_SHOWN].known_by[0]
    show(
        [
            Line(
                f"{folder} is now a firm that does not exist: a policy in plain text, and systems full of people",
                style="bold",
            )
        ]
    )
    for arguments, expected in (
        (("find", person), Exit.DONE),
        (("copy", person, "-o", str(copy)), Exit.DONE),
        (("plan", "erase", person, "--out", str(plan)), Exit.DONE),
        (("apply", str(plan)), Exit.DONE),
        (("check",), Exit.BROKEN),  # the firm breaks some of its promises, so that there is something to mend
        (("notice", "build", "-o", str(notice)), Exit.DONE),
    ):
        words = (*arguments, "--policy", str(folder))
        show([Line(""), Line(f"$ {command(*words)}", style="bold cyan", whole=True), Line("")])
        sys.stdout.flush()
        code = run(words)
        if code != expected:
            return code
    show(_next(folder))
    _let_people_ask(built, site)
    if not serve:
        words = ("serve", *(("--port", str(port)) if port != PORT else ()), "--policy", str(folder))
        show([Line(""), Line("the pages are served by", (Line(command(*words), whole=True),), "bold")])
    else:
        from bailee.cli.serve import serve as serve_pages

        return serve_pages(folder, port=port)
    return Exit.DONE


def _let_people_ask(built: Demo, site: str) -> None:
    """Let seven weeks of requests happen in the demo's books, and say who works there."""
    show(
        [
            Line(""),
            Line(
                "for its pages, seven weeks of requests are made up now, in every state that there is; the ledger has "
                "them after what you saw, since nothing is ever put before ...",
                style="dim",
            ),
        ]
    )
    sys.stdout.flush()
    from bailee.demo.requests import fill

    staff = fill(built, datetime.now(UTC).replace(microsecond=0))
    rows = [(one.role, one.name, f"{site}/sign-in/begin/{one.link}/") for one in staff]
    lines = tuple(Line(text, whole=True) for text in columns(rows))
    show([Line("who works there; each link is for the first sign-in, once, until tomorrow:", lines, "bold")])
    asks = (Line(f"ask as {built.cast[_ASKS].known_by[0]} at {site}/ask", whole=True),)
    show([Line(f"letters land in {built.folder / 'outbox'}, the newest last: codes are in them", asks, "bold")])


def _free_port() -> int:
    """Return the port that `bailee serve` takes, or another where that is taken."""
    for port in (PORT, 0):
        with closing(socket.socket()) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(listening.getsockname()[1])
    return PORT


def _next(folder: Path) -> Iterator[Line]:
    from bailee.demo.cast import CAST

    yield Line("")
    yield Line(f"the copy is {folder / 'alice.zip'}: unpack it and open index.html", style="bold")
    yield Line(f"the notice is {folder / 'notice' / 'index.html'}: open it, and read notice.md beside it", style="bold")
    yield Line("what to try next:")
    yield from _mending(folder)
    for name in _NEXT:
        member = CAST[name]
        yield Line("")
        yield Line(f"# {member.full_name or 'Somebody'}: {member.shows}", style="dim")
        for said in member.commands:
            yield Line(command(*said.split()[1:], "--policy", str(folder)), whole=True)


def _mending(folder: Path) -> Iterator[Line]:
    """Yield how one of the broken promises is mended, and how a light is doubted."""
    plan, of = str(folder / "calls.plan"), ("--policy", str(folder))
    for why, commands in (
        (
            "A promise is broken: call records of more than six years are still there. Delete them, and look again",
            (("plan", "retain", "calls", "--out", plan), ("apply", plan), ("check", _MENDED)),
        ),
        ("You need not believe a light: see its query, or plant a violation in a copy",
         (("check", "passwords-encrypted", "--sql"), ("check", "passwords-encrypted", "--rehearse"))),
        ("How much of the notice is held against something", (("notice", "coverage"),)),
    ):  # fmt: skip
        yield Line("")
        yield Line(f"# {why}", style="dim")
        for words in commands:
            yield Line(command(*words, *of), whole=True)
