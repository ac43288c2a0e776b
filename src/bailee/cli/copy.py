"""``bailee copy``: everything that is held about a person, in one file that anybody can open."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.find import confirm_json, not_looked_at, not_looked_at_json, to_look_at
from bailee.cli.show import Line, columns, progress, show, show_json, warn_of
from bailee.cli.words import counted, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailee.engine.package import PackageSummary, PackingProgress
    from bailee.engine.people import ListedRows, Search

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


def copy(
    person: options.Persons,
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--out", metavar="FILE", show_default=False, help="The new file: a ZIP, for you alone to read."
        ),
    ],
    policy: options.PolicyFolder = Path(),
    confirm: options.Confirmed = [],  # noqa: B006 - Typer copies it
    on_behalf_of: options.Customer = None,
    *,
    json: options.AsJson = False,
) -> int:
    """Write a copy of all that is held about a person (GDPR Art. 15).

    Inside the ZIP, index.html opens in any browser; CSV and JSON and the files stand beside it. Other people's
    values are left out. No system is changed.
    """
    from bailee.engine.copies import write_copy
    from bailee.engine.package import refuse_existing
    from bailee.engine.people import search_person
    from bailee.engine.systems import open_systems

    refuse_existing(out)
    with (
        open_systems(policy) as systems,
        search_person(systems, person, confirmed=confirm, customer=on_behalf_of, despite="their own copy") as found,
    ):
        with progress("copy") as say:
            summary = write_copy(found, out, lambda p: say(_progress(p)))
        listed = list(found.find_listed())
        if json:
            show_json(_as_json(found, summary, listed))
        else:
            warn_of(systems.warnings)
            show([*_page(summary), *to_look_at(found, listed), *not_looked_at(found)])
    absent = summary.missing or summary.unreadable or summary.shared
    return Exit.LOOK if absent or found.persons.to_confirm or listed or not summary.rows else Exit.DONE


def _progress(step: PackingProgress) -> str:
    if step.step == "reading":
        return f"{step.system}.{step.collection}, {counted(step.done, 'row')}"
    return f"packing {step.done * 100 // max(step.total or 0, 1)}%"


def _page(summary: PackageSummary) -> Iterator[Line]:
    cells = [
        (f"{s.system}.{s.collection}", f"{s.rows:,}", ", ".join(_beside(s))) for s in summary.sections
    ]  # fmt: skip
    head = f"copy written: {counted(summary.rows, 'row')}, {counted(summary.files, 'file')}, {size(summary.size)}"
    yield Line(head, tuple(map(Line, columns(cells))), "bold")
    if not summary.rows:
        yield Line("nothing is held for certain in the tables on the map, and the copy says so")
    if summary.withheld:
        yield Line(f"{counted(summary.withheld, 'cell')} left out: they are other people's")
    if summary.shared:
        text = f"{counted(summary.shared, 'file')} left out: another person's record names {_them(summary.shared)} too"
        hint = "if such files are nobody's secret, say so in the map: file: {shared: why}"
        yield Line(text, (Line(hint, style="dim"),), style="bold yellow")
    if summary.missing or summary.unreadable:
        missing, unreadable = counted(summary.missing, "file"), f"{summary.unreadable:,}"
        text = f"{missing} missing and {unreadable} that cannot be read; the copy says which"
        yield Line(text, style="bold yellow")


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _beside(section: Any) -> Iterator[str]:
    for number, what in (
        (section.files, "file"),
        (section.withheld, "cell left out"),
        (section.missing, "file missing"),
        (section.shared, "file left out"),
    ):
        if number:
            one, _, rest = what.partition(" ")
            yield f"{counted(number, one)} {rest}".rstrip()


def _as_json(found: Search, summary: PackageSummary, listed: Iterable[ListedRows]) -> dict[str, Any]:
    return {
        "size": summary.size,
        "sections": [asdict(section) for section in summary.sections],
        "to_confirm": [confirm_json(c) for c in found.persons.to_confirm],
        "listed": [asdict(one) for one in listed],
        "not_looked_at": not_looked_at_json(found),
        "warnings": [p.to_dict() for p in found.systems.warnings],
    }
