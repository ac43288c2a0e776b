"""``bailee map``: what the map of a system says, what it leaves open, and what was guessed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.connect import NOTES, SURE, guess_json, note_json
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import command, counted

if TYPE_CHECKING:
    from bailee.draft import Guess
    from bailee.engine.connect.drafts import AcceptedGuesses, MappedSystem, TableOnMap

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def map_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The system.")],
    policy: options.PolicyFolder = Path(),
    accept: Annotated[
        float | None,
        typer.Option(
            "--accept",
            metavar="SURE",
            min=0,
            max=1,
            show_default=False,
            help="Take the guesses over that are at least so sure (0 to 1), as far as a map can be complete with them.",
        ),
    ] = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Show what is mapped, opaque and undecided in a system, and what the compiler finds.

    Ends in 1 while something is undecided or wrong, so that a pipeline sees it.
    """
    from bailee.engine.connect import drafts

    taken = drafts.accept_guesses(policy, name, accept) if accept is not None else None
    mapped = drafts.inspect_map(policy, name, values=True)
    standing = drafts.list_tables(mapped)
    if json:
        show_json(_as_json(mapped, standing, taken))
    else:
        show(_page(mapped, standing, taken, policy))
    return Exit.LOOK if mapped.problems or any(s.undecided for s in standing) else Exit.DONE


def _as_json(mapped: MappedSystem, standing: list[TableOnMap], taken: AcceptedGuesses | None) -> dict[str, object]:
    return {
        "system": mapped.system.name,
        "tables": [
            {"table": s.table, "collection": s.collection, "opaque": s.opaque, "named": list(s.named),
             "undecided": list(s.undecided)}
            for s in standing
        ],
        "guesses": [guess_json(guess) for guess in mapped.draft.guesses],
        "unguessed": [note_json(note) for note in mapped.draft.notes if note.kind == "undecided"],
        "questions": [note_json(note) for note in mapped.draft.notes if note.kind == "question"],
        "problems": [problem.to_dict() for problem in mapped.problems],
        "taken": [guess_json(guess) for guess in taken.taken] if taken else [],
        "waiting": [{**guess_json(guess), "problem": why} for guess, why in taken.waiting] if taken else [],
    }  # fmt: skip


# --- for people ----------------------------------------------------------------------------------------------


def _page(
    mapped: MappedSystem, standing: list[TableOnMap], taken: AcceptedGuesses | None, policy: Path
) -> Iterator[Line]:
    if taken is not None:
        yield from _taken(taken)
        yield Line("")
    yield from _standing(mapped, standing)
    found = [p for p in mapped.problems if p.code != "T411"]  # what is undecided stands above
    if found:
        yield Line("")
        yield Line("the compiler says:", tuple(Line(f"{p.severity}: {p}") for p in found), "bold")
    if mapped.draft.guesses:
        yield Line("")
        yield from _guesses(mapped)
    for kind, title in NOTES.items():
        if notes := [note for note in mapped.draft.notes if note.kind == kind]:
            yield Line("")
            yield Line(
                title, tuple(Line(f"{n.collection}.{n.about}", (Line(n.because, style="dim"),)) for n in notes), "bold"
            )
    yield Line("")
    yield from _next(mapped, standing, () if policy == Path() else ("--policy", str(policy)))


def _next(mapped: MappedSystem, standing: list[TableOnMap], here: tuple[str, ...]) -> Iterator[Line]:
    """Yield what to do next: take guesses over, decide what is left, or make the accounts."""
    from bailee.draft.page import find_acceptable

    name = mapped.system.name
    can_stand = find_acceptable(mapped.draft, 0, mapped.system.collections, mapped.file_stores)
    if can_stand:
        sure = min(SURE, max(guess.sure for guess in can_stand))
        sure = floor(sure * 10) / 10
        yield Line(f"to take those that are at least {sure} sure, once the reasons are read:")
        yield Line(command("map", name, "--accept", str(sure), *here), whole=True)
    elif any(s.undecided for s in standing):
        yield Line(f"what is undecided is for you to say, in {mapped.system.place.file}: what a column holds, under")
        yield Line("fields:, or that there is nothing personal in it, with the reason: opaque:")
    elif not any(p.severity == "error" for p in mapped.problems):
        yield Line("all is decided; accounts that can do what this map needs and no more:")
        yield Line(command("grants", name, *here), whole=True)


def _taken(taken: AcceptedGuesses) -> Iterator[Line]:
    yield Line(f"{counted(len(taken.taken), 'guess', 'guesses')} taken over into the map", style="bold")
    waiting = sorted({(guess.collection, why) for guess, why in taken.waiting})
    if waiting:
        lines = tuple(Line(f"{collection}: {why}") for collection, why in waiting)
        yield Line("these wait, for the map would not be valid with them:", lines, "yellow")


def _standing(mapped: MappedSystem, standing: list[TableOnMap]) -> Iterator[Line]:
    on_map = [s for s in standing if s.collection and not s.opaque]
    opaque = [s for s in standing if s.opaque]
    loose = [s for s in standing if not s.collection]
    columns = sum(len(s.named) + len(s.undecided) for s in standing)
    undecided = sum(len(s.undecided) for s in standing)
    summary = f"{mapped.system.name}: {undecided:,} of {counted(columns, 'column')} undecided"
    yield Line(summary, style="bold")
    yield Line(f"mapped: {counted(len(on_map), 'table')}", tuple(_tables(on_map)))
    yield Line(f"opaque, nothing personal in them: {counted(len(opaque), 'table')}", tuple(_tables(opaque)))
    names = tuple(Line(s.table) for s in loose)
    yield Line(f"undecided, on no map: {counted(len(loose), 'table')}", names)


def _tables(standing: list[TableOnMap]) -> Iterator[Line]:
    for s in standing:
        open_ = f"; undecided: {', '.join(s.undecided)}" if s.undecided else ""
        yield Line(f"{s.table}{open_}")


def _guesses(mapped: MappedSystem) -> Iterator[Line]:
    from bailee.draft.page import write_inline

    def said(guess: Guess) -> Line:
        words = ", ".join(f"{word}: {write_inline(value)}" for word, value in guess.says.items())
        then = (Line(guess.then, style="dim"),) if guess.then else ()
        return Line(f"{guess.sure:.2f}  {words}", (Line(guess.because, style="dim"), *then))

    yield Line(f"guessed, and not in force ({counted(len(mapped.draft.guesses), 'guess', 'guesses')}):", style="bold")
    for collection, guesses in groupby(mapped.draft.guesses, lambda guess: guess.collection):
        yield Line(collection, tuple(map(said, guesses)))
