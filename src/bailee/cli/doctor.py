"""``bailee doctor``: whether all is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, show, show_json

if TYPE_CHECKING:
    from bailee.views.doctor import DoctorFinding

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def doctor(policy: options.PolicyFolder = Path(), *, json: options.AsJson = False) -> int:
    """Say whether all is well: books, vault, ledger, disk, mail, systems, workers, and what waits too long."""
    from bailee.views.doctor import examine

    found = examine(policy)
    if json:
        show_json({"well": all(one.well for one in found), "findings": [asdict(one) for one in found]})
    else:
        show(_page(found))
    return Exit.DONE if all(one.well for one in found) else Exit.LOOK


def _page(found: tuple[DoctorFinding, ...]) -> Iterator[Line]:
    width = max(len(one.about) for one in found)
    for one in found:
        mark = "well" if one.well else "LOOK"
        hint = (Line(f"hint: {one.hint}"),) if one.hint else ()
        yield Line(f"{mark}  {one.about:<{width}}  {one.says}", hint, "" if one.well else "yellow")
    count = sum(not one.well for one in found)
    yield Line("all is well" if not count else f"{count} to look at", style="bold")
