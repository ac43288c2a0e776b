"""``bailee drift``: what has changed in the systems since they were connected."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json
from bailee.cli.words import counted

if TYPE_CHECKING:
    from bailee.engine.connect.drift import DriftReport

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


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
    from bailee.engine.connect.drift import find_drift

    found = find_drift(policy, tuple(names or ()))
    if json:
        show_json(_as_json(found))
    else:
        show(_page(found))
    return Exit.LOOK if found.changes else Exit.DONE


def _as_json(found: DriftReport) -> dict[str, object]:
    return {
        "changes": [
            {"system": d.system, "kind": d.kind, "table": d.table, "column": d.column, "says": d.says, "hint": d.hint}
            for d in found.changes
        ],
        "unread": [{"system": system, "table": table, "why": why} for (system, table), why in found.unread.items()],
    }  # fmt: skip


def _page(found: DriftReport) -> Iterator[Line]:
    for system, drifts in groupby(found.changes, lambda d: d.system):
        each = list(drifts)
        lines = tuple(Line(d.says, (Line(f"hint: {d.hint}", style="dim"),)) for d in each)
        yield Line(f"{system}: {counted(len(each), 'change')}", lines, "bold")
    if not found.changes:
        yield Line("nothing has changed since the systems were connected", style="bold")
    for system, whys in groupby(found.unread.items(), lambda one: one[0][0]):
        unread = [Line(f"{table}: {why}") for (_, table), why in whys]
        tables = counted(len(unread), "table")
        yield Line(f"{system}: what values look like was not seen in {tables}", tuple(unread))
