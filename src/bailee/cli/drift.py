"""``bailee drift``: what has changed in the systems since they were connected."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted


def drift(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", show_default=False, help="The systems; none: all.")
    ] = None,
    policy: options.PolicyFolder = Path(),
    *,
    json: options.AsJson = False,
) -> int:
    """Compare systems with how they looked when they were connected.

    A new table or column, one that is gone, another type, a column whose values have turned personal. Ends in 1 where
    something has changed, so that a pipeline stops.
    """
    from bailee.runner.drifting import drift as run

    found = run(policy, tuple(names or ()))
    if json:
        show_json([{"system": d.system, "kind": d.kind, "table": d.table, "column": d.column, "says": d.says,
                    "hint": d.hint} for d in found])  # fmt: skip
    elif not found:
        show([Line("nothing has changed since the systems were connected", style="bold")])
    else:
        for system, drifts in groupby(found, lambda d: d.system):
            each = list(drifts)
            lines = tuple(Line(d.says, (Line(f"hint: {d.hint}", style="dim"),)) for d in each)
            show([Line(f"{system}: {counted(len(each), 'change')}", lines, "bold")])
    return Exit.LOOK if found else Exit.DONE
