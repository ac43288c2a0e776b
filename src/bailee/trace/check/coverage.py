"""What a map does not reach: tables that it does not have, columns that nobody decided about, copies kept neighbours.

Everything that says what was found, or that nothing is left, says it of the map, and this beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bailee.policy import System
from bailee.policy.problems import Problem
from bailee.trace.bind import BoundMap, find_table
from bailee.trace.check.columns import NamedColumn, find_named_columns
from bailee.trace.check.reach import find_deletable
from bailee.trace.check.report import quote_names, report_warning
from bailee.trace.check.writes import Write
from bailee.trace.coverage import KnownCopy, NotLookedAt
from bailee.trace.schema import Schema


def find_not_looked_at(m: BoundMap, collections: Iterable[str] = ()) -> NotLookedAt:
    """Return what the map of a system does not reach, counted, with the known copies of rows of ``collections``."""
    columns = find_undecided(m.system, m.schema, find_named_columns(m.system, m.policy))
    known = sum(1 for _ in find_copies(m, collections))
    return NotLookedAt(len(find_unmapped(m)), sum(map(len, columns.values())), known, m.schema.is_partial)


def find_unmapped(m: BoundMap) -> tuple[str, ...]:
    """Return the tables of a system that its map does not have, those tied to it by a foreign key among them."""
    mapped = {table.name for c in m.system.collections.values() if (table := find_table(c, m.schema)) is not None}
    there = (*m.schema.tables, *m.schema.others)
    return tuple(name for name in there if name not in mapped and name not in m.schema.neighbours)


def find_undecided(system: System, schema: Schema, names: Iterable[NamedColumn]) -> Mapping[str, tuple[str, ...]]:
    """Return collection -> the columns that no word of the map names, and that are not opaque either."""
    mapped = {(named.collection, named.column) for named in names}
    found: dict[str, tuple[str, ...]] = {}
    for c in system.collections.values():
        table = find_table(c, schema)
        if table is None or c.opaque is not None:
            continue
        loose = tuple(n for n in table.columns if (c.name, n) not in mapped and n not in table.primary_key)
        if loose:
            found[c.name] = loose
    return found


def find_copies(m: BoundMap, collections: Iterable[str] | None = None) -> Iterator[KnownCopy]:
    """Yield the known copies of the rows of ``collections``, or of all on the map.

    What fills tables that are all on the map is none: there the map says what becomes of it. Nor is one of an opaque
    collection, in which nothing is personal.
    """
    mapped = {b.table.name for b in m.bound.values() if b.name in m.system.collections} | m.schema.neighbours
    for name in m.system.collections if collections is None else dict.fromkeys(collections):
        c, laid = m.system.collections.get(name), m.bound.get(name)
        if c is None or laid is None or c.opaque is not None:
            continue
        for by, copy in laid.table.copies.items():
            if not copy.into or not mapped.issuperset(copy.into):
                yield KnownCopy(name, by, copy.says, c.accepts.get(by, ""))


__all__ = ["KnownCopy", "find_copies", "find_not_looked_at", "find_undecided", "find_unmapped"]


def check_undecided_columns(m: BoundMap, schema: Schema, names: Iterable[NamedColumn]) -> Iterator[Problem]:
    """Yield T411: columns that no word of the map names and that are not opaque either."""
    for name, loose in find_undecided(m.system, schema, names).items():
        message = f"{name} leaves undecided what is in {quote_names(loose)}"
        hint = "name them under fields, or under opaque with the reason"
        yield report_warning("T411", message, hint, m.system.collections[name].place)


def check_copies(m: BoundMap, written: Iterable[Write]) -> Iterator[Problem]:
    """Yield T430: what keeps data of rows where no map looks, unless T410 refuses it already."""
    changed = find_deletable(m) | {write.collection for write in written}
    for copy in find_copies(m):
        laid = m.bound[copy.collection]
        if copy.accepted or (copy.name in laid.table.hazards and copy.collection in changed):
            continue
        message = f'"{copy.name}" keeps a copy of {copy.collection}: {copy.says}'
        hint = (
            f"put what it fills on the map, or add accepts: {{{copy.name}: why it does no harm}} to {copy.collection}"
        )
        yield report_warning("T430", message, hint, laid.collection.place)
