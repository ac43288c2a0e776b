"""``bailee ledger verify``: the whole log computed anew, and held against what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.show import Line, columns, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.ledger import AuditFinding

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def verify(
    policy: options.PolicyFolder = Path(),
    *,
    checkpoint: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            show_default=False,
            help="An older checkpoint, kept elsewhere: the ledger must go on from it.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Compute the whole ledger anew and say what is wrong with it, and where.

    Systems are asked for plans that the books do not know, where they keep any. The ledger alone cannot show that all
    of it was written again: keep its checkpoint elsewhere now and then, and give it to --checkpoint.
    """
    from bailee.engine.addresses import locate_store
    from bailee.engine.ledger_entries import find_unknown_acts, inspect_ledger
    from bailee.engine.systems import make_connectors
    from bailee.engine.time_check import read_clock
    from bailee.ledger import LedgerError
    from bailee.policy import load

    older = None if checkpoint is None else read_text(checkpoint, "checkpoint")
    read = load(policy, public=False)
    state = locate_store(read, policy)
    restored = tuple(find_unknown_acts(state, make_connectors(read, policy, state, read_clock())))
    try:
        key, entries, findings = inspect_ledger(state, older)
    except LedgerError as error:
        if error.code != "L603" or not restored:
            raise
        key, entries, findings = "none", 0, ()  # it was begun since the backup
    findings = (*findings, *restored)
    if json:
        found = [asdict(one) for one in findings]
        show_json({"holds": not findings, "entries": entries, "key": key, "findings": found})
    else:
        show(_page(key, entries, findings, goes_on=older is not None))
    return Exit.UNPROVEN if findings else Exit.DONE


def read_text(path: Path, what: str) -> str:
    """Return the text of a file that somebody names; raises `CommandError`."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"the {what} cannot be read: {error.strerror or 'unknown'}"
        raise CommandError(CommandProblem(Exit.FILES, f"{what}_file", message, "check its name")) from None
    except UnicodeDecodeError:
        message = f"this is no {what}: it is not text"
        raise CommandError(
            CommandProblem(Exit.UNPROVEN, f"{what}_file", message, "take the file as it was given")
        ) from None


def _page(key: str, entries: int, findings: tuple[AuditFinding, ...], *, goes_on: bool) -> Iterator[Line]:
    signed = f"{counted(entries, 'entry', 'entries')}, signed by" if entries else "no entry is signed; its key is"
    yield Line(f"ledger: {signed}", (Line(key, whole=True),), "bold")
    if findings:
        told = columns([(one.what, one.where, one.says) for one in findings])
        yield Line(counted(len(findings), "thing is", "things are") + " wrong", tuple(map(Line, told)), "bold red")
        return
    also = ", and goes on from the older checkpoint" if goes_on else ""
    yield Line(f"computed again: every entry is as it was signed{also}", style="bold green")
