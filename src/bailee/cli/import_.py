"""``bailee import``: maps of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted


def fides(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A dataset file of Fides.")],
    policy: options.PolicyFolder = Path(),
    *,
    json: options.AsJson = False,
) -> int:
    """Bring dataset files of Fides over, with a warning for each thing that has no counterpart here.

    Each dataset becomes systems/NAME.yaml. Ends in 1 where there are warnings.
    """
    from bailee.runner.importing import fides as run

    found = run(policy, file)
    if json:
        show_json(
            [{"file": str(one.file), "collections": one.collections, "warnings": list(one.warnings)} for one in found]
        )
    else:
        for one in found:
            warnings = tuple(Line(f"warning: {text}") for text in one.warnings)
            show([Line(f"{one.file}: {counted(one.collections, 'collection')}", warnings, "bold")])
    return Exit.LOOK if any(one.warnings for one in found) else Exit.DONE
