"""``bailee find``: what is held about a person, and why."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bailee.cli import options
from bailee.cli.exits import Exit
from bailee.cli.show import Line, columns, show, show_json, warn_of
from bailee.cli.words import MODES, beside, counted, reason, row_name

if TYPE_CHECKING:
    from bailee.engine.people import CollectionRows, ListedRows, RowPath, Search
    from bailee.trace.closure import Candidate

# Imports stand in functions: a command loads what it uses, and `bailee --help` nothing of it.


WARNINGS = 3
"""So many warnings about the map stand above what is found: the rest, by their number."""


def find(
    person: options.Persons,
    policy: options.PolicyFolder = Path(),
    confirm: options.Confirmed = [],  # noqa: B006 - Typer copies it
    on_behalf_of: options.Customer = None,
    *,
    why: Annotated[bool, typer.Option("--why", help="Say of every row by which path it is theirs.")] = False,
    json: options.AsJson = False,
) -> int:
    """Find everything that is held about a person, in every system.

    Nothing is changed, and nothing of what is found is printed: rows are named by their keys.
    """
    from bailee.engine.people import search_person
    from bailee.engine.systems import open_systems

    with (
        open_systems(policy) as systems,
        search_person(systems, person, confirmed=confirm, customer=on_behalf_of) as found,
    ):
        holdings, listed = list(found.find_holdings()), list(found.find_listed())
        paths = list(found.find_paths()) if why else []
        if json:
            result = _as_json(found, holdings, listed)
            show_json(result | {"why": [_path_json(path) for path in paths]} if why else result)
        else:
            warn_of(systems.warnings, WARNINGS, "bailee map SYSTEM shows those of one system")
            show(_page(found, holdings, listed, paths))
            ends = list(_aside(found))
            if holdings and not why:
                ends.append(Line("to see by which path each row is theirs, add --why", style="dim"))
            show([Line(""), *ends] if ends else [])
    return Exit.LOOK if found.persons.to_confirm or listed or not holdings else Exit.DONE


# --- for people ----------------------------------------------------------------------------------------------


def _page(
    found: Search, holdings: Sequence[CollectionRows], listed: Sequence[ListedRows], paths: Sequence[RowPath]
) -> Iterator[Line]:
    yield Line(_summary(found, holdings), style="bold")
    reaches: dict[tuple[str, str], list[Line]] = {}
    for path in paths:
        reaches.setdefault((path.ref.system, path.ref.collection), []).append(Line(str(path), style="dim"))
    for system, group in groupby(holdings, lambda h: h.system):
        rows = list(group)
        total = counted(sum(h.count for h in rows), "row")
        yield Line("")
        yield Line(
            f"{system}: {found.systems.policy.systems[system].title} ({total})",
            tuple(_collections(rows, reaches)),
            "bold",
        )
    yield from to_look_at(found, listed)
    yield from not_looked_at(found)


def not_looked_at(found: Search) -> Iterator[Line]:
    """Yield what of the systems is on no map, or cannot be seen: nobody knows whether it is about the person."""
    from bailee.trace.check.coverage import find_not_looked_at as missed

    lines = beside({system: missed(found.systems.maps[system]) for system in found.sessions})
    if lines:
        yield Line("")
        yield Line("not looked at", tuple(map(Line, lines)), "yellow")


def _summary(found: Search, holdings: Sequence[CollectionRows]) -> str:
    if not holdings:
        where = ", ".join(found.sessions)
        return f"nothing is held for certain in the tables on the map; looked in {where}"
    rows = counted(sum(h.count for h in holdings), "row")
    return f"{rows} in {counted(len({h.system for h in holdings}), 'system')}"


def _collections(rows: Sequence[CollectionRows], reaches: Mapping[tuple[str, str], list[Line]]) -> Iterator[Line]:
    cells, below = [], []
    for (system, collection), group in groupby(rows, lambda h: (h.system, h.collection)):
        modes = list(group)
        said = [MODES[h.mode] if len(modes) == 1 else f"{h.count:,} {MODES[h.mode]}" for h in modes]
        cells.append((collection, f"{sum(h.count for h in modes):,}", ", ".join(said)))
        below.append(tuple(reaches.get((system, collection), ())))
    yield from (Line(text, paths) for text, paths in zip(columns(cells), below, strict=True))


def to_look_at(found: Search, listed: Sequence[ListedRows]) -> Iterator[Line]:
    """Yield what a person has to look at: matches to confirm, rows of no known time, values that found nobody."""
    persons = found.persons
    if persons.to_confirm:
        yield Line("")
        told = list(map(Line, columns([(row_name(c.ref), reason(c)) for c in persons.to_confirm])))
        example = shlex.join(["--confirm", row_name(persons.to_confirm[0].ref)])
        told.append(Line(f"to confirm that a row is this person's, add its name: {example}", style="dim"))
        count = counted(len(persons.to_confirm), "match", "matches")
        head = f"{count} to confirm: nothing of theirs is given out or erased till then"
        yield Line(head, tuple(told), "bold yellow")
    if listed:
        yield Line("")
        told = [Line(f"{one.system}.{one.collection}  {counted(one.count, 'row')}: {one.reason}") for one in listed]
        yield Line("to look at: rows that may be theirs and say no time", tuple(told), "bold yellow")
    if persons.unknown:
        yield Line("")
        yield from map(Line, _unknown(found))


def _unknown(found: Search) -> Iterator[str]:
    """Yield that a value is no record's own; it is not repeated."""
    from bailee.trace.closure import is_never_joined

    counts = Counter(seed.attribute for seed in found.persons.unknown)
    maps = [found.systems.maps[name] for name in found.sessions]
    for attribute, count in counts.items():
        if is_never_joined(maps, attribute):
            yield f"nothing is looked up by {attribute}: the map says joins: never"
            continue
        yield f"no record has the {attribute} given as its own" + (f" ({counted(count, 'value')})" if count > 1 else "")


def _aside(found: Search) -> Iterator[Line]:
    """Yield the systems that are other firms' to ask about."""
    for name, system in found.systems.policy.systems.items():
        if name not in found.sessions and system.customer:
            customer = f"--on-behalf-of {name}.{system.customer}:KEY"
            yield Line(f"{name} was left out: we hold it for customers; for one of them add {customer}", style="dim")


# --- for programs --------------------------------------------------------------------------------------------


def _as_json(found: Search, holdings: Iterable[CollectionRows], listed: Iterable[ListedRows]) -> dict[str, Any]:
    return {
        "looked_in": list(found.sessions),
        "holdings": [asdict(h) for h in holdings],
        "to_confirm": [confirm_json(c) for c in found.persons.to_confirm],
        "listed": [asdict(one) for one in listed],
        "unknown": [{"attribute": seed.attribute} for seed in found.persons.unknown],
        "not_looked_at": not_looked_at_json(found),
        "warnings": [p.to_dict() for p in found.systems.warnings],
    }


def not_looked_at_json(found: Search) -> dict[str, Any]:
    """Return what of each system was not looked at, as a program reads it."""
    from bailee.trace.check.coverage import find_not_looked_at as missed

    return {system: asdict(missed(found.systems.maps[system])) for system in found.sessions}


def confirm_json(candidate: Candidate) -> dict[str, Any]:
    """Return a match that waits for a person as a program reads it."""
    return {
        "row": row_name(candidate.ref),
        "attribute": candidate.attribute,
        "reason": str(candidate.reason),
        "source": row_name(candidate.source) if candidate.source else None,
    }


def _path_json(path: RowPath) -> dict[str, Any]:
    return {"row": row_name(path.ref), "path": list(path.steps)}
