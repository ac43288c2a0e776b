"""``bailee apply``: a plan carried out, and looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import CommandError, CommandProblem, Exit
from bailee.cli.receipt import refuse_existing, write_new
from bailee.cli.results import after_all, left_out
from bailee.cli.show import Line, columns, progress, show, show_json
from bailee.cli.words import FATES, beside, counted, number, still, until

if TYPE_CHECKING:
    from bailee.engine.apply import ApplyResult, StepOutcome
    from bailee.plan import Law, PlanDocument
    from bailee.trace.coverage import KnownCopy

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.

LARGEST = 1 << 24
"""Bytes of a plan file: 16 MiB. A plan grows with the collections of the map, never with their rows."""


def apply(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", help="A plan file, from bailee plan ... --out.", show_default=False)
    ],
    policy: options.PolicyFolder = Path(),
    *,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Write the person's receipt to a new file, as name.tlog-proof: bailee receipt verify reads it.",
        ),
    ] = None,
    json: options.AsJson = False,
) -> int:
    """Carry out a plan: find again, refuse if anything has changed, write, and look again.

    A second time nothing is changed. What is done is recorded in the ledger, before and after.
    """
    from bailee.engine.apply import apply_plan
    from bailee.engine.journal import SpokenJournal
    from bailee.engine.ledger_entries import hand_out_receipt
    from bailee.engine.systems import open_systems
    from bailee.plan import is_whole, read_plan

    made = read_plan(_read(plan))
    refuse_existing(receipt)
    with open_systems(policy) as systems, progress("apply") as say:
        told = SpokenJournal(lambda system, change, rows: say(f"{system}: {change}, {counted(rows, 'row')}"))
        applied = apply_plan(systems, made, told)
        if receipt is not None and not applied.files_left:  # with files left the plan is not over
            hand_out_receipt(systems, made, partial(write_new, receipt))
    if json:
        show_json(_as_json(made, applied))
    else:
        show(applied_page(made, applied))
    accounted = all(copy.accepted for _, copy in applied.copies)
    return Exit.DONE if applied.is_done and accounted and is_whole(made) else Exit.LOOK


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) <= LARGEST:
            return data.decode()
    except OSError as error:
        message = f"the plan file cannot be read: {error.strerror or 'unknown'}"
        raise CommandError(
            CommandProblem(Exit.FILES, "plan_file", message, "name a file that bailee plan ... --out wrote")
        ) from None
    except UnicodeDecodeError:
        pass
    raise CommandError(
        CommandProblem(Exit.STALE, "plan_unreadable", "the plan file cannot be read", "make the plan again")
    )


def applied_page(plan: PlanDocument, applied: ApplyResult) -> Iterator[Line]:
    """Yield what became of a plan."""
    from bailee.plan import Result, choose_result

    if applied.again:
        yield Line("this plan was applied before: nothing was left to do")
        yield from left_out(plan)
        return
    laws = {(s.system, step.change): step.laws for s in plan.systems for step in s.steps}
    is_refused = plan.kind in {"erase", "release"} and choose_result(plan) is Result.REFUSED
    yield Line("not applied" if is_refused else "applied", style="bold")
    for system, outcomes in groupby(applied.outcomes, lambda o: o.system):
        yield Line(system, tuple(_outcomes(list(outcomes), laws)), "bold")
    if applied.files or applied.files_left:
        left = f", {applied.files_left:,} could not be deleted" if applied.files_left else ""
        yield Line(f"files: {applied.files:,} deleted{left}", style="bold yellow" if left else "")
    for why in applied.files_why:
        yield Line(f"  {why}", style="yellow")
    if applied.files_left:
        yield Line("  fix that and apply the plan again: it goes on with the files that are left", style="yellow")
    clean, lives_on = _WORDS.get(plan.kind, _WORDS["erase"])
    yield from _residual(plan, applied, clean)
    yield from left_out(plan)
    if applied.media:
        yield Line(f"where {lives_on}", tuple(map(Line, applied.media)))


_WORDS = {
    "erase": (
        "nothing that is theirs by the map is left but what a hold keeps",
        "the bytes may live on for a while, although the rows are gone",
    ),
    "retain": (
        "nothing is left that may go now; what a hold keeps stays, and so does what waits (`bailee plan retain` tells)",
        "the bytes may live on for a while, although the rows are gone",
    ),
    "correct": ("all of it in the tables on the map is as it was corrected", "what was wrong may live on for a while"),
    "object": (
        "nothing is left in the tables on the map that was objected to",
        "what was changed may live on for a while",
    ),
}
"""What a clean second look is called, and what media have, by the kind of plan; a release erases."""


def _outcomes(outcomes: Sequence[StepOutcome], laws: Mapping[tuple[str, str], Sequence[Law]]) -> Iterator[Line]:
    for fate, words in FATES.items():
        those = [o for o in outcomes if o.fate == fate]
        cells = []
        for one in those:
            mine = laws.get((one.system, one.change), ())
            named = f"{', '.join(one.laws)}, {until(law.until for law in mine)}" if one.laws else ""
            cells.append((one.collection, *number(one.count), named))
        if cells:
            yield Line(words, tuple(map(Line, columns(cells))))


def _residual(plan: PlanDocument, applied: ApplyResult, clean: str) -> Iterator[Line]:
    rest = [r for r in applied.residuals if r.count]
    if rest:
        told = [Line(f"{r.system}: {r.change}, {counted(r.count, 'row')}") for r in rest]
        yield Line("residual: not clean. Looked again, and these are still to be done", tuple(told), "bold red")
    elif all(one.why == "kept" for one in applied.standing):
        yield from after_all(plan, clean, is_clean=applied.is_clean)
    else:
        yield Line("residual: looked again, and all that was to be done is done", style="bold yellow")
    if applied.copies:
        told = [Line(f"{system}.{copy.collection}: {copy.says}{_accepted(copy)}") for system, copy in applied.copies]
        yield Line("not looked at: what may keep a copy of these rows", tuple(told), "bold yellow")
    missed = beside({system: replace(one, copies=0) for system, one in applied.not_looked_at.items()})
    if missed:
        yield Line("not looked at", tuple(map(Line, missed)), "yellow")
    if applied.standing:
        lines = still((s.system, s.collection, s.column, s.count, s.why) for s in applied.standing)
        style = "bold yellow" if applied.is_clean else "bold red"
        yield Line("what they were known by is still in", tuple(map(Line, lines)), style)


def _accepted(copy: KnownCopy) -> str:
    return f" (accepted: {copy.accepted})" if copy.accepted else ""


def _as_json(plan: PlanDocument, applied: ApplyResult) -> dict[str, Any]:
    from bailee.plan import choose_result

    return {
        "again": applied.again,
        "clean": applied.is_clean and not plan.refused,
        "result": choose_result(plan),
        "refused": plan.refused,
        "unconfirmed": plan.unconfirmed,
        "outcomes": [asdict(o) for o in applied.outcomes],
        "residual": [asdict(r) for r in applied.residuals if r.count],
        "copies": [{"system": system, **asdict(copy)} for system, copy in applied.copies],
        "not_looked_at": {system: asdict(one) for system, one in applied.not_looked_at.items()},
        "standing": [asdict(one) for one in applied.standing],
        "files": applied.files,
        "files_left": applied.files_left,
        "files_why": list(applied.files_why),
        "media": list(applied.media),
    }
