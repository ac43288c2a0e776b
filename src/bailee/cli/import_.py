"""``bailee import``: maps of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.engine.connect.imports import ImportResult

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def fides(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A dataset file of Fides.")],
    policy: options.PolicyFolder = Path(),
    connector: Annotated[
        str,
        typer.Option(
            "--connector",
            metavar="NAME",
            show_default=False,
            help="What reads the datasets, where their own words tell it wrongly: sql, or another that is installed.",
        ),
    ] = "",
    *,
    json: options.AsJson = False,
) -> int:
    """Bring dataset files of Fides over, with a warning for each thing that has no counterpart here.

    Each dataset becomes systems/NAME.yaml, checked as by `bailee map`. Ends in 1 where there are warnings.
    """
    from bailee.engine.connect.imports import import_fides

    found = import_fides(policy, file, connector)
    if json:
        show_json([_as_json(one) for one in found])
    else:
        for one in found:
            warnings = tuple(Line(f"warning: {text}") for text in one.warnings)
            head = (
                f"{one.file}: {counted(one.collections, 'collection')}" if one.file else f"{one.dataset}: left behind"
            )
            show([Line(head, warnings, "bold")])
    return Exit.LOOK if any(one.warnings for one in found) else Exit.DONE


def _as_json(one: ImportResult) -> dict[str, object]:
    places = [
        {"file": w.place.file, "line": w.place.line, "dataset": w.place.dataset, "collection": w.place.collection,
         "field": w.place.field, "message": w.text}
        for w in one.warnings
    ]  # fmt: skip
    file = str(one.file) if one.file else None
    return {"dataset": one.dataset, "file": file, "collections": one.collections, "warnings": places}
