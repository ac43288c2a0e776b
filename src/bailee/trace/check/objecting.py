"""What a map says of objecting to marketing, and cannot mean (T323 to T325)."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.policy.problems import Problem
from bailee.trace.bind import BoundMap
from bailee.trace.check.report import quote_names, report_error
from bailee.trace.check.writes import Write, list_cell_writes
from bailee.trace.hold import find_held_columns, find_holds
from bailee.trace.objection import find_going


def list_objection_writes(m: BoundMap) -> Iterator[Write]:
    """Yield what an objection can write."""
    for b in m.bound.values():
        said = b.collection.on_object
        if said is not None:
            yield from list_cell_writes(b.name, said.cells or {}, "on_object", said.place, b.collection.place)


def check_objection(m: BoundMap) -> Iterator[Problem]:
    """Yield what would make an objection idle (T323), delayed by a hold (T324), or leave references dangling (T325)."""
    for b in m.bound.values():
        said = b.collection.on_object
        if said is None:
            continue
        places = (said.place, b.collection.place)
        if b.name not in m.ownable:
            hint = "say it where rows are a person's, or say whose these are"
            yield report_error("T323", f"{b.name} says on_object, and nobody can own its rows", hint, *places)
        for hold in find_holds(m, b.name):
            kept = sorted(find_held_columns(m, hold, b.name) & (said.cells or {}).keys())
            if said.deletes:
                message = f'on_object deletes rows of {b.name}, which hold "{hold.name}" can keep'
                hint = "let on_object write a cell that no hold keeps, such as unsubscribed_on: now"
                yield report_error("T324", message, hint, *places)
            elif kept:
                message = f'hold "{hold.name}" keeps {quote_names(kept)} of {b.name}, which on_object changes'
                hint = "let on_object write a cell that no hold keeps: objecting to marketing is absolute"
                yield report_error("T324", message, hint, *places)
        for r in m.children_of(b.name) if said.deletes else ():
            if r.child not in find_going(m):
                message = f"on_object deletes rows of {b.name}, and rows of {r.child} point to them"
                hint = f"say on_object: delete in {r.child} too, or let on_object write a cell instead"
                yield report_error("T325", message, hint, *places)
