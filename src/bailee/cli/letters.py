"""``bailee letters``: the letters that have not gone yet, and paper for those who post it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.request.entry import Staff, entered
from bailee.cli.show import Line, columns, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.requests.letters.waiting_letters import WaitingLetter

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

_Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", show_default=False, help="As `bailee letters list` has it.")
]


def list_(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """List the letters that have not gone yet, on their way or to be printed, and those that did not arrive."""
    from bailee.requests.startup import open_context

    with open_context(policy):
        from bailee.requests.letters.waiting_letters import list_waiting_letters

        found = list(list_waiting_letters())
    if json:
        show_json([_json(one) for one in found])
    elif found:
        lines = tuple(map(Line, columns([_row(one) for one in found])))
        show([Line(_headline(found), lines, "bold")])
    else:
        show([Line("every letter has gone")])
    return Exit.LOOK if any(one.state == "failed" for one in found) else Exit.DONE


def print_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False, help="Where the PDF files go.")],
    policy: options.PolicyFolder = Path(),
    staff: Staff = "",
) -> int:
    """Write the letters that go on paper as PDF, for window envelopes (DL, A4 folded twice).

    They wait until they are ticked off by `bailee letters sent`; until then they can be printed again. Who printed
    them is recorded.
    """
    with entered(policy, staff) as context:
        from bailee.requests.letters.print_jobs import print_waiting_letters

        written = print_waiting_letters(context, folder)
    if not written:
        show([Line("no letter waits for paper")])
        return Exit.DONE
    below = [*(Line(str(path), whole=True) for path in written)]
    show([Line(f"{counted(len(written), 'letter')} to print", tuple(below), "bold")])
    typer.echo("when they are in the post: bailee letters sent ID..., and delete the files")
    return Exit.DONE


def sent(
    ids: _Ids,
    policy: options.PolicyFolder = Path(),
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", show_default="today", help="When they were posted."),
    ] = None,
) -> int:
    """Say that letters on paper are in the post: a code in one of them is then destroyed here.

    An extension counts only where its letter was posted within the first month: give the day if it was before today.
    """
    from bailee.requests.startup import open_context

    with open_context(policy) as context:
        from bailee.requests.letters.print_jobs import mark_posted

        mark_posted(context, ids, None if on is None else on.date())
    typer.echo(f"{counted(len(set(ids)), 'letter')} ticked off")
    return Exit.DONE


def returned(ids: _Ids, policy: options.PolicyFolder = Path()) -> int:
    """Say that letters which had left reached nobody: a mail bounced, or the post brought paper back.

    The id of a mail stands before the @ of its Message-ID, which a bounce repeats. Its request then has its last day
    again until the person is told.
    """
    from bailee.requests.startup import open_context

    with open_context(policy) as context:
        from bailee.requests.letters.delivery import note_returned_letters

        note_returned_letters(context, ids)
    typer.echo(f"{counted(len(set(ids)), 'letter')} noted: tell the person (bailee request list)")
    return Exit.DONE


def again(ids: _Ids, policy: options.PolicyFolder = Path()) -> int:
    """Send mail that waits, or has failed, now: when what stood in the way is mended."""
    from bailee.requests.startup import open_context

    with open_context(policy) as context:
        from bailee.requests.letters.outbox import resend_letter as send_again

        for one in ids:
            send_again(context, one)
    typer.echo(f"{counted(len(ids), 'letter')} queued")
    return Exit.DONE


def _headline(found: list[WaitingLetter]) -> str:
    """Return how many letters have not gone yet, and how many went, or were tried, and did not arrive."""
    failed = sum(one.state == "failed" for one in found)
    waiting = len(found) - failed
    if not failed:
        return f"{counted(waiting, 'letter')} not gone yet"
    lost = f"{counted(failed, 'letter')} did not arrive"
    return f"{lost}, {waiting} not gone yet" if waiting else lost


def _row(one: WaitingLetter) -> tuple[str, ...]:
    state = one.state.replace("_", " ")
    if one.next_try_at is not None:
        state += f", next try {one.next_try_at:%Y-%m-%d %H:%M} UTC"
    return (
        one.id,
        one.reference or "",
        one.template,
        one.channel,
        counted(one.tries, "try", "tries"),
        one.problem,
        state,
    )


def _json(one: WaitingLetter) -> dict[str, Any]:
    moments = {"made_at": one.made_at.isoformat(), "next_try_at": one.next_try_at and one.next_try_at.isoformat()}
    return asdict(one) | moments
