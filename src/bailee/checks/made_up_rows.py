"""Rows that are made up for a rehearsal: as old, as bare and as lone as a violation needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from bailee.policy.predicate import And, Compare, HasBits, In, IsNull, Not, Or, Predicate
from bailee.trace.bind import BoundMap
from bailee.trace.retain import step_upward
from bailee.trace.schema import ColumnKind
from bailee.trace.walk import Node, WalkStep

MadeUpRows: TypeAlias = list[tuple[str, Mapping[str, Any]]]
"""Rows, by collection."""

KEY = 1
"""What keys and references of made-up rows are: so that one row points to the other."""


def satisfy_predicate(predicate: Predicate) -> dict[str, Any] | None:  # noqa: PLR0911 - one case a word
    """Return cells for which ``predicate`` holds; ``None`` where none can be made up."""
    match predicate:
        case And(parts=parts):
            made = [satisfy_predicate(part) for part in parts]
            known = [cells for cells in made if cells is not None]
            return dict(item for cells in known for item in cells.items()) if len(known) == len(made) else None
        case Or(parts=parts):
            return next((cells for part in parts if (cells := satisfy_predicate(part)) is not None), None)
        case Not(part=IsNull(column=column)):
            return {column: KEY}
        case IsNull(column=column):
            return {column: None}
        case Compare(column=column, op=op, value=value) if op in {"=", "<=", ">="}:
            return {column: value}
        case In(column=column, values=values):
            return {column: values[0]}
        case HasBits(column=column, mask=mask):
            return {column: mask}
        case Not(part=part):
            return violate_predicate(part)
    return None


def violate_predicate(predicate: Predicate) -> dict[str, Any] | None:
    """Return cells for which ``predicate`` does not hold; ``None`` where none can be made up."""
    match predicate:
        case Compare(column=column) | In(column=column) | HasBits(column=column):
            return {column: None}  # a comparison with an empty cell is false
        case And(parts=parts):
            return next((cells for part in parts if (cells := violate_predicate(part)) is not None), None)
        case Or(parts=parts):
            return satisfy_predicate(And(tuple(Not(part) for part in parts)))
        case IsNull(column=column):
            return {column: KEY}
        case Not(part=part):
            return satisfy_predicate(part)
    return None


def fill_dates(m: BoundMap, collection: str, day: date) -> dict[str, Any]:
    """Return every date and time of a row of ``collection`` as ``day``, so that no hold reaches past it."""
    columns = m.bound[collection].table.columns.values()
    times = {ColumnKind.DATE: day, ColumnKind.TIME: datetime(day.year, day.month, day.day, 12)}  # noqa: DTZ001 - as columns hold it
    return {column.name: times[column.kind] for column in columns if column.kind in times}


def make_key(m: BoundMap, collection: str) -> dict[str, Any]:
    """Return the key of a made-up row."""
    return dict.fromkeys(m.bound[collection].key, KEY)


def make_old_row(m: BoundMap, collection: str, day: date) -> MadeUpRows:
    """Return a row of ``collection`` all of whose dates are ``day``."""
    return [(collection, {**make_key(m, collection), **fill_dates(m, collection, day)})]


def make_ended_party(m: BoundMap, collection: str, day: date) -> MadeUpRows:
    """Return a row of ``collection`` and the party that it hangs on, whose relationship ended on ``day``."""
    path = find_path(m, collection, lambda name: m.bound[name].collection.ends is not None)
    return [] if path is None else make_chain(m, collection, path, day)


def find_path(m: BoundMap, collection: str, wanted: Any) -> list[WalkStep] | None:
    """Return the shortest way upwards to a collection that is ``wanted``; empty where it is one itself."""
    queue: list[tuple[Node, list[WalkStep]]] = [((collection, ()), [])]
    seen = {queue[0][0]}
    for node, path in queue:  # grows while it is read
        if wanted(node[0]):
            return path
        for step in step_upward(m, node):
            if step.to not in seen:
                seen.add(step.to)
                queue.append((step.to, [*path, step]))
    return None


def make_chain(m: BoundMap, collection: str, path: list[WalkStep], day: date) -> MadeUpRows:
    """Return a row of ``collection`` and one row for each step of ``path``, each pointing to the next."""
    cells = {name: {**make_key(m, name), **fill_dates(m, name, day)} for name in (collection, *(s.to[0] for s in path))}
    here = collection
    for step in path:
        for theirs, own in step.on:
            cells[here].setdefault(own, KEY)
            cells[step.to[0]][theirs] = cells[here][own]
        cells[here] |= satisfy_predicate(step.here) or {}
        cells[step.to[0]] |= satisfy_predicate(step.there) or {}
        here = step.to[0]
    return list(cells.items())
