"""``bailee confirm``: what a person says to Bailee that no machine can know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from typer import Option

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def clock(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """Say that this machine's clock is right, where the books were last used long ago, or by a clock that was ahead.

    Look at another clock first: what is due is deleted by this one.
    """
    from bailee.engine.addresses import locate_store
    from bailee.engine.systems import make_connectors_of_context
    from bailee.engine.time_check import confirm_clock, find_doubts, read_clock
    from bailee.policy import load
    from bailee.store.context import Context

    read = load(policy, public=False)
    context = Context(policy, read, locate_store(read, policy), read_clock())
    here = confirm_clock(context.store)
    left = find_doubts(context.store, make_connectors_of_context(context))
    if json:
        show_json({"time": here.isoformat(), "doubts": list(left)})
    else:
        show([Line(f"this machine's clock is taken for right: {here:%Y-%m-%d %H:%M} UTC", style="bold")])
        show(Line(f"but {says}: set one of the two right", style="bold red") for says in left)
    return Exit.LOOK if left else Exit.DONE


def books(
    policy: options.PolicyFolder = Path(),
    *,
    entered: Annotated[
        bool,
        Option(
            "--entered-again",
            help="Holds, restrictions and objections placed since the backup are in the books again.",
        ),
    ] = False,
    json: options.AsJson = False,
) -> int:
    """Say what was done that these books do not know, since they are out of a backup; and go on with them all the same.

    Nothing is destroyed before. Plans that were begun meanwhile are not carried out a second time. Links that were sent
    before are over: so the clock must be right.
    """
    from bailee.engine.addresses import locate_store
    from bailee.engine.high_water import confirm_books, find_lost_file, find_missing_and_silent
    from bailee.engine.systems import make_connectors_of_context
    from bailee.engine.time_check import must_be_right, read_clock
    from bailee.policy import load
    from bailee.store.context import Context

    read = load(policy, public=False)
    context = Context(policy, read, locate_store(read, policy), read_clock())
    if entered:
        must_be_right(context.store, lambda: make_connectors_of_context(context))
    (found, silent), gone = (
        find_missing_and_silent(context.store, make_connectors_of_context(context)),
        find_lost_file(context.store),
    )
    lost = f"{gone}, the high-water mark, is missing" if gone else ""
    goes_on = entered or not (found or lost or silent)
    if entered:
        confirm_books(context.store, make_connectors_of_context(context), context.now)
    if json:
        show_json({"missing": [asdict(one) for one in found], "mark": lost, "not_asked": silent, "goes_on": goes_on})
    else:
        show(_page([str(one) for one in found], lost, silent, goes_on=goes_on, entered=entered))
    return Exit.DONE if goes_on and not silent else Exit.LOOK


def _page(found: Sequence[str], lost: str, silent: Sequence[str], *, goes_on: bool, entered: bool) -> Iterator[Line]:
    for name in silent:
        yield Line(f"{name} notes plans and does not answer: what it knows is not looked at", style="bold yellow")
    if silent and not found and not lost:
        yield Line("nothing is destroyed until it answers, or plans_in is taken off its map")
        return
    if not found and not lost:
        yield Line("these books know all that was done", style="bold green")
        return
    style = "bold" if goes_on else "bold yellow"
    if lost:
        yield Line(lost, style=style)
    if found:
        says = f"{counted(len(found), 'thing was', 'things were')} done that these books do not know"
        yield Line(says, tuple(map(Line, found)), style)
    if goes_on and entered:
        yield Line("the books go on from here" + (", once it answers" if silent else ""))
        return
    hints = (
        "hint: enter the holds, restrictions and objections of that time again, and look at the requests",
        "then: bailee confirm books --entered-again",
    )
    yield Line("nothing is destroyed until somebody has seen to it", tuple(map(Line, hints)))
